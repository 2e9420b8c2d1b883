"""The drops of a curve whose coordinates carry no noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.exact.follow_up import estimate_follow_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from survkit.arrays import Floats
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["Drop", "half_unit", "read_drops"]

_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """
    One drop of the curve.

    Parameters
    ----------
    time : float
        When it falls.
    survival : float
        Probability just after it, as given.
    most : int
        Largest number at risk there: no risk time before it shows fewer.
    fewest : int
        Smallest number left after it: a later risk time shows as many.
    expected : float
        Number at risk if the table's numbers fall evenly in between.
    slack : float
        Standard deviation of the number at risk about that.
    marks : int or None
        Censoring marks since the drop before; None where the figure shows none.
    open : bool
        Whether the level after it is not known; `survival` is that after the next drop then.
    """

    time: float
    survival: float
    most: int
    fewest: int
    expected: float
    slack: float
    marks: int | None = None
    open: bool = False


def half_unit(survival: Floats) -> float:
    """
    Half a unit of the last digit that coordinates are given to.

    Parameters
    ----------
    survival : ndarray of float, shape (k,)
        Probabilities.

    Returns
    -------
    float
        Half of 0.1, 0.01, ... whichever is the coarsest that holds all of them.

    Examples
    --------
    >>> half_unit(np.array([1.0, 0.975, 0.95]))
    0.0005
    """
    for digits in range(1, _MOST_DIGITS):
        if np.all(np.abs(np.round(survival, digits) - survival) < 1e-11):
            return 0.5 * 10.0**-digits
    return float(0.5 * 10.0**-_MOST_DIGITS)


def read_drops(arm: ObservedArm, allowance: float) -> list[Drop]:
    """
    List the drops.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm; corners before a drop and points between drops may be among its points.
    allowance : float
        By how much a probability may be off.

    Returns
    -------
    list of Drop
        Drops in time, with the numbers at risk that the table allows.
    """
    times: list[float] = []
    levels: list[float] = []
    level = 1.0
    for time, survival in zip(arm.curve.time, arm.curve.survival, strict=True):
        if survival < level - 0.5 * allowance:
            if times and times[-1] == time:
                levels[-1] = float(survival)
            else:
                times.append(float(time))
                levels.append(float(survival))
            level = float(survival)
    at = np.array(times)
    most, fewest = _allowed(arm, at)
    expected, slack = _expected(arm, at, np.array(levels))
    marks = _marks_before(arm, at)
    return [
        Drop(
            time=times[k],
            survival=levels[k],
            most=int(most[k]),
            fewest=int(fewest[k]),
            expected=float(expected[k]),
            slack=float(slack[k]),
            marks=None if marks is None else int(marks[k]),
        )
        for k in range(at.size)
    ]


def _marks_before(arm: ObservedArm, at: Floats) -> NDArray[np.int64] | None:
    """Count the marks from each drop to the next; who is censored at a drop leaves after it."""
    marks = arm.curve.marks
    if marks is None or not marks.size:
        return None
    return np.diff(np.searchsorted(marks, at, side="left"), prepend=0)


def _allowed(arm: ObservedArm, at: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Most at risk at each drop and fewest left after it, by the table."""
    if arm.table is None:
        return np.full(at.size, arm.n), np.zeros(at.size, dtype=np.int64)
    table = arm.table
    falling = np.minimum.accumulate(np.append(arm.n, np.minimum(table.upper, arm.n)))
    rising = np.append(np.maximum.accumulate(table.lower[::-1])[::-1], 0)
    passed = np.searchsorted(table.time, at, side="right")
    return falling[passed], rising[passed]


def _expected(arm: ObservedArm, at: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """Let patients leave as the table tells, by the marks where there are; else it is open."""
    before = np.concatenate(([1.0], levels[:-1]))
    if arm.table is None:
        return arm.n * before, np.full(at.size, float(arm.n))
    follow_up = estimate_follow_up(arm)
    gone = follow_up.gone_by(at)
    rows = np.unique(np.concatenate(([0.0], arm.table.time, [arm.curve.time[-1] + 1e-9])))
    row = np.clip(np.searchsorted(rows, at, side="right") - 1, 0, rows.size - 2)
    first, last = follow_up.gone_by(rows[row]), follow_up.gone_by(rows[row + 1])
    leaving = arm.n * before * (last - first)
    if arm.curve.marks is None or not arm.curve.marks.size:
        return arm.n * before * (1.0 - gone), 1.0 + 0.3 * leaving
    # where marks are drawn, one patient leaves at each, and others as the table tells
    passed = np.searchsorted(arm.curve.marks, rows, side="left")
    marked = np.maximum(passed[row + 1] - passed[row], 1e-9)
    along = (np.searchsorted(arm.curve.marks, at, side="left") - passed[row]) / marked
    others = np.maximum(leaving - marked, 0.0)
    smooth = (gone - first) / np.maximum(last - first, 1e-300)
    share = (marked * along + others * smooth) / (marked + others)
    expected = arm.n * before * (1.0 - first - share * (last - first))
    return expected, 1.0 + 0.5 * np.sqrt(leaving) + 0.3 * others
