"""Orders from counts alone: segment by segment, all events and censorings that print its end.

Within a segment censorings stand among the events in one of a few grades, from all before the first
event to all after the last. So whole segments are listed rather than searched, and an end that only
one number of events prints is found, however unlikely the population makes it. Where no grade does,
events are exchanged with censorings in those that come closest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.greenwood import AT_ZERO
from survkit.kernels.violation import CURVE
from survkit.reconstruction.orders.exchange import Effort
from survkit.reconstruction.orders.plan import PartialOrder, SegmentCounts, SegmentEnd
from survkit.reconstruction.orders.segment_counts import ON_TIME_COST
from survkit.reconstruction.orders.segments import fill_segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.orders.plan import Plan, Segment

__all__ = ["graded_orders"]

_GRADES = (1.0, 0.6, 1.7, 0.3, 3.0, 0.1, 8.0, 1e-9, 1e9)
"""Powers of the share of events that make the share of the censored gone by then; 1 is evenly."""
_ON_TIME = (0, 1, 2)
"""Events at exactly a printed time that are tried where the number at risk is printed, too."""
_GRADE_COST = 0.5
"""What each further grade costs, in squared standard deviations."""
_STATES = 48
"""Orders kept after each segment."""
_ALIKE = 2
"""How many of them may have the same events and patients left."""
_NEAREST = 4
_GROWTH = 1.6
_MOST_EFFORT = 2_000_000
"""Readings of a curve that may be spent on what follows the last printed percentage."""
_TRIED = 24
"""Orders that are tried to the end, or with exchanges."""
_NEAREST_WAYS = 6
"""Ways on from each order that are tried with exchanges."""
_CELLS = 400_000
"""Events of ways on that are added up together."""
_MOST_CELLS = 1_000_000
"""Events of all ways on from one order; in large arms some of many ways are enough."""
_PLACE_WEIGHT = 0.1
"""Weight of how far the number who have left departs from the population's."""


@dataclass(frozen=True, slots=True)
class _State:
    """An order up to the end of some segment."""

    order: PartialOrder
    hazard: float
    variance: float
    events: int


@dataclass(frozen=True, slots=True)
class _Ways:
    """Ways on from one state: shape (k,) each."""

    leaving: Counts  # but for those with their event at exactly the time of the cut
    events: Counts
    on_time: Counts
    grade: Counts
    hazard: Floats
    variance: Floats
    missed: Floats  # what the end of the segment misses, in halves of the windows, squared
    cost: Floats


def graded_orders(plan: Plan, *, events_are_free: bool) -> Iterator[PartialOrder]:
    """Yield whole orders whose segments end as printed, the likeliest first."""
    if not plan.segments:
        return
    states = [_State(PartialOrder(event=np.zeros(plan.n, dtype=bool)), 0.0, 0.0, 0)]
    for segment in plan.segments[:-1]:
        most = plan.n if events_are_free else plan.events - plan.needed_last
        ways = [_ways_on(plan, state, segment, most - state.events) for state in states]
        states = _continued(states, ways) or _exchanged(plan, states, segment, ways)
    yield from _drawn_to_the_end(plan, states[:_TRIED], events_are_free=events_are_free)
    yield from _counted_to_the_end(plan, states, events_are_free=events_are_free)


def _drawn_to_the_end(
    plan: Plan, states: list[_State], *, events_are_free: bool
) -> Iterator[PartialOrder]:
    """Yield orders whose last segment is drawn with the plan's odds."""
    effort = Effort(left=_MOST_EFFORT)
    for state in states:
        after = plan.n - state.order.start
        expected = round(round(float(plan.probability[state.order.start :].sum()), 6))
        events = expected if events_are_free else plan.events - state.events
        events = min(max(events, min(plan.needed_last, after)), after)
        counts = SegmentCounts(leaving=after, events=events, on_time=0, cost=0.0)
        yield fill_segment(plan, state.order, plan.segments[-1], counts, effort)


def _counted_to_the_end(
    plan: Plan, states: list[_State], *, events_are_free: bool
) -> Iterator[PartialOrder]:
    """Yield orders whose last segment is one of the listed ways, too."""
    ways = []
    for state in states:
        found = _ways_on(plan, state, plan.segments[-1], plan.n)
        if not events_are_free:
            off = state.events + found.events != plan.events
            found = replace(found, missed=np.where(off, np.inf, found.missed))
        ways.append(found)
    for state in _continued(states, ways)[:_TRIED]:
        yield state.order


