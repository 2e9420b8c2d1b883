"""Median follow-up at visits: the reverse curve passes its share between the right two of them.

Numbers at risk on both sides are held as if they were printed; in the end the censored patients in
between are moved to where the quantile prints as asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import single_event_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Flags, Ticks
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock
    from survkit.reconstruction.visits.problem import Grid

__all__ = ["hold_numbers", "lead_censored"]

_DECIMALS = 2
"""Decimal places of the times at which numbers at risk are held."""
_INSIDE = 0.25
"""Share of the time between two visits that is left on both sides of those times."""


def hold_numbers(
    constraints: AnalysisConstraints, schedule: Schedule, histories: Sequence[History]
) -> AnalysisConstraints:
    """
    Ask for the numbers at risk between the visits before and after a median follow-up.

    They are those of histories that meet it; an arm that prints it is asked for two, unless a
    number is printed there.
    """
    arms = [
        replace(arm, at_risk=tuple(sorted({*arm.at_risk, *_held(arm, schedule, history)})))
        for arm, history in zip(constraints.arms, histories, strict=True)
    ]
    return replace(constraints, arms=tuple(arms))


def _held(arm: ArmConstraints, schedule: Schedule, history: History) -> list[tuple[float, int]]:
    windows = [quantile.window for quantile in arm.of_follow_up]
    if not windows or not windows[0].reached:
        return []
    low, high = windows[0].lower, windows[0].upper
    visits = np.concatenate(([0.0], schedule.visits(high + 2.0 * schedule.every)))
    later = int(np.searchsorted(visits, low))
    before, after = visits[later - 1] + schedule.window, visits[later] - schedule.window
    gap = _INSIDE * (after - before)
    times = (round(min(before + gap, low), _DECIMALS), round(max(after - gap, high), _DECIMALS))
    # an event between the two visits is found at the nearer one
    found = int((history.event & (history.natural < 0.5 * (before + after))).sum())
    left = [found + int((~history.event & (history.natural < time)).sum()) for time in times]
    last = arm.end.lower if arm.end is not None else np.inf
    printed = [time for time, _ in arm.at_risk if before <= time <= after]
    between = before < times[0] < times[1] < min(after, last)
    if printed or not between or left[1] >= arm.n:
        return []
    return [(time, arm.n - count) for time, count in zip(times, left, strict=True)]


def lead_censored(
    arm: ArmConstraints, ticks: Ticks, event: Flags, grid: Grid, clock: Clock
) -> Ticks:
    """
    Move censored patients between two slots, so that a median follow-up prints as asked.

    Nothing else that is printed depends on when they leave, as long as they pass no slot; who would
    have to stays.

    Parameters
    ----------
    arm : ArmConstraints
        The arm's printed figures.
    ticks : ndarray of int, shape (n,)
        Times, rising.
    event : ndarray of bool, shape (n,)
        Who has the event.
    grid : Grid
        The slots.
    clock : Clock
        The grid of times.

    Returns
    -------
    ndarray of int, shape (n,)
        Times, rising.
    """
    known = {int(tick): int(tick) for tick in grid.ticks}
    positions = np.flatnonzero(~event)
    terms = single_event_terms((event.size - positions).astype(np.float64))
    for quantile in arm.quantiles:
        steps = quantile.passing(*terms).steps
        if not (quantile.reverse and quantile.window.reached and steps.size):
            continue
        now = int(ticks[positions[steps[0]]])
        wanted = round(quantile.window.clip(now * clock.tick, share=0.5) / clock.tick)
        same = np.searchsorted(grid.ticks, [now, wanted], side="right")
        if now not in known and wanted not in known and same[0] == same[1]:
            known[now] = wanted
    before = np.array(sorted(known), dtype=np.float64)
    after = np.maximum.accumulate([known[int(tick)] for tick in before])
    moved = np.rint(np.interp(ticks, before, after)).astype(np.int64)
    return np.where(event, ticks, moved)
