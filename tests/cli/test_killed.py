"""Killed on the spot: nothing is half-written at its name, and the next run goes through."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import survkit
from survkit.cli.files import write_file, write_folder, write_together
from tests.cli.killing import kill_at_each_moment
from tests.cli.running import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

PAGES = {f"{part}/{name}": name.encode() * 1000 for part in "ab" for name in ("one", "two")}


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    assert kill_at_each_moment(tmp_path, lambda: write_file(tmp_path / "a.csv", b"new")) >= 2


def test_files_written_together_are_old_or_new(tmp_path: Path) -> None:
    files = {tmp_path / name: content for name, content in PAGES.items()}
    assert kill_at_each_moment(tmp_path, lambda: write_together(files)) >= 12


def test_a_folder_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    pages = PAGES | {"index.html": b"all"}
    work = lambda: write_folder(tmp_path / "site", pages, marker="index.html")  # noqa: E731
    assert kill_at_each_moment(tmp_path, work) >= 10


def test_an_export_is_the_old_one_or_the_new_one(small: Path) -> None:
    folder = small.parent / "out"
    folder.mkdir()

    def export() -> None:
        assert run("export", small, "--format", "adtte-csv", "-o", folder / "a.csv").exit_code == 0

    assert kill_at_each_moment(folder, export) >= 2


def test_commands_write_through_these_alone() -> None:
    """What is tested above holds for every command: nothing else writes where users look."""
    writing = re.compile(r"""\.write_(?:bytes|text)\(|\.open\(["'][wxa]""")
    package = Path(survkit.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if writing.search(path.read_text("utf-8"))
    }
    # the null device, and R's folder, which is a temporary one
    assert found == {"cli/files.py", "cli/entry.py", "second_opinion/asking.py"}
