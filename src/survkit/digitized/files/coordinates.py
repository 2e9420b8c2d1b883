"""Curves from text: two columns, wide, long, side by side and one after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from survkit.digitized.faults import Faults, excerpt, listed
from survkit.digitized.files.cells import is_missing, number_in, places_of, plain_name
from survkit.digitized.files.columns import CURVE, Columns, choose_columns, is_time_name
from survkit.digitized.files.grid import (
    blocks_of,
    grid_of,
    refuse_bare_commas,
    with_row_names,
)
from survkit.digitized.files.raw import RawCurve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.digitized.files.cells import Decimal
    from survkit.digitized.files.grid import Block, Grid, Row
    from survkit.digitized.files.source import Source
    from survkit.digitized.files.stated import Layout

__all__ = ["curves_in_text"]

_INCIDENCE = ("cif", "incidence", "cuminc", "cumulativeinc", "failure", "1s", "1km")


def curves_in_text(source: Source, layout: Layout) -> tuple[RawCurve, ...]:
    """
    Read the curves of a text file.

    Parameters
    ----------
    source : Source
        The bytes.
    layout : Layout
        What is stated about them.

    Returns
    -------
    tuple of RawCurve
        In the order of the file; curves without a point are left out.

    Raises
    ------
    DigitizedFileError
        If there are no coordinates, or a cell is no number.
    """
    grid = grid_of(source, layout)
    faults = Faults(source.file)
    if layout.decimal is None:
        refuse_bare_commas(grid, faults)
    curves: list[RawCurve] = []
    for block in blocks_of(grid, header=layout.header):
        if not block.rows:
            faults.refuse(
                "coordinates must follow the names of the columns, got none",
                where=f"line {block.headers[-1].line}",
            )
        if _has_pairs(block) and layout.columns is None:
            curves.extend(_side_by_side(block, grid, faults))
        else:
            curves.extend(_in_columns(with_row_names(block), grid, layout, faults))
    faults.settle()
    found = tuple(part for curve in curves if curve.times for part in _one_after_another(curve))
    if not found:
        faults.refuse("the file must hold at least one point, got none")
    return found


def _has_pairs(block: Block) -> bool:
    """Tell whether every second column holds times."""
    plain = [plain_name(name) for name in block.names]
    return len(plain) > 2 and len(plain) % 2 == 0 and all(map(is_time_name, plain[0::2]))


def _side_by_side(block: Block, grid: Grid, faults: Faults) -> Iterator[RawCurve]:
    """Read pairs of columns, each with its name above the first."""
    axes = block.headers[-1].cells
    count = len(axes) // 2
    named, remark = _names_of_pairs(block, count)
    remarks = (*grid.remarks, *remark)
    for pair, name in enumerate(named):
        columns = Columns(time=2 * pair, values=(2 * pair + 1,), group=None, names=())
        curve = _points(block.rows, columns, 2 * pair + 1, grid.decimal, faults)
        layout = "pairs of columns under names"
        yield replace(curve, name=name, layout=layout, remarks=(*remarks, *curve.remarks))


def _names_of_pairs(block: Block, count: int) -> tuple[list[str], tuple[str, ...]]:
    """Return one name per pair; names with commas in them are put together again."""
    unnamed = [f"curve {number}" for number in range(1, count + 1)]
    if len(block.headers) < 2:
        above = list(block.names[1::2])
        return above if len(set(above)) == count else unnamed, ()
    cells = block.headers[-2].cells
    if len(cells) <= 2 * count and not any(cells[1::2]):
        names = [*cells[0::2], *unnamed[len(cells[0::2]) :]]
        return [name or spare for name, spare in zip(names, unnamed, strict=True)], ()
    runs = [list(run) for filled, run in groupby(cells, key=bool) if filled]
    joined = [", ".join(run) for run in runs]
    if len(joined) == count:
        return joined, ("separators inside the names of curves put back",)
    line = block.headers[-2].line
    return unnamed, (f"the names in line {line} fit {count} curves in no way: left out",)


def _in_columns(block: Block, grid: Grid, layout: Layout, faults: Faults) -> Iterator[RawCurve]:
    """Read one column of times and one or more of values."""
    columns = choose_columns(block, CURVE, layout.columns, grid.decimal, faults)
    remarks = [*grid.remarks, *_about_header(block), *columns.remarks]
    several = len(columns.values) > 1
    for value in columns.values:
        curve = _points(block.rows, columns, value, grid.decimal, faults)
        name = block.names[value] if value < len(block.names) else ""
        plain = plain_name(name)
        curve_name = "" if CURVE.knows(plain) and not several else name
        curve = replace(
            curve,
            name=curve_name,
            layout=_layout(block, columns),
            percent=curve.percent or "%" in name or "percent" in plain,
            incidence=plain.startswith(_INCIDENCE),
            remarks=(*remarks, *curve.remarks),
        )
        yield from _by_group(curve, block.rows, columns)


def _layout(block: Block, columns: Columns) -> str:
    """Name the arrangement of columns."""
    if columns.group is not None:
        return "a column of times, one of values and one of curves"
    if len(columns.values) > 1:
        return "a column of times and one of values per curve"
    return "two columns with names" if block.headers else "two columns without names"


def _about_header(block: Block) -> Iterator[str]:
    """Say which rows were taken for names."""
    for row in block.headers[:-1]:
        yield f"line {row.line} left out: {excerpt(' '.join(row.cells))}"
    if block.headers and block.names[:1] == ("",) and len(block.names) > 2:
        yield "the first column has no name: taken as names of rows"


def _points(
    rows: Sequence[Row], columns: Columns, value: int, decimal: Decimal, faults: Faults
) -> RawCurve:
    """Read the points of one curve, noting every cell that is no number."""
    times, values, places, missing = [], [], [], []
    decimals, percent = 0, False
    for row in rows:
        pair = [row.cells[c] if c < len(row.cells) else "" for c in (columns.time, value)]
        if is_missing(pair[1]):
            words = not is_missing(pair[0]) and number_in(pair[0], decimal) is None
            missing += [row.line] if pair[1] or words else []
            continue
        time, read = (number_in(cell, decimal) for cell in pair)
        if time is None or read is None:
            labels = [columns.label(column) for column in (columns.time, value)]
            _note_cells(pair, labels, row.line, decimal, faults)
            continue
        times.append(time)
        values.append(read)
        places.append(row.line)
        decimals = max(decimals, places_of(pair[1], decimal))
        percent = percent or pair[1].endswith("%")
    left_out = f"no number for the curve in line {listed(missing)}: left out"
    return RawCurve(
        name="",
        times=tuple(times),
        values=tuple(values),
        places=tuple(places),
        word="line",
        layout="",
        decimals=decimals,
        percent=percent,
        remarks=(left_out,) if missing else (),
    )


def _note_cells(
    cells: Sequence[str], columns: Sequence[str], line: int, decimal: Decimal, faults: Faults
) -> None:
    """Note which cells of a row are no numbers."""
    for cell, column in zip(cells, columns, strict=True):
        if number_in(cell, decimal) is None:
            got = excerpt(cell) if cell else "nothing"
            faults.add(
                f"a coordinate must be a finite number, got {got}", where=f"line {line}, {column}"
            )


def _by_group(curve: RawCurve, rows: Sequence[Row], columns: Columns) -> Iterator[RawCurve]:
    """Divide a curve by the names in a column."""
    if columns.group is None:
        yield curve
        return
    group = columns.group
    names = {row.line: row.cells[group] if group < len(row.cells) else "" for row in rows}
    members: dict[str, list[int]] = {}
    for index, line in enumerate(curve.places):
        members.setdefault(names[line], []).append(index)
    for name, indices in members.items():
        label = f"curve {name}" if name.isdigit() else name
        yield replace(_part(curve, indices), name=label)


def _part(curve: RawCurve, indices: Sequence[int]) -> RawCurve:
    """Return some of a curve's points."""
    return replace(
        curve,
        times=tuple(curve.times[i] for i in indices),
        values=tuple(curve.values[i] for i in indices),
        places=tuple(curve.places[i] for i in indices),
    )


