"""Files to curves, numbers at risk and marks: one call each, whatever program wrote the file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Unpack

from survkit.digitized.curve import DigitizedCurve
from survkit.digitized.faults import Faults
from survkit.digitized.files import (
    Layout,
    RawCurve,
    Source,
    TableLayout,
    TextOptions,
    curves_in_json,
    curves_in_tar,
    curves_in_text,
    curves_in_xml,
    curves_in_zip,
    kind_of,
    open_source,
    tables_in_text,
)
from survkit.digitized.marks import assign_marks, marks_in_text
from survkit.digitized.order import in_order
from survkit.digitized.protocol import detect_taking, irregularities
from survkit.digitized.scale import Scaled, scale_curves
from survkit.digitized.tables import settle_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from survkit.digitized.curve import Taking
    from survkit.digitized.risk_table import RiskTable

__all__ = ["curve_from_points", "read_curves", "read_marks", "read_risk_tables"]

_PROJECTS: dict[str, Callable[[Source], tuple[RawCurve, ...]]] = {
    "json": curves_in_json,
    "tar": curves_in_tar,
    "xml": curves_in_xml,
    "zip": curves_in_zip,
}


def read_curves(
    source: Path | str | bytes,
    *,
    percent: bool | None = None,
    incidence: bool | None = None,
    taken: Taking | None = None,
    precision: float | None = None,
    name: str | None = None,
    **layout: Unpack[TextOptions],
) -> tuple[DigitizedCurve, ...]:
    r"""
    Read the curves of a file, as digitizers, spreadsheets and R write them.

    Text is read in every layout with times and values in columns, and the projects of
    WebPlotDigitizer (JSON, tar), Engauge Digitizer (XML) and StarryDigitizer (zip). What is not
    stated is detected, and everything detected is said in the curves' remarks. Nothing is
    extracted to a disk.

    Parameters
    ----------
    source : Path or str or bytes
        A path; or a content: bytes, or a text with a line break. At most 20 MB and a million
        points.
    percent : bool, optional
        Whether values are percentages, not probabilities.
    incidence : bool, optional
        Whether values are cumulative incidences, 1 - S.
    taken : {"clicks at feet of drops", "evenly spaced", "mixed", "exact"}, optional
        How the points were taken.
    precision : float, optional
        Standard deviation of a survival probability as read off the figure.
    name : str, optional
        What to call a content in sentences, and a curve that has no name.
    **layout : str, bool or tuple, optional
        How a text is laid out, where it is not to be detected: `separator` (``","``, ``";"``, a
        tab, ``"|"``, a blank), `decimal` (``"."`` or ``","``), `header` (whether a row of names
        comes first) and `columns` (times, values and, where given, names of curves,
        by name or by position from 1).

    Returns
    -------
    tuple of DigitizedCurve
        One per curve, in the order of the file.

    Raises
    ------
    DigitizedFileError
        If the file cannot be read, or not without a guess; all faults at once where possible.

    Examples
    --------
    >>> (curve,) = read_curves("0, 100\n1.5, 96.2\n3.1, 91\n4.4, 85.5\n", name="drug")
    >>> curve.survival
    (1.0, 0.962, 0.91, 0.855)
    >>> for remark in curve.remarks:
    ...     print(remark)
    cells are separated by a comma
    percent: values up to 100
    points taken as mixed
    """
    opened = open_source(source, name)
    faults = Faults(opened.file)
    _refuse_options(precision, faults)
    kind = kind_of(opened)
    raw = curves_in_text(opened, Layout(**layout)) if kind == "text" else _PROJECTS[kind](opened)
    return _curves(raw, (percent, incidence), (taken, precision), opened, faults)


def curve_from_points(
    times: Sequence[float],
    values: Sequence[float],
    *,
    percent: bool | None = None,
    incidence: bool | None = None,
    taken: Taking | None = None,
    precision: float | None = None,
    decimals: int | None = None,
    name: str = "points",
) -> DigitizedCurve:
    """
    Make a curve of coordinates in memory, by the rules that hold for files.

    Parameters
    ----------
    times, values : sequence of float, length k
        The coordinates.
    percent : bool, optional
        Whether values are percentages, not probabilities.
    incidence : bool, optional
        Whether values are cumulative incidences, 1 - S.
    taken : {"clicks at feet of drops", "evenly spaced", "mixed", "exact"}, optional
        How the points were taken.
    precision : float, optional
        Standard deviation of a survival probability as read off the figure.
    decimals : int, optional
        Decimals in which the values were written, before they became binary.
    name : str
        Name of the curve, and of the points in sentences.

    Returns
    -------
    DigitizedCurve
        The curve.

    Raises
    ------
    DigitizedFileError
        If these are not the coordinates of a curve.

    Examples
    --------
    >>> curve = curve_from_points([0, 2, 5], [1.0, 0.9, 0.4], name="drug")
    >>> curve.times, curve.survival
    ((0.0, 2.0, 5.0), (1.0, 0.9, 0.4))
    """
    faults = Faults(name)
    _refuse_options(precision, faults)
    try:
        x, y = (tuple(float(number) for number in numbers) for numbers in (times, values))
    except (TypeError, ValueError, OverflowError):
        faults.refuse("coordinates must be numbers, got something else")
    if len(x) != len(y):
        faults.refuse(f"values must be as many as times, {len(x)}, got {len(y)}")
    raw = RawCurve(
        name="",
        times=x,
        values=y,
        places=tuple(range(1, len(x) + 1)),
        word="point",
        layout="coordinates in memory",
        decimals=decimals,
    )
    opened = Source(file=name, stem=name, data=b"")
    (curve,) = _curves((raw,), (percent, incidence), (taken, precision), opened, faults)
    return curve


def read_risk_tables(
    source: Path | str | bytes,
    *,
    times: Sequence[float] | None = None,
    interval: float | None = None,
    rounded_to: int | None = None,
    name: str | None = None,
    **layout: Unpack[TextOptions],
) -> tuple[RiskTable, ...]:
    r"""
    Read the numbers at risk of a file, or typed.

    Long tables have a column of times and one of numbers, with arms in a further column or side by
    side; wide ones a row of times and one row per arm; typed ones have numbers alone.

    Parameters
    ----------
    source : Path or str or bytes
        A path; or a content: bytes, a text with a line break, or a line of numbers.
    times : sequence of float, optional
        The times of numbers that stand alone.
    interval : float, optional
        The same for equidistant times from 0.
    rounded_to : int, optional
        What the printed numbers are rounded to multiples of; they become intervals, except those
        at time 0.
    name : str, optional
        What to call a content in sentences, and an arm that has no name.
    **layout : str, bool or tuple, optional
        How a text is laid out, where it is not to be detected: `separator` (``","``, ``";"``, a
        tab, ``"|"``, a blank), `decimal` (``"."`` or ``","``), `header` (whether a row of names
        comes first) and `columns` (times, numbers and, where given, names of arms,
        by name or by position from 1).

    Returns
    -------
    tuple of RiskTable
        One per arm, in the order of the file.

    Raises
    ------
    DigitizedFileError
        If the file cannot be read, or not without a guess; all faults at once where possible.

    Examples
    --------
    >>> (table,) = read_risk_tables("80 32 12 7 4 1", interval=6)
    >>> table.times
    (0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
    >>> [table.name for table in read_risk_tables("Group,0,6,12\nA,80,32,12\nB,77,40,9")]
    ['A', 'B']
    """
    opened = open_source(source, name)
    faults = Faults(opened.file)
    stated = None if times is None else tuple(float(time) for time in times)
    if interval is not None and not (math.isfinite(interval) and interval > 0.0):
        faults.refuse(f"interval must be a positive number, got {interval}")
    if rounded_to is not None and rounded_to < 1:
        faults.refuse(f"rounded_to must be at least 1, got {rounded_to}")
    if kind_of(opened) != "text":
        faults.refuse("numbers at risk must be a text with columns, got a digitizer's project")
    raw = tables_in_text(opened, TableLayout(**layout, times=stated, interval=interval))
    found = tuple(settle_table(table, rounded_to, opened, faults) for table in raw)
    faults.settle()
    return found


def read_marks(
    source: Path | str | bytes, *, name: str | None = None, **layout: Unpack[TextOptions]
) -> tuple[float, ...]:
    r"""
    Read marked censoring times from a column of a text file.

    Parameters
    ----------
    source : Path or str or bytes
        A path; or a content: bytes, a text with a line break, or a line of numbers.
    name : str, optional
        What to call a content in sentences.
    **layout : str, bool or tuple, optional
        How a text is laid out, where it is not to be detected: `separator` (``","``, ``";"``, a
        tab, ``"|"``, a blank), `decimal` (``"."`` or ``","``), `header` (whether a row of names
        comes first) and `columns` (the column of times, by name or by position from 1).

    Returns
    -------
    tuple of float
        Ascending, in the unit of the figure's axis; times slightly below 0 are taken as 0.

    Raises
    ------
    DigitizedFileError
        If the file cannot be read, or a mark is no time.

    Examples
    --------
    >>> read_marks("time\n2.5\n1.2\n")
    (1.2, 2.5)
    """
    opened = open_source(source, name)
    faults = Faults(opened.file)
    if kind_of(opened) != "text":
        faults.refuse("marks must be a text with a column of times, got a digitizer's project")
    times = marks_in_text(opened, Layout(**layout))
    if min(times) < -0.05 * max(times):
        faults.refuse(f"a mark must be at 0 or later, got {min(times):g}")
    return tuple(sorted(max(0.0, time) for time in times))


def _refuse_options(precision: float | None, faults: Faults) -> None:
    """Refuse a precision that is none."""
    if precision is not None and not (math.isfinite(precision) and precision > 0.0):
        faults.refuse(f"precision must be a positive number, got {precision}")


def _curves(
    raw: Sequence[RawCurve],
    scale: tuple[bool | None, bool | None],
    protocol: tuple[Taking | None, float | None],
    source: Source,
    faults: Faults,
) -> tuple[DigitizedCurve, ...]:
    """Make curves of raw ones: order, scale, protocol, marks."""
    curves, marks = assign_marks(raw)
    for curve in curves:
        _refuse_shapes(curve, faults)
    faults.settle()
    ordered = tuple(in_order(curve, faults) for curve in curves)
    scaled = scale_curves(ordered, *scale, faults)
    return tuple(
        _curve(curve, values, times, protocol, source)
        for curve, values, times in zip(ordered, scaled, marks, strict=True)
    )


def _refuse_shapes(curve: RawCurve, faults: Faults) -> None:
    """Refuse a curve of one point, and points that are not finite."""
    where = f"curve {curve.name!r}" if curve.name else ""
    if len(curve.times) < 2:
        faults.add(f"a curve must have at least two points, got {len(curve.times)}", where=where)
    pairs = zip(curve.times, curve.values, strict=True)
    for index, (time, value) in enumerate(pairs):
        if not (math.isfinite(time) and math.isfinite(value)):
            faults.add(
                f"coordinates must be finite, got ({time:g}, {value:g})", where=curve.where(index)
            )


def _curve(
    raw: RawCurve,
    scaled: Scaled,
    marks: tuple[float, ...],
    protocol: tuple[Taking | None, float | None],
    source: Source,
) -> DigitizedCurve:
    """Put one curve together."""
    taken, precision = protocol
    found = taken or detect_taking(raw.times, scaled.survival)
    how = f"points taken as {found}{', as stated' if taken else ''}"
    return DigitizedCurve(
        times=raw.times,
        survival=scaled.survival,
        taken=found,
        precision=precision,
        rounding=scaled.rounding,
        marks=tuple(max(0.0, time) for time in marks),
        name=raw.name or source.stem,
        origin=f"{source.file}: {raw.layout}",
        remarks=(*raw.remarks, *scaled.remarks, *irregularities(raw.times, scaled.survival), how),
    )
