"""What a figure shows of one arm, coordinates, marks, numbers at risk; and what is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from survkit.errors import FaultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Counts, Floats

__all__ = [
    "CurveError",
    "ObservedArm",
    "ObservedCurve",
    "ObservedTable",
    "PrintedPoints",
    "Protocol",
    "check_arm",
]

Protocol = Literal["feet", "mixed", "even"]
"""
Where somebody clicked: at the foot of every drop; at feet and elsewhere; anywhere, drops or not.
"""

_BEYOND = 0.05
"""How far below 0 or above 1 a clicked probability may lie; clicks near the axes do."""
_COUNT_LIMIT = 200_000
"""Patients of an arm: more than any trial has, and no more than fits into memory."""


class CurveError(FaultsError):
    """A curve cannot be decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCurve:
    """
    Coordinates of one Kaplan-Meier curve.

    Parameters
    ----------
    time : ndarray of float, shape (k,)
        Times of the points, in the trial's unit, in any order.
    survival : ndarray of float, shape (k,)
        Survival probabilities (not percentages) at these times.
    marks : ndarray of float, shape (m,), optional
        Times of the censoring marks; None where the figure shows none.
    protocol : {"feet", "mixed", "even"}, optional
        Where the points were taken; None where unknown, then it is estimated.
    noise : float, optional
        Standard deviation of a point's probability; None where unknown, then it is estimated.
    """

    time: Floats
    survival: Floats
    marks: Floats | None = None
    protocol: Protocol | None = None
    noise: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedTable:
    """
    Numbers at risk under a figure: patients with a time at or after each time.

    Parameters
    ----------
    time : ndarray of float, shape (r,)
        Times of the columns, rising.
    lower : ndarray of int, shape (r,)
        Smallest number each entry may stand for.
    upper : ndarray of int, shape (r,)
        Largest number likewise; equal to `lower` where the entry is to be met exactly.
    """

    time: Floats
    lower: Counts
    upper: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPoints:
    """
    Where the curve is printed in digits: percentages, and medians as points at one half.

    Parameters
    ----------
    time : ndarray of float, shape (p,)
        Times, in the trial's unit, rising and positive.
    survival : ndarray of float, shape (p,)
        Probabilities that the patients show at these times.
    half : ndarray of float, shape (p,)
        How far the curve may be from each.
    """

    time: Floats
    survival: Floats
    half: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedArm:
    """
    All that a decoder reads of one arm.

    Parameters
    ----------
    n : int
        Patients.
    curve : ObservedCurve
        The coordinates.
    table : ObservedTable, optional
        The numbers at risk, where printed.
    events : int, optional
        Total events, where printed.
    end : float, optional
        Longest follow-up, in the unit of the times; None lets the curve's last point be the end.
    printed : PrintedPoints, optional
        Where the curve is printed in digits, which uncertain coordinates yield to.
    """

    n: int
    curve: ObservedCurve
    table: ObservedTable | None = None
    events: int | None = None
    end: float | None = None
    printed: PrintedPoints | None = None


def check_arm(arm: ObservedArm) -> ObservedArm:
    """
    Refuse what no decoder can use; sort the points and clip them to probabilities.

    Parameters
    ----------
    arm : ObservedArm
        As read from a figure.

    Returns
    -------
    ObservedArm
        The same arm with arrays of floats and whole numbers, points and marks by time.

    Raises
    ------
    CurveError
        If arrays do not fit together or hold what is no time, probability or count.
    """
    faults = tuple(_faults(arm))
    if faults:
        raise CurveError(faults)
    time = np.asarray(arm.curve.time, dtype=np.float64)
    survival = np.clip(np.asarray(arm.curve.survival, dtype=np.float64), 0.0, 1.0)
    order = np.lexsort((-survival, time))
    marks = arm.curve.marks
    curve = replace(
        arm.curve,
        time=time[order],
        survival=survival[order],
        marks=None if marks is None else np.sort(np.asarray(marks, dtype=np.float64)),
    )
    return replace(arm, curve=curve, table=_whole(arm.table))


def _whole(table: ObservedTable | None) -> ObservedTable | None:
    if table is None or np.size(table.time) == 0:
        return None
    return ObservedTable(
        time=np.asarray(table.time, dtype=np.float64),
        lower=np.asarray(table.lower).astype(np.int64),
        upper=np.asarray(table.upper).astype(np.int64),
    )


def _faults(arm: ObservedArm) -> Iterator[str]:
    yield from _faults_of_counts(arm)
    yield from _faults_of_curve(arm.curve)
    if arm.table is not None:
        yield from _faults_of_table(arm.table)
    if arm.end is not None and not (_is_number(arm.end) and arm.end > 0):
        yield f"end must be a positive time, got {arm.end!r}"


def _faults_of_counts(arm: ObservedArm) -> Iterator[str]:
    if not _is_count(arm.n) or arm.n < 1:
        yield f"n must be a whole number of patients, 1 to {_COUNT_LIMIT}, got {arm.n!r}"
    elif arm.events is not None and (not _is_count(arm.events) or not 0 <= arm.events <= arm.n):
        yield f"events must be a whole number between 0 and n = {arm.n}, got {arm.events!r}"


def _faults_of_curve(curve: ObservedCurve) -> Iterator[str]:
    time, survival = _numbers(curve.time), _numbers(curve.survival)
    if time is None or survival is None or time.shape != survival.shape or time.size == 0:
        yield "the curve must have as many times as probabilities, at least one, and only numbers"
        return
    if time.min() < 0:
        yield f"times of the curve must not be negative, got {time.min():g}"
    if time.max() <= 0:
        yield "the curve must have a point after time 0"
    if survival.min() < -_BEYOND or survival.max() > 1 + _BEYOND:
        worst = survival.max() if survival.max() > 1 + _BEYOND else survival.min()
        yield f"survival must be probabilities between 0 and 1, not percentages, got {worst:g}"
    if curve.noise is not None and not (_is_number(curve.noise) and curve.noise >= 0):
        yield f"noise must be a standard deviation, not negative, got {curve.noise!r}"
    marks = np.empty(0) if curve.marks is None else _numbers(curve.marks)
    if marks is None or (marks.size and marks.min() < 0):
        yield "censoring marks must be times, finite and not negative"


def _faults_of_table(table: ObservedTable) -> Iterator[str]:
    time, lower, upper = (_numbers(part) for part in (table.time, table.lower, table.upper))
    if time is None or lower is None or upper is None or not time.size == lower.size == upper.size:
        yield "the risk table must have as many times as lower and upper counts, and only numbers"
        return
    if time.size and (time[0] < 0 or np.any(np.diff(time) <= 0)):
        yield "times of the risk table must rise from 0 or later"
    counts = np.concatenate((lower, upper))
    if counts.size and (counts.min() < 0 or counts.max() > _COUNT_LIMIT or np.any(counts % 1)):
        yield f"numbers at risk must be whole numbers between 0 and {_COUNT_LIMIT}"
    elif np.any(lower > upper):
        first = int(np.flatnonzero(lower > upper)[0])
        yield (
            f"numbers at risk at {time[first]:g} must not exceed their upper limit, "
            f"got {lower[first]:g} to {upper[first]:g}"
        )


def _numbers(values: object) -> Floats | None:
    """Turn a sequence into finite floats; None where that is impossible."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.ndim == 1 and np.all(np.isfinite(array)) else None


def _is_count(value: object) -> bool:
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and abs(int(value)) <= _COUNT_LIMIT  # type: ignore[call-overload]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.floating) and math.isfinite(float(value))
