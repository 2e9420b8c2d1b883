"""How many patients leave in a segment, and how many by an event: the choices, likeliest first.

Each choice is judged before any event is placed: by how far hazard and variance at the end of the
segment would be from what is printed, measured by how far another order can still move them, and by
how far the counts depart from the population's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import Counts, Flags, Floats, sums_before
from survkit.reconstruction.constraints.cut import SumConstraint
from survkit.reconstruction.orders.bounds import IMPOSSIBLE, cost_of_bounds, cost_of_rest
from survkit.reconstruction.orders.plan import SegmentCounts
from survkit.reconstruction.orders.sampling import sigmoid

if TYPE_CHECKING:
    from survkit.reconstruction.orders.plan import PartialOrder, Plan, Segment

__all__ = ["ON_TIME_COST", "likeliest_counts"]

_PART = 1.0 / 24.0
_MIDDLES = np.arange(0.5 * _PART, 1.0, _PART)
"""Middles of the equal parts of a segment, as shares of those who leave in it."""
_NO_LENGTH = 1e-3
"""Stands for the length of a segment in which nobody leaves."""
_NEAREST = 6
_GROWTH = 1.4
"""Numbers of patients are tried one by one next to the expected one, then in growing steps."""
_EVENTS_BESIDE = np.arange(-3, 4)
_BESIDE_SD = 6.0
"""Standard deviations of the events, in steps of which they are tried."""
_MOST_ON_TIME = 8
ON_TIME_COST = 8.0
"""What an event at exactly a printed time costs, in squared standard deviations."""
_SAME_EVENTS_COST = 4.0
"""What another number of patients costs with the same events, so that these vary as well."""
_RANKED = 4
"""Choices that are ranked by how their events vary, for each one that is wanted."""
_HOPELESS = 1000.0
"""How much more than the likeliest a choice may cost."""
_TOLERANCE = 0.25
"""Variance of a printed sum, in halves of its rounding window squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """The hazard, or Greenwood's sum, as the choices see it."""

    so_far: float  # the sum before the segment
    # what it is to be at its end, with half its rounding; infinite where nothing is asked
    asked: float
    rounding: float
    needed: Floats  # shape (k,); what the events but for those on time are to add
    parts: Floats  # shape (k, p); what an event in each part of the segment adds

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked."""
        return math.isfinite(self.rounding)

    def at_end(self, density: Floats) -> Floats:
        """Return the sum at the end of the segment, as asked or as the density of events gives."""
        if self.is_asked:
            return np.full(density.shape[:2], self.asked)
        at_end: Floats = self.so_far + (density * self.parts[:, None]).sum(axis=2)
        return at_end


def likeliest_counts(
    plan: Plan, partial: PartialOrder, segment: Segment, most: int
) -> list[SegmentCounts]:
    """List the likeliest choices for the next segment."""
    remaining = plan.events - partial.events
    if segment.last:
        leaving_last = plan.n - partial.start
        return [SegmentCounts(leaving=leaving_last, events=remaining, on_time=0, cost=0.0)]
    departures = _departures(plan, partial, segment)
    leaving, on_time = departures
    if not leaving.size:
        return [_makeshift(partial, segment, remaining)]
    hazard, variance = _sums(plan, partial, segment, departures)
    odds = sigmoid(plan.log_odds_within(segment, _MIDDLES))
    events, possible = _events(plan, partial, segment, departures, hazard, odds)
    density, free = _densities(odds, leaving, events)
    cost = _cost_of_order([total for total in (hazard, variance) if total.is_asked], density, free)
    cost += _cost_of_counts(plan, partial, segment, departures, events)
    if variance.is_asked:
        needed = hazard.needed, variance.needed
        cost += cost_of_bounds(
            plan.terms, partial.start, leaving, events, *needed, rounding=variance.rounding
        )
    if segment is plan.segments[-2] and (last := plan.segments[-1].end) is not None:
        end = (partial.start + leaving + on_time)[:, None]
        rest = remaining - events - on_time[:, None]
        totals = [total.at_end(density) for total in (hazard, variance)]
        cost_of_last = cost_of_rest(plan.terms, last, end, rest, *totals)
        cost += np.where(rest < plan.needed_last, IMPOSSIBLE, cost_of_last)
    cost = np.where(possible, cost, np.inf).round(6)
    choices = _ranked(cost, departures, events, most)
    return choices or [_makeshift(partial, segment, remaining)]


def _makeshift(partial: PartialOrder, segment: Segment, remaining: int) -> SegmentCounts:
    """Choose something where nothing is possible, because the figures contradict each other."""
    leaving = max(segment.left - partial.start, 0)
    events = min(leaving // 2, remaining)
    return SegmentCounts(leaving=leaving, events=events, on_time=0, cost=IMPOSSIBLE)


class _Departures(NamedTuple):
    """How many may leave in a segment, and how many have their event right at its end."""

    leaving: Counts
    on_time: Counts


def _departures(plan: Plan, partial: PartialOrder, segment: Segment) -> _Departures:
    """List how many may leave in the segment: next to the expected number one by one."""
    expected = segment.left - partial.start
    if not segment.free:
        on_time = np.arange(min(_MOST_ON_TIME, segment.latest - segment.left) + 1)
        on_time = on_time if expected >= 0 else on_time[:0]
        return _Departures(np.full(on_time.size, expected), on_time)
    beside = [*range(_NEAREST)]
    while beside[-1] < plan.n:
        beside.append(math.ceil(round(_GROWTH * beside[-1], 6)))
    counts = expected + np.array([*reversed([-step for step in beside[1:]]), *beside])
    stand = partial.start + counts
    counts = counts[(counts >= 0) & (stand >= segment.earliest) & (stand <= segment.latest)]
    return _Departures(counts, np.zeros_like(counts))


def _sums(
    plan: Plan, partial: PartialOrder, segment: Segment, departures: _Departures
) -> list[_Sum]:
    """Work out what hazard and Greenwood's sum are, and what the segment is to add to them."""
    asked_at_end = segment.end.sums if segment.end else (SumConstraint(0.0, math.inf),) * 2
    leaving, on_time = departures
    left = partial.start + leaving
    lengths = np.maximum(leaving, _NO_LENGTH)[:, None]
    places = partial.start + lengths * np.append(_MIDDLES - 0.5 * _PART, 1.0)
    sums = []
    for terms, (asked, rounding) in zip(plan.terms, asked_at_end, strict=True):
        total = sums_before(terms)
        at_edges = np.interp(places, np.arange(plan.n + 1), total)
        so_far = partial.sum_of(terms)
        sums.append(
            _Sum(
                so_far=so_far,
                asked=asked,
                rounding=rounding,
                needed=asked - so_far - (total[left + on_time] - total[left]),
                parts=np.diff(at_edges) / (lengths * _PART),
            )
        )
    return sums


