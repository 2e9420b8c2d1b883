"""Files that nobody may read, links that go round in circles, full disks: a sentence for each."""

from __future__ import annotations

import errno
import io
import os
from typing import TYPE_CHECKING, Any

import pytest

from survkit import read_curves, read_drawing, read_risk_tables, read_trial
from survkit.cli import files
from survkit.digitized import read_marks
from survkit.errors import OutputError, SurvkitError
from survkit.results import read_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READERS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "trial": (read_trial, "trial.toml"),
    "curves": (read_curves, "curves.csv"),
    "marks": (read_marks, "marks.csv"),
    "numbers at risk": (read_risk_tables, "risk.csv"),
    "vector figure": (read_drawing, "figure.svg"),
    "page": (read_drawing, "figure.pdf"),
    "picture": (read_drawing, "figure.png"),
    "lock": (read_lock, "survkit.lock"),
}


def write_site(path: Path, content: bytes) -> None:
    files.write_folder(path, {"a/index.html": content, "marker": b""}, marker="marker")


def write_pair(path: Path, content: bytes) -> None:
    files.write_together({path: content, path.with_name("second"): content})


WRITERS: dict[str, Callable[[Path, bytes], None]] = {
    "file": files.write_file,
    "folder": write_site,
    "together": write_pair,
}


def deny(path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody open, or even look at, a file; tests may run as root, whom nothing is denied."""
    module, function = {"open": (io, "open"), "stat": (os, "stat")}[name]
    usual = getattr(module, function)

    def denied(file: Any, *arguments: Any, **named: Any) -> Any:
        if str(file) == str(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return usual(file, *arguments, **named)

    monkeypatch.setattr(module, function, denied)


@pytest.mark.parametrize("kind", ["open", "stat", "loop", "folder"])
@pytest.mark.parametrize("reader", READERS)
def test_what_cannot_be_read_is_said(
    reader: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, name = READERS[reader]
    path = tmp_path / name
    if kind == "loop":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"x")
        deny(path, kind, monkeypatch)
    with pytest.raises(SurvkitError, match=name):
        read(path)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_circle_of_links_takes_no_output(writer: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.symlink_to(path)
    with pytest.raises(OutputError, match="out: the output must be"):
        WRITERS[writer](path, b"content")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert path.is_symlink()


def test_circles_are_refused_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.symlink_to(path)
    with pytest.raises(OutputError, match="out: the output must be writable"):
        files.check_apart([path])
    with pytest.raises(OutputError, match="out: the output must be writable"):
        files.check_target(path)
    with pytest.raises(OutputError, match="out: the output must be writable"):
        files.make_folder(path)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_leaves_what_was_there(
    writer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    WRITERS[writer](path, b"old")
    before = {one.relative_to(tmp_path): one.is_dir() for one in tmp_path.rglob("*")}
    usual = io.open

    def full(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if "r" in mode:
            return usual(file, mode, *arguments, **named)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))

    monkeypatch.setattr(io, "open", full)
    with pytest.raises(OutputError, match="the output must be writable, got: No space left"):
        WRITERS[writer](path, b"new")
    assert {one.relative_to(tmp_path): one.is_dir() for one in tmp_path.rglob("*")} == before
