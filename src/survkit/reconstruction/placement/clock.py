"""The clock: a decimal grid of times, fine enough to keep everybody apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.arrays import Floats, Ticks

__all__ = ["Clock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    The grid on which all times lie: decimal, and a residue class of it for each arm.

    As no two arms share a residue, no two patients of a data set share a time, and the treatment of
    ties cannot matter.
    """

    decimals: int  # decimal places of a time
    arms: int  # number of arms

    @property
    def tick(self) -> float:
        """Length of a tick, in time units."""
        return 10.0**-self.decimals

    def times(self, ticks: Ticks | Floats) -> Floats:
        """
        Convert ticks to time units.

        Parameters
        ----------
        ticks : ndarray of int or float
            Times in ticks.

        Returns
        -------
        ndarray of float
            Times, each the float nearest to its decimal.
        """
        return ticks / 10.0**self.decimals