def _events(
    plan: Plan,
    partial: PartialOrder,
    segment: Segment,
    departures: _Departures,
    hazard: _Sum,
    odds: Floats,
) -> tuple[Counts, Flags]:
    """List numbers of events about the one that the hazard needs, and which of them can be."""
    leaving, on_time = departures
    remaining = plan.events - partial.events - on_time
    if hazard.is_asked:
        each = (odds * hazard.parts).mean(axis=1)  # zero where nobody leaves: no events then
        middle = hazard.needed * odds.mean() / np.where(each > 0.0, each, np.inf)
    else:
        expected = float(plan.probability[: segment.left].sum())
        middle = np.full(leaving.size, expected - partial.events)
    stride = max(1, round(round(math.sqrt(_uncertain(plan, segment)) / _BESIDE_SD, 6)))
    nearest = np.round(middle.round(6)).astype(np.int64)[:, None]
    after = plan.n - partial.start - leaving - on_time
    fewest = np.maximum(remaining - after, 0)[:, None]
    most = np.minimum(np.maximum(remaining - plan.needed_last, -on_time), leaving)[:, None]
    nearest = np.maximum(np.minimum(nearest, most), fewest)
    events = np.maximum(np.minimum(nearest + stride * _EVENTS_BESIDE, most), fewest)
    return events, (fewest <= most) & (np.diff(events, axis=1, prepend=-1) > 0)


