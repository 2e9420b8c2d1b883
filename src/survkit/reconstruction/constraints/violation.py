"""How far curves and their limits miss what is asked at a cut.

Two sums tell all of a curve at a point: its hazard, the negative log survival, and Greenwood's sum.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.curve import ANYWHERE, Cut

if TYPE_CHECKING:
    from survkit.interval import Window
    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.targets import Passage

__all__ = [
    "COMFORT",
    "ONE_SIDED",
    "ON_SHARE",
    "asked_sums",
    "confidence_limit",
    "curve_after",
    "missed_at",
    "step_sums",
]

Floats = NDArray[np.float64]

COMFORT = 0.96
"""Share of a rounding window within which the curve counts as meeting it."""
_AWAY = 1e-6
"""Distance from 0 and 1 of a probability whose logarithm is taken."""
_BOTH_LIMITS = 4
"""Ends of the rounding of both limits; a single one tells little about the variance."""
_AT_ZERO = 40.0
"""Cumulative hazard of a curve that has reached zero, where no limits are computed."""
_TO_ZERO = 50.0
"""Cumulative hazard that stands for a curve at zero."""
_NO_HAZARD = 1e-300
ON_SHARE = 1e-9
"""Distance at which a curve rests on a share, and has passed it."""
ONE_SIDED = 0.001
"""Unit in which a curve on the wrong side of one half is measured."""


def asked_sums(cut: Cut) -> tuple[tuple[float, float], tuple[float, float]]:
    """
    Return the sums that would put the curve and its limits in the middle of their rounding.

    Parameters
    ----------
    cut : Cut
        What is asked.

    Returns
    -------
    tuple of tuple
        The cumulative hazard and Greenwood's sum, each with half its rounding; that is infinite
        where nothing is asked.
    """
    nothing = (0.0, math.inf)
    if not cut.survival.bounded:
        return nothing, nothing
    ceiling = min(cut.survival.upper, 1.0 - _AWAY)
    middle = max(0.5 * (cut.survival.lower + ceiling), 0.25 * ceiling, _AWAY)
    hazard = -math.log(middle)
    asked = (hazard, cut.survival.half / middle)
    roots = [
        _root_behind(cut, hazard, min(max(bound, _AWAY), 1.0 - _AWAY), side)
        for window, side in ((cut.lower, -1.0), (cut.upper, 1.0))
        if window.bounded
        for bound in (window.lower, window.upper)
    ]
    if len(roots) < _BOTH_LIMITS:
        return asked, nothing
    # the lower limit falls and the upper rises with the root
    least, most = sorted((max(roots[1], roots[2]), min(roots[0], roots[3])))
    least, most = max(least, 0.0) ** 2, max(most, 0.0) ** 2
    return asked, (0.5 * (least + most), max(0.5 * (most - least), 1e-3 * most, _NO_HAZARD))


def _root_behind(cut: Cut, hazard: float, limit: float, side: float) -> float:
    """Root of Greenwood's sum at which a confidence limit has a value."""
    if cut.transform == "log-log":
        return -side * hazard * math.log(-math.log(limit) / hazard) / cut.z
    if cut.transform == "log":
        return side * (math.log(limit) + hazard) / cut.z
    return side * (limit * math.exp(hazard) - 1.0) / cut.z


def confidence_limit(
    hazard: Floats, root: Floats, z: float | Floats, transform: Transform
) -> Floats:
    """
    Confidence limit of a survival curve.

    Parameters
    ----------
    hazard : ndarray of float
        Negative log survival.
    root : ndarray of float
        Root of Greenwood's sum, in the same shape.
    z : float or ndarray of float
        Normal quantile; the upper limit for a positive one, the lower for a negative one.
    transform : {"log-log", "log", "plain"}
        Scale on which the interval is symmetric.

    Returns
    -------
    ndarray of float
        Probabilities; NaN where the curve has reached zero.
    """
    limit = np.exp(_log_limit(hazard, root, z, transform))
    return np.where(hazard < _AT_ZERO, limit, np.nan)


def step_sums(at_risk: Floats) -> tuple[Floats, Floats]:
    """
    Say what single events add to the cumulative hazard, and to Greenwood's sum.

    Parameters
    ----------
    at_risk : ndarray of float
        Numbers at risk, at least 1.

    Returns
    -------
    tuple of ndarray of float
        Sums log(r / (r - 1)) and 1 / (r (r - 1)); 50 for the last patient, who ends the curve.
    """
    with np.errstate(divide="ignore"):
        weight = np.minimum(-np.log1p(-1.0 / at_risk), _TO_ZERO)
        spread = np.minimum(1.0 / (at_risk * (at_risk - 1.0)), _TO_ZERO)
    return weight, spread


def curve_after(passage: Passage, weight: Floats, spread: Floats) -> Floats:
    """
    Follow the curve of a passage, or its limit, from step to step.

    Parameters
    ----------
    passage : Passage
        Which curve.
    weight, spread : ndarray of float, shape (d,)
        What each step adds to the cumulative hazard, and to Greenwood's sum.

    Returns
    -------
    ndarray of float, shape (d,)
        Probabilities after each step; NaN for limits once the curve has reached zero.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        hazard = np.cumsum(weight)
        if passage.z == 0.0:
            return np.exp(-hazard)
        return confidence_limit(hazard, np.sqrt(np.cumsum(spread)), passage.z, passage.transform)


def _log_limit(hazard: Floats, root: Floats, z: float | Floats, transform: Transform) -> Floats:
    """Logarithm of a confidence limit, whether or not the curve has reached zero."""
    if transform == "log-log":
        with np.errstate(over="ignore"):
            return -hazard * np.exp(-z * root / hazard)
    if transform == "log":
        return -hazard + z * root
    return -hazard + np.log(np.maximum(1.0 + z * root, _NO_HAZARD))


def missed_at(cut: Cut, hazard: Floats, variance: Floats, comfort: float = COMFORT) -> Floats:
    """
    Measure how far curves miss what is asked at a cut, in half rounding windows, squared.

    Parameters
    ----------
    cut : Cut
        What is asked.
    hazard : ndarray of float
        Negative log survival of each candidate at the cut.
    variance : ndarray of float
        Greenwood's sum of each.
    comfort : float
        Share of a rounding window within which a figure counts as met.

    Returns
    -------
    ndarray of float
        Sums of squares, in the same shape; 0 where all is met.
    """
    missed: Floats = np.zeros(np.shape(hazard))
    positive = np.maximum(hazard, _NO_HAZARD)
    if cut.survival is not ANYWHERE:
        missed = missed + _beyond(cut.survival, np.exp(-positive), comfort) ** 2
    if cut.lower is not ANYWHERE or cut.upper is not ANYWHERE:
        root = np.sqrt(variance)
        at_zero = positive >= _AT_ZERO
        for window, z in ((cut.lower, -cut.z), (cut.upper, cut.z)):
            if window is not ANYWHERE:
                limit = np.exp(_log_limit(positive, root, z, cut.transform))
                missed = missed + np.where(at_zero, 0.0, _beyond(window, limit, comfort)) ** 2
    return missed


def _beyond(window: Window, value: Floats, comfort: float) -> Floats:
    """Distance from a window, in halves of it; from a window without one end in thousandths."""
    if math.isfinite(window.lower) and math.isfinite(window.upper):
        unit = max(window.half, 1e-9)
        return np.maximum(0.0, np.abs(value - window.middle) / unit - comfort)
    return (np.maximum(0.0, window.lower - value) + np.maximum(0.0, value - window.upper)) / (
        ONE_SIDED
    )
