"""From figures and population to the plan of an order: positions, odds, and where segments end.

The odds of an event at each position are the population's, tilted as little as possible so that
hazard, variance and events are expected to be as the figures have them.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import single_event_terms
from survkit.reconstruction.constraints.cut import BEYOND_SHARE
from survkit.reconstruction.orders.departures import expected_left, most_left, natural_times
from survkit.reconstruction.orders.plan import Plan, Segment
from survkit.reconstruction.orders.sampling import SLACK, sigmoid, tilted

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.population.population import ArmPopulation

__all__ = ["lay_out_plan", "plan_order"]

_COUNT_SD = 0.2
"""Slack of the events of an arm, in patients, while its segments share them."""
_MOST_ODDS = 12.0
"""Log odds beyond which an event is as good as certain, or as good as excluded."""


def plan_order(
    arm: ArmConstraints, population: ArmPopulation, events: int, cuts: tuple[Cut, ...]
) -> Plan:
    """Lay out the positions and odds of a population, and divide the order into segments."""
    left = expected_left(arm, population, cuts)
    by_event = population.event_share_at(natural_times(arm, population, cuts, left))
    return lay_out_plan(arm, population.end, events, (cuts, left), by_event)


def lay_out_plan(
    arm: ArmConstraints,
    end: float,
    events: int,
    at: tuple[tuple[Cut, ...], tuple[int, ...]],
    by_event: Floats,
) -> Plan:
    """
    Lay out positions and odds, and divide the order into segments.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    end : float
        End of follow-up of all arms, in time units.
    events : int
        Events of the arm.
    at : tuple of tuple of Cut and tuple of int
        What is asked at points in time, and how many have left before each.
    by_event : ndarray of float, shape (n,)
        Probability that a patient who leaves at that position leaves by an event.

    Returns
    -------
    Plan
        The plan.
    """
    cuts, left = at
    cuts = tuple(_with_follow_up(*pair, arm) for pair in zip(cuts, left, strict=True))
    hazard, variance = single_event_terms(arm.n - np.arange(arm.n, dtype=np.float64))
    logit = np.log(by_event) - np.log1p(-by_event)
    plan = Plan(
        events=events,
        cuts=cuts,
        left=left,
        segments=_segments(arm, end, cuts, left),
        needed_last=_needed_after(arm, cuts),
        hazard=hazard,
        variance=variance,
        logit=logit,
        probability=sigmoid(logit),
    )
    return _tilt(plan) if plan.segments else plan


def _with_follow_up(cut: Cut, left: int, arm: ArmConstraints) -> Cut:
    """
    Add what the quantiles of the reverse curve ask of the curve itself.

    Whoever leaves lowers one of both curves, and their product is the share of patients left.
    """
    if (cut.printed and cut.left is None) or left == arm.n:
        return cut
    for quantile in arm.of_follow_up:
        bound = (arm.n - left) / (arm.n * quantile.share)
        if cut.time <= quantile.window.lower:
            bounds = Interval(-math.inf, bound - BEYOND_SHARE)
        elif cut.time >= quantile.window.upper:
            bounds = Interval(bound + BEYOND_SHARE, math.inf)
        else:
            continue
        cut = replace(cut, survival=cut.survival.intersect(bounds))
    return cut


def _left_by_follow_up(arm: ArmConstraints, cut: Cut) -> tuple[int, int]:
    """Count who may have left at a printed percentage, as the reverse curve has it."""
    fewest, most = 0, arm.n
    if cut.left is None and cut.survival.bounded:
        for quantile in arm.of_follow_up:
            left = math.ceil(arm.n * (1.0 - quantile.share * cut.survival.middle))
            if cut.time <= quantile.window.lower:
                most = min(most, left - 1)
            elif cut.time >= quantile.window.upper:
                fewest = max(fewest, left)
    return fewest, most


def _segments(
    arm: ArmConstraints, end: float, cuts: tuple[Cut, ...], left: tuple[int, ...]
) -> tuple[Segment, ...]:
    """Divide the order at the cuts where the curve itself is printed, and at the end."""
    if not any(cut.asks for cut in cuts):
        return ()
    segments: list[Segment] = []
    within: list[tuple[Cut, int]] = []
    before = earliest = 0
    for index, (cut, gone) in enumerate(zip(cuts, left, strict=True)):
        earliest = cut.left or earliest
        if cut.printed:
            known = [later.left for later in cuts[index + 1 :] if later.left is not None]
            fewest, most = _left_by_follow_up(arm, cut)
            segment = Segment(
                within=tuple(within),
                end=cut,
                before=before,
                left=gone,
                earliest=max(earliest, fewest),
                latest=min([most_left(arm, end, cut), most, *known]),
                free=cut.left is None,
                last=False,
            )
            segments.append(segment)
            before, within = gone, []
        elif cut.asks:
            within.append((cut, gone))
    at_end = within.pop()[0] if within and within[-1][1] == arm.n else None
    last = Segment(
        within=tuple(within),
        end=at_end,
        before=before,
        left=arm.n,
        earliest=arm.n,
        latest=arm.n,
        free=False,
        last=True,
    )
    return (*segments, last)


def _needed_after(arm: ArmConstraints, cuts: tuple[Cut, ...]) -> int:
    """Count the events that medians need after the last printed time: one for separate windows."""
    needed, until = 0, max((cut.time for cut in cuts if cut.printed), default=0.0)
    windows = [quantile.window for quantile in arm.of_events if quantile.window.reached]
    for window in sorted(windows, key=lambda window: window.upper):
        if window.lower >= until:
            needed, until = needed + 1, window.upper
    return needed


def _tilt(plan: Plan) -> Plan:
    """Tilt the odds so that all that is asked is expected, each sum within its rounding."""
    positions = np.arange(plan.n)
    possible = np.ones(plan.n, dtype=bool)
    features, wanted = [np.full(plan.n, 1.0 / _COUNT_SD)], [plan.events / _COUNT_SD]
    for segment in plan.segments:
        if segment.end is None:
            continue
        before = positions < segment.left
        for (asked, half), terms in zip(segment.end.sums, plan.terms, strict=True):
            if math.isfinite(half):
                features.append(np.where(before, terms, 0.0) / half)
                wanted.append(asked / half)
                # so few are at risk that one event would already be too much
                possible &= ~(before & (terms > asked + half))
    logit = np.where(possible, plan.logit, -_MOST_ODDS)
    rows = np.where(possible, np.stack(features), 0.0)
    logit = np.clip(tilted(logit, rows, np.array(wanted), SLACK), -_MOST_ODDS, _MOST_ODDS)
    return replace(plan, logit=logit, probability=sigmoid(logit))
