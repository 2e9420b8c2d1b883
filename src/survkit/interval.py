"""The rounding window of a printed figure, as numbers to compute with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.printed import Printed

__all__ = ["Window"]

Floats = NDArray[np.float64]

_TINY_RATIO = 1e-6
"""Stands for the lower end of a ratio that is printed as zero."""


@dataclass(frozen=True, slots=True)
class Window:
    """
    The values that print like a figure: a closed interval.

    Parameters
    ----------
    lower : float
        Smallest value.
    upper : float
        Largest value; both are infinite for "not reached".
    """

    lower: float
    upper: float

    @classmethod
    def of(cls, printed: Printed) -> Window:
        """
        Return the rounding interval of a printed figure.

        Parameters
        ----------
        printed : Printed
            The figure.

        Returns
        -------
        Window
            Its smallest and largest value.
        """
        return cls(printed.lower, printed.upper)

    @property
    def middle(self) -> float:
        """Centre of the window."""
        return 0.5 * (self.lower + self.upper)

    @property
    def half(self) -> float:
        """Half its width."""
        return 0.5 * (self.upper - self.lower)

    @property
    def reached(self) -> bool:
        """Whether the figure is a number."""
        return math.isfinite(self.lower)

    def nearest(self, value: float, *, share: float = 1.0) -> float:
        """
        Return the value of the window nearest to another.

        Parameters
        ----------
        value : float
            Any value.
        share : float
            How much of the window counts, about its middle, where it has two ends.

        Returns
        -------
        float
            A value of the window.
        """
        return float(self.nearest_to(np.array(value), share=share))

    def nearest_to(self, values: Floats, *, share: float = 1.0) -> Floats:
        """
        Return the values of the window nearest to others.

        Parameters
        ----------
        values : ndarray of float
            Any values.
        share : float
            How much of the window counts, about its middle, where it has two ends.

        Returns
        -------
        ndarray of float
            Values of the window, in the same shape.
        """
        if self.bounded:
            half = share * self.half
            return np.clip(values, self.middle - half, self.middle + half)
        return np.clip(values, self.lower, self.upper)

    @property
    def bounded(self) -> bool:
        """Whether the window has two ends."""
        return math.isfinite(self.lower) and math.isfinite(self.upper)

    def scaled(self, factor: float) -> Window:
        """
        Change the unit.

        Parameters
        ----------
        factor : float
            What to multiply with.

        Returns
        -------
        Window
            The window in the new unit.
        """
        return Window(self.lower * factor, self.upper * factor)

    def log(self) -> Window:
        """Return the window on the log scale; a ratio printed as zero has a lower end anyway."""
        return Window(math.log(max(self.lower, _TINY_RATIO)), math.log(self.upper))
