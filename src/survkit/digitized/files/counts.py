"""Numbers at risk from text: long, wide, with arms side by side, or typed without times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.digitized.faults import Faults, excerpt, listed
from survkit.digitized.files.cells import is_missing, is_number, number_in, plain_name, whole
from survkit.digitized.files.columns import COUNT, Columns, choose_columns, is_time_name
from survkit.digitized.files.grid import Block, Row, blocks_of, grid_of, with_row_names
from survkit.digitized.files.raw import RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.digitized.files.grid import Grid
    from survkit.digitized.files.source import Source
    from survkit.digitized.files.stated import TableLayout

__all__ = ["tables_in_text"]

_ABOUT = re.compile(r"(?:~|≈|about|ca\.?|c\.)\s*", re.IGNORECASE)
_BESIDE = re.compile(r"\s*\([^)]*\)?$")
"""A second number in brackets, events or censorings so far."""
_LABELS = frozenset(
    {"", "group", "arm", "treatment", "time", "times", "month", "months", "year", "years", "day"}
    | {"days", "week", "weeks", "t", "trisk"}
)


@dataclass(slots=True)
class _Column:
    """A table under construction."""

    name: str
    times: list[float] = field(default_factory=list)
    bounds: list[tuple[int, int, int]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    beside: bool = False
    loose: list[str] = field(default_factory=list)

    def table(self, layout: str, remarks: Sequence[str]) -> RawTable:
        """Return the table with what is to be said of it."""
        said = list(remarks)
        if self.missing:
            said.append(f"no number at risk in line {listed(self.missing)}: left out")
        if self.beside:
            said.append("numbers in brackets left out")
        said += [f"{written} read as {bounds}" for written, bounds in self._loose_bounds()]
        return RawTable(
            name=self.name,
            times=tuple(self.times),
            counts=tuple(count for count, _, _ in self.bounds),
            lower=tuple(lower for _, lower, _ in self.bounds),
            upper=tuple(upper for _, _, upper in self.bounds),
            places=tuple(self.places),
            layout=layout,
            remarks=tuple(said),
        )

    def _loose_bounds(self) -> Iterator[tuple[str, str]]:
        inexact = [f"{low} to {up}" for _, low, up in self.bounds if low < up]
        yield from zip(self.loose, inexact, strict=True)

    def add(self, time: float, cell: str, line: int, where: str, faults: Faults) -> None:
        """Read one cell and keep it, or note what is wrong with it."""
        if is_missing(cell):
            self.missing.append(line)
            return
        bare = _BESIDE.sub("", cell)
        bounds = _bounds(bare)
        if bounds is None:
            faults.add(
                "a number at risk must be a whole number from 0 to 999,999,999, "
                f"got {excerpt(cell)}",
                where=where,
            )
            return
        self.beside = self.beside or bare != cell
        if bounds[1] < bounds[2]:
            self.loose.append(bare)
        self.times.append(time)
        self.bounds.append(bounds)
        self.places.append(line)


def tables_in_text(source: Source, layout: TableLayout) -> tuple[RawTable, ...]:
    """
    Read the tables of a text file, one per arm.

    Parameters
    ----------
    source : Source
        The bytes.
    layout : TableLayout
        What is stated about them.

    Returns
    -------
    tuple of RawTable
        In the order of the file; at least one.

    Raises
    ------
    DigitizedFileError
        If there are no counts, times are missing, or a cell is no number.
    """
    grid = _without_titles(grid_of(source, layout))
    faults = Faults(source.file)
    tables: list[RawTable] = []
    for block in blocks_of(grid, header=layout.header):
        if not block.rows:
            faults.refuse(
                "numbers at risk must follow the names of the columns, got none",
                where=f"line {block.headers[-1].line}",
            )
        tables.extend(_tables(block, grid, layout, faults))
    faults.settle()
    found = tuple(table for table in tables if table.times)
    if not found:
        faults.refuse("the file must hold at least one number at risk, got none")
    return found


def _without_titles(grid: Grid) -> Grid:
    """Leave out rows of words inside a table, as "Number at risk", but not names of columns."""
    kept, titles = list(grid.rows[:1]), list[Row]()
    for row in grid.rows[1:]:
        names_columns = any(is_time_name(plain_name(cell)) for cell in row.cells)
        title = kept[-1].numbers and not row.numbers and row.words and not names_columns
        (titles if title else kept).append(row)
    said = [f"line {row.line} left out: {excerpt(' '.join(row.cells))}" for row in titles]
    return replace(grid, rows=tuple(kept), remarks=(*grid.remarks, *said))


def _tables(block: Block, grid: Grid, layout: TableLayout, faults: Faults) -> Iterator[RawTable]:
    """Find out how the table is laid out, and read it."""
    if layout.columns is not None:
        yield from _long(with_row_names(block), grid, layout, faults)
    elif layout.times is not None or layout.interval is not None:
        yield from _typed(block, grid, layout, faults)
    elif (wide := _wide_rows(block, grid)) is not None:
        yield from _wide(wide, grid, faults)
    elif max(len(row.cells) for row in block.rows) == 1 or (
        len(block.rows) == 1 and not block.headers
    ):
        faults.refuse(
            "numbers at risk without times need an interval or times, got "
            f"{excerpt(' '.join(block.rows[0].cells))}",
            where=f"line {block.rows[0].line}",
        )
    else:
        yield from _long(with_row_names(block), grid, layout, faults)


def _long(block: Block, grid: Grid, layout: TableLayout, faults: Faults) -> Iterator[RawTable]:
    """Read a column of times and one or more of counts."""
    columns = _side_by_side(block, grid) if layout.columns is None else None
    if columns is None:
        columns = choose_columns(block, COUNT, layout.columns, grid.decimal, faults)
    several = len(columns.values) > 1
    events = _events_of(block, columns)
    for value in columns.values:
        name = block.names[value] if several and value < len(block.names) else ""
        arms: dict[str, _Column] = {}
        for row in block.rows:
            group = _cell(row, columns.group)
            arm = arms.setdefault(group or name, _Column(group or name))
            count = _cell(row, value)
            time = number_in(_cell(row, columns.time), grid.decimal)
            if time is None and not is_missing(count):
                where = f"line {row.line}, {columns.label(columns.time)}"
                faults.add(
                    f"a time must be a finite number, got {excerpt(_cell(row, columns.time))}",
                    where=where,
                )
            elif time is not None:
                where = f"line {row.line}, {columns.label(value)}"
                arm.add(time, count, row.line, where, faults)
        kind = "a column of times and one of numbers"
        for arm_name, arm in arms.items():
            said = ("total events as the table says",) if arm_name in events else ()
            table = arm.table(kind, (*grid.remarks, *columns.remarks, *said))
            yield replace(table, total_events=events.get(arm_name))


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column] if column is not None and column < len(row.cells) else ""


def _events_of(block: Block, columns: Columns) -> dict[str, int]:
    """Return each arm's total events, where a column ``TE`` has them."""
    plain = [plain_name(name) for name in block.names]
    column = next((plain.index(word) for word in COUNT.beside if word in plain), None)
    found: dict[str, set[int]] = {}
    for row in block.rows:
        total = whole(_cell(row, column))
        if total is not None:
            found.setdefault(_cell(row, columns.group), set()).add(total)
    # totals that change from row to row are of intervals, or of nothing known
    return {arm: totals.pop() for arm, totals in found.items() if len(totals) == 1}


