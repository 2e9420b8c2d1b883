"""Times of points: none below 0, in order; what was done is said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized.faults import Faults
    from survkit.digitized.files import RawCurve

__all__ = ["in_order"]

_NEAR_ZERO = 0.05
"""Share of the axis by which a click may miss the origin."""
_DUST = 1e-9
"""What the arithmetic of a calibration leaves of 0."""


def in_order(curve: RawCurve, faults: Faults) -> RawCurve:
    """
    Put the points of a curve in order of time.

    Slightly negative times become 0. Points of one time keep the order of the file, reversed where
    the whole curve runs from right to left.

    Parameters
    ----------
    curve : RawCurve
        At least two points.
    faults : Faults
        Where faults are noted.

    Returns
    -------
    RawCurve
        The same points, with remarks on what was changed.

    Raises
    ------
    DigitizedFileError
        If times do not reach beyond 0, or one is far below it.
    """
    end = max(curve.times)
    if end <= 0.0:
        faults.refuse(f"times must reach beyond 0, got {end:g} at most", where=curve.where(0))
    far = [i for i, time in enumerate(curve.times) if time < -_NEAR_ZERO * end]
    for index in far:
        faults.add(
            f"a time must be 0 or later, got {curve.times[index]:g}", where=curve.where(index)
        )
    faults.settle()
    remarks, times = [], curve.times
    negative = [time for time in times if time < -_DUST * end]
    times = tuple(max(0.0, time) for time in times)
    if negative:
        remarks.append(f"{_negative(negative, curve.times[0] < 0.0)} taken as 0")
    order, remark = _order(times)
    remarks += remark
    repeated = len(times) - len(set(times))
    if repeated:
        remarks.append(f"points at a time that stands there already: {repeated}, kept in order")
    return replace(
        curve,
        times=tuple(times[i] for i in order),
        values=tuple(curve.values[i] for i in order),
        places=tuple(curve.places[i] for i in order),
        remarks=(*curve.remarks, *remarks),
    )


def _negative(times: Sequence[float], at_start: bool) -> str:
    """Name negative times."""
    if len(times) > 1:
        return f"negative times ({len(times)}, down to {min(times):g})"
    return f"negative {'first ' if at_start else ''}time {times[0]:g}"


def _order(times: Sequence[float]) -> tuple[Sequence[int], list[str]]:
    """Return the order of the points, and a remark where it is not that of the file."""
    back = sum(later < earlier for earlier, later in pairwise(times))
    if not back:
        return range(len(times)), []
    if all(later <= earlier for earlier, later in pairwise(times)):
        return range(len(times) - 1, -1, -1), ["points from right to left: reversed"]
    by_time = sorted(range(len(times)), key=lambda i: times[i])
    return by_time, [f"points not in order of time: sorted, {back} stood too late"]
