"""The README runs: its Python lines, its commands, its outputs and its links."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import TRIAL, run
from tests.drawings.leukemia import draw, leukemia

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WHOLE_LIBRARY = "survkit check"
"""Takes a minute, and is run by test_library_files.py."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def commands(language: str) -> list[str]:
    """Commands of the blocks in a language, comments and prompts removed."""
    lines = [line.removeprefix("$ ") for block in blocks(language) for line in block.splitlines()]
    return [line.partition(" #")[0].strip() for line in lines if line.startswith("survkit ")]


def arguments(command: str) -> list[str]:
    program, *rest = shlex.split(command)
    assert program == "survkit"
    return rest


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the files that the examples speak of."""
    (tmp_path / "my-trials").mkdir()
    (tmp_path / "docs" / "images").mkdir(parents=True)
    draw(leukemia(), tmp_path / "figure.svg")
    (tmp_path / "my-trial.toml").write_text(TRIAL, "utf-8")
    (tmp_path / "my-trials" / "another.toml").write_text(TRIAL, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_the_python_lines(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    source = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(source, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
    assert results.attempted >= 8
    assert results.failed == 0


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("console"))
def test_a_printed_output_is_the_real_one(block: str, workplace: Path) -> None:
    command, _, output = block.removeprefix("$ ").partition("\n")
    real = subprocess.run(
        [sys.executable, "-m", "survkit.cli", *arguments(command)],
        cwd=workplace,
        env=os.environ | {"COLUMNS": "100", "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert output == real.stdout, f"README.md must hold what {command} prints"


@pytest.mark.slow
@pytest.mark.parametrize("command", [own for own in commands("sh") if own != WHOLE_LIBRARY])
def test_a_command_succeeds(command: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    done = run(*arguments(command))
    assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_the_command_that_draws_the_picture(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workplace)
    (command,) = re.findall(r"`(survkit plot [^`]*docs/images/[^`]*)`", README)
    assert run(*arguments(command)).exit_code == 0
    assert (workplace / shlex.split(command)[-1]).exists()
    assert (ROOT / shlex.split(command)[-1]).stat().st_size < 300_000


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"^make ([a-z-]+)", "\n".join(blocks("sh")), flags=re.MULTILINE)
    assert named == ["reproduce", "test", "check"]
    assert all(re.search(rf"^{target}:", makefile, flags=re.MULTILINE) for target in named)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