def _side_by_side(block: Block, grid: Grid) -> Columns | None:
    """Find rising times beside several arms without names that are known."""
    width = max(len(row.cells) for row in block.rows)
    if block.headers or width < 3:
        return None
    columns = [[number_in(_cell(r, c), grid.decimal) for r in block.rows] for c in range(width)]
    full = [[v for v in column if v is not None] for column in columns]
    if any(len(column) < len(block.rows) for column in full) or len(block.rows) < 2:
        return None
    falling = all(a >= b for column in full[1:] for a, b in pairwise(column))
    if not falling or not all(a < b for a, b in pairwise(full[0])):
        return None
    return Columns(
        time=0,
        values=tuple(range(1, width)),
        group=None,
        names=("", *(f"arm {number}" for number in range(1, width))),
    )


@dataclass(frozen=True, slots=True)
class _WideRow:
    """A row of a wide table: its name, and its cells."""

    line: int
    name: str
    cells: tuple[str, ...]
    beside: bool = False


def _wide_rows(block: Block, grid: Grid) -> list[_WideRow] | None:
    """Return the rows of a wide table, times first; None if the table is not wide."""
    header = block.headers[-1] if block.headers else None
    if header is not None and header.numbers < 2 and header.words > 1 and grid.separator != " ":
        return None
    rows = block.rows if header is None or header.numbers < 2 else (header, *block.rows)
    first = _named(rows[0], None)
    times = [number_in(cell, grid.decimal) for cell in first.cells]
    known = [time for time in times if time is not None]
    rising = len(known) == len(times) > 1 and all(a < b for a, b in pairwise(known))
    labelled = len(known) > 2 or (first.name != "" and plain_name(first.name) in _LABELS)
    if not rising or not labelled or len(rows) < 2 or known[0] < 0.0:
        return None
    count = len(known) if grid.separator == " " else None
    named = [first, *(_named(row, count) for row in rows[1:])]
    if not first.name and not any(row.name for row in named):
        falls = all(_falls(row.cells) for row in named[1:])
        return named if falls and len(known) > 2 else None
    return named if all(len(row.cells) <= len(known) + 1 for row in named[1:]) else None


