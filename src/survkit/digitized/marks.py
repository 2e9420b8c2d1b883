"""Censoring marks: as data sets beside the curves, or in a file of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.digitized.faults import Faults, excerpt
from survkit.digitized.files.cells import is_missing, number_in, plain_name
from survkit.digitized.files.grid import blocks_of, grid_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.digitized.files import RawCurve, Source
    from survkit.digitized.files.stated import Layout

__all__ = ["assign_marks", "marks_in_text"]

_MARKS = re.compile(r"[\s,;:_()-]*\b(?:censor\w*|ticks?|marks?)\b[\s_()-]*", re.IGNORECASE)


def assign_marks(
    curves: Sequence[RawCurve],
) -> tuple[tuple[RawCurve, ...], tuple[tuple[float, ...], ...]]:
    """
    Tell data sets of censoring marks from curves, by their names.

    ``"drug, censored"`` holds the marks of ``"drug"``; ``"ticks"`` those of an only curve.

    Parameters
    ----------
    curves : sequence of RawCurve
        The data sets of one file.

    Returns
    -------
    tuple of tuple of RawCurve and tuple of tuple of float
        The curves, and the marked times of each. Marks of no curve are said to be left out.
    """
    plain = [curve for curve in curves if not _MARKS.search(curve.name.replace("_", " "))]
    if len(plain) == len(curves) or not plain:
        return tuple(curves), tuple(() for _ in curves)
    found: list[RawCurve] = list(plain)
    marks: list[tuple[float, ...]] = [() for _ in plain]
    for curve in (curve for curve in curves if curve not in plain):
        of = _MARKS.sub(" ", curve.name.replace("_", " ")).strip().casefold()
        owners = [i for i, each in enumerate(plain) if of == each.name.replace("_", " ").casefold()]
        if len(plain) == 1:
            owners = [0]
        for i in owners or range(len(plain)):
            taken = f"censoring marks from {curve.name!r}: {len(curve.times)}"
            remark = taken if owners else f"marks {curve.name!r} left out: whose they are is open"
            found[i] = replace(found[i], remarks=(*found[i].remarks, remark))
            marks[i] = (*marks[i], *curve.times) if owners else marks[i]
    return tuple(found), tuple(tuple(sorted(times)) for times in marks)


def marks_in_text(source: Source, layout: Layout) -> tuple[float, ...]:
    """
    Read a column of times.

    Parameters
    ----------
    source : Source
        The bytes of a text file.
    layout : Layout
        What is stated about them; of `columns`, the first is read.

    Returns
    -------
    tuple of float
        Times as they stand in the file.

    Raises
    ------
    DigitizedFileError
        If there are none, or a cell is no number.
    """
    grid = grid_of(source, layout)
    faults, times = Faults(source.file), []
    for block in blocks_of(grid, header=layout.header):
        column = _column(block.names, layout.columns, faults)
        typed = grid.separator == " " and not block.names
        for row in block.rows:
            for cell in row.cells if typed else row.cells[column : column + 1]:
                time = number_in(cell, grid.decimal)
                if time is not None:
                    times.append(time)
                elif not is_missing(cell):
                    faults.add(
                        f"a mark must be a finite time, got {excerpt(cell)}",
                        where=f"line {row.line}",
                    )
    faults.settle()
    if not times:
        faults.refuse("the file must hold at least one time, got none")
    return tuple(times)


def _column(names: Sequence[str], stated: tuple[str | int, ...] | None, faults: Faults) -> int:
    """Return the column of times: as stated, by its name, or the first one that has a name."""
    if stated:
        first = stated[0]
        if isinstance(first, int) and first >= 1:
            return first - 1
        if isinstance(first, str) and first in names:
            return names.index(first)
        faults.refuse(f"columns must name a column of the file, got {first!r}")
    plain = [plain_name(name) for name in names]
    named = next((c for c, name in enumerate(plain) if name.startswith("time")), None)
    return named if named is not None else int(plain[:1] == [""] and len(plain) > 1)
