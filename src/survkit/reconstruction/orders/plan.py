"""What an arm's order has to respect: positions, the population's odds, and where pieces end.

Patients are numbered in the order in which they leave, so that the one at position p has n - p
patients at risk. The odds of an event at each position are the population's, tilted as little as
possible so that hazard, variance and events are expected to be as the figures have them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window
from survkit.reconstruction.constraints.violation import asked_sums, step_sums
from survkit.reconstruction.orders.departures import expected_left, most_left, natural_times
from survkit.reconstruction.orders.sampling import sigmoid, tilted

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.curve import Cut
    from survkit.reconstruction.constraints.targets import ArmTargets
    from survkit.reconstruction.population.fit import ArmPopulation

__all__ = ["Plan", "Stop", "plan_order"]

Floats = NDArray[np.float64]

_EDGE = 1e-6
_SLACK = 0.1
"""Variance that tilted sums may have, in halves of the rounding windows squared."""
_COUNT_SD = 0.2
"""Slack of the events of an arm, in patients, while its pieces share them."""
_MOST_ODDS = 12.0
"""Log odds beyond which an event is as good as certain, or as good as excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """
    Where a piece ends: at a cut at which the curve is printed, or with the last patient.

    Parameters
    ----------
    within : tuple of tuple
        Cuts before the end that ask something of the curve, each with the patients who have left.
    end : Cut or None
        The cut at the end; None where nothing is asked any more.
    before : int
        Patients expected to have left at the stop before.
    left : int
        Patients expected to have left before the end; exactly so many where that is printed.
    earliest, latest : int
        The fewest and the most who may have left, as other numbers at risk have it.
    free : bool
        Whether the number who have left may be another than expected.
    last : bool
        Whether the piece is the last, which takes all events that remain.
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
    stops : tuple of Stop
        Ends of the pieces; none where the curve is not printed.
    needed_last : int
        Events needed after the last printed time, for the curve and its limits to pass one half.
    weight, spread : ndarray of float, shape (n,)
        What an event at each position adds to the cumulative hazard, and to Greenwood's sum.
    logit : ndarray of float, shape (n,)
        Log odds that a patient who leaves at that position leaves by an event.
    probability : ndarray of float, shape (n,)
        The same as a probability.
    """

    events: int
    cuts: tuple[Cut, ...]
    left: tuple[int, ...]
    stops: tuple[Stop, ...]
    needed_last: int
    weight: Floats
    spread: Floats
    logit: Floats
    probability: Floats

    @property
    def n(self) -> int:
        """Patients of the arm."""
        return int(self.weight.size)


def plan_order(
    arm: ArmTargets,
    population: ArmPopulation,
    edges: Floats,
    events: int,
    cuts: tuple[Cut, ...],
) -> Plan:
    """
    Lay out positions and odds, and divide the order into pieces.

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
    cuts : tuple of Cut
        What is asked at points in time, with or without guides.

    Returns
    -------
    Plan
        What the arm's order has to respect.
    """
    left = expected_left(arm, population, edges, cuts)
    cuts = tuple(_with_reverse(*pair, arm) for pair in zip(cuts, left, strict=True))
    weight, spread = step_sums(arm.n - np.arange(arm.n, dtype=np.float64))
    natural = natural_times(arm, population, edges, cuts, left)
    cell = np.searchsorted(edges, natural, side="left") - 1
    by_event = population.event_share[np.clip(cell, 0, edges.size - 2)]
    logit = np.log(by_event) - np.log1p(-by_event)
    plan = Plan(
        events=events,
        cuts=cuts,
        left=left,
        stops=_stops(arm, edges, cuts, left),
        needed_last=_needed_after(arm, cuts),
        weight=weight,
        spread=spread,
        logit=logit,
        probability=sigmoid(logit),
    )
    return _tilt(plan) if plan.stops else plan


