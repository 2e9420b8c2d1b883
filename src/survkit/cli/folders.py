"""Output folders that are written as a whole: the old one, or the new one, never a mixture."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.cli.files import as_output_error, temporary_name
from survkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["check_folder_target", "write_folder"]


def check_folder_target(folder: Path, *, marker: str) -> None:
    """
    Refuse a folder that cannot be written, or holds something else, before any work is done.

    Parameters
    ----------
    folder : pathlib.Path
        What will be written; the folders above it are made if need be.
    marker : str
        Name of the file by which survkit knows a folder as its own.

    Raises
    ------
    OutputError
        If it is a file, a link, or a folder that is neither empty nor marked.
    """
    with as_output_error(folder):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            msg = f"{folder}: the output must be a folder, got a {_kind(folder)}"
            raise OutputError(msg)
        if folder.is_dir() and any(folder.iterdir()) and not (folder / marker).is_file():
            msg = (
                f"{folder}: the output must be a new folder, an empty one or an earlier report, "
                "got a folder with other files"
            )
            raise OutputError(msg)
        if folder.resolve() == Path.cwd():
            msg = f"{folder}: the output must be another folder than the current one, got that one"
            raise OutputError(msg)
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        if not os.access(folder.resolve().parent, os.W_OK):
            msg = f"{folder}: the place of the output must be writable, got a read-only folder"
            raise OutputError(msg)


def write_folder(folder: Path, files: Mapping[str, bytes], *, marker: str) -> None:
    """
    Write a folder beside its place, then put it there.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; an earlier one is replaced as a whole.
    files : mapping of str to bytes
        Contents by path below the folder, with slashes.
    marker : str
        Name of the file by which survkit knows a folder as its own.

    Raises
    ------
    OutputError
        If it cannot be written; what was there before stays as it was.
    """
    check_folder_target(folder, marker=marker)
    target = folder.resolve()
    with as_output_error(folder), temporary_name(target) as new, temporary_name(target) as old:
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _exchange(new, target, old)


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


def _kind(path: Path) -> str:
    return "link" if path.is_symlink() else "file"