def _one_after_another(curve: RawCurve) -> Iterator[RawCurve]:
    """Divide points that start anew, at the left end and at the top, into several curves."""
    starts = _new_starts(curve)
    parts = [range(a, b) for a, b in pairwise([0, *starts, len(curve.times)])]
    ascending = all(
        len(part) > 2 and all(curve.times[i] <= curve.times[i + 1] for i in part[:-1])
        for part in parts
    )
    if len(parts) == 1 or not ascending:
        yield curve
        return
    remark = f"times start anew in {curve.word} " + listed([curve.places[i] for i in starts])
    for number, part in enumerate(parts, start=1):
        name = f"{curve.name}, part {number}" if curve.name else f"curve {number}"
        remarks = (*curve.remarks, f"{remark}: taken as {len(parts)} curves")
        yield replace(_part(curve, part), name=name, remarks=remarks)


def _new_starts(curve: RawCurve) -> list[int]:
    """Return the points where time falls back to the left end, and the value to the first one."""
    times, values = curve.times, curve.values
    left, width = min(times), max(times) - min(times)
    height = max(values) - min(values)
    return [
        i
        for i in range(1, len(times))
        if times[i - 1] - times[i] > 0.2 * width
        and times[i] - left <= 0.02 * width
        and abs(values[i] - values[0]) <= 0.05 * height
    ]
