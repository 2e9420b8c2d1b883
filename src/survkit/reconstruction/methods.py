"""The registry of methods: how patients are made, by name, with a version for the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.errors import SurvkitError, unknown_name
from survkit.reconstruction.attempts.from_curves import ask_for_curves, follow_curves
from survkit.reconstruction.attempts.from_figures import solve
from survkit.reconstruction.finite.search import search_small_arms
from survkit.reconstruction.solution import Method

if TYPE_CHECKING:
    from survkit.reconstruction.solution import Solution, Task
    from survkit.trial import Analysis

__all__ = ["CURVES", "METHODS", "NUMBERS", "find_method", "usual_method"]

NUMBERS = Method(name="numbers", version=4, solve=solve, mend=search_small_arms)
"""From printed numbers alone: population, whole patients, times, calibration (docs/method.md)."""


def _begin_with_curves(task: Task) -> Solution:
    """Follow the curves; where none could be decoded, begin with printed figures."""
    decoded = any(curve is not None and curve.decoded is not None for curve in task.curves)
    return follow_curves(task) if decoded else solve(task)


def _leave_curves(task: Task, nearest: Solution) -> Solution | None:
    """Search small arms near the curves; where that finds nothing, begin with printed figures."""
    found = search_small_arms(task, nearest)
    return solve(ask_for_curves(task)) if found is None else found


CURVES = Method(name="curves", version=2, solve=_begin_with_curves, mend=_leave_curves)
"""From drawn curves and printed numbers together: decoded patients, moved as little as needed."""

METHODS = {method.name: method for method in (NUMBERS, CURVES)}
"""Every method by its name."""


def usual_method(analysis: Analysis) -> Method:
    """Choose the method by what there is: curves where an arm has one to follow, else numbers."""
    return CURVES if any(arm.curve is not None for arm in analysis.arms) else NUMBERS


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
        raise SurvkitError(unknown_name("method", name, METHODS))
    return METHODS[name]
