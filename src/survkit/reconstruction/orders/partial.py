"""An arm's order as far as it is settled: who has the event, and where the pieces end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Partial"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """
    An arm's order up to some stop.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        The arm's events so far.
    ends : tuple of tuple of int
        For each piece its end, and how many of its last patients have their event right then.
    cost : float
        How unlikely the order is, in squared standard deviations.
    missed : float
        What it misses at its cuts, in halves of the rounding windows, squared.
    """

    event: Flags
    ends: tuple[tuple[int, int], ...] = ()
    cost: float = 0.0
    missed: float = 0.0

    @property
    def start(self) -> int:
        """The first position that is not settled yet."""
        return self.ends[-1][0] if self.ends else 0

    @property
    def events(self) -> int:
        """Events so far."""
        return int(self.event.sum())

    def sum_of(self, amount: Floats) -> float:
        """
        Add up what the events so far amount to.

        Parameters
        ----------
        amount : ndarray of float, shape (n,)
            What an event at each position adds.

        Returns
        -------
        float
            The sum.
        """
        return float(amount @ self.event)
