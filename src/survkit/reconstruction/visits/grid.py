"""The points in time at which a schedule lets events happen, and how they cut the follow-up.

All arms share one grid of slots: visits, printed times and ends of follow-up. Events happen at
slots that are visits; censored patients leave between two slots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.placement.knots import Clock, choose_clock
from survkit.reconstruction.visits.curve_constraints import ask_curve

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.constraints.targets import ArmTargets, Targets
    from survkit.reconstruction.visits.curve_constraints import Questions

__all__ = ["Grid", "lay_slots", "visit_clock"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_DECIMALS = 6
_DAYS_PER_WINDOW = 5
"""Days on which a visit with a window takes place, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    The slots of all arms.

    Parameters
    ----------
    ticks : ndarray of int, shape (k,)
        The slots in ticks of the clock, ascending, 0 first.
    times : ndarray of float, shape (k,)
        The same in time units.
    eventful : ndarray of bool, shape (arms, k)
        Where each arm may have events.
    planned : ndarray of bool, shape (k,)
        Which slots are visits.
    open : ndarray of bool, shape (arms, k)
        After which slots patients of each arm may be censored.
    region : ndarray of int, shape (arms, k)
        Number of the stretch between two printed numbers at risk; who leaves at a slot, or after
        it, leaves in its stretch.
    questions : tuple of Questions
        What is asked of each arm's curve.
    """

    ticks: Ticks
    times: Floats
    eventful: Flags
    planned: Flags
    open: Flags
    region: Ticks
    questions: tuple[Questions, ...]


def visit_clock(targets: Targets, end: float) -> Clock:
    """
    Choose the decimals of the times, so that every printed time is one.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    end : float
        End of follow-up, in time units.

    Returns
    -------
    Clock
        The grid of times.
    """
    clock = choose_clock(targets, end)
    printed = np.array([time for arm in targets.arms for time, _ in arm.at_risk])
    decimals = clock.decimals
    while decimals < _MOST_DECIMALS and not np.array_equal(printed.round(decimals), printed):
        decimals += 1
    return replace(clock, decimals=decimals)


def lay_slots(
    targets: Targets, schedule: Schedule, clock: Clock, end: float, *, free: bool
) -> Grid:
    """
    Lay the slots of all arms.

    A printed median, or a limit of it, to which no visit falls gets a slot of its own.

    Parameters
    ----------
    targets : Targets
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
    ends = [_end_ticks(arm, end, scale) for arm in targets.arms]
    latest = [last for _, last in ends]
    visits = _visit_ticks(schedule, max(latest) / scale, scale)
    own = [
        np.union1d(visits[visits <= last], _missing(arm, schedule, visits, scale))
        for arm, last in zip(targets.arms, latest, strict=True)
    ]
    printed = [round(time * scale) for arm in targets.arms for time, _ in arm.at_risk]
    ticks = np.unique(np.concatenate((*own, [0, *printed], [middle for middle, _ in ends])))
    if free:
        halfway = (ticks[1:] + ticks[:-1]) // 2
        own = [
            np.union1d(mine, halfway[halfway <= last])
            for mine, last in zip(own, latest, strict=True)
        ]
        ticks = np.union1d(ticks, halfway)
    ticks = ticks[ticks <= max(latest)].astype(np.int64)
    final = [
        max(middle, int(mine.max(initial=0))) for mine, (middle, _) in zip(own, ends, strict=True)
    ]
    return Grid(
        ticks=ticks,
        times=ticks / scale,
        eventful=np.stack([np.isin(ticks, mine) & (ticks > 0) for mine in own]),
        planned=np.isin(ticks, visits),
        open=np.stack([ticks <= last for last in final]),
        region=np.stack([_regions(arm, ticks / scale) for arm in targets.arms]),
        questions=tuple(ask_curve(arm, ticks / scale) for arm in targets.arms),
    )


def _end_ticks(arm: ArmTargets, end: float, scale: float) -> tuple[int, int]:
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


def _missing(arm: ArmTargets, schedule: Schedule, visits: Ticks, scale: float) -> Ticks:
    """List a time in every printed window of a quantile that no visit falls into."""
    found = []
    for window in (own.window for own in arm.of_events if own.window.reached):
        low, high = window.lower * scale, window.upper * scale
        if not np.any((visits >= low) & (visits <= high)):
            dates = schedule.visits(window.upper)
            near = dates[np.abs(dates - window.middle) <= schedule.window + window.half][:1]
            lower = max([window.lower, *(near - schedule.window)])
            upper = min([window.upper, *(near + schedule.window)])
            found.append(round(0.5 * (lower + upper) * scale))
    return np.array(found, dtype=np.int64)


def _regions(arm: ArmTargets, times: Floats) -> Ticks:
    """Count the stretches between the printed numbers at risk, and what prints the end."""
    bounds = [time for time, _ in arm.at_risk if time > 0.0]
    if arm.end is not None:
        bounds.append(arm.end.lower)
    return np.searchsorted(np.sort(bounds), times, side="right")
