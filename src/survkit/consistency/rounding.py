"""Interval arithmetic on printed figures: every number stands for all that print like it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.kernels import normal_quantile, two_sided_quantile

if TYPE_CHECKING:
    from survkit.trial import Figure

__all__ = ["certainly_above", "interval_of", "normal_quantile_range", "two_sided_z"]

_BOUNDS = {
    "time": (0.0, math.inf),
    "percent": (-math.inf, 100.0),
    "ratio": (0.0, math.inf),
    "rate": (0.0, math.inf),
    "probability": (0.0, 1.0),
}


def interval_of(figure: Figure) -> Interval:
    """
    Return the values that print like a figure.

    Parameters
    ----------
    figure : Figure
        A printed figure.

    Returns
    -------
    Interval
        Its rounding interval, closed, within what the quantity can be; a count is exact, and
        "not reached" is infinite.
    """
    printed, unit = figure.printed, figure.key.definition.unit
    if unit == "patients":
        return Interval(printed.value, printed.value)
    floor, ceiling = _BOUNDS[unit]
    if figure.key.definition.scope == "contrast" and unit == "time":
        floor = -math.inf  # a difference of means
    if figure.key.definition.scope == "arm" and unit == "percent":
        floor = 0.0
    return Interval(max(printed.lower, floor), max(min(printed.upper, ceiling), floor))


def certainly_above(one: Figure, other: Figure) -> bool:
    """
    Tell whether a figure exceeds another one, whatever was rounded off.

    Rounding is monotone: numbers that print with equally many decimals have the order of their
    digits. With different decimals, the rounding intervals must be apart.

    Parameters
    ----------
    one, other : Figure
        Figures of one unit.

    Returns
    -------
    bool
        True if no unrounded `one` is at or below an unrounded `other`.
    """
    first, second = one.printed, other.printed
    if first.exact and second.exact and first.decimals == second.decimals:
        return first.value > second.value
    return interval_of(one).above(interval_of(other)) or (not first.reached and second.exact)


def normal_quantile_range(level: float) -> Interval:
    """Return the normal quantiles that somebody may have used for a confidence level."""
    exact = two_sided_quantile(level)
    used = (exact, round(exact, 2), round(exact, 3))
    return Interval(min(used), max(used))


def two_sided_z(p: float) -> float:
    """Return the size of the normal statistic behind a two-sided p-value."""
    return -normal_quantile(min(p, 1.0) / 2.0)
