"""Arguments of the public functions: what was meant, or a sentence that says what to hand in."""

from __future__ import annotations

import reprlib
from pathlib import Path
from typing import TypeVar

from survkit.errors import WrongArgumentError
from survkit.trial import Analysis, Trial

__all__ = ["as_analysis", "as_instance"]

T = TypeVar("T")


def as_analysis(given: object, function: str) -> Analysis:
    """
    Return the analysis that a caller means.

    Parameters
    ----------
    given : object
        An analysis, or a trial with no more than one.
    function : str
        Name of the function that was called.

    Returns
    -------
    Analysis
        The analysis.

    Raises
    ------
    WrongArgumentError
        If it is neither.
    """
    if isinstance(given, Analysis):
        return given
    if isinstance(given, Trial):
        if len(given.analyses) == 1:
            return given.analyses[0]
        ids = ", ".join(analysis.id for analysis in given.analyses)
        msg = (
            f"{function}: one analysis must be given, such as "
            f"trial.analysis({given.analyses[0].id!r}), got the trial {given.id} with {ids}"
        )
        raise WrongArgumentError(msg)
    raise WrongArgumentError(_refusal(given, function, "an analysis", ".analyses[0]"))


def as_instance(given: object, kind: type[T], function: str, what: str) -> T:
    """
    Return an argument, or say what it must be.

    Parameters
    ----------
    given : object
        What was handed in.
    kind : type
        What it must be.
    function : str
        Name of the function that was called.
    what : str
        What it must be, in words.

    Returns
    -------
    T
        The argument.

    Raises
    ------
    WrongArgumentError
        If it is something else.
    """
    if isinstance(given, kind):
        return given
    raise WrongArgumentError(_refusal(given, function, what, ""))


def _refusal(given: object, function: str, what: str, part: str) -> str:
    """Say what must be given; names of trials are taken for what they are."""
    named = isinstance(given, str | Path)
    name = str(given) if named and len(str(given)) <= 40 else "radiant-3"
    such = f", such as load_trial({name!r}){part}" if part or what == "a trial" else ""
    return f"{function}: {what} must be given{such}, got {_shown(given)}"


def _shown(given: object) -> str:
    """Show an argument: itself if it is short, else its type."""
    text = reprlib.repr(given) if isinstance(given, str | int | float | None) else ""
    return text or f"a {type(given).__name__}"
