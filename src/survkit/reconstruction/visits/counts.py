"""Patients as counts on a grid of slots: the form in which the search at visits moves them.

The way in is the order of leaving of stage 2, the way out patients with times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.visits.problem import Counts

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Ticks
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.visits.problem import Grid

__all__ = ["count_patients", "list_patients"]


def count_patients(
    constraints: AnalysisConstraints, histories: list[History], grid: Grid, lean: float
) -> Counts:
    """
    Move every patient to the nearest slot between the same two printed numbers at risk.

    Events move to visits; whether one has to lie between two visits is left for later.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    histories : list of History
        The arms' patients in order.
    grid : Grid
        The slots.
    lean : float
        By how much events are taken to be later than they are, in time units.

    Returns
    -------
    Counts
        The patients on the grid.
    """
    shape = len(histories), grid.ticks.size
    counts = Counts(
        events=np.zeros(shape, dtype=np.int64), censored=np.zeros(shape, dtype=np.int64)
    )
    for row, (arm, history) in enumerate(zip(constraints.arms, histories, strict=True)):
        region = _regions(arm, history)
        visits = grid.eventful[row] & grid.planned
        event = _with_slots(history, region, grid.region[row][visits])
        if not visits.any():  # nobody is followed to a visit: no event is found
            event = np.zeros_like(event)
        for flag, where, allowed, late in (
            (event, counts.events, visits, lean),
            (~event, counts.censored, grid.open[row], 0.0),
        ):
            slots = np.flatnonzero(allowed)
            wanted = history.natural[flag] + late
            if wanted.size:
                np.add.at(where[row], _nearest(wanted, region[flag], slots, grid, row), 1)
    return counts


def _regions(arm: ArmConstraints, history: History) -> Ticks:
    """Tell between which printed numbers at risk each patient leaves."""
    left = [arm.n - count for time, count in arm.at_risk if time > 0.0]
    if arm.end is not None:
        lasting = max(1, int((history.natural >= arm.end.lower).sum()))
        beyond = [count for time, count in arm.at_risk if time >= arm.end.lower]
        left.append(arm.n - max([lasting, *beyond]))
    return np.searchsorted(np.sort(left), np.arange(arm.n), side="right")


def _with_slots(history: History, region: Ticks, eventful: Ticks) -> Flags:
    """Give events of stretches without a slot for them to the censored patients nearest in time."""
    event = history.event.copy()
    stranded = np.flatnonzero(event & ~np.isin(region, eventful))
    takers = ~event & np.isin(region, eventful)
    for patient in stranded[: int(takers.sum())].tolist():
        distance = np.abs(history.natural - history.natural[patient]).round(9)
        taker = int(np.where(takers, distance, np.inf).argmin())
        event[patient], event[taker], takers[taker] = False, True, False
    return event


def _nearest(wanted: Floats, region: Ticks, slots: Ticks, grid: Grid, row: int) -> Ticks:
    """Choose for every patient the nearest slot in the stretch; any slot where it has none."""
    distance = np.abs(wanted[:, None] - grid.times[slots]).round(9)
    outside = region[:, None] != grid.region[row][slots]
    nearest: Ticks = slots[(distance + 1e9 * outside).argmin(axis=1)]
    return nearest


def list_patients(counts: Counts, grid: Grid) -> list[tuple[Ticks, Flags]]:
    """
    Make patients of counts: events at their slots, censorings evenly before the next one.

    Parameters
    ----------
    counts : Counts
        The patients on the grid.
    grid : Grid
        The slots.

    Returns
    -------
    list of tuple of ndarray, each of shape (n,)
        For each arm its patients' times in ticks, rising, and who has the event.
    """
    length = np.diff(grid.ticks, append=grid.ticks[-1])
    listed = []
    for events, censored in zip(counts.events, counts.censored, strict=True):
        last = int(np.flatnonzero(events + censored)[-1])
        size = np.where(np.arange(length.size) < last, length, 0)
        number = np.repeat(np.arange(length.size), censored)
        first = np.cumsum(censored) - censored
        share = (np.arange(number.size) - first[number] + 1) / (censored[number] + 1)
        leaving = grid.ticks[number] + np.floor(share * size[number]).astype(np.int64)
        ticks = np.concatenate((np.repeat(grid.ticks, events), leaving))
        event = np.arange(ticks.size) < ticks.size - leaving.size
        order = np.lexsort((~event, ticks))
        listed.append((ticks[order], event[order]))
    return listed
