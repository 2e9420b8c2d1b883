"""The table of numbers at risk under a panel."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.primitives import Box
from survkit.drawings.reading.lines import Phrase, phrases_of
from survkit.drawings.reading.table_lines import Cell, TableLine, cells_of, table_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.panels import Axis
    from survkit.drawings.primitives import Word

__all__ = ["Row", "Table", "find_table"]

_TITLE = re.compile(
    r"(?i)\bat[- ]?risk\b|^n(o|umber|umbers)?\.? (of )?(patients|subjects|participants)"
)
_EVENTS = re.compile(r"(?i)\b(events?|deaths?|died|failures?|progressions?|relapses?)\b")
_STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A row as it is printed.

    Parameters
    ----------
    label : Phrase or None
        Its label.
    counts : dict of int to int
        Numbers at risk by column.
    bracketed : dict of int to int
        Numbers in brackets by column.
    box : Box
        Around its numbers.
    colour : tuple of int
        Colour of its numbers, or of its label where that is coloured.
    """

    label: Phrase | None
    counts: dict[int, int]
    bracketed: dict[int, int]
    box: Box
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A table as it is printed.

    Parameters
    ----------
    title : str
        Its heading.
    times : tuple of float
        Times of its columns.
    rows : tuple of Row
        Its rows, from above.
    """

    title: str
    times: tuple[float, ...]
    rows: tuple[Row, ...]

    @property
    def brackets_hold_events(self) -> bool:
        """Whether its heading says that events, not censored patients, stand in brackets."""
        return bool(_EVENTS.search(self.title)) and "censor" not in self.title.lower()


def find_table(
    words: Sequence[Word], pieces: Sequence[Word], axis: Axis, box: Box, lowest: float
) -> Table | None:
    """
    Return the table below a panel, or None.

    `words` are those below the labels of the time axis and above the next panel, `pieces` what the
    file has them in; `lowest` is the lower edge of those labels.
    """
    level = [word for word in words if abs(word.rotation) < 8 and word.box.top < lowest]
    lines = table_lines(level, pieces, axis)
    cells = [(cells_of(line.words), line) for line in lines]
    rows = [(row, line) for row, line in cells if row and _in_columns(row, axis, box)]
    rows = _without_axis(rows, axis) if rows else []
    if not rows:
        return None
    columns, times = _columns([row for row, _ in rows], axis)
    if len(times) < 2:
        return None
    found = [_row(row, line, columns) for row, line in rows]
    if not any(row.label for row in found):
        found = _labelled_from_above(found, rows, lines)
    titles = [phrase.text for phrase in phrases_of(list(words)) if _TITLE.search(phrase.text)]
    return Table(title=titles[0] if titles else "", times=times, rows=tuple(found))


def _labelled_from_above(
    found: list[Row], rows: Sequence[tuple[list[Cell], TableLine]], lines: Sequence[TableLine]
) -> list[Row]:
    """Give rows without labels those that stand on the lines between them."""
    numbered = {id(line) for _, line in rows}
    labelled = []
    for row, (_, line) in zip(found, rows, strict=True):
        number = next(place for place, other in enumerate(lines) if other is line)
        above = lines[number - 1] if number else line
        close = above.bottom - line.bottom < 2.2 * line.words[0].size
        label = None if id(above) in numbered or not close else _first_label(above)
        labelled.append(row if label is None else replace(row, label=label))
    return labelled


def _first_label(line: TableLine) -> Phrase | None:
    """Return the first words of a line that are no heading."""
    phrases = phrases_of([*line.label, *line.words])
    label = min(phrases, key=lambda phrase: phrase.box.left)
    named = any(letter.isalpha() for letter in label.text) and not _TITLE.search(label.text)
    return label if named else None


def _in_columns(cells: list[Cell], axis: Axis, box: Box) -> bool:
    """Tell whether a line's numbers lie under the time axis, beginning near its start."""
    size = cells[0].word.size
    under = [
        cell
        for cell in cells
        if box.left - 3 * size <= cell.word.box.centre[0] <= box.right + 3 * size
    ]
    start = float(axis.place(0.0))
    first = min((abs(cell.word.box.centre[0] - start) for cell in under), default=np.inf)
    return len(under) >= 2 and first < max(4 * size, 0.12 * box.width)


def _without_axis(
    rows: list[tuple[list[Cell], TableLine]], axis: Axis
) -> list[tuple[list[Cell], TableLine]]:
    """Leave out lines that repeat the times of the axis, and what comes after a gap."""
    kept: list[tuple[list[Cell], TableLine]] = []
    for cells, line in rows:
        size = cells[0].word.size
        values = np.array([float(cell.count) for cell in cells])
        places = np.array([cell.word.box.centre[0] for cell in cells])
        repeated = np.abs(axis.value(places) - values) * abs(axis.unit) < 0.8 * size
        if len(cells) > 1 and values[-1] > 0 and repeated.mean() > 0.8:
            continue
        if kept and kept[-1][0][0].word.box.bottom - cells[0].word.box.top > 6 * size:
            break
        kept.append((cells, line))
    return kept


