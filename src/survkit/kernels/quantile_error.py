"""Quantiles of time where the curve rests on a share, and intervals estimate ± z · error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from survkit.kernels.kaplan_meier import greenwood_variance, survival_steps

if TYPE_CHECKING:
    from survkit.kernels.event_table import EventTable
    from survkit.printed import Printed

__all__ = [
    "DENSITY_STEP",
    "Plateau",
    "error_of_quantile",
    "quantile_of_rest",
    "rest_on",
    "symmetric_limits",
]

Plateau = Literal["left end", "middle", "not estimable"]

DENSITY_STEP = 0.05
"""How far above and below the share the curve is read for its density there."""
_ON_SHARE = 1e-9


def error_of_quantile(table: EventTable, share: float) -> float:
    r"""
    Return the standard error of a quantile of time.

    Greenwood's error of the curve at the quantile, over the density there:
    :math:`SE(t) = SE(S(t)) (l - u) / (S(u) - S(l))`, u the last event time at which the curve is at
    least 0.05 above the share, l the first at which it is at least 0.05 below.

    Parameters
    ----------
    table : EventTable
        Event times.
    share : float
        Survival probability, 0.5 for the median.

    Returns
    -------
    float
        The error in time units; infinite where the curve does not come down so far.

    References
    ----------
    .. [1] Collett, D., "Modelling Survival Data in Medical Research", 3rd ed. (2015), section 2.4.
    """
    survival = np.concatenate(([1.0], survival_steps(table)))
    time = np.concatenate(([0.0], table.time))
    at = np.flatnonzero(survival <= share + _ON_SHARE)
    after = np.flatnonzero(survival <= share - DENSITY_STEP + _ON_SHARE)
    before = np.flatnonzero(survival >= share + DENSITY_STEP - _ON_SHARE)
    if not at.size or not after.size or not before.size or survival[at[0]] <= 0.0:
        return math.inf
    variance = float(greenwood_variance(table)[at[0] - 1])
    fall = survival[before[-1]] - survival[after[0]]
    spread = (time[after[0]] - time[before[-1]]) / fall
    return float(survival[at[0]] * math.sqrt(variance) * spread)


def symmetric_limits(estimate: float, error: float, z: float) -> tuple[float, float]:
    """
    Return estimate ± z · error, no limit below 0.

    Parameters
    ----------
    estimate, error : float
        A quantile of time and its standard error.
    z : float
        Normal quantile, 1.96 for 95 %.

    Returns
    -------
    tuple of float
        Lower and upper limit; both infinite where the error is.
    """
    if not math.isfinite(error):
        return math.inf, math.inf
    return max(estimate - z * error, 0.0), estimate + z * error


def rest_on(table: EventTable, share: float, last: float) -> tuple[float, float, bool] | None:
    """
    Find where a curve rests exactly on a share.

    Parameters
    ----------
    table : EventTable
        Event times.
    share : float
        Survival probability, 0.5 for the median.
    last : float
        When the last patient leaves.

    Returns
    -------
    tuple of float, float and bool, or None
        Where the rest begins and ends, and whether an event ends it; None without a rest.
    """
    steps = survival_steps(table)
    on = np.flatnonzero(np.abs(steps - share) <= _ON_SHARE)
    if not on.size:
        return None
    begin = int(on[0])
    if begin + 1 < table.time.size:
        return float(table.time[begin]), float(table.time[begin + 1]), True
    return float(table.time[begin]), last, False


def quantile_of_rest(
    rest: tuple[float, float, bool], plateau: Plateau | None, printed: Printed | None
) -> float:
    """
    Read a quantile where the curve rests on its share.

    Parameters
    ----------
    rest : tuple of float, float and bool
        What `rest_on` found.
    plateau : {"left end", "middle", "not estimable"} or None
        The convention: the left end, as lifelines has it; the middle, as R, also where nobody has
        the event afterwards; or, as SAS, the middle where an event ends the rest, else nothing.
    printed : Printed or None
        The printed quantile, which tells the convention where it is not stated.

    Returns
    -------
    float
        The quantile, infinite for "not estimable".
    """
    begin, end, ended = rest
    middle = 0.5 * (begin + end)
    by_convention = {
        "left end": begin,
        "middle": middle,
        "not estimable": middle if ended else math.inf,
    }
    if plateau is not None:
        return by_convention[plateau]
    values = list(by_convention.values()) if printed is not None else []
    return next((value for value in values if printed and printed.admits(value)), begin)
