"""Closed intervals of numbers: what prints like a figure, and what the audit allows for one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.printed import Printed

__all__ = ["ANYWHERE", "Interval"]

_TINY_RATIO = 1e-6
"""Stands for the lower end of a ratio that is printed as zero."""
_SLACK = 1e-9
"""Relative room of a comparison: binary floats miss decimal ends by less."""


@dataclass(frozen=True, slots=True)
class Interval:
    """
    A closed interval of numbers, such as the rounding window of a printed figure.

    Parameters
    ----------
    lower, upper : float
        Smallest and largest value; both are infinite for "not reached".

    Examples
    --------
    >>> from survkit.printed import Printed
    >>> window = Interval.of(Printed.parse("0.30"))
    >>> round(window.middle, 3), window.clip(0.2), window.meets(Interval(0.305, 1.0))
    (0.3, 0.295, True)
    """

    lower: float
    upper: float

    @classmethod
    def of(cls, printed: Printed) -> Interval:
        """Return the rounding window of a printed figure."""
        return cls(printed.lower, printed.upper)

    @property
    def middle(self) -> float:
        """Centre of the interval."""
        return 0.5 * (self.lower + self.upper)

    @property
    def half(self) -> float:
        """Half its width."""
        return 0.5 * (self.upper - self.lower)

    @property
    def reached(self) -> bool:
        """Whether a figure with this rounding window is a number."""
        return math.isfinite(self.lower)

    @property
    def bounded(self) -> bool:
        """Whether the interval has two ends."""
        return math.isfinite(self.lower) and math.isfinite(self.upper)

    def clip(self, value: float, *, share: float = 1.0) -> float:
        """
        Return the value of the interval nearest to another.

        Parameters
        ----------
        value : float
            Any value.
        share : float
            How much of the interval counts, about its middle, where it has two ends.

        Returns
        -------
        float
            A value of the interval.
        """
        return float(self.clip_all(np.array(value), share=share))

    def clip_all(self, values: Floats, *, share: float = 1.0) -> Floats:
        """
        Return the values of the interval nearest to others.

        Parameters
        ----------
        values : ndarray of float
            Any values.
        share : float
            How much of the interval counts, about its middle, where it has two ends.

        Returns
        -------
        ndarray of float
            Values of the interval, in the same shape.
        """
        if self.bounded:
            half = share * self.half
            return np.clip(values, self.middle - half, self.middle + half)
        return np.clip(values, self.lower, self.upper)

    def scaled(self, factor: float) -> Interval:
        """Return the interval in another unit, `factor` times as fine."""
        return Interval(self.lower * factor, self.upper * factor)

    def shifted(self, by: float) -> Interval:
        """Return the interval moved by a distance."""
        return Interval(self.lower + by, self.upper + by)

    def log(self) -> Interval:
        """Return the interval on the log scale; a ratio printed as zero has a lower end anyway."""
        return Interval(math.log(max(self.lower, _TINY_RATIO)), math.log(self.upper))

    def intersect(self, other: Interval) -> Interval:
        """Return what two intervals have in common; turned about where they have nothing."""
        return Interval(max(self.lower, other.lower), min(self.upper, other.upper))

    def above(self, other: Interval) -> bool:
        """Tell whether every number here is above every number there, beyond rounding."""
        if math.isinf(other.upper):
            return False
        return self.lower > other.upper + _SLACK * max(1.0, abs(other.upper))

    def meets(self, other: Interval) -> bool:
        """Tell whether the intervals have a number in common."""
        return not self.above(other) and not other.above(self)

    def gap(self, other: Interval) -> float:
        """Measure the distance between two intervals, 0 where they meet."""
        return max(0.0, self.lower - other.upper, other.lower - self.upper)

    def text(self, digits: int = 3) -> str:
        """Write the interval down with so many significant digits."""
        lower, upper = (f"{end:.{digits}g}" for end in (self.lower, self.upper))
        return lower if lower == upper else f"{lower} to {upper}"


ANYWHERE = Interval(-math.inf, math.inf)
"""Where nothing is asked."""
