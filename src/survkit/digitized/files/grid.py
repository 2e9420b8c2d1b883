"""Text to rows of cells: separator, decimal sign and header are detected, or stated."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.digitized.faults import Faults, excerpt
from survkit.digitized.files.cells import Decimal, is_missing, is_number
from survkit.digitized.files.source import MAX_POINTS, Source, decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.digitized.files.stated import Layout

__all__ = [
    "Block",
    "Grid",
    "Row",
    "blocks_of",
    "grid_of",
    "is_axis_row",
    "refuse_bare_commas",
    "with_row_names",
]

_SEPARATORS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma", " ": "blank"}
"""Candidates, in the order of preference where several explain a file equally well."""
_SAMPLE = 200
_MOST_CELLS = 1_000
_TOKEN = re.compile(r'"((?:[^"]|"")*)"|(\S+)')
_BARE_COMMAS = re.compile(r"\d+,\d+,\d+,\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """
    The cells of one line.

    Parameters
    ----------
    line : int
        Its number in the file, from 1.
    cells : tuple of str
        Stripped, without empty cells at the end.
    after_gap : bool
        Whether an empty line stands before it.
    """

    line: int
    cells: tuple[str, ...]
    after_gap: bool = False

    @property
    def numbers(self) -> int:
        """How many cells are numbers."""
        return sum(map(is_number, self.cells))

    @property
    def words(self) -> int:
        """How many cells are neither numbers nor missing."""
        return sum(not is_missing(cell) and not is_number(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    A text file as rows.

    Parameters
    ----------
    rows : tuple of Row
        The lines that are neither empty nor comments.
    separator : str
        What stands between two cells; a blank stands for any white space.
    decimal : {".", ","}
        The decimal sign.
    remarks : tuple of str
        What was detected.
    """

    rows: tuple[Row, ...]
    separator: str
    decimal: Decimal
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """
    Rows under one header.

    Parameters
    ----------
    headers : tuple of Row
        The rows of names above the data; often one, none where the file has no names.
    rows : tuple of Row
        The rows of data.
    """

    headers: tuple[Row, ...]
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns; empty where there are none."""
        return self.headers[-1].cells if self.headers else ()


def grid_of(source: Source, layout: Layout) -> Grid:
    """
    Split a text file into rows of cells.

    Parameters
    ----------
    source : Source
        The bytes.
    layout : Layout
        What is stated about them.

    Returns
    -------
    Grid
        At least one row.

    Raises
    ------
    DigitizedFileError
        If the bytes are no text, or have too many lines or cells.
    """
    text, remarks = decode(source)
    faults = Faults(source.file)
    lines = text.split("\n")
    if len(lines) > MAX_POINTS:
        faults.refuse(f"the file must have at most {MAX_POINTS:,} lines, got {len(lines):,}")
    kept = list(_without_comments(lines))
    if not kept:
        faults.refuse("the file must hold coordinates or counts, got comments alone")
    separator = _stated_separator(layout, faults) or _detect_separator(
        [line for _, line, _ in kept]
    )
    rows = tuple(_split(kept, separator, faults))
    decimal = layout.decimal or _detect_decimal(rows)
    if separator != " " or layout.separator:
        remarks = (*remarks, f"cells are separated by a {_SEPARATORS.get(separator, separator)}")
    if decimal == ",":
        remarks = (*remarks, "decimal commas")
    return Grid(rows=rows, separator=separator, decimal=decimal, remarks=remarks)


def blocks_of(grid: Grid, *, header: bool | None) -> tuple[Block, ...]:
    """
    Divide the rows where a new row of names begins.

    One block for most files, one per curve where curves stand one after the other. Whether the
    first row holds names is looked for where `header` does not say so.
    """
    blocks: list[tuple[list[Row], list[Row]]] = [([], [])]
    for index, row in enumerate(grid.rows):
        below = grid.rows[index + 1] if index + 1 < len(grid.rows) else None
        headers, data = blocks[-1]
        if not data and index == 0 and header is not None:
            (headers if header else data).append(row)
        elif not data and _is_header(row, below):
            headers.append(row)
        elif data and header is not False and _begins_anew(row, below):
            blocks.append(([row], []))
        else:
            data.append(row)
    return tuple(Block(tuple(headers), tuple(data)) for headers, data in blocks)


def _without_comments(lines: Sequence[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line number, line and whether a gap precedes it; a comment may hold the names."""
    gap, comment = False, None
    for number, line in enumerate(lines, start=1):
        bare = line.strip(" \t\f,;|")
        if not bare:
            gap, comment = True, None
        elif bare.startswith("#") and not bare[1:2].isdigit():
            comment = (number, bare.lstrip("# \t"))
        else:
            if comment is not None and comment[1] and is_number(_first_cell(line)):
                yield (*comment, gap)
                gap = False
            yield number, line, gap
            gap, comment = False, None


