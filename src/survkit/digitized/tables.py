"""Numbers at risk as they stand in a file, to a table: in order, with intervals."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.digitized.risk_table import RiskTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized.faults import Faults
    from survkit.digitized.files import RawTable, Source

__all__ = ["settle_table"]

_ROUND = (100, 50, 10, 5)
"""Multiples that a table of rounded numbers may consist of."""


def settle_table(
    raw: RawTable, rounded_to: int | None, source: Source, faults: Faults
) -> RiskTable:
    """
    Put a table in order of time and widen rounded numbers to intervals.

    Parameters
    ----------
    raw : RawTable
        The table as it stands in the file.
    rounded_to : int or None
        What numbers after time 0 are rounded to multiples of.
    source : Source
        The file.
    faults : Faults
        Where faults are noted.

    Returns
    -------
    RiskTable
        With what was done among its remarks; without effect where faults were noted.
    """
    order, remarks = _order(raw, faults)
    half = 0.0 if rounded_to is None else rounded_to / 2.0
    spread = [0.0 if raw.times[i] == 0.0 else half for i in order]
    if rounded_to is not None and rounded_to > 1:
        remarks.append(f"numbers after time 0 rounded to multiples of {rounded_to}, as stated")
    counts = [raw.counts[i] for i in order]
    remarks += _shape([raw.times[i] for i in order], counts, rounded_to)
    return RiskTable(
        times=tuple(raw.times[i] for i in order),
        counts=tuple(counts),
        lower=tuple(
            max(0, raw.lower[i] - math.floor(by)) for i, by in zip(order, spread, strict=True)
        ),
        upper=tuple(raw.upper[i] + math.floor(by) for i, by in zip(order, spread, strict=True)),
        total_events=raw.total_events,
        name=raw.name or source.stem,
        origin=f"{source.file}: {raw.layout}",
        remarks=(*raw.remarks, *remarks),
    )


def _order(raw: RawTable, faults: Faults) -> tuple[list[int], list[str]]:
    """Return the order of distinct times, and remarks where it is not that of the file."""
    for time, line in zip(raw.times, raw.places, strict=True):
        if not (math.isfinite(time) and time >= 0.0):
            faults.add(f"a time must be 0 or later, got {time:g}", where=f"line {line}")
    remarks = []
    if any(later < earlier for earlier, later in pairwise(raw.times)):
        remarks.append("times not in order: sorted")
    order: list[int] = []
    for i in sorted(range(len(raw.times)), key=lambda i: raw.times[i]):
        if not order or raw.times[i] != raw.times[order[-1]]:
            order.append(i)
        elif raw.counts[i] == raw.counts[order[-1]]:
            remarks.append(f"time {raw.times[i]:g} stands twice with the same number: read once")
        else:
            numbers = f"{raw.counts[order[-1]]} and {raw.counts[i]}"
            faults.add(
                f"a time must have one number at risk, got {numbers} at {raw.times[i]:g}",
                where=f"line {raw.places[i]}",
            )
    return order, remarks


def _shape(times: Sequence[float], counts: Sequence[int], rounded_to: int | None) -> list[str]:
    """Say what is unusual about a table; nothing is changed."""
    remarks = []
    if times and times[0] > 0.0:
        remarks.append(f"no number at time 0: the first one is {counts[0]} at {times[0]:g}")
    rises = [
        time
        for time, (before, after) in zip(times[1:], pairwise(counts), strict=True)
        if after > before
    ]
    if rises:
        remarks.append(f"numbers rise at {', '.join(f'{time:g}' for time in rises[:5])}; kept")
    later = [count for count in counts[1:] if count]
    if rounded_to is None and len(later) >= 4:
        unit = next((unit for unit in _ROUND if not any(count % unit for count in later)), None)
        if unit is not None:
            remarks.append(
                f"all numbers after the first are multiples of {unit}, which may be rounding; "
                f"state rounded_to={unit} to make them intervals"
            )
    return remarks