def _falls(cells: Sequence[str]) -> bool:
    numbers = [whole(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    return len(known) > 1 and all(a >= b for a, b in pairwise(known))


def _named(row: Row, count: int | None) -> _WideRow:
    """Divide a row into its name and its numbers; a name between blanks may hold numbers."""
    cells, beside = list(row.cells), False
    if count is not None:
        cells = [cell for cell in cells if not cell.startswith("(")]
        beside = len(cells) < len(row.cells)
        split = max(0, len(cells) - count)
    else:
        split = 0 if not cells or is_number(cells[0]) or whole(cells[0]) is not None else 1
        while split < len(cells) and not _counts(cells[split]):
            split += 1
    return _WideRow(row.line, " ".join(cells[:split]).strip(" :"), tuple(cells[split:]), beside)


def _counts(cell: str) -> bool:
    return is_missing(cell) or is_number(cell) or _bounds(_BESIDE.sub("", cell)) is not None


def _wide(rows: Sequence[_WideRow], grid: Grid, faults: Faults) -> Iterator[RawTable]:
    """Read a row of times and a row of counts per arm."""
    times = [number_in(cell, grid.decimal) or 0.0 for cell in rows[0].cells]
    yield from _rows_of_counts(rows[1:], times, "a row of times and one per arm", grid, faults)


def _typed(block: Block, grid: Grid, layout: TableLayout, faults: Faults) -> Iterator[RawTable]:
    """Read counts whose times are stated, one row per arm, or one column."""
    rows = [_named(row, None) for row in block.rows]
    if len(rows) > 1 and all(len(row.cells) == 1 for row in rows):
        column = tuple(cell for row in rows for cell in row.cells)
        rows = [_WideRow(rows[0].line, "", column)]
    longest = max(len(row.cells) for row in rows)
    times: Sequence[float] = layout.times or ()
    if layout.interval is not None:
        times = [layout.interval * float(number) for number in range(longest)]
    elif len(times) != longest:
        faults.refuse(f"times must be as many as the numbers at risk, {longest}, got {len(times)}")
    yield from _rows_of_counts(rows, times, "numbers without times", grid, faults)


def _rows_of_counts(
    rows: Sequence[_WideRow], times: Sequence[float], kind: str, grid: Grid, faults: Faults
) -> Iterator[RawTable]:
    """Read one arm per row."""
    for row in rows:
        if len(row.cells) > len(times):
            faults.add(
                f"a row must have at most {len(times)} numbers at risk, as there are times, "
                f"got {len(row.cells)}",
                where=f"line {row.line}",
            )
            continue
        arm = _Column(row.name, beside=row.beside)
        for place, (time, cell) in enumerate(zip(times, row.cells, strict=False), start=1):
            arm.add(time, cell, row.line, f"line {row.line}, number {place}", faults)
        yield arm.table(kind, grid.remarks)


def _bounds(cell: str) -> tuple[int, int, int] | None:
    """Return a number at risk as written, the least and the most that it may be."""
    if cell[:1] in "<≤" and cell:
        limit = whole(cell[1:].lstrip("= "))
        least = 0 if limit is None else limit - (cell[0] == "<" and cell[1:2] != "=")
        return None if limit is None or least < 0 else (least, 0, least)
    about = _ABOUT.match(cell)
    count = whole(cell[about.end() :] if about else cell)
    if count is None:
        return None
    spread = (5 if count and count % 10 == 0 else 1) if about else 0
    return count, max(0, count - spread), count + spread
