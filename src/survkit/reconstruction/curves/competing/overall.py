"""Two incidences as one Kaplan-Meier curve: of events of either cause."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.digitized import DigitizedCurve
from survkit.reconstruction.curves.observed import CurveError

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.digitized import Taking

__all__ = ["Incidences", "incidence_level", "overall_curve"]

Incidences = tuple[DigitizedCurve, DigitizedCurve]

_BEYOND = 0.05
"""By how much read incidences may exceed 1 in sum."""


def overall_curve(incidences: Incidences) -> DigitizedCurve:
    """
    Join two incidences to the survival without either event, S = 1 - F1 - F2.

    Parameters
    ----------
    incidences : tuple of two DigitizedCurve
        Each as 1 - F, as curves are read.

    Returns
    -------
    DigitizedCurve
        Points at the times of both curves.

    Raises
    ------
    CurveError
        If the incidences exceed 1 in sum.
    """
    times = np.unique(np.concatenate([curve.times for curve in incidences]))
    summed = sum(incidence_level(curve, times) for curve in incidences)
    highest = float(np.max(summed))
    if highest > 1 + _BEYOND:
        fault = (
            f"two incidences of one arm must not exceed 1 in sum, got {highest:.3g}: 1 - KM of "
            "each cause, the other censored, is not its incidence"
        )
        raise CurveError((fault,))
    exact = all(curve.taken == "exact" for curve in incidences)
    return DigitizedCurve(
        times=tuple(times.tolist()),
        survival=tuple(np.clip(1.0 - summed, 0.0, 1.0).tolist()),
        taken=_taken(incidences),
        # the error of a sum of rounded numbers, as of one that is three times as uncertain as this
        precision=_rounding(incidences) if exact else _precision(incidences),
        marks=_marks(incidences),
        name=" and ".join(curve.name for curve in incidences),
    )


def incidence_level(curve: DigitizedCurve, times: Floats) -> Floats:
    """
    Read an incidence off its points: the step of the last one; between even ones, interpolated.

    Parameters
    ----------
    curve : DigitizedCurve
        The incidence, as 1 - F.
    times : ndarray of float, shape (k,)
        When, in the unit of the curve.

    Returns
    -------
    ndarray of float, shape (k,)
        F at these times; 0 before the first point.
    """
    points = np.array(curve.times)
    levels = 1.0 - np.array(curve.survival)
    if curve.taken in {"evenly spaced", "mixed"}:
        if points[0] > 0:
            points, levels = np.append(0.0, points), np.append(0.0, levels)
        return np.interp(times, points, levels)
    return np.append(0.0, levels)[np.searchsorted(points, times, side="right")]


def _taken(incidences: Incidences) -> Taking:
    first, second = (curve.taken for curve in incidences)
    return first if first == second else "mixed"


def _precision(incidences: Incidences) -> float | None:
    known = [curve.precision for curve in incidences if curve.precision is not None]
    return math.hypot(*known) if len(known) == len(incidences) else None


def _rounding(incidences: Incidences) -> float | None:
    known = [
        curve.precision if curve.precision is not None else curve.rounding for curve in incidences
    ]
    return sum(each for each in known if each is not None) / 3 if None not in known else None


def _marks(incidences: Incidences) -> tuple[float, ...]:
    """Return the marks of the curve that has more: both show the same censored patients."""
    return max((curve.marks for curve in incidences), key=len)
