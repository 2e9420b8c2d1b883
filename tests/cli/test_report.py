"""The command report: what it writes, what it refuses, what it leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from survkit.cli.commands.report import _MARKER
from survkit.cli.files import discard_unfinished, write_folder
from survkit.errors import OutputError
from survkit.report import MARKER
from tests.cli.running import run

FILES = {MARKER: b"", "a/b.txt": b"new"}


def test_the_marker_is_known_without_the_report() -> None:
    assert _MARKER == MARKER


def test_a_report_and_a_summary_are_written_and_replaced(small: Path, tmp_path: Path) -> None:
    site, summary = tmp_path / "build" / "site", tmp_path / "summary.md"
    for _ in range(2):
        done = run("report", small, "-o", site, "--markdown", summary)
        assert done.exit_code == 0
        assert done.stdout == ""
        assert done.stderr == f"{site / 'index.html'} is written\n"
        assert summary.read_text("utf-8").startswith("## survkit: 1 reproduced\n")
        (site / "left-over.txt").touch()
    assert (site / "left-over.txt").exists()
    assert run("report", small, "-o", site).exit_code == 0
    assert not (site / "left-over.txt").exists()
    assert sorted(path.name for path in site.parent.iterdir()) == ["site"]


@pytest.mark.slow
def test_a_missed_figure_is_an_exit_code_and_a_report_all_the_same(
    small: Path, tmp_path: Path
) -> None:
    text = small.read_text("utf-8").replace("events = 24", "events = 40")
    small.write_text(text, "utf-8")
    assert run("report", small, "-o", tmp_path / "site").exit_code == 1
    assert "missed" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_nothing_asked_for(small: Path) -> None:
    done = run("report", small)
    assert done.exit_code == 2
    assert "(-o)" in done.stderr
    assert "--markdown" in done.stderr


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("other", "an earlier report, got a folder with other files"),
        ("file", "the output must be a folder, got a file"),
        ("file/site", "the output must be writable, got"),
        ("link", "the output must be a folder, got a link"),
    ],
)
def test_what_is_no_report_is_left_alone(
    small: Path, tmp_path: Path, place: str, sentence: str
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("years of work", "utf-8")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    done = run("report", small, "-o", tmp_path / place)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert (tmp_path / "other" / "thesis.txt").read_text("utf-8") == "years of work"


def test_the_current_folder_is_not_replaced(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    done = run("report", small, "-o", ".")
    assert done.exit_code == 2
    assert "another folder than the current one" in done.stderr


def test_a_failed_exchange_leaves_the_old_report_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    write_folder(folder, {MARKER: b"", "old.txt": b"old"}, marker=MARKER)
    usual = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if target == folder and (path / "a").exists():
            raise OSError(28, "No space left on device")
        return usual(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        write_folder(folder, FILES, marker=MARKER)
    assert (folder / "old.txt").read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [folder]


def test_an_unfinished_folder_can_be_discarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(path: Path, target: Path) -> Path:
        seen.append((path / "a" / "b.txt").read_bytes())
        discard_unfinished()
        seen.append(list(tmp_path.iterdir()))
        return target

    monkeypatch.setattr(Path, "rename", look)
    write_folder(tmp_path / "site", FILES, marker=MARKER)
    assert seen == [b"new", []]