def _first_cell(line: str) -> str:
    return re.split(r"[,;|\s]", line.strip(), maxsplit=1)[0]


def _stated_separator(layout: Layout, faults: Faults) -> str | None:
    """Return the separator that the caller states, as one character."""
    stated = layout.separator
    if stated is None:
        return None
    plain = stated if stated == "\t" else stated.strip() or " "
    if stated == "" or len(plain) != 1 or plain in '"\n':
        faults.refuse(f"separator must be one character, got {excerpt(stated)}")
    return plain


def _detect_separator(lines: Sequence[str]) -> str:
    """Choose the separator under which most cells are numbers."""
    sample = lines[:_SAMPLE]
    scores = {}
    for separator in _SEPARATORS:
        split = [_cells(line, separator) for line in sample]
        cells = [cell for row in split if len(row) > 1 for cell in row if not is_missing(cell)]
        wide = sum(len(row) > 1 for row in split)
        if cells:
            numbers = sum(map(is_number, cells))
            most = min(1.0, 2.0 * wide / len(sample))  # titles have no separator
            scores[separator] = most * (0.01 + numbers / len(cells))
    return max(scores, key=lambda separator: scores[separator], default=" ")


def _split(kept: Sequence[tuple[int, str, bool]], separator: str, faults: Faults) -> Iterator[Row]:
    """Yield the rows, as wide as their last cell that is not empty."""
    for number, line, gap in kept:
        if separator != " " and line.count(separator) > _MOST_CELLS:
            faults.refuse(f"a line must have at most {_MOST_CELLS:,} cells", where=f"line {number}")
        cells = _cells(line, separator)
        if len(cells) > _MOST_CELLS:
            faults.refuse(f"a line must have at most {_MOST_CELLS:,} cells", where=f"line {number}")
        yield Row(number, cells, gap)


def _cells(line: str, separator: str) -> tuple[str, ...]:
    """Split one line; quotes protect a separator, empty cells at the end are none."""
    if separator == " ":
        found = [quoted or bare for quoted, bare in _TOKEN.findall(line)]
    elif '"' in line:
        try:
            found = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        except csv.Error:
            found = line.split(separator)
    else:
        found = line.split(separator)
    found = [cell.strip(" \t\f\"'") for cell in found]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _detect_decimal(rows: Sequence[Row]) -> Decimal:
    """Look for decimal commas; a point anywhere in a number speaks against them."""
    commas = False  # between commas, only quoted cells have one
    for row in rows:
        for cell in row.cells:
            if is_number(cell):
                if "." in cell:
                    return "."
                commas = commas or "," in cell
    return "," if commas else "."


def refuse_bare_commas(grid: Grid, faults: Faults) -> None:
    """
    Refuse ``1,5,0,98``, which may be two numbers with decimal commas or four without.

    Parameters
    ----------
    grid : Grid
        A file of coordinates whose decimal sign is not stated.
    faults : Faults
        Where faults are noted.

    Raises
    ------
    DigitizedFileError
        If every line is of this kind.
    """
    data = [row for row in grid.rows if row.numbers] if grid.separator == "," else []
    bare = [len(row.cells) == 4 and _BARE_COMMAS.fullmatch(",".join(row.cells)) for row in data]
    if len(data) > 1 and all(bare):
        faults.refuse(
            "separator and decimal sign must differ, got commas alone as in "
            f"{excerpt(','.join(data[0].cells))}; write semicolons, or state decimal='.'",
            where=f"line {data[0].line}",
        )


def _is_header(row: Row, below: Row | None) -> bool:
    """Tell whether a row at the top holds names: words, above numbers or alone."""
    if below is not None and is_axis_row(below):
        return True
    if not row.words:
        return False
    if not row.numbers:
        return True
    pairs = zip(row.cells, below.cells if below else (), strict=False)
    return any(
        not is_number(cell) and not is_missing(cell) and is_number(under) for cell, under in pairs
    )


def _begins_anew(row: Row, below: Row | None) -> bool:
    """Tell whether a row below data holds names, or one name: words alone, above numbers."""
    if below is None or any(map(is_number, row.cells)):
        return False
    titled = row.words == len(row.cells) == 1
    return (row.words > 1 or titled) and below.numbers > 1


def is_axis_row(row: Row) -> bool:
    """Tell whether a row reads "X,Y,X,Y", the second row of WebPlotDigitizer's "all data"."""
    axes = [cell.casefold() for cell in row.cells]
    return len(axes) > 1 and axes == ["x", "y"] * (len(axes) // 2)


def with_row_names(block: Block) -> Block:
    """Give a header that is one name short an empty first name, as R's "write.table" omits it."""
    names = block.names
    short = bool(names) and bool(block.rows) and min(len(r.cells) for r in block.rows) > len(names)
    if not short or max(len(row.cells) for row in block.rows) != len(names) + 1:
        return block
    header = replace(block.headers[-1], cells=("", *names))
    return Block((*block.headers[:-1], header), block.rows)
