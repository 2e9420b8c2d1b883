"""Areas under curves: what they are for given times, and how far from what is printed.

Numbered in order of leaving, an arm's patients fix the heights of their curve; their times fix the
widths, and the area, the restricted mean, is linear in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window
from survkit.reconstruction.constraints.wald import allowed_estimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.targets import AreaTarget

__all__ = ["area_excess", "area_residuals", "measure_areas"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_COMFORT = 0.9
"""Share of a rounding window within which an area counts as met during the search."""


def measure_areas(times: Floats, event: Flags, horizon: float) -> tuple[Floats, Floats]:
    """
    Measure restricted means and their variances (Greenwood's formula), row by row.

    Parameters
    ----------
    times : ndarray of float, shape (k, n)
        Times of an arm's patients, rising along each row, in time units.
    event : ndarray of bool, shape (n,)
        Who has the event.
    horizon : float
        Where the area ends.

    Returns
    -------
    ndarray of float, shape (k,)
        Areas under the curve.
    ndarray of float, shape (k,)
        Their variances.
    """
    at_risk = event.size - np.arange(event.size, dtype=np.float64)
    after = np.cumprod(np.where(event, 1.0 - 1.0 / at_risk, 1.0))
    before = np.concatenate(([1.0], after[:-1]))
    until = np.minimum(times, horizon)
    so_far = np.cumsum(np.diff(until, axis=1, prepend=0.0) * before, axis=1)
    area = so_far[:, -1] + after[-1] * (horizon - until[:, -1])
    spread = np.where(
        event & (at_risk > 1.0), 1.0 / np.maximum(at_risk * (at_risk - 1.0), 1.0), 0.0
    )
    variance = ((area[:, None] - so_far) ** 2 * spread).sum(axis=1)
    return area, variance


def area_excess(target: AreaTarget, sides: Sequence[tuple[Floats, Flags]]) -> float:
    """
    Measure how far an area and its limits are missed, in half rounding windows, squared.

    Parameters
    ----------
    target : AreaTarget
        What is printed.
    sides : sequence of (ndarray of float, ndarray of bool)
        Times and events of every arm of the analysis.

    Returns
    -------
    float
        0 where everything is met with a little to spare.
    """
    area, variance = 0.0, 0.0
    for index, sign in target.arms:
        time, event = sides[index]
        own = measure_areas(time[None], event, target.horizon)
        area, variance = area + sign * float(own[0][0]), variance + float(own[1][0])
    missed = 0.0
    for window, z in _printed(target):
        value = area + z * variance**0.5
        missed += ((value - window.nearest(value, share=_COMFORT)) / window.half) ** 2
    return missed


def area_residuals(target: AreaTarget, area: Floats, error: Floats) -> Floats:
    """
    Hold areas against what is printed, scaled by rounding.

    The aims are those nearest to the first row: in the middle half of the areas that print as asked
    with its standard error, and among the standard errors that leave room for them.

    Parameters
    ----------
    target : AreaTarget
        What is printed.
    area, error : ndarray of float, shape (k,)
        Areas and their standard errors.

    Returns
    -------
    ndarray of float, shape (rows, k)
        Distances of the areas, and of the errors where limits are printed.
    """
    unit = max(window.half for window, _ in _printed(target))
    floor, ceiling = (
        own[0]
        for own in allowed_estimates(target.value, target.lower, target.upper, target.z * error)
    )
    inset = 0.25 * max(float(ceiling - floor), 0.0)
    middle = 0.5 * float(floor + ceiling)
    allowed = Window(min(floor + inset, middle), max(ceiling - inset, middle))
    rows = [(area - allowed.nearest(float(area[0]))) / unit]
    if target.standard_error is not None:
        aim = target.standard_error.nearest(float(error[0]))
        rows.append(target.z * (error - aim) / unit)
    return np.stack(rows)


def _printed(target: AreaTarget) -> list[tuple[Window, float]]:
    """List the printed figures, each with how many standard errors it is away from the area."""
    known = ((target.value, 0.0), (target.lower, -target.z), (target.upper, target.z))
    return [(window, z) for window, z in known if window is not None]
