"""The inverse Kaplan-Meier equations that Guyot's algorithm and its kin share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.decoded import DecodedHistory, order_patients

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.curves.decoded import Decoder
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = [
    "Grid",
    "Rows",
    "Tally",
    "adjust_blocks",
    "lay_grid",
    "patients_of",
    "run_block",
]

_MOST_ROUNDS = 200
"""Adjustments of one block's censorings after which the algorithm is taken not to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    A falling curve.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Times, from 0.
    survival : ndarray of float, shape (k,)
        Probabilities, from 1.
    """

    time: Floats
    survival: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """
    Risk times by the first point of their blocks.

    Parameters
    ----------
    first : list of int
        Index of the first point of each block.
    at_risk : list of int
        Patients at risk there; the algorithm may lower them.
    """

    first: list[int]
    at_risk: list[int]


class Tally:
    """
    Events and censorings at the points, as far as the algorithm has come.

    Parameters
    ----------
    grid : Grid
        The curve.
    """

    def __init__(self, grid: Grid) -> None:
        size = grid.time.size
        self.events: Counts = np.zeros(size, dtype=np.int64)
        self.censored: Counts = np.zeros(size, dtype=np.int64)
        self.survival_before = 1.0
        self.survival_after = 1.0
        self.at_risk_at_end = 0


def lay_grid(arm: ObservedArm, time: Floats, survival: Floats) -> tuple[Grid, Rows, list[str]]:
    """
    Add the point (0, 1), and one at a risk time beyond the curve; find the blocks.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm.
    time : ndarray of float, shape (k,)
        Times of the points, rising.
    survival : ndarray of float, shape (k,)
        Falling probabilities.

    Returns
    -------
    tuple of Grid, Rows and list of str
        The curve, its blocks, and what of the table could not be used.
    """
    said: list[str] = []
    later = time > 0
    time, survival = np.append(0.0, time[later]), np.append(1.0, survival[later])
    if arm.table is None:
        return Grid(time=time, survival=survival), Rows(first=[0], at_risk=[arm.n]), said
    beyond = arm.table.time[arm.table.time > time[-1]]
    time = np.append(time, beyond)
    survival = np.append(survival, np.full(beyond.size, survival[-1]))
    first, at_risk = [0], [arm.n]
    middle = (arm.table.lower + arm.table.upper) // 2
    for start, number in zip(arm.table.time, middle.tolist(), strict=True):
        index = int(np.searchsorted(time, start))
        if index == first[-1]:
            if start > 0 or number != arm.n:
                said.append(f"the number at risk at {start:g} was left out: no point is before it")
            continue
        if number > at_risk[-1]:
            said.append(
                f"the number at risk at {start:g} rises from {at_risk[-1]} to {number}; "
                f"it was lowered to {at_risk[-1]}"
            )
        first.append(index)
        at_risk.append(min(number, at_risk[-1]))
    return Grid(time=time, survival=survival), Rows(first=first, at_risk=at_risk), said


def adjust_blocks(
    grid: Grid,
    rows: Rows,
    tally: Tally,
    said: list[str],
    first_guess: Callable[[Grid, Rows, int], int],
    *,
    most: Callable[[Rows, int], int] | None,
) -> None:
    """
    Adjust the censorings of every block but the last until the next number at risk is met.

    Parameters
    ----------
    grid : Grid
        The curve.
    rows : Rows
        The blocks; a number at risk that cannot be met is lowered here.
    tally : Tally
        Where events and censorings go.
    said : list of str
        Where sentences on lowered numbers go.
    first_guess : callable
        Censorings to start from, of a grid, its rows and a block.
    most : callable or None
        Largest number of censorings of a block; None takes all at risk.
    """
    for i in range(len(rows.first) - 1):
        censored = first_guess(grid, rows, i)
        limit = rows.at_risk[i] if most is None else most(rows, i)
        left = run_block(grid, rows, tally, i, censored)
        seen: set[int] = set()
        for _ in range(_MOST_ROUNDS):
            wanted = min(max(censored + left - rows.at_risk[i + 1], 0), limit)
            if left == rows.at_risk[i + 1] or wanted == censored or wanted in seen:
                break
            seen.add(censored)
            censored = wanted
            left = run_block(grid, rows, tally, i, censored)
        if left != rows.at_risk[i + 1]:
            said.append(
                f"the number at risk at {grid.time[rows.first[i + 1]]:g} is {rows.at_risk[i + 1]}, "
                f"the curve leaves {left}; {left} was taken"
            )
            rows.at_risk[i + 1] = left
        tally.survival_before = tally.survival_after


def run_block(grid: Grid, rows: Rows, tally: Tally, i: int, censored: int) -> int:
    """
    Go through one block with given censorings.

    Events at a point are round(n (1 - S / S_last)), where S_last is the Kaplan-Meier estimate at
    the last point with an event, so that rounding does not add up.

    Parameters
    ----------
    grid : Grid
        The curve.
    rows : Rows
        The blocks.
    tally : Tally
        Where events and censorings of the block are written.
    i : int
        The block.
    censored : int
        Its censorings, spread evenly.

    Returns
    -------
    int
        Patients at risk at the block's end.
    """
    begin = rows.first[i]
    stop = rows.first[i + 1] if i + 1 < len(rows.first) else grid.time.size
    final = grid.time[min(stop, grid.time.size - 1)]
    spread = grid.time[begin] + np.arange(1, censored + 1) * (final - grid.time[begin]) / (
        censored + 1
    )
    at = np.clip(np.searchsorted(grid.time, spread, side="right") - 1, begin, stop - 1)
    lost = np.bincount(at - begin, minlength=stop - begin)
    left, level = rows.at_risk[i], tally.survival_before
    for k in range(begin, stop):
        events = 0
        if k > 0 and left > 0 and level > 0.0:
            events = min(max(round(left * (1.0 - float(grid.survival[k]) / level)), 0), left)
            level *= 1.0 - events / left
        tally.events[k] = events
        tally.censored[k] = min(int(lost[k - begin]), left - events)
        left -= events + int(tally.censored[k])
    tally.survival_after = level
    tally.at_risk_at_end = left
    return left


def patients_of(
    grid: Grid, tally: Tally, n: int, decoder: Decoder, said: list[str]
) -> DecodedHistory:
    """
    Write down the patients: events at the points, censorings half-way to the next one.

    Parameters
    ----------
    grid : Grid
        The curve.
    tally : Tally
        Events and censorings at its points.
    n : int
        Patients; whoever is left is censored at the last time.
    decoder : {"guyot", "liu"}
        Name of the method.
    said : list of str
        What did not hold together.

    Returns
    -------
    DecodedHistory
        The patients.
    """
    events = np.repeat(grid.time, tally.events)
    half_way = (grid.time + np.append(grid.time[1:], grid.time[-1])) / 2.0
    censored = np.repeat(half_way, tally.censored)
    rest = n - events.size - censored.size
    time, event = order_patients(events, np.append(censored, np.full(rest, grid.time[-1])))
    return DecodedHistory(time=time, event=event, decoder=decoder, inconsistencies=tuple(said))