def _with_reverse(cut: Cut, left: int, arm: ArmTargets) -> Cut:
    """
    Add what the passages of the reverse curve ask of the curve itself.

    Whoever leaves lowers one of both curves, and their product is the share of patients left.
    """
    if cut.printed and cut.left is None:
        return cut
    for own in arm.passages:
        bound = (arm.n - left) / (arm.n * own.share)
        if not own.reverse or own.z != 0.0 or left == arm.n:
            continue
        if cut.time <= own.window.lower:
            survival = Window(cut.survival.lower, min(cut.survival.upper, bound - _EDGE))
        elif cut.time >= own.window.upper:
            survival = Window(max(cut.survival.lower, bound + _EDGE), cut.survival.upper)
        else:
            continue
        cut = replace(cut, survival=survival)
    return cut


def _left_by_reverse(arm: ArmTargets, cut: Cut) -> tuple[int, int]:
    """Count who may have left at a printed percentage, as passages of the reverse curve have it."""
    fewest, most = 0, arm.n
    for own in arm.passages:
        if own.reverse and own.z == 0.0 and cut.left is None and cut.survival.bounded:
            share = own.share * cut.survival.middle
            if cut.time <= own.window.lower:
                most = min(most, math.ceil(arm.n * (1.0 - share)) - 1)
            elif cut.time >= own.window.upper:
                fewest = max(fewest, math.ceil(arm.n * (1.0 - share)))
    return fewest, most


def _stops(
    arm: ArmTargets, edges: Floats, cuts: tuple[Cut, ...], left: tuple[int, ...]
) -> tuple[Stop, ...]:
    """Divide the order at the cuts where the curve itself is printed, and at the end."""
    if not any(cut.asks for cut in cuts):
        return ()
    stops: list[Stop] = []
    within: list[tuple[Cut, int]] = []
    before = earliest = 0
    for index, (cut, own) in enumerate(zip(cuts, left, strict=True)):
        earliest = cut.left or earliest
        if cut.printed:
            known = [later.left for later in cuts[index + 1 :] if later.left is not None]
            fewest, most = _left_by_reverse(arm, cut)
            stop = Stop(
                within=tuple(within),
                end=cut,
                before=before,
                left=own,
                earliest=max(earliest, fewest),
                latest=min([most_left(arm, edges, cut), most, *known]),
                free=cut.left is None,
                last=False,
            )
            stops.append(stop)
            before, within = own, []
        elif cut.asks:
            within.append((cut, own))
    end = within.pop()[0] if within and within[-1][1] == arm.n else None
    last = Stop(
        within=tuple(within),
        end=end,
        before=before,
        left=arm.n,
        earliest=arm.n,
        latest=arm.n,
        free=False,
        last=True,
    )
    return (*stops, last)


def _needed_after(arm: ArmTargets, cuts: tuple[Cut, ...]) -> int:
    """Count the events that medians need after the last printed time: one for separate windows."""
    last = max((cut.time for cut in cuts if cut.printed), default=0.0)
    windows = [own.window for own in arm.of_events if own.window.reached]
    needed, until = 0, last
    for window in sorted(windows, key=lambda own: own.upper):
        if window.lower >= until:
            needed, until = needed + 1, window.upper
    return needed


def _tilt(plan: Plan) -> Plan:
    """Tilt the odds so that all that is asked is expected, each sum within its rounding."""
    positions = np.arange(plan.n)
    possible = np.ones(plan.n, dtype=bool)
    features, wanted = [np.full(plan.n, 1.0 / _COUNT_SD)], [plan.events / _COUNT_SD]
    for stop in plan.stops:
        if stop.end is None:
            continue
        before = positions < stop.left
        for (asked, sd), amount in zip(
            asked_sums(stop.end), (plan.weight, plan.spread), strict=True
        ):
            if math.isfinite(sd):
                features.append(np.where(before, amount, 0.0) / sd)
                wanted.append(asked / sd)
                # so few are at risk that one event would already be too much
                possible &= ~(before & (amount > asked + sd))
    logit = np.where(possible, plan.logit, -_MOST_ODDS)
    rows = np.where(possible, np.stack(features), 0.0)
    logit = np.clip(tilted(logit, rows, np.array(wanted), _SLACK), -_MOST_ODDS, _MOST_ODDS)
    return replace(plan, logit=logit, probability=sigmoid(logit))
