"""Output files are complete or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from survkit.cli.files import (
    check_new,
    check_target,
    discard_unfinished,
    make_folder,
    write_file,
    write_together,
)
from survkit.errors import OutputError


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    for content in (b"old\n", b"new\n"):
        write_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old\n")

    def fail(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match=r"out\.csv: .* No space left on device"):
        write_file(path, b"new\n")
    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unfinished_file_can_be_discarded_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(temporary: Path, target: Path) -> Path:
        seen.append(temporary.read_bytes())
        discard_unfinished()
        seen.append(list(tmp_path.iterdir()))
        return target

    monkeypatch.setattr(Path, "replace", look)
    write_file(tmp_path / "out.csv", b"content")
    assert seen == [b"content", []]


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "out.csv", tmp_path / "link.csv"
    target.write_bytes(b"old\n")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this system lets nobody make links")
    write_file(link, b"new\n")
    assert link.is_symlink()
    assert target.read_bytes() == b"new\n"


@pytest.mark.skipif(os.name == "nt", reason="the null device has another nature there")
def test_a_device_is_written_to_and_not_replaced() -> None:
    write_file(Path(os.devnull), b"content")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("missing/out.csv", "the place of the output must be an existing folder, got no such"),
        ("file/out.csv", "the place of the output must be an existing folder, got a file"),
        ("folder", "the output must be a file, got a folder"),
        (f"{'x' * 300}/out.csv", "the output must be writable, got"),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path: Path, place: str, sentence: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for attempt in (check_target, lambda path: write_file(path, b"")):
        with pytest.raises(OutputError) as caught:
            attempt(tmp_path / place)
        assert str(caught.value).startswith(f"{tmp_path / place}: {sentence}")


@pytest.mark.parametrize("attempt", [lambda path: check_target(path / "out.csv"), make_folder])
def test_a_folder_without_the_right_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attempt: object
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(OutputError, match="must be writable, got a read-only"):
        attempt(tmp_path)


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_folder_cannot_be_made_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file: the output must go into a folder, got a file"):
        make_folder(tmp_path / "file")
    with pytest.raises(OutputError, match=r"below: the output must be writable"):
        make_folder(tmp_path / "file" / "below")


def test_several_files_are_written_with_their_folder(tmp_path: Path) -> None:
    curves = tmp_path / "x-curves"
    write_together({curves / "a.csv": b"a", tmp_path / "x.toml": b"x"})
    assert (curves / "a.csv").read_bytes() == b"a"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x-curves", "x.toml"]


def test_of_several_files_all_are_written_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, curve = tmp_path / "x.toml", tmp_path / "x-curves" / "a.csv"
    trial.write_bytes(b"old")
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target == trial and self.suffix == ".part" and self.read_bytes() == b"new":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="No space left"):
        write_together({curve: b"a", trial: b"new"})
    assert trial.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_names_that_are_taken_are_said_at_once(tmp_path: Path) -> None:
    there = [tmp_path / "a", tmp_path / "b"]
    for path in there:
        path.touch()
    with pytest.raises(OutputError) as caught:
        check_new([*there, tmp_path / "c"])
    assert len(str(caught.value).splitlines()) == 2
