"""The registry of methods: how patients are made, by name, with a version for the record."""

from __future__ import annotations

import difflib

from survkit.errors import SurvkitError
from survkit.reconstruction.attempts import solve
from survkit.reconstruction.finite.search import search_small_arms
from survkit.reconstruction.solution import Method

__all__ = ["METHODS", "NUMBERS", "find_method"]


NUMBERS = Method(name="numbers", version=4, solve=solve, mend=search_small_arms)
"""From printed numbers alone: population, whole patients, times, calibration (docs/method.md)."""

METHODS = {method.name: method for method in (NUMBERS,)}
"""Every method by its name."""


def find_method(name: str) -> Method:
    """
    Look a method up.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    Method
        The method.

    Raises
    ------
    SurvkitError
        If there is none of that name.

    Examples
    --------
    >>> find_method("numbers").label
    'numbers/4'
    """
    if name not in METHODS:
        near = difflib.get_close_matches(name, METHODS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it must be one of {', '.join(METHODS)}"
        msg = f"there is no method {name!r}; {hint}"
        raise SurvkitError(msg)
    return METHODS[name]