def _continued(states: list[_State], ways: list[_Ways]) -> list[_State]:
    """Continue orders by the ways that print the end of a segment; keep the likeliest."""
    found = [
        (round(state.order.cost + float(ways[index].cost[way]), 6), index, int(way))
        for index, state in enumerate(states)
        for way in np.flatnonzero(ways[index].missed <= CURVE.met)
    ]
    seen: dict[tuple[int, int], int] = {}
    kept: list[_State] = []
    for _, index, way in sorted(found):
        alike = _after(states[index], ways[index], way)
        seen[alike] = seen.get(alike, 0) + 1
        if seen[alike] <= _ALIKE:
            kept.append(_extended(states[index], ways[index], way))
        if len(kept) == _STATES:
            break
    return kept


def _exchanged(
    plan: Plan, states: list[_State], segment: Segment, ways: list[_Ways]
) -> list[_State]:
    """Continue orders by the ways that come closest, with exchanges until they print the end."""
    effort = Effort(left=_MOST_EFFORT)
    nearest = [
        (round(float(found.missed[way]), 6), index, int(way))
        for index, found in enumerate(ways)
        for way in np.argsort(found.missed, kind="stable")[:_NEAREST_WAYS]
    ]
    kept: list[_State] = []
    for _, index, way in sorted(nearest)[:_TRIED]:
        state, found = states[index], ways[index]
        counts = SegmentCounts(
            leaving=int(found.leaving[way]),
            events=int(found.events[way]),
            on_time=int(found.on_time[way]),
            cost=float(found.cost[way]),
        )
        order = fill_segment(plan, state.order, segment, counts, effort)
        if order.missed <= CURVE.met:
            hazard, variance = (order.sum_of(terms) for terms in plan.terms)
            kept.append(_State(order, hazard, variance, order.events))
    return kept


def _after(state: _State, ways: _Ways, way: int) -> tuple[int, int]:
    """Count who has left, and by an event, after a way on."""
    on_time = int(ways.on_time[way])
    left = state.order.start + int(ways.leaving[way]) + on_time
    return left, state.events + int(ways.events[way]) + on_time


def _extended(state: _State, ways: _Ways, way: int) -> _State:
    """Write down one way on."""
    row = slice(way, way + 1)
    left, events = _after(state, ways, way)
    event = state.order.event.copy()
    rank = np.arange(events - state.events)
    censored = ways.leaving[row] - ways.events[row]
    before = _censored_before(censored, _shares_gone(ways.events[row], ways.grade[row], rank))
    event[state.order.start + rank + before[0]] = True
    order = PartialOrder(
        event=event,
        ends=(*state.order.ends, SegmentEnd(left, int(ways.on_time[way]))),
        cost=round(state.order.cost + float(ways.cost[way]), 6),
    )
    hazard, variance = float(ways.hazard[way]), float(ways.variance[way])
    return _State(order, hazard, variance, events)


def _ways_on(plan: Plan, state: _State, segment: Segment, most_events: int) -> _Ways:
    """List all events, censored and grades that print the end of a segment."""
    counts = _counts(plan, state, segment, most_events)
    many = len(_GRADES)
    leaving, events, on_time = (np.repeat(one, many) for one in counts)
    grade = np.tile(np.arange(many), counts[0].size)
    hazard, variance = _sums_at_end(plan, state, (leaving, events, on_time, grade))
    usual = float((1.0 - plan.probability[segment.before : segment.left]).sum())
    place = state.order.start + leaving - segment.left
    cost = np.asarray((leaving - events - usual) ** 2 / (usual + 1.0), dtype=np.float64)
    cost += _PLACE_WEIGHT * place**2 / (max(segment.left - segment.before, 0) + 1.0)
    cost += _GRADE_COST * grade + ON_TIME_COST * on_time
    missed = _missed(segment.end, hazard, variance)
    return _Ways(leaving, events, on_time, grade, hazard, variance, missed, cost)


def _missed(cut: Cut | None, hazard: Floats, variance: Floats) -> Floats:
    """Measure what an end misses; an upper limit that is not reached keeps the curve above 0."""
    if cut is None:
        return np.zeros(hazard.shape)
    missed = cut.missed(hazard, variance)
    if cut.printed or not math.isfinite(cut.upper.lower):
        return missed
    return np.where(hazard < AT_ZERO, missed, np.inf)


