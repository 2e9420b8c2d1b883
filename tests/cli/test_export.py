"""Places that patients cannot be written to, whatever the format: one sentence, nothing touched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["script.R", "patients.csv", "adtte.json", "adtte.xpt"])
@pytest.mark.parametrize("command", ["export", "reconstruct"])
def test_a_place_that_is_a_folder_or_read_only_is_refused_before_the_search(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str
) -> None:
    monkeypatch.setattr("survkit.reconstruction.Family.reconstruct", pytest.fail)
    (tmp_path / name).mkdir()
    (tmp_path / name / "notes.txt").write_bytes(b"mine")
    done = run(command, small, "-o", tmp_path / name)
    assert done.exit_code == 2
    assert "the output must be a file, got a folder" in done.stderr
    assert (tmp_path / name / "notes.txt").read_bytes() == b"mine"
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    done = run(command, small, "-o", tmp_path / f"new-{name}")
    assert done.exit_code == 2
    assert "the place of the output must be writable, got a read-only folder" in done.stderr


def test_a_script_takes_the_place_of_an_earlier_one_and_of_nothing_else(
    small: Path, tmp_path: Path
) -> None:
    script = tmp_path / "script.R"
    script.write_bytes(b"old")
    assert run("export", small, "-o", script).exit_code == 0
    assert script.read_bytes().startswith(b"#")
    assert sorted(tmp_path.iterdir()) == [script, small]


@pytest.mark.parametrize("command", [("export",), ("reconstruct",)])
def test_a_dash_is_standard_output(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done, usual = run(*command, small, "-o", "-"), run(*command, small)
    assert done.exit_code == 0
    assert done.stdout == usual.stdout
    assert list(tmp_path.iterdir()) == [small]


@pytest.mark.parametrize(
    "asked", [("check", "--junit"), ("check", "--plots"), ("report", "-o"), ("check", "--lock")]
)
def test_a_dash_is_no_name_of_a_file_or_folder(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command, option = asked
    done = run(command, small, option, "-")
    assert done.exit_code == 2
    assert done.stderr == "-: the output must have a name, got the sign of standard output\n"
    assert list(tmp_path.iterdir()) == [small]
