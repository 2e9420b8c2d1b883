"""What an arm's order has to respect, and orders in the making: the types of this stage.

Patients are numbered in the order in which they leave, so that the one at position p has n - p
patients at risk. Printed times cut the order into segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.cut import Cut

__all__ = ["PartialOrder", "Plan", "Segment", "SegmentCounts", "SegmentEnd"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """
    A stretch of the order: up to a cut at which the curve is printed, or to the last patient.

    Parameters
    ----------
    within : tuple of tuple
        Cuts before the end that ask something of the curve, each with the patients who have left.
    end : Cut or None
        The cut at the end; None where nothing is asked any more.
    before : int
        Patients expected to have left at the end of the segment before.
    left : int
        Patients expected to have left before the end; exactly so many where that is printed.
    earliest, latest : int
        The fewest and the most who may have left, as other numbers at risk have it.
    free : bool
        Whether the number who have left may be another than expected.
    last : bool
        Whether the segment is the last, which takes all events that remain.
    """

    within: tuple[tuple[Cut, int], ...]
    end: Cut | None
    before: int
    left: int
    earliest: int
    latest: int
    free: bool
    last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What an arm's order has to respect.

    Parameters
    ----------
    events : int
        Events of the arm.
    cuts : tuple of Cut
        What is asked at points in time.
    left : tuple of int
        Patients expected to leave before each cut.
    segments : tuple of Segment
        The stretches of the order; none where the curve is not printed.
    needed_last : int
        Events needed after the last printed time, for the curve and its limits to pass one half.
    hazard, variance : ndarray of float, shape (n,)
        What an event at each position adds to the cumulative hazard, and to Greenwood's sum.
    logit : ndarray of float, shape (n,)
        Log odds that a patient who leaves at that position leaves by an event.
    probability : ndarray of float, shape (n,)
        The same as a probability.
    """

    events: int
    cuts: tuple[Cut, ...]
    left: tuple[int, ...]
    segments: tuple[Segment, ...]
    needed_last: int
    hazard: Floats
    variance: Floats
    logit: Floats
    probability: Floats

    @property
    def n(self) -> int:
        """Patients of the arm."""
        return int(self.hazard.size)

    @property
    def terms(self) -> tuple[Floats, Floats]:
        """What an event at each position adds to the cumulative hazard, and to Greenwood's sum."""
        return self.hazard, self.variance

    def log_odds_within(self, segment: Segment, shares: Floats) -> Floats:
        """Return the log odds of an event at shares of a segment, whatever its final length."""
        place = segment.before + shares * (segment.left - segment.before) - 0.5
        odds: Floats = np.interp(place, np.arange(self.n), self.logit)
        return odds


class SegmentEnd(NamedTuple):
    """Where a segment ends, and how many of its last patients have their event right then."""

    position: int
    on_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialOrder:
    """
    An arm's order up to the end of some segment: who has the event so far.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        The arm's events so far.
    ends : tuple of SegmentEnd
        Where the segments so far end.
    cost : float
        How unlikely the order is, in squared standard deviations.
    missed : float
        What it misses at its cuts, in halves of the rounding windows, squared.
    """

    event: Flags
    ends: tuple[SegmentEnd, ...] = ()
    cost: float = 0.0
    missed: float = 0.0

    @property
    def start(self) -> int:
        """The first position that is not settled yet."""
        return self.ends[-1].position if self.ends else 0

    @property
    def events(self) -> int:
        """Events so far."""
        return int(self.event.sum())

    def sum_of(self, amount: Floats) -> float:
        """Add up what the events so far amount to, each position so much."""
        return float(amount @ self.event)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCounts:
    """
    How a segment is filled.

    Parameters
    ----------
    leaving : int
        Patients who leave in the segment, but for those on time.
    events : int
        How many of them by an event.
    on_time : int
        Further events at exactly the time of the cut at the end: where a number at risk is printed
        they count in it, and yet the curve has fallen.
    cost : float
        How unlikely the counts is, in squared standard deviations.
    """

    leaving: int
    events: int
    on_time: int
    cost: float
