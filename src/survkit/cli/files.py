"""Output files: complete under their name, or not there at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survkit.errors import OutputError

__all__ = [
    "as_output_error",
    "check_target",
    "discard_unfinished",
    "make_folder",
    "temporary_name",
    "write_file",
]

_unfinished: set[Path] = set()
"""Temporary files that exist right now; an interrupted process removes them."""


def check_target(path: Path) -> None:
    """
    Refuse an output file that cannot be written, before any work is done for it.

    Parameters
    ----------
    path : pathlib.Path
        Where a file will be written.

    Raises
    ------
    OutputError
        If it is a folder, or if its folder does not exist or cannot be written.
    """
    folder = path.parent
    with as_output_error(path):
        if path.is_dir():
            raise _refusal(path, "the output must be a file, got a folder")
        if not folder.is_dir():
            got = "a file" if folder.exists() else "no such folder"
            raise _refusal(path, f"the place of the output must be an existing folder, got {got}")
        if not os.access(folder, os.W_OK):
            raise _refusal(path, "the place of the output must be writable, got a read-only folder")


def make_folder(folder: Path) -> None:
    """
    Make a folder for output, with the folders above it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; it may exist already.

    Raises
    ------
    OutputError
        If it cannot be made or cannot be written.
    """
    with as_output_error(folder):
        if folder.exists() and not folder.is_dir():
            raise _refusal(folder, "the output must go into a folder, got a file")
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise _refusal(folder, "the folder must be writable, got a read-only one")


def write_file(path: Path, content: bytes) -> None:
    """
    Write a file in one step: whoever looks sees the old file or the whole new one.

    Parameters
    ----------
    path : pathlib.Path
        Where to; a symbolic link is followed, a device or named pipe is written directly.
    content : bytes
        The whole content.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before stays as it was.
    """
    check_target(path)
    with as_output_error(path):
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)


def discard_unfinished() -> None:
    """Remove the temporary files and folders that exist right now."""
    for temporary in tuple(_unfinished):
        _remove(temporary)


def _replace(target: Path, content: bytes) -> None:
    """Write beside the target, then give the new file its name."""
    with temporary_name(target) as temporary:
        with temporary.open("xb") as stream:
            stream.write(content)
        temporary.replace(target)


@contextmanager
def temporary_name(target: Path) -> Iterator[Path]:
    """
    Name something that is not finished; whatever bears the name in the end is removed.

    Parameters
    ----------
    target : pathlib.Path
        Where the finished file or folder will be.

    Yields
    ------
    pathlib.Path
        A name beside it that nothing bears.
    """
    temporary = target.with_name(f".survkit-{os.urandom(6).hex()}.part")
    _unfinished.add(temporary)
    try:
        yield temporary
    finally:
        _remove(temporary)
        _unfinished.discard(temporary)


def _remove(path: Path) -> None:
    """Remove a file or a folder, if it is there and can be removed."""
    with suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def as_output_error(path: Path) -> Iterator[None]:
    """
    Turn what the operating system says into one sentence about a path.

    Parameters
    ----------
    path : pathlib.Path
        What is being written.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    OutputError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        what = f"the output must be writable, got: {error.strerror or error}"
        raise _refusal(path, what) from None


def _refusal(path: Path, sentence: str) -> OutputError:
    return OutputError(f"{path}: {sentence}")
