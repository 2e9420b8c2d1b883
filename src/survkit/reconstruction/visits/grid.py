"""The points in time at which a schedule lets events happen, and how they cut the follow-up.

All arms share one grid of slots: visits, printed times and ends of follow-up. Events happen at
slots that are visits; censored patients leave between two slots.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels.violation import CURVE
from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.placement.precision import choose_clock
from survkit.reconstruction.visits.curve_constraints import CurveConstraints
from survkit.reconstruction.visits.problem import Grid

if TYPE_CHECKING:
    from survkit.arrays import Floats, Ticks
    from survkit.interval import Interval
    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.placement.clock import Clock

__all__ = ["constrain_curve", "lay_slots", "visit_clock"]

_MOST_DECIMALS = 6
_DAYS_PER_WINDOW = 5
"""Days on which a visit with a window takes place, at most."""
_BEYOND_SHARE = 1e-4
"""Distance from a share at which a curve is beyond it: a rest on the share counts as neither."""
_NARROWEST = 1e-9
_MOST_VISITS = 300
"""Visits with events, at most: what a search costs grows with their square."""


def visit_clock(constraints: AnalysisConstraints, end: float) -> Clock:
    """Choose the decimals of the times, so that every printed time is one."""
    clock = choose_clock(constraints, end)
    printed = np.array([time for arm in constraints.arms for time, _ in arm.at_risk])
    decimals = clock.decimals
    while decimals < _MOST_DECIMALS and not np.array_equal(printed.round(decimals), printed):
        decimals += 1
    return replace(clock, decimals=decimals)


def lay_slots(
    constraints: AnalysisConstraints, schedule: Schedule, clock: Clock, end: float, *, free: bool
) -> Grid:
    """
    Lay the slots of all arms.

    A printed median, or a limit of it, to which no visit falls gets a slot of its own.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    schedule : Schedule
        The visits.
    clock : Clock
        The grid of times.
    end : float
        End of follow-up where none is printed, in time units.
    free : bool
        Whether events may also happen halfway between two slots.

    Returns
    -------
    Grid
        The slots.
    """
    scale = 10.0**clock.decimals
    ends = [_end_ticks(arm, end, scale) for arm in constraints.arms]
    latest = [last for _, last in ends]
    visits = _visit_ticks(schedule, max(latest) / scale, scale)
    chosen = _few(visits, constraints, scale)
    eventful = [
        np.union1d(chosen[chosen <= last], _missing(arm, schedule, visits, scale))
        for arm, last in zip(constraints.arms, latest, strict=True)
    ]
    printed = [round(time * scale) for arm in constraints.arms for time, _ in arm.at_risk]
    ticks = np.unique(np.concatenate((*eventful, [0, *printed], [middle for middle, _ in ends])))
    if free:
        halfway = (ticks[1:] + ticks[:-1]) // 2
        eventful = [
            np.union1d(slots, halfway[halfway <= last])
            for slots, last in zip(eventful, latest, strict=True)
        ]
        ticks = np.union1d(ticks, halfway)
    ticks = ticks[ticks <= max(latest)].astype(np.int64)
    final = [
        max(middle, int(slots.max(initial=0)))
        for slots, (middle, _) in zip(eventful, ends, strict=True)
    ]
    return Grid(
        ticks=ticks,
        times=ticks / scale,
        eventful=np.stack([np.isin(ticks, slots) & (ticks > 0) for slots in eventful]),
        planned=np.isin(ticks, visits),
        open=np.stack([ticks <= last for last in final]),
        region=np.stack([_regions(arm, ticks / scale) for arm in constraints.arms]),
        curves=tuple(constrain_curve(arm, ticks / scale) for arm in constraints.arms),
    )


def _end_ticks(arm: ArmConstraints, end: float, scale: float) -> tuple[int, int]:
    """Return when the last patient of an arm leaves, and the latest that prints the same."""
    if arm.end is None:
        return math.floor(end * scale), math.floor(end * scale)
    within = [time for time, count in arm.at_risk if count and time <= arm.end.upper]
    middle = max(arm.end.middle, *within, 0.0)
    return round(middle * scale), math.floor(arm.end.upper * scale)


def _visit_ticks(schedule: Schedule, end: float, scale: float) -> Ticks:
    """List the times of the visits, in ticks; a visit with a window takes place on several days."""
    offsets = np.zeros(1)
    if schedule.window:
        days = min(math.floor(schedule.window / schedule.day), _DAYS_PER_WINDOW // 2)
        offsets = np.linspace(-schedule.window, schedule.window, 2 * max(days, 1) + 1)
    times = schedule.visits(end)[:, None] + offsets
    ticks = np.unique(np.round(times * scale).astype(np.int64))
    return ticks[(ticks > 0) & (ticks <= end * scale)]


def _few(visits: Ticks, constraints: AnalysisConstraints, scale: float) -> Ticks:
    """Choose visits evenly where there are very many, and one for every printed quantile."""
    if visits.size <= _MOST_VISITS:
        return visits
    evenly = np.linspace(0, visits.size - 1, _MOST_VISITS).round().astype(np.int64)
    times = visits / scale
    windows = [one.window for arm in constraints.arms for one in arm.of_events]
    printed = [
        within[within.size // 2]
        for window in windows
        if window.reached and (within := np.flatnonzero(window.clip_all(times) == times)).size
    ]
    return visits[np.union1d(evenly, np.array(printed, dtype=np.int64))]


def _missing(arm: ArmConstraints, schedule: Schedule, visits: Ticks, scale: float) -> Ticks:
    """List a time in every printed window of a quantile that no visit falls into."""
    found = []
    for window in (one.window for one in arm.of_events if one.window.reached):
        low, high = window.lower * scale, window.upper * scale
        if not np.any((visits >= low) & (visits <= high)):
            dates = schedule.visits(window.upper)
            near = dates[np.abs(dates - window.middle) <= schedule.window + window.half][:1]
            lower = max([window.lower, *(near - schedule.window)])
            upper = min([window.upper, *(near + schedule.window)])
            found.append(round(0.5 * (lower + upper) * scale))
    return np.array(found, dtype=np.int64)


def _regions(arm: ArmConstraints, times: Floats) -> Ticks:
    """Count the stretches between the printed numbers at risk, and what prints the end."""
    bounds = [time for time, _ in arm.at_risk if time > 0.0]
    if arm.end is not None:
        bounds.append(arm.end.lower)
    return np.searchsorted(np.sort(bounds), times, side="right")


class _Asked(NamedTuple):
    """Where the curve, or with z its limit, must be once a slot is over."""

    transform: Transform
    slot: int
    z: float
    window: Interval


def constrain_curve(
    arm: ArmConstraints, times: Floats, early: tuple[tuple[int, int], ...] = ()
) -> CurveConstraints:
    """
    Gather what is asked of an arm's curve, slot by slot.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    times : ndarray of float, shape (k,)
        The slots, in time units.
    early : tuple of (int, int)
        Places of passages among `of_events`, and slots after which these curves must still be above
        their share.

    Returns
    -------
    CurveConstraints
        The printed percentages and their limits, and on which side of a share the curve is.
    """
    found = [one for cut in collect_cuts(arm) for one in _of_cut(cut, times)]
    for quantile in arm.of_events:
        found += _of_quantile(quantile, times)
    found += [_still_above(arm.of_events[place], slot) for place, slot in early]
    found.sort(key=lambda one: one.transform)
    lower, upper, unit = np.array([_bounds(one.window) for one in found]).reshape(-1, 3).T
    groups, start = [], 0
    for transform, members in groupby(one.transform for one in found):
        stop = start + len(list(members))
        groups.append((transform, start, stop))
        start = stop
    return CurveConstraints(
        slot=np.array([one.slot for one in found], dtype=np.int64),
        z=np.array([one.z for one in found]),
        lower=lower,
        upper=upper,
        unit=unit,
        transforms=tuple(groups),
    )


def _of_cut(cut: Cut, times: Floats) -> list[_Asked]:
    """Read what is asked at a printed time."""
    slot = int(np.searchsorted(times, cut.time, side="right")) - 1
    asked = ((0.0, cut.survival), (-cut.z, cut.lower), (cut.z, cut.upper))
    return [
        _Asked(cut.transform, slot, z, window)
        for z, window in asked
        if math.isfinite(window.lower) or math.isfinite(window.upper)
    ]


def _of_quantile(quantile: QuantileConstraint, times: Floats) -> list[_Asked]:
    """Ask that a curve or a limit passes its share within the printed window."""
    window = quantile.window
    before = int(np.searchsorted(times, window.lower, side="left")) - 1
    found = [_still_above(quantile, max(before, 0))]
    if window.reached:
        within = int(np.searchsorted(times, window.upper, side="right")) - 1
        below = quantile.below(_BEYOND_SHARE)
        found.append(_Asked(quantile.transform, within, quantile.z, below))
    return found


def _still_above(quantile: QuantileConstraint, slot: int) -> _Asked:
    above = quantile.above(_BEYOND_SHARE)
    return _Asked(quantile.transform, slot, quantile.z, above)


def _bounds(window: Interval) -> tuple[float, float, float]:
    """Return the bounds within which a window counts as met, and the unit of a miss."""
    if not window.bounded:
        return window.lower, window.upper, CURVE.open_unit
    half = max(window.half, _NARROWEST)
    return window.middle - CURVE.comfort * half, window.middle + CURVE.comfort * half, half
