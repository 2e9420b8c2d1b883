"""What an arm's order has to respect, and orders in the making: the types of this stage.

Patients are numbered in the order in which they leave, so that the one at position p has n - p
patients at risk. Printed times cut the order into segments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats
    from survkit.reconstruction.constraints.cut import Cut

__all__ = ["PartialOrder", "Plan", "Segment", "SegmentCounts", "SegmentEnd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the order: up to a cut at which the curve is printed, or to the last patient."""

    # cuts before the end that ask something of the curve, each with the patients who have left
    within: tuple[tuple[Cut, int], ...]
    end: Cut | None  # the cut at the end; None where nothing is asked any more
    before: int  # patients expected to have left at the end of the segment before
    # patients expected to have left before the end; exactly so many where that is printed
    left: int
    earliest: int  # the fewest and the most who may have left, as other numbers at risk have it
    latest: int
    free: bool  # whether the number who have left may be another than expected
    last: bool  # whether the segment is the last, which takes all events that remain


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an arm's order has to respect."""

    events: int  # events of the arm
    cuts: tuple[Cut, ...]  # what is asked at points in time
    left: tuple[int, ...]  # patients expected to leave before each cut
    segments: tuple[Segment, ...]  # the stretches of the order; none where the curve is not printed
    # events needed after the last printed time, for the curve and its limits to pass one half
    needed_last: int
    # shape (n,); what an event at each position adds to the cumulative hazard, and to Greenwood's
    # sum
    hazard: Floats
    variance: Floats
    # shape (n,); log odds that a patient who leaves at that position leaves by an event
    logit: Floats
    probability: Floats  # shape (n,); the same as a probability

    @property
    def n(self) -> int:
        """Patients of the arm."""
        return int(self.hazard.size)

    @property
    def is_possible(self) -> bool:
        """Whether some curve has the limits that are printed beside it, at each cut by itself."""
        return all(cut.is_possible(self.n) for cut in self.cuts)

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
    """An arm's order up to the end of some segment: who has the event so far."""

    event: Flags  # shape (n,); the arm's events so far
    ends: tuple[SegmentEnd, ...] = ()  # where the segments so far end
    cost: float = 0.0  # how unlikely the order is, in squared standard deviations
    missed: float = 0.0  # what it misses at its cuts, in halves of the rounding windows, squared

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
    """How a segment is filled."""

    leaving: int  # patients who leave in the segment, but for those on time
    events: int  # how many of them by an event
    # further events at exactly the time of the cut at the end: where a number at risk is printed
    # they count in it, and yet the curve has fallen
    on_time: int
    cost: float  # how unlikely the counts are, in squared standard deviations
