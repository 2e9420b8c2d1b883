"""Output files and folders: complete under their name, or not there at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from survkit.cli.terminal import write_bytes
from survkit.errors import OutputError

__all__ = [
    "DASH",
    "check_apart",
    "check_folder_target",
    "check_new",
    "check_output",
    "check_target",
    "discard_unfinished",
    "make_folder",
    "write_file",
    "write_folder",
    "write_output",
    "write_together",
]

DASH = Path("-")
"""What stands for standard output where something can be written there."""

_unfinished: set[Path] = set()
"""Temporary files that exist right now; an interrupted process removes them."""


def check_output(path: Path | None) -> None:
    """Refuse a file that cannot be written, before any work is done; None is always possible."""
    if path is not None:
        check_target(path)


def check_apart(paths: Iterable[Path | None]) -> None:
    """Refuse outputs of which one would be written over another; None is no file."""
    seen: set[Path] = set()
    for path in paths:
        if path is None:
            continue
        target = _behind_links(path)
        if target in seen:
            raise _refusal(path, "each output must have a file of its own, got one file for two")
        seen.add(target)


def write_output(path: Path | None, content: bytes) -> None:
    """Write a file, or to standard output where none is named."""
    if path is None:
        write_bytes(content)
    else:
        write_file(path, content)


def check_target(path: Path) -> None:
    """Refuse an output file that is a folder, or whose folder is none or cannot be written."""
    folder = path.parent
    _refuse_dash(path)
    _behind_links(path)
    with _as_output_error(path):
        if path.is_dir():
            raise _refusal(path, "the output must be a file, got a folder")
        if not folder.is_dir():
            got = "a file" if folder.exists() else "no such folder"
            raise _refusal(path, f"the place of the output must be an existing folder, got {got}")
        if not os.access(folder, os.W_OK):
            raise _refusal(path, "the place of the output must be writable, got a read-only folder")


def make_folder(folder: Path) -> None:
    """Make a folder for output, with the folders above it; it may exist already."""
    _refuse_dash(folder)
    with _as_output_error(folder):
        if folder.exists() and not folder.is_dir():
            raise _refusal(folder, "the output must go into a folder, got a file")
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise _refusal(folder, "the folder must be writable, got a read-only one")


def check_folder_target(folder: Path, *, marker: str) -> None:
    """
    Refuse a folder that cannot be replaced as a whole, before any work is done.

    The folders above it are made if need be. A folder with other files than an earlier report,
    which is known by a file called `marker`, is left alone; so are a file, a link and the current
    folder.
    """
    _refuse_dash(folder)
    with _as_output_error(folder):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            kind = "link" if folder.is_symlink() else "file"
            raise _refusal(folder, f"the output must be a folder, got a {kind}")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / marker).is_file():
            what = "a new folder, an empty one or an earlier report, got a folder with other files"
            raise _refusal(folder, f"the output must be {what}")
        target = _behind_links(folder)
        if target == Path.cwd():
            what = "another folder than the current one, got that one"
            raise _refusal(folder, f"the output must be {what}")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(target.parent, os.W_OK):
            what = "the place of the output must be writable, got a read-only folder"
            raise _refusal(folder, what)


def write_file(path: Path, content: bytes) -> None:
    """
    Write a file in one step: whoever looks sees the old file or the whole new one.

    A symbolic link is followed, a device or named pipe is written directly. What was there before
    stays as it was if that fails.
    """
    check_target(path)
    target = _behind_links(path)
    with _as_output_error(path):
        if target.exists() and not target.is_file():
            target.write_bytes(content)
            return
        with _temporary_name(target) as temporary:
            with temporary.open("xb") as stream:
                stream.write(content)
            temporary.replace(target)


def write_folder(folder: Path, files: Mapping[str, bytes], *, marker: str) -> None:
    """
    Write a folder beside its place, then put it there: the old one, or the new one, no mixture.

    Contents stand by their path below the folder, with slashes. An earlier folder, known by its
    file called `marker`, is replaced as a whole, and stays as it was if that fails.
    """
    check_folder_target(folder, marker=marker)
    target = _behind_links(folder)
    with _as_output_error(folder), _temporary_name(target) as new, _temporary_name(target) as old:
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _exchange(new, target, old)


def check_new(paths: Iterable[Path]) -> None:
    """Refuse output where something bears one of these names already; says all of them at once."""
    there = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if there:
        what = "the output must not exist yet (--force overwrites it), got something there"
        raise OutputError(*(f"{name}: {what}" for name in there))


def write_together(files: Mapping[Path, bytes]) -> None:
    """
    Write several files, in this order: all of them, or none.

    All are complete under other names before the first gets its own. Folders are made where there
    are none. What was there before stays as it was if anything fails.
    """
    first = next(iter(files))
    with _as_output_error(first), ExitStack() as names:
        made = [folder for path in files for folder in _make_folders(path.parent)]
        names.callback(_remove_empty, made)
        moves = [
            (names.enter_context(_temporary_name(path)), _behind_links(path), content)
            for path, content in files.items()
        ]
        for temporary, target, content in moves:
            check_target(target)
            temporary.write_bytes(content)
        undo: list[tuple[Path, Path | None]] = []
        try:
            for temporary, target, _ in moves:
                old = names.enter_context(_temporary_name(target)) if target.exists() else None
                if old is not None:
                    target.replace(old)
                undo.append((target, old))
                temporary.replace(target)
        except OSError:
            _put_back(undo)
            raise


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder with those above it; return those that were not there, innermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _put_back(undo: list[tuple[Path, Path | None]]) -> None:
    for target, old in reversed(undo):
        if old is None:
            _remove(target)
        else:
            old.replace(target)


def discard_unfinished() -> None:
    """Remove the temporary files and folders that exist right now."""
    for temporary in tuple(_unfinished):
        _remove(temporary)


@contextmanager
def _temporary_name(target: Path) -> Iterator[Path]:
    """Name something unfinished beside its place; whatever bears the name in the end is removed."""
    temporary = target.with_name(f".survkit-{os.urandom(6).hex()}.part")
    _unfinished.add(temporary)
    try:
        yield temporary
    finally:
        _remove(temporary)
        _unfinished.discard(temporary)


def _exchange(new: Path, target: Path, old: Path) -> None:
    """Put a new folder in place of the old one; put the old one back if that fails."""
    existed = target.is_dir()
    if existed:
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if existed:
            old.rename(target)
        raise


def _refuse_dash(path: Path) -> None:
    """Refuse the sign of standard output where nothing is written there."""
    if path == DASH:
        raise _refusal(path, "the output must have a name, got the sign of standard output")


def _remove(path: Path) -> None:
    """Remove a file or a folder, if it is there and can be removed."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _behind_links(path: Path) -> Path:
    """Follow links to what is written; those that go round in a circle lead nowhere."""
    with _as_output_error(path):
        with suppress(FileNotFoundError, NotADirectoryError):
            path.stat()  # refuses a circle on every version of Python
        return path.resolve()


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    """Turn what the operating system says into one sentence about a path."""
    try:
        yield
    except OSError as error:
        what = f"the output must be writable, got: {error.strerror or error}"
        raise _refusal(path, what) from None


def _refusal(path: Path, sentence: str) -> OutputError:
    return OutputError(f"{path}: {sentence}")
