"""Where in time censorings stand whose number between two drops is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["spread_censorings"]

Floats = NDArray[np.float64]


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
    for time, lower, upper in zip(
        arm.table.time, arm.table.lower, arm.table.upper, strict=True
    ):
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
    inside = marks[(marks > start) & (marks < stop)]
    if inside.size:
        return inside[np.round(np.linspace(0, inside.size - 1, number)).astype(int)]
    return np.asarray(start + (stop - start) * (np.arange(number) + 0.5) / number)
