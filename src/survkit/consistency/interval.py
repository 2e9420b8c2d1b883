"""Interval arithmetic on printed figures: every number stands for all that print like it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.trial import Figure

__all__ = ["Range", "certainly_above", "normal_quantile_range", "range_of", "two_sided_z"]

_SLACK = 1e-9
_BOUNDS = {
    "time": (0.0, math.inf),
    "percent": (-math.inf, 100.0),
    "ratio": (0.0, math.inf),
    "probability": (0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Range:
    """
    A closed interval of real numbers.

    Parameters
    ----------
    lower : float
        Smallest number.
    upper : float
        Largest number.
    """

    lower: float
    upper: float

    def above(self, other: Range) -> bool:
        """
        Tell whether every number here is above every number there.

        Parameters
        ----------
        other : Range
            Another interval.

        Returns
        -------
        bool
            True if the intervals are apart, this one above, by more than the error of a float.
        """
        if math.isinf(other.upper):
            return False
        return self.lower > other.upper + _SLACK * max(1.0, abs(other.upper))

    def meets(self, other: Range) -> bool:
        """
        Tell whether the intervals have a number in common.

        Parameters
        ----------
        other : Range
            Another interval.

        Returns
        -------
        bool
            True if they do.
        """
        return not self.above(other) and not other.above(self)

    def gap(self, other: Range) -> float:
        """
        Measure the distance between two intervals.

        Parameters
        ----------
        other : Range
            Another interval.

        Returns
        -------
        float
            0 where they meet.
        """
        return max(0.0, self.lower - other.upper, other.lower - self.upper)

    def text(self, digits: int = 3) -> str:
        """
        Write the interval down.

        Parameters
        ----------
        digits : int
            Significant digits.

        Returns
        -------
        str
            ``"0.055 to 0.073"``, or one number where both ends print the same.
        """
        lower, upper = (f"{end:.{digits}g}" for end in (self.lower, self.upper))
        return lower if lower == upper else f"{lower} to {upper}"


def range_of(figure: Figure) -> Range:
    """
    Return the values that print like a figure.

    Parameters
    ----------
    figure : Figure
        A printed figure.

    Returns
    -------
    Range
        Its rounding interval, closed, within what the quantity can be; a count is exact, and
        "not reached" is infinite.
    """
    printed, unit = figure.printed, figure.key.definition.unit
    if unit == "patients":
        return Range(printed.value, printed.value)
    floor, ceiling = _BOUNDS[unit]
    if figure.key.definition.scope == "contrast" and unit == "time":
        floor = -math.inf  # a difference of means
    if figure.key.definition.scope == "arm" and unit == "percent":
        floor = 0.0
    return Range(max(printed.lower, floor), max(min(printed.upper, ceiling), floor))


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
    return range_of(one).above(range_of(other)) or (not first.reached and second.exact)


def normal_quantile_range(level: float) -> Range:
    """
    Return the normal quantiles that somebody may have used for a confidence level.

    Parameters
    ----------
    level : float
        Confidence level in percent.

    Returns
    -------
    Range
        The quantile and its roundings to two and three decimals, as in "1.96".
    """
    exact = NormalDist().inv_cdf(0.5 + level / 200.0)
    used = (exact, round(exact, 2), round(exact, 3))
    return Range(min(used), max(used))


def two_sided_z(p: float) -> float:
    """
    Return the size of the normal statistic behind a two-sided p-value.

    Parameters
    ----------
    p : float
        A probability.

    Returns
    -------
    float
        Infinite for 0.
    """
    if p <= 0.0:
        return math.inf
    return -NormalDist().inv_cdf(min(p, 1.0) / 2.0)
