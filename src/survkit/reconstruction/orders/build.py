"""Whole patients of an arm: the first order that meets its figures, or that misses least."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from survkit.reconstruction.constraints.cuts import collect_cuts, guided_cuts
from survkit.reconstruction.orders.anchors import RESTS_ON_SHARE, anchor_order
from survkit.reconstruction.orders.departures import natural_times
from survkit.reconstruction.orders.graded import graded_orders
from survkit.reconstruction.orders.planning import plan_order
from survkit.reconstruction.orders.search import PHASES, candidate_orders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.population.population import ArmPopulation, Population

__all__ = ["order_patients", "share_events", "write_history"]

_EVENTS_BESIDE = (0, 1, -1, 2, -2, 4, -4)
"""Numbers of events beside the expected one that are tried where none is printed."""


def order_patients(
    constraints: AnalysisConstraints, population: Population, *, thorough: bool = True
) -> list[History]:
    """
    Order every arm's patients; where events are not printed, with others than expected, too.

    Without being `thorough`, one number of events and the first orders of each arm are enough.
    """
    expected = [arm.expected_events for arm in population.arms]
    counts = share_events(constraints.arms, expected, constraints.total_events)
    histories = []
    for arm, hazards, count in zip(constraints.arms, population.arms, counts, strict=True):
        free = thorough and arm.events is None and constraints.total_events is None
        free = free and all(cut.is_possible(arm.n) for cut in collect_cuts(arm))
        steps = _EVENTS_BESIDE if free else _EVENTS_BESIDE[:1]
        tries = (min(max(count + step, 0), arm.n) for step in steps)
        best = write_history(arm, hazards, next(tries), thorough=thorough)
        if thorough and best.faults > 0.0 and arm.survival:
            counted = _count_out(arm, hazards, count, events_are_free=free)
            best = min([best, *counted], key=lambda history: history.faults)
        while best.faults > 0.0 and (events := next(tries, None)) is not None:
            found = write_history(arm, hazards, events)
            best = min(best, found, key=lambda history: history.faults)
        histories.append(best)
    return histories


def share_events(
    arms: tuple[ArmConstraints, ...], expected: list[float], total: int | None
) -> list[int]:
    """Whole events of each arm: as printed, else as expected, and adding up to a printed total."""
    events = [
        arm.events if arm.events is not None else min(round(wanted, 6).__round__(), arm.n)
        for arm, wanted in zip(arms, expected, strict=True)
    ]
    free = [index for index, arm in enumerate(arms) if arm.events is None]
    missing = 0 if total is None else total - sum(events)
    while missing and free:
        step = 1 if missing > 0 else -1
        movable = [index for index in free if 0 <= events[index] + step <= arms[index].n]
        if not movable:
            break
        chosen = max(movable, key=lambda index: round(step * (expected[index] - events[index]), 6))
        events[chosen] += step
        missing -= step
    return events


def write_history(
    arm: ArmConstraints, population: ArmPopulation, events: int, *, thorough: bool = True
) -> History:
    """
    Order the patients of an arm, so many with an event, and choose who has it.

    Events are drawn systematically with the population's probabilities. Segment by segment, they
    are then tilted towards early or late, and single events exchanged with censorings, until the
    curve and its limits stand where they are printed. Overall tilts follow as long as a quantile
    printed as reached is not, or the reverse, or the curve rests on exactly the share. Where no
    candidate is free of faults, the one with the fewest is taken; only where the search is
    `thorough` is it broadened until one is.
    """
    ways = dict.fromkeys((guided_cuts(arm), collect_cuts(arm)))
    plans = (plan_order(arm, population, events, cuts) for cuts in ways)
    candidates = (
        anchor_order(arm, plan, order, partial(_natural_times, arm, population, plan.cuts))
        for plan in plans
        for order in candidate_orders(plan, thorough=thorough)
    )
    best = next(candidates)
    tried = 1
    while best.faults > RESTS_ON_SHARE or (best.faults > 0.0 and tried < len(PHASES)):
        candidate = next(candidates, None)
        if candidate is None:
            break
        best = min(best, candidate, key=lambda history: history.faults)
        tried += 1
    # a rest that could not be avoided is harmless: both its ends print the quantile
    return best if best.faults > RESTS_ON_SHARE else replace(best, faults=0.0)


def _count_out(
    arm: ArmConstraints, population: ArmPopulation, events: int, *, events_are_free: bool
) -> Iterator[History]:
    """Yield orders made of counts alone, until one is free of faults."""
    plan = plan_order(arm, population, events, collect_cuts(arm))
    times = partial(_natural_times, arm, population, plan.cuts)
    for order in graded_orders(plan, events_are_free=events_are_free):
        found = anchor_order(arm, plan, order, times)
        yield replace(found, faults=found.faults if found.faults > RESTS_ON_SHARE else 0.0)
        if found.faults <= RESTS_ON_SHARE:
            break


def _natural_times(
    arm: ArmConstraints,
    population: ArmPopulation,
    cuts: tuple[Cut, ...],
    left: tuple[int, ...],
    _on_time: tuple[int, ...],
) -> Floats:
    """Give every position the population's time."""
    return natural_times(arm, population, cuts, left)