def _uncertain(plan: Plan, segment: Segment) -> float:
    """Variance of the events of a segment, as the plan has it."""
    expected = plan.probability[segment.before : segment.left]
    return float((expected * (1.0 - expected)).sum())


def _densities(odds: Floats, leaving: Counts, events: Counts) -> tuple[Floats, Floats]:
    """
    Spread the events over the parts of a segment, and measure how free another order is.

    That one is not bound to the plan's odds, which the plan's own numbers may have driven far.
    """
    whole = np.maximum(leaving, 1)[:, None]
    mean = np.clip(events / whole, 0.0, 1.0)[:, :, None]
    share = np.minimum(odds * (events / (whole * odds.mean()))[:, :, None], 1.0)
    density = share / np.maximum(share.sum(axis=2, keepdims=True), 1e-300) * events[:, :, None]
    free = 0.5 * (share * (1.0 - share) + mean * (1.0 - mean)) * leaving[:, None, None] * _PART
    return density, free


def _cost_of_order(sums: list[_Sum], density: Floats, free: Floats) -> Floats:
    """Square the distance of the sums from those needed, in deviations of another order."""
    if not sums:
        return np.zeros(density.shape[:2])
    scaled = [(total.parts / total.rounding)[:, None, :] for total in sums]
    off = [
        (total.needed / total.rounding)[:, None] - (density * parts).sum(axis=2)
        for total, parts in zip(sums, scaled, strict=True)
    ]
    weight = np.maximum(free.sum(axis=2, keepdims=True), 1e-300)
    centred = [parts - (free * parts).sum(axis=2, keepdims=True) / weight for parts in scaled]
    variance = [(free * parts**2).sum(axis=2) + _TOLERANCE for parts in centred]
    if len(sums) == 1:
        return np.asarray(off[0] ** 2 / variance[0])
    shared = (free * centred[0] * centred[1]).sum(axis=2)
    cross = variance[0] * off[1] ** 2 + variance[1] * off[0] ** 2 - 2.0 * shared * off[0] * off[1]
    return np.asarray(cross / (variance[0] * variance[1] - shared**2))


def _cost_of_counts(
    plan: Plan, partial: PartialOrder, segment: Segment, departures: _Departures, events: Counts
) -> Floats:
    """Square how far events and patients depart from the plan, in its standard deviations."""
    leaving, on_time = departures
    expected = float(plan.probability[: segment.left].sum())
    censored = float((1.0 - plan.probability[segment.before : segment.left]).sum())
    of_events = (partial.events + events + on_time[:, None] - expected) ** 2
    of_leaving = (partial.start + leaving - segment.left) ** 2 / (censored + 1.0)
    by_row = (of_leaving + ON_TIME_COST * on_time)[:, None]
    return np.asarray(of_events / (_uncertain(plan, segment) + 0.5) + by_row)


def _ranked(
    cost: Floats, departures: _Departures, events: Counts, most: int
) -> list[SegmentCounts]:
    """List the likeliest choices, but not too many with the same events."""
    leaving, on_time = departures
    ascending = np.argsort(cost, axis=None, kind="stable")[: _RANKED * most]
    seen: dict[int, int] = {}
    ranked: list[tuple[float, SegmentCounts]] = []
    for place in ascending.tolist():
        row, price = place // cost.shape[1], float(cost.flat[place])
        if not math.isfinite(price) or (ranked and price > ranked[0][0] + _HOPELESS):
            break
        count = int(events.flat[place])
        counts = SegmentCounts(
            leaving=int(leaving[row]), events=count, on_time=int(on_time[row]), cost=price
        )
        ranked.append((price + _SAME_EVENTS_COST * seen.get(count, 0), counts))
        seen[count] = seen.get(count, 0) + 1
    return [counts for _, counts in sorted(ranked, key=lambda pair: pair[0])[:most]]
