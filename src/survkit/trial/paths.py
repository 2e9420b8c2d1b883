"""Paths that a trial file names: they never lead outside of its folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from survkit.errors import DigitizedFileError
from survkit.trial.kinds import refusal

__all__ = ["PathBelow", "find_below"]

_LONGEST = 255


def _read_path(value: object) -> object:
    """Take a path that leads down."""
    if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= _LONGEST:
        ways = (PurePosixPath(value), PureWindowsPath(value))
        if not any(way.anchor or ".." in way.parts for way in ways):
            return value
    what = "the path of a file in the trial file's folder or below it"
    raise refusal(what, value)


PathBelow = Annotated[
    str,
    BeforeValidator(_read_path),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LONGEST}),
]
"""A path in a trial file, relative to its folder."""


def find_below(folder: Path | None, path: str) -> Path:
    """
    Find a file that a trial file names.

    Parameters
    ----------
    folder : pathlib.Path or None
        Folder of the trial file; None for a trial that was not read from a file.
    path : str
        The path relative to it.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DigitizedFileError
        If there is no folder or no such file in it, or links lead outside.
    """
    if folder is None:
        msg = f"{path}: a trial that was read from no file has no folder with files"
        raise DigitizedFileError((msg,))
    try:
        found = (folder / path).resolve()
        inside, known = found.is_relative_to(folder.resolve()), found.is_file()
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        msg = f"{path}: the path must lead to a file, got: {reason or error}"
        raise DigitizedFileError((msg,)) from None
    if not inside:
        msg = f"{path}: the file must lie in the trial file's folder or below, but a link leads out"
        raise DigitizedFileError((msg,))
    if not known:
        msg = f"{path}: the path must lead to a file, got none there"
        raise DigitizedFileError((msg,))
    return folder / path
