"""Stage 2, whole patients: in which order an arm's patients leave, and who leaves by an event.

Patients are numbered in the order in which they leave, so that the one at position p has n - p
patients at risk, whatever the times. The Kaplan-Meier curve and its limits then depend on the order
alone; times only have to respect it, and to put a few positions into the windows that the printed
figures leave open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window
from survkit.reconstruction.constraints.curve import collect_cuts, guided_cuts
from survkit.reconstruction.constraints.violation import ON_SHARE, curve_after
from survkit.reconstruction.orders.departures import natural_times
from survkit.reconstruction.orders.plan import plan_order
from survkit.reconstruction.orders.search import PHASES, candidate_orders
from survkit.reconstruction.orders.segments import missed_by

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.targets import ArmTargets
    from survkit.reconstruction.orders.partial import Partial
    from survkit.reconstruction.orders.plan import Plan
    from survkit.reconstruction.population.fit import ArmPopulation

__all__ = ["Anchor", "History", "share_events", "write_history"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_FULLY = 0.999
"""Share of a rounding window that counts in the end; the search aims further inside."""
_RESTS_ON_SHARE = 1e-4
"""Fault of a curve that rests on a share; less than any other, and not always to be avoided."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    A position that a printed time has a say in.

    Parameters
    ----------
    position : int
        The patient's place in the order of leaving.
    window : Window
        Where that patient's time must lie, in time units.
    """

    position: int
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    One arm's patients in the order of leaving.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        Whether each patient leaves by an event.
    natural : ndarray of float, shape (n,)
        When the population would have them leave, ascending, in time units.
    faults : float
        How much of the arm's figures the order misses; 0 where it meets all.
    anchors : tuple of Anchor
        Positions with a window for their time, ascending.
    """

    event: Flags
    natural: Floats
    faults: float
    anchors: tuple[Anchor, ...]


def share_events(
    arms: tuple[ArmTargets, ...], expected: list[float], total: int | None
) -> list[int]:
    """
    Whole events of each arm: as printed, else as expected, and adding up to a printed total.

    Parameters
    ----------
    arms : tuple of ArmTargets
        The arms.
    expected : list of float
        Expected events of the population, per arm.
    total : int or None
        Events over all arms, where printed.

    Returns
    -------
    list of int
        Events per arm, at most the arm's patients.
    """
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
    arm: ArmTargets, population: ArmPopulation, edges: Floats, events: int
) -> History:
    """
    Order the patients of an arm and choose who has the event.

    Events are drawn systematically with the population's probabilities. Piece by piece, they are
    then tilted towards early or late, and single events exchanged with censorings, until the curve
    and its limits stand where they are printed. Overall tilts follow as long as a quantile printed
    as reached is not, or the reverse, or the curve rests on exactly the share.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.
    population : ArmPopulation
        The arm's hazards.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    events : int
        Events of the arm.

    Returns
    -------
    History
        Order, events and anchors; the candidate with the fewest faults where none is free of them.
    """
    ways = dict.fromkeys((guided_cuts(arm), collect_cuts(arm)))
    plans = (plan_order(arm, population, edges, events, cuts) for cuts in ways)
    candidates = (
        _anchor(arm, population, edges, plan, order)
        for plan in plans
        for order in candidate_orders(plan)
    )
    best = next(candidates)
    tried = 1
    while best.faults > _RESTS_ON_SHARE or (best.faults > 0.0 and tried < len(PHASES)):
        candidate = next(candidates, None)
        if candidate is None:
            break
        best = min(best, candidate, key=lambda history: history.faults)
        tried += 1
    # a rest that could not be avoided is harmless: both its ends print the quantile
    return best if best.faults > _RESTS_ON_SHARE else replace(best, faults=0.0)


def _anchor(
    arm: ArmTargets, population: ArmPopulation, edges: Floats, plan: Plan, order: Partial
) -> History:
    """Find the positions that printed times have a say in; add up what the order misses."""
    event = order.event
    faults, anchors, beside = _anchors_of_passages(arm, plan, event)
    left, on_time = _left_at_cuts(plan, order)
    faults += missed_by(plan, event, order.ends, _FULLY)
    for cut, own, at in zip(plan.cuts, left, on_time, strict=True):
        if cut.guide:
            continue
        if own > 0:
            anchors.append(Anchor(own - 1, Window(-math.inf, cut.time)))
        anchors.extend(Anchor(own + k, Window(cut.time, cut.time)) for k in range(at))
        if own + at < event.size:
            anchors.append(Anchor(own + at, Window(cut.time, math.inf)))
    if arm.end is not None:
        anchors.append(Anchor(event.size - 1, arm.end))
    if arm.horizons:
        anchors.append(Anchor(event.size - 1, Window(arm.horizons[-1], math.inf)))
    if beside and not _out_of_order([*anchors, *beside]):
        anchors += beside
    anchors = _sorted(anchors)
    return History(
        event=event,
        natural=natural_times(arm, population, edges, plan.cuts, left),
        anchors=tuple(anchors),
        faults=faults + _out_of_order(anchors),
    )


def _left_at_cuts(plan: Plan, order: Partial) -> tuple[tuple[int, ...], list[int]]:
    """Patients who have left before each cut, and events at exactly its time."""
    ends = iter(order.ends)
    left, on_time = [], []
    for cut, own in zip(plan.cuts, plan.left, strict=True):
        stop, at = next(ends) if cut.printed else (own, 0)
        left.append(stop - at)
        on_time.append(at)
    return tuple(np.maximum.accumulate(left or [0]).tolist()[: len(left)]), on_time


def _sorted(anchors: list[Anchor]) -> list[Anchor]:
    return sorted(anchors, key=lambda anchor: (anchor.position, -anchor.window.lower))


def _anchors_of_passages(
    arm: ArmTargets, plan: Plan, event: Flags
) -> tuple[float, list[Anchor], list[Anchor]]:
    """Find where curves and limits pass their shares; count what passes and should not."""
    faults = 0.0
    anchors: list[Anchor] = []
    beside: list[Anchor] = []
    for own in arm.passages:
        positions = np.flatnonzero(event != own.reverse)
        curve = curve_after(own, plan.weight[positions], plan.spread[positions])
        passing = np.flatnonzero(curve <= own.share + ON_SHARE)
        faults += float(bool(passing.size) != own.window.reached)
        if not passing.size:
            continue
        if own.window.reached:
            anchors.append(Anchor(int(positions[passing[0]]), own.window))
        if own.z == 0.0 and abs(curve[passing[0]] - own.share) < ON_SHARE:
            faults += _RESTS_ON_SHARE
            if passing.size > 1 and own.window.reached:
                beside.append(Anchor(int(positions[passing[1]]), own.window))
    return faults, anchors, beside


def _out_of_order(anchors: list[Anchor]) -> int:
    """Count the anchors that no rising times can all respect: a window not later than another's."""
    windows = [anchor.window for anchor in _sorted(anchors)]
    if not windows:
        return 0
    earliest = np.maximum.accumulate([own.lower for own in windows])
    latest = np.array([own.upper for own in windows])
    exact = np.array([own.lower == own.upper for own in windows])
    return int(np.count_nonzero((latest < earliest) | ((latest == earliest) & ~exact)))