def _counts(
    plan: Plan, state: _State, segment: Segment, most_events: int
) -> tuple[Counts, Counts, Counts]:
    """List how many may leave, how many by an event, and just on time, as the curve needs them."""
    at_risk = plan.n - state.order.start
    share = _shares(state, segment.end)
    most = min(int(np.ceil(at_risk * (1.0 - share[0]))), most_events)
    triples = []
    for leaving in _numbers_leaving(state, segment, at_risk):
        fewest = int(np.floor((at_risk - leaving) * (1.0 - share[1])))
        for on_time in _ON_TIME if not (segment.free or segment.last) else _ON_TIME[:1]:
            within = range(max(fewest - on_time, 0), min(most - on_time, leaving) + 1)
            triples += [(leaving, one, on_time) for one in within if leaving + on_time <= at_risk]
    columns: Counts = np.array(triples, dtype=np.int64).reshape(-1, 3)
    columns = columns[:: _stride(columns)]
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _stride(triples: Counts) -> int:
    """Return every how many of the listed counts are looked at: all, where there are not many."""
    if not triples.size:
        return 1
    cells = triples.shape[0] * len(_GRADES) * int(triples[:, 1:].sum(axis=1).max())
    return int(max(-(-cells // _MOST_CELLS), 1))


def _shares(state: _State, cut: Cut | None) -> tuple[float, float]:
    """Return by which factors the curve may fall to the end of a segment."""
    if cut is None:
        return 0.0, 1.0
    now = float(np.exp(-state.hazard))
    return max(cut.survival.lower, 0.0) / now, min(cut.survival.upper / now, 1.0)


def _numbers_leaving(state: _State, segment: Segment, at_risk: int) -> list[int]:
    """List how many may leave: as printed, else about as expected, and hardly more than events."""
    start = state.order.start
    if not segment.free:
        return [segment.left - start] if 0 <= segment.left - start <= at_risk else []
    steps = list(range(_NEAREST))
    while steps[-1] < at_risk:
        steps.append(int(steps[-1] * _GROWTH) + 1)
    least, most = _shares(state, segment.end)
    by_events = round(at_risk * (1.0 - 0.5 * (least + most)))
    beside = {base + step for base in (segment.left - start, by_events) for step in steps}
    beside |= {base - step for base in (segment.left - start, by_events) for step in steps}
    first = max(segment.earliest - start, 0)
    return sorted(one for one in beside if first <= one <= min(segment.latest - start, at_risk))


def _sums_at_end(
    plan: Plan, state: _State, ways: tuple[Counts, Counts, Counts, Counts]
) -> tuple[Floats, Floats]:
    """Add up hazard and Greenwood's sum at the end of a segment, for each way to fill it."""
    leaving, events, on_time, grade = ways
    hazard = np.full(leaving.size, state.hazard)
    variance = np.full(leaving.size, state.variance)
    by_event = events + on_time
    rank = np.arange(int(by_event.max(initial=0)))
    terms = [np.append(one, 0.0) for one in plan.terms]
    kinds, kind = np.unique(events * len(_GRADES) + grade, return_inverse=True)
    gone = _shares_gone(*np.divmod(kinds, len(_GRADES)), rank)
    step = max(_CELLS // max(rank.size, 1), 1)
    for first in range(0, leaving.size, step):
        part = slice(first, first + step)
        before = _censored_before(leaving[part] - events[part], gone[kind[part]])
        place = np.where(rank < by_event[part, None], state.order.start + rank + before, plan.n)
        hazard[part] += terms[0][place].sum(axis=1)
        variance[part] += terms[1][place].sum(axis=1)
    return hazard, variance


def _shares_gone(events: Counts, grade: Counts, rank: Counts) -> Floats:
    """Return the share of the censored who leave before each event, shape (k, d)."""
    share = np.minimum((rank + 0.5) / np.maximum(events, 1)[:, None], 1.0)
    shares: Floats = share ** np.array(_GRADES)[grade][:, None]
    return shares


def _censored_before(censored: Counts, gone: Floats) -> Counts:
    """Count the censored before each event, shape (k, d)."""
    before = np.floor(censored[:, None] * gone + 0.5)
    counted: Counts = np.minimum(before, censored[:, None]).astype(np.int64)
    return counted
