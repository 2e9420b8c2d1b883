"""The drops of a curve whose coordinates carry no noise, and the censorings between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["Drop", "half_unit", "read_drops", "spread_censorings"]

Floats = NDArray[np.float64]

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
    open : bool
        Whether the level after it is not known; `survival` is that after the next drop then.
    """

    time: float
    survival: float
    most: int
    fewest: int
    expected: float
    slack: float
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
    return [
        Drop(
            time=times[k],
            survival=levels[k],
            most=int(most[k]),
            fewest=int(fewest[k]),
            expected=float(expected[k]),
            slack=float(slack[k]),
        )
        for k in range(at.size)
    ]


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
    """Let R / S fall evenly between the risk times; without a table, let it be open."""
    before = np.concatenate(([1.0], levels[:-1]))
    if arm.table is None:
        return arm.n * before, np.full(at.size, float(arm.n))
    table = arm.table
    time = np.append(table.time, max(float(arm.curve.time[-1]), float(table.time[-1]) + 1e-9))
    count = np.append((table.lower + table.upper) / 2.0, 0.0 * arm.n)
    curve = np.concatenate(([1.0], levels))
    at_rows = curve[np.searchsorted(at, time, side="left")]
    ratio = np.where(at_rows > 0, count / np.where(at_rows > 0, at_rows, 1.0), count)
    ratio = np.minimum.accumulate(
        np.where(np.arange(time.size) == time.size - 1, 0.5 * ratio[-2], ratio)
    )
    leaving = np.append(-np.diff(ratio), 0.0)
    row = np.clip(np.searchsorted(time, at, side="right") - 1, 0, time.size - 1)
    return np.interp(at, time, ratio) * before, 1.0 + 0.3 * leaving[row] * before


def spread_censorings(
    arm: ObservedArm, times: Sequence[float], risk: Sequence[int], left: Sequence[int]
) -> Floats:
    """
    Place the censorings between the drops, so that numbers at risk hold.

    Parameters
    ----------
    arm : ObservedArm
        A checked arm, with its table, marks and end.
    times : sequence of float, length k
        Times of the drops.
    risk : sequence of int, length k
        Patients at risk at each drop.
    left : sequence of int, length k
        Patients left after each drop.

    Returns
    -------
    ndarray of float, shape (c,)
        Times of all censorings; patients left after the last drop and the last risk time stay to
        the end.
    """
    end = max(float(arm.curve.time[-1]), arm.end or 0.0)
    knots = [0.0, *times]
    counts = [arm.n, *left]
    placed: list[Floats] = []
    for k, (start, count) in enumerate(zip(knots, counts, strict=True)):
        stop = times[k] if k < len(times) else end
        target = risk[k] if k < len(times) else 0
        placed += _between(arm, (start, stop), count, target, last=k == len(times))
    return np.concatenate([*placed, np.empty(0)])


def _between(
    arm: ObservedArm, span: tuple[float, float], count: int, target: int, *, last: bool
) -> list[Floats]:
    """Go from risk time to risk time inside a plateau."""
    start, stop = span
    placed = []
    for time, number in _rows(arm, span, count, target, last=last):
        placed.append(_place(arm, (start, time), count - number))
        start, count = time, number
    if last:
        placed.append(np.full(count, max(stop, start)))
    else:
        placed.append(_place(arm, (start, stop), count - target))
    return placed


def _rows(
    arm: ObservedArm, span: tuple[float, float], count: int, target: int, *, last: bool
) -> list[tuple[float, int]]:
    """Risk times inside a plateau, with a number that the plateau allows."""
    if arm.table is None:
        return []
    start, stop = span
    rows = []
    for time, lower, upper in zip(arm.table.time, arm.table.lower, arm.table.upper, strict=True):
        if start < time <= (np.inf if last else stop):
            even = count - (count - target) * (time - start) / max(stop - start, 1e-300)
            wanted = min(max(round(float(even)), int(lower)), int(upper))
            number = min(max(wanted, target), count)
            rows.append((float(time), number))
            start, count = float(time), number
    return rows


def _place(arm: ObservedArm, span: tuple[float, float], number: int) -> Floats:
    """Place censorings on the marks inside a span, as far as there are, else evenly."""
    if number <= 0:
        return np.empty(0)
    start, stop = span
    marks = np.empty(0) if arm.curve.marks is None else arm.curve.marks
    # who is censored when another has the event, or at a risk time, was still at risk then
    inside = marks[(marks >= start) & (marks < stop)]
    if inside.size:
        return np.asarray(inside[np.round(np.linspace(0, inside.size - 1, number)).astype(int)])
    return np.asarray(start + (stop - start) * (np.arange(number) + 0.5) / number)
