"""The README runs: its Python lines, its commands, its outputs and its links."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def commands(language: str) -> list[str]:
    """Commands of the blocks in a language, comments and prompts removed."""
    lines = [line.removeprefix("$ ") for block in blocks(language) for line in block.splitlines()]
    return [line.partition(" #")[0].strip() for line in lines if line.startswith("survkit ")]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    assert program == "survkit"
    return subprocess.run(
        [sys.executable, "-m", "survkit.cli", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the files that the examples speak of."""
    (tmp_path / "my-trials").mkdir()
    (tmp_path / "docs" / "images").mkdir(parents=True)
    shutil.copy(ROOT / "reconstructions" / "radiant-2.toml", tmp_path / "my-trial.toml")
    shutil.copy(ROOT / "reconstructions" / "radiant-3.toml", tmp_path / "my-trials")
    return tmp_path


def test_the_python_lines(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    (source,) = blocks("python")
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert results.attempted >= 8
    assert results.failed == 0


@pytest.mark.parametrize("block", blocks("console"))
def test_a_printed_output_is_the_real_one(block: str, workplace: Path) -> None:
    command, _, output = block.partition("\n")
    real = run(command.removeprefix("$ "), workplace)
    assert output == real.stdout, f"README.md must hold what {command.removeprefix('$ ')} prints"


@pytest.mark.parametrize("command", commands("sh"))
def test_a_command_succeeds(command: str, workplace: Path) -> None:
    done = run(command, workplace)
    assert done.returncode == 0, done.stderr


def test_the_command_that_draws_the_picture(workplace: Path) -> None:
    (command,) = re.findall(r"`(survkit plot [^`]*docs/images/[^`]*)`", README)
    assert run(command, workplace).returncode == 0
    assert (workplace / shlex.split(command)[-1]).exists()
    assert (ROOT / shlex.split(command)[-1]).stat().st_size < 300_000


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make ([a-z-]+)", "\n".join(blocks("sh")), flags=re.MULTILINE)
    assert named == ["reproduce", "test"]
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in named)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
