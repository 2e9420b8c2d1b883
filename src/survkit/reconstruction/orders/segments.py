"""One segment of an order: events drawn with the population's odds, then exchanged with censorings.

The draw is tilted as little as the figures at the end of the segment need; what it still misses is
mended by exchanging single events with censorings, the best pair each time.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Flags, Floats, Positions, sums_before
from survkit.kernels.violation import CURVE, Tolerance
from survkit.reconstruction.orders.exchange import CurveReadings, Effort, exchange_events
from survkit.reconstruction.orders.plan import PartialOrder, SegmentEnd
from survkit.reconstruction.orders.sampling import SLACK, draw, sigmoid, tilted, with_sum

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.orders.plan import Plan, Segment, SegmentCounts

__all__ = ["fill_segment", "mend_order", "missed_by", "read_from"]

Ends = tuple[SegmentEnd, ...]

_COUNT_SD = 0.02
"""Slack of the events of a segment, in patients."""
_MOST_STEPS = 8
"""Newton steps of the tilt; exchanges do the rest."""
_EXCLUDED = -30.0
"""Log odds of an event that would take the curve too far at once."""


def fill_segment(
    plan: Plan,
    partial: PartialOrder,
    segment: Segment,
    counts: SegmentCounts,
    effort: Effort,
    phase: float = 0.5,
) -> PartialOrder:
    """
    Choose the events of the next segment, as many as its counts have.

    The systematic sample that picks them starts at `phase`, between 0 and 1.
    """
    stand = partial.start + counts.leaving
    end = SegmentEnd(stand + counts.on_time, counts.on_time)
    event = partial.event.copy()
    event[stand : end.position] = True
    event[partial.start : stand] = _drawn(plan, partial, segment, counts, phase)
    ends = (*partial.ends, end)
    readings, free = read_from(plan, event, ends, len(ends) - 1)
    exchanged = exchange_events(readings, event[free], effort)
    event[free] = exchanged.event
    return PartialOrder(
        event=event,
        ends=ends,
        cost=round(partial.cost + counts.cost, 6),
        missed=round(partial.missed + exchanged.missed, 9),
    )


def mend_order(plan: Plan, order: PartialOrder, effort: Effort) -> PartialOrder:
    """
    Exchange events with censorings in the last segment and those before, ever more of them.

    Where few are at risk, only some of what earlier figures leave open leads to the later ones.
    """
    event = order.event.copy()
    missed = order.missed
    for first in range(len(order.ends) - 2, -1, -1):
        readings, free = read_from(plan, event, order.ends, first)
        event[free] = exchange_events(readings, event[free], effort).event
        missed = missed_by(plan, event, order.ends)
        if missed <= CURVE.met:
            break
    return replace(order, event=event, missed=missed)


def missed_by(plan: Plan, event: Flags, ends: Ends, tolerance: Tolerance = CURVE) -> float:
    """
    Add up what an order misses at all cuts of its segments.

    Parameters
    ----------
    plan : Plan
        The plan.
    event : ndarray of bool, shape (n,)
        The arm's events.
    ends : tuple of SegmentEnd
        Where the segments end.
    tolerance : Tolerance
        What counts as met.

    Returns
    -------
    float
        Sum of squares, in halves of the rounding windows.
    """
    hazards, variances = _cumulative(plan, event)
    missed = 0.0
    for cut, left in _cuts_from(plan, ends, 0):
        if not cut.guide:
            at = slice(left, left + 1)
            missed += float(cut.missed(hazards[at], variances[at], tolerance)[0])
    return round(missed, 9)


def _cumulative(plan: Plan, event: Flags) -> list[Floats]:
    """Add up hazard and Greenwood's sum from position to position, beginning with nothing."""
    return [sums_before(terms * event) for terms in plan.terms]


def _cuts_from(plan: Plan, ends: Ends, first: int) -> list[tuple[Cut, int]]:
    """List the cuts from a segment on, each with how many have left when the curve is read."""
    reads: list[tuple[Cut, int]] = []
    for number, segment in enumerate(plan.segments[first : len(ends)], start=first):
        start, stand = _free_part(ends, number)
        reads += [(cut, min(max(left, start), stand)) for cut, left in segment.within]
        if segment.end is not None:
            reads.append((segment.end, ends[number].position))
    return reads


def _free_part(ends: Ends, index: int) -> tuple[int, int]:
    """Return the positions of a segment that may have an event or not, from first to after last."""
    start = ends[index - 1].position if index else 0
    return start, ends[index].position - ends[index].on_time


def read_from(plan: Plan, event: Flags, ends: Ends, first: int) -> tuple[CurveReadings, Positions]:
    """Lay out where the curve is read from a segment on, and which positions are free there."""
    spans = [np.arange(*_free_part(ends, i)) for i in range(first, len(ends))]
    free = np.concatenate([np.empty(0, dtype=np.int64), *spans])
    reads = _cuts_from(plan, ends, first)
    others = event.copy()
    others[free] = False
    sums = _cumulative(plan, others)
    amounts, settled = [], []
    for _, left in reads:
        before = free < left
        amounts += [np.where(before, terms[free], 0.0) for terms in plan.terms]
        settled += [total[left] for total in sums]
    readings = CurveReadings(
        cuts=tuple(cut for cut, _ in reads),
        amounts=np.array(amounts).reshape(len(amounts), free.size),
        settled=np.array(settled),
    )
    return readings, free


def _drawn(
    plan: Plan, partial: PartialOrder, segment: Segment, counts: SegmentCounts, phase: float
) -> Flags:
    """Draw so many events with the plan's odds, tilted to where the figures want them."""
    leaving, events = counts.leaving, counts.events
    if events in (0, leaving):
        return np.full(leaving, events > 0)
    logit = plan.log_odds_within(segment, (np.arange(leaving) + 0.5) / leaving)
    rows, wanted, possible = _asked_of_draw(plan, partial, segment, counts)
    if int(possible.sum()) < events:
        possible[:] = True
    if len(rows) == 1:
        return draw(with_sum(logit, events), phase)
    features = np.where(possible, np.stack(rows), 0.0)
    logit = np.where(possible, logit, _EXCLUDED)
    odds = tilted(logit, features, np.array(wanted), SLACK, _MOST_STEPS)
    probability = np.where(possible, sigmoid(odds), 0.0)
    drawn = draw(np.minimum(probability * (events / probability.sum()), 1.0), phase)
    if int(drawn.sum()) == events:
        return drawn
    return draw(with_sum(np.where(possible, odds, _EXCLUDED), events), phase)


def _asked_of_draw(
    plan: Plan, partial: PartialOrder, segment: Segment, counts: SegmentCounts
) -> tuple[list[Floats], list[float], Flags]:
    """Return what a draw is to add up to, in units of its slack, and where an event is possible."""
    free = slice(partial.start, partial.start + counts.leaving)
    on_time = slice(free.stop, free.stop + counts.on_time)
    rows, wanted = [np.full(counts.leaving, 1.0 / _COUNT_SD)], [counts.events / _COUNT_SD]
    possible = np.ones(counts.leaving, dtype=bool)
    asked = segment.end.sums if segment.end is not None else ()
    for (middle, half), terms in zip(asked, plan.terms, strict=False):
        if math.isfinite(half):
            missing = middle - partial.sum_of(terms) - float(terms[on_time].sum())
            rows.append(terms[free] / half)
            wanted.append(missing / half)
            possible &= terms[free] <= max(missing, 0.0) + half
    return rows, wanted, possible
