"""The registry of methods: how patients are made, by name, with a version for the record."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError
from survkit.reconstruction.attempts import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.reconstruction.solution import Solution, Task

__all__ = ["METHODS", "NUMBERS", "Method", "find_method"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One way to make patients."""

    name: str  # its name
    version: int  # changes whenever the patients that it makes change
    # from a task to its solution; the same solution for the same task, on every machine
    solve: Callable[[Task], Solution]

    @property
    def label(self) -> str:
        """Name and version, as the record has them."""
        return f"{self.name}/{self.version}"


NUMBERS = Method(name="numbers", version=3, solve=solve)
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
    'numbers/3'
    """
    if name not in METHODS:
        near = difflib.get_close_matches(name, METHODS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it must be one of {', '.join(METHODS)}"
        msg = f"there is no method {name!r}; {hint}"
        raise SurvkitError(msg)
    return METHODS[name]