def _columns(rows: list[list[Cell]], axis: Axis) -> tuple[list[float], tuple[float, ...]]:
    """Return the places of the columns and the times that they stand for."""
    size = rows[0][0].word.size
    best: tuple[float, list[float], tuple[float, ...]] | None = None
    for edge in ("middle", "left", "right"):
        places = _clusters([cell.word.box.edge(edge) for row in rows for cell in row], 0.8 * size)
        counts = [
            sum(any(abs(cell.word.box.edge(edge) - place) < size for cell in row) for row in rows)
            for place in places
        ]
        places = [place for place, count in zip(places, counts, strict=True) if count > 0]
        off, times, kept = _times(places, axis, size)
        if len(kept) >= 2 and (best is None or off < best[0] - 0.02):
            best = (off, kept, times)
    return ([], ()) if best is None else (best[1], best[2])


def _clusters(values: list[float], width: float) -> list[float]:
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][-1] < width:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [float(np.median(group)) for group in groups]


def _times(
    places: list[float], axis: Axis, size: float
) -> tuple[float, tuple[float, ...], list[float]]:
    """
    Return the times of columns: those of the ticks, or multiples of a round step from 0.

    The first value is how far the columns lie off them on average, in letters.
    """
    values = axis.value(np.array(places))
    slack = 0.75 * size / abs(axis.unit)
    ticks = [tick.value for tick in axis.ticks]
    choices = [np.array(ticks)]
    if len(ticks) > 1:
        choices.append(np.array(ticks) + (ticks[1] - ticks[0]) / 2)
    highest = max(values.max(), ticks[-1])
    steps = [*_STEPS, *(10 * step for step in _STEPS[8:])]
    choices += [np.arange(0, highest + step, step) for step in steps if 2 * slack < step <= highest]
    ranked = []
    for rank, grid in enumerate(choices):
        nearest = grid[np.abs(grid[None] - values[:, None]).argmin(axis=1)]
        off = np.abs(nearest - values)
        good = off < slack
        inside = (grid >= values[good].min() - slack) if good.any() else np.zeros(1, dtype=bool)
        holes = int(inside.sum() - good.sum()) if good.any() else 99
        holes = max(holes - int((grid > values[good].max() + slack).sum()), 0) if good.any() else 99
        missed = int((~good).sum())
        ranked.append(
            (
                missed + 0.5 * holes,
                float(off[good].mean()) if good.any() else 9.0,
                rank,
                nearest,
                good,
            )
        )
    _, off, _, nearest, good = min(ranked, key=lambda entry: entry[:3])
    kept = [
        (place, float(time))
        for place, time, fine in zip(places, nearest, good, strict=True)
        if fine
    ]
    distinct = {time: place for place, time in kept}
    return (
        off * abs(axis.unit) / size,
        tuple(sorted(distinct)),
        [distinct[t] for t in sorted(distinct)],
    )


def _row(cells: list[Cell], line: TableLine, columns: list[float]) -> Row:
    """Sort a line's numbers into the columns; what stands to the left is its label."""
    placed = _placed(cells, columns)
    label = _label(line, list(placed.values()))
    first = placed[min(placed)].word.colour
    return Row(
        label=label,
        counts={column: cell.count for column, cell in placed.items()},
        bracketed={
            column: cell.bracket for column, cell in placed.items() if cell.bracket is not None
        },
        box=Box.united([cell.word.box for cell in placed.values()]),
        colour=first if label is None or max(first) > 60 else label.colour,
    )


def _placed(cells: list[Cell], columns: list[float]) -> dict[int, Cell]:
    """Return the number of each column, the nearest one where two come into question."""
    spacing = float(np.diff(columns).min()) if len(columns) > 1 else np.inf
    placed: dict[int, tuple[float, Cell]] = {}
    for cell in cells:
        box = cell.word.box
        apart = [
            min(abs(box.centre[0] - place), abs(box.left - place), abs(box.right - place))
            for place in columns
        ]
        column = int(np.argmin(apart))
        known = placed.get(column)
        if apart[column] < 0.45 * spacing and (known is None or apart[column] < known[0]):
            placed[column] = (apart[column], cell)
    if not placed:  # numbers that stand apart from all columns belong to the first of them
        return {0: cells[0]}
    return {column: cell for column, (_, cell) in placed.items()}


def _label(line: TableLine, cells: list[Cell]) -> Phrase | None:
    """Return the words before a line's first number, or else behind its last one."""
    first = min(cell.word.box.left for cell in cells)
    last = max(cell.word.box.right for cell in cells)
    before = [word for word in line.words if word.box.right <= first + 1e-6]
    behind = [word for word in line.words if word.box.left >= last]
    for words in ([*line.label, *before], behind):
        phrases = phrases_of(words, gap=1.6)
        side = max if words is not behind else min
        label = side(phrases, key=lambda phrase: phrase.box.right, default=None)
        if label is not None and any(letter.isalpha() for letter in label.text):
            return label
    return None
