"""Best-first search of orders: those next to the most promising one are looked at first.

The search begins with the order of the attempt that came closest, and goes on until an order meets
every figure, nothing is left to look at, or the effort is spent. Effort is counted in orders, never
in time: the same figures take the same way on every machine.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.finite.assess import Assessment
from survkit.reconstruction.finite.exchanges import (
    exchanged_labels,
    exchanged_ties,
    moved_patients,
)
from survkit.reconstruction.finite.joins import joined_orders
from survkit.reconstruction.finite.order import labels_of_arm, merge_arms
from survkit.reconstruction.finite.placing import place_order
from survkit.reconstruction.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reconstruction.solution import Task

__all__ = ["search_orders", "search_small_arms"]

_STAGES = (2_000, 6_000, 12_000, 30_000)
"""Orders that are looked at before some are joined; after the last the search gives up."""
_POOL = 6_000
"""Most promising orders that are joined."""
_TOGETHER = 8
"""Orders whose neighbours are looked at together."""
_SEEDS = 40
"""Nearest orders of a search that the next one begins with, besides the first of all."""
_WAYS = ((0.9, False), (0.5, False), (0.9, True))
"""
Searches in turn: which of the moves from the start, by their length, is the unit of distance, and
whether events may share a time.
"""

_ORDERS_WITH_RESTS = 2_000
"""Orders looked at, in each way, where only the begin of a rest is at the printed quantile."""
_SMALL = 60
"""Patients of the largest arm that is searched."""
_MOST_ARMS = 6


def search_small_arms(task: Task, nearest: Solution) -> Solution | None:
    """
    Search the orders of small arms for one that meets every figure, from the nearest attempt on.

    Nothing is found where arms are too large, or figures are asked that no order decides: areas,
    strata, visits.
    """
    if task.hopeless or not _is_finite(task):
        return None
    patients = nearest.patients
    begin = merge_arms(patients)
    assessment = Assessment(task.constraints)
    order = search_orders(begin, assessment, task.most_orders)
    if order is None and task.most_orders > _ORDERS_WITH_RESTS:
        assessment = Assessment(task.constraints, rests_held=False)
        order = search_orders(begin, assessment, _ORDERS_WITH_RESTS)
    if order is None:
        return None
    natural = np.sort(np.concatenate([arm.time for arm in patients]))
    arms, clock = place_order(
        assessment.windowed([order]), natural, len(patients), nearest.clock.decimals
    )
    return Solution(arms=arms, clock=clock, end=nearest.end, loss=0.0)


def _is_finite(task: Task) -> bool:
    """Tell whether the order of few patients decides all that is asked."""
    constraints = task.constraints
    return (
        len(constraints.arms) <= _MOST_ARMS
        and max(arm.n for arm in constraints.arms) <= _SMALL
        and task.strata is None
        and constraints.schedule is None
        and not constraints.areas
        and all(contrast.members is None for contrast in constraints.contrasts)
        and all(point.time > 0.0 for arm in constraints.arms for point in arm.survival)
    )


def search_orders(start: bytes, assessment: Assessment, most_orders: int) -> bytes | None:
    """Look for an order that meets every figure, at so many orders in each way of searching."""
    starts = [start]
    for long, ties in _WAYS if assessment.contrasts else _WAYS[:1]:
        search = _Search(assessment, most_orders, ties=ties)
        assessment.begin(start, list(dict.fromkeys(search.around(start))), long)
        if (found := search.run(starts)) is not None:
            return found
        nearest = heapq.nsmallest(_SEEDS, ((way, order) for order, way in search.seen.items()))
        starts = [start, *(order for _, order in nearest if order != start)]
    return None


@dataclass(slots=True)
class _Search:
    """Orders seen with their costs, orders waiting, and those that meet the arms' own figures."""

    assessment: Assessment
    most_orders: int
    ties: bool = False
    seen: dict[bytes, float] = field(default_factory=dict)
    waiting: list[tuple[float, int, bytes]] = field(default_factory=list)
    pool: list[tuple[float, int, bytes]] = field(default_factory=list)
    alike: set[tuple[object, ...]] = field(default_factory=set)

    def run(self, starts: list[bytes]) -> bytes | None:
        """Search from some orders; after each stage join the most promising ones."""
        new = starts
        for stage in (one for one in _STAGES if one <= self.most_orders):
            while len(self.seen) < stage and new:
                if (found := self._look(new)) is not None:
                    return found
                new = self._next()
            if (found := self._join()) is not None:
                return found
            if not new:
                break
        return None

    def _look(self, new: list[bytes]) -> bytes | None:
        """Look at orders: return one that meets all, remember the others."""
        costs = self.assessment.cost(new)
        for of_arms, missed, way, order in zip(
            costs.arms, costs.missed, costs.way, new, strict=True
        ):
            if missed == 0.0:
                return order
            self.seen[order] = way
            arms = range(len(self.assessment.known))
            key = (missed, *(labels_of_arm(order, arm) for arm in arms))
            if key not in self.alike:
                self.alike.add(key)
                heapq.heappush(self.waiting, (way, len(self.alike), order))
                if of_arms == 0.0:
                    self.pool.append((way, len(self.pool), order))
        return None

    def _next(self) -> list[bytes]:
        """Return what is next to the most promising orders and has not been seen."""
        new: list[bytes] = []
        while self.waiting and not new:
            many = min(_TOGETHER, len(self.waiting))
            chosen = [heapq.heappop(self.waiting)[-1] for _ in range(many)]
            around = (one for order in chosen for one in self.around(order))
            new = [one for one in dict.fromkeys(around) if one not in self.seen]
        return new

    def around(self, order: bytes) -> Iterator[bytes]:
        """Yield the orders next to an order."""
        yield from moved_patients(order)
        yield from exchanged_labels(order, self._free_arms(order))
        if self.ties:
            yield from exchanged_ties(order)

    def _free_arms(self, order: bytes) -> list[int]:
        """Return the arms that may have another number of events."""
        arms = enumerate(self.assessment.constraints.arms)
        counts = [(arm.events, sum(t & 1 for t in labels_of_arm(order, i))) for i, arm in arms]
        return [i for i, (printed, events) in enumerate(counts) if printed != events]

    def _join(self) -> bytes | None:
        """Join the most promising orders that meet the arms' own figures."""
        pool = [order for _, _, order in heapq.nsmallest(_POOL, self.pool)]
        if len(pool) < 2 or not self.assessment.contrasts:
            return None
        for joined in joined_orders(pool, self.assessment):
            new = [order for order in dict.fromkeys(joined) if order not in self.seen]
            if new and (found := self._look(new)) is not None:
                return found
        return None
