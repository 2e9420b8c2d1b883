"""Candidates for an arm's order: segment by segment, with as many alternatives as it takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.violation import CURVE
from survkit.reconstruction.orders.exchange import Effort
from survkit.reconstruction.orders.plan import PartialOrder, SegmentEnd
from survkit.reconstruction.orders.sampling import draw, with_sum
from survkit.reconstruction.orders.segment_counts import likeliest_counts
from survkit.reconstruction.orders.segments import fill_segment, mend_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reconstruction.orders.plan import Plan, Segment, SegmentCounts

__all__ = ["PHASES", "candidate_orders"]

PHASES = (0.5, 0.3, 0.7, 0.1, 0.9)
"""Starting points of the systematic sample that picks the events."""
_TILTS = (0.0, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0)
"""By how much events are favoured late (or early), as log odds from first to last patient."""
_MOST_EFFORT = 15_000_000
"""Readings of a curve that an arm's search may spend, about a second's worth."""
_SAME_EVENTS_COST = 2.0
"""What an order costs for each better one with as many events, so that these vary as well."""
_TRIED_IN_VAIN = 8
"""Ways on that are tried where every order misses something already."""
_WITHIN_REACH = 10.0
"""What earlier segments can still mend, by moving within the rounding of their own figures."""


@dataclass(frozen=True, slots=True)
class _Breadth:
    """Orders kept after each segment, ways on that are tried, and how many one order may take."""

    orders: int
    ways: int
    per_order: int


_QUICK = _Breadth(1, 6, 1)
"""The likeliest order alone, which does for most arms."""
_BROADER = (_Breadth(6, 40, 3), _Breadth(16, 80, 4))
"""As many as decide the last digit of hard arms, and keep hopeless ones within two seconds."""


def candidate_orders(plan: Plan, *, thorough: bool = True) -> Iterator[PartialOrder]:
    """Yield orders with the plan's events, from the likeliest to the most tilted."""
    if plan.segments:
        quick = Effort(left=_MOST_EFFORT, positions=24, singles=8, doubles=2, pairs=3_000)
        possible = thorough and plan.is_possible
        yield from _search(plan, _QUICK, quick, give_up=possible)
        if not possible:
            return
        effort = Effort(left=_MOST_EFFORT)
        for breadth in _BROADER:
            yield from _search(plan, breadth, effort, give_up=breadth is not _BROADER[-1])
        return
    late = (np.arange(plan.n) + 0.5) / plan.n - 0.5
    for tilt, phase in product(_TILTS, PHASES):
        odds = plan.logit + tilt * late
        yield PartialOrder(event=draw(with_sum(odds, plan.events), phase))


@dataclass(frozen=True, slots=True)
class _Node:
    """An order up to some segment, and the likeliest ways on."""

    order: PartialOrder
    choices: list[SegmentCounts]

    @property
    def badness(self) -> tuple[float, float]:
        """What is missed already, then how unlikely the order and its next segment are."""
        ahead = self.choices[0].cost if self.choices else 0.0
        missed = self.order.missed if self.order.missed > CURVE.met else 0.0
        return missed, round(self.order.cost + ahead, 6)


def _search(plan: Plan, breadth: _Breadth, effort: Effort, *, give_up: bool) -> list[PartialOrder]:
    """Go from segment to segment, and keep the likeliest orders among those that miss least."""
    empty = PartialOrder(event=np.zeros(plan.n, dtype=bool))
    nodes = [_Node(empty, likeliest_counts(plan, empty, plan.segments[0], breadth.ways))]
    for number, segment in enumerate(plan.segments):
        if segment.last:
            phases = PHASES[: breadth.per_order]
            found = [
                new for node in nodes for new in _finished(plan, node, segment, phases, effort)
            ]
        else:
            found = _continued(plan, nodes, segment, breadth, effort)
        following = plan.segments[number + 1 : number + 2]
        distinct = {(order.ends, order.event.tobytes()): order for order in reversed(found)}
        nodes = [
            _Node(
                order,
                likeliest_counts(plan, order, following[0], breadth.ways) if following else [],
            )
            for order in distinct.values()
        ]
        if give_up and all(node.order.missed > CURVE.met for node in nodes):
            return []
        nodes = _most_promising(nodes)[: breadth.orders]
    return [node.order for node in nodes]


def _most_promising(nodes: list[_Node]) -> list[_Node]:
    """Sort orders by badness, those with as many events as one before a little further down."""
    seen: dict[int, int] = {}
    ranked = []
    for node in sorted(nodes, key=lambda node: node.badness):
        missed, cost = node.badness
        rank = seen.get(node.order.events, 0)
        seen[node.order.events] = rank + 1
        ranked.append(((missed, cost + _SAME_EVENTS_COST * rank), node))
    return [node for _, node in sorted(ranked, key=lambda pair: pair[0])]


def _finished(
    plan: Plan, node: _Node, segment: Segment, phases: tuple[float, ...], effort: Effort
) -> list[PartialOrder]:
    """Give an order the events that remain, from several starting points."""
    counts = node.choices[0]
    phases = phases if 0 < counts.events < counts.leaving else phases[:1]
    return [fill_segment(plan, node.order, segment, counts, effort, phase) for phase in phases]


def _continued(
    plan: Plan, nodes: list[_Node], segment: Segment, breadth: _Breadth, effort: Effort
) -> list[PartialOrder]:
    """Continue orders to the next segment, likeliest ways first, until enough miss nothing more."""
    ways = sorted(
        (round(node.order.cost + counts.cost, 6), index, number)
        for index, node in enumerate(nodes)
        for number, counts in enumerate(node.choices)
    )
    good: list[PartialOrder] = []
    rest: list[PartialOrder] = []
    taken = [0] * len(nodes)
    hopeless = all(node.order.missed > CURVE.met for node in nodes)
    for _, index, number in ways[: _TRIED_IN_VAIN if hopeless else breadth.ways]:
        node = nodes[index]
        if taken[index] == breadth.per_order:
            continue
        new = fill_segment(plan, node.order, segment, node.choices[number], effort)
        if new.missed - node.order.missed <= CURVE.met:
            taken[index] += 1
            good.append(new)
        else:
            rest.append(new)
        if len(good) == 2 * breadth.orders:
            break
    rest = sorted(rest, key=lambda order: order.missed)[: breadth.orders]
    if not good:
        near = [order for order in rest[: 2 * breadth.per_order] if order.missed <= _WITHIN_REACH]
        rest[: len(near)] = [mend_order(plan, order, effort) for order in near]
    if segment.free and breadth is not _QUICK:
        good += [tight for order in good for tight in _without_last_censored(order, segment)]
    return good + rest[: max(0, breadth.orders - len(good))]


def _without_last_censored(order: PartialOrder, segment: Segment) -> list[PartialOrder]:
    """Let the censored after the last event of a segment leave later: the curve is the same."""
    before = order.ends[-2].position if len(order.ends) > 1 else 0
    last = int(np.flatnonzero(order.event)[-1]) + 1 if order.event.any() else 0
    tight = max(last, before, segment.earliest)
    if tight >= order.start:
        return []
    return [replace(order, ends=(*order.ends[:-1], SegmentEnd(tight, 0)))]
