"""The table of numbers at risk under a panel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.axes.numbers import count_of
from survkit.drawings.primitives import Box, Word
from survkit.drawings.reading.lines import Phrase, phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.panels import Axis

__all__ = ["Row", "Table", "find_table"]

_TITLE = re.compile(
    r"(?i)\bat[- ]?risk\b|^n(o|umber|umbers)?\.? (of )?(patients|subjects|participants)"
)
_BRACKET = re.compile(r"[(\[](\d[\d,.]*)[)\]]")
_BOTH = re.compile(r"(\d[\d,]*)\s*[(\[](\d[\d,]*)[)\]]")
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
    censored : dict of int to int
        Numbers in brackets by column.
    box : Box
        Around its numbers.
    colour : tuple of int
        Colour of its numbers, or of its label where that is coloured.
    """

    label: Phrase | None
    counts: dict[int, int]
    censored: dict[int, int]
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


@dataclass(frozen=True, slots=True)
class _Cell:
    """A number of the table: the word, its count, and what stands in brackets behind it."""

    word: Word
    count: int
    bracket: int | None


def find_table(words: Sequence[Word], axis: Axis, box: Box, lowest: float) -> Table | None:
    """
    Return the table below a panel, or None.

    `words` are those below the labels of the time axis and above the next panel; `lowest` is the
    lower edge of those labels.
    """
    level = [word for word in words if abs(word.rotation) < 8 and word.box.top < lowest]
    lines = _text_lines(level)
    rows = [row for line in lines if (row := _cells(line)) is not None]
    rows = [(cells, line) for cells, line in rows if _in_columns(cells, axis, box)]
    if not rows:
        return None
    rows = _without_axis(rows, axis)
    if not rows:
        return None
    columns, times = _columns([cells for cells, _ in rows], axis)
    if len(times) < 2:
        return None
    found = tuple(_row(cells, line, columns) for cells, line in rows)
    titles = [phrase.text for phrase in phrases_of(list(words)) if _TITLE.search(phrase.text)]
    return Table(title=titles[0] if titles else "", times=times, rows=found)


def _text_lines(words: Sequence[Word]) -> list[list[Word]]:
    """Sort level words into lines from above, each from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.box.bottom, word.box.left)):
        if lines and abs(lines[-1][0].box.bottom - word.box.bottom) < 0.3 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box.left) for line in lines]


def _grouped(line: list[Word]) -> list[Word]:
    """Join thousands that are set apart by a space: 2 097."""
    words: list[Word] = []
    for word in line:
        before = words[-1] if words else None
        if (
            before is not None
            and re.fullmatch(r"\d{3}", word.text)
            and re.fullmatch(r"\d{1,3}", before.text)
            and word.box.left - before.box.right < _space(before, word)
        ):
            words[-1] = Word(
                text=before.text + word.text,
                box=Box.united([before.box, word.box]),
                size=word.size,
                colour=word.colour,
                order=before.order,
            )
        else:
            words.append(word)
    return words


def _space(before: Word, word: Word) -> float:
    """Return how wide a space may be: columns that are set apart can stand almost as close."""
    return (0.45 if before.order == word.order else 0.3) * word.size


def _cells(line: list[Word]) -> tuple[list[_Cell], list[Word]] | None:
    """Return the numbers of a line with what is in brackets behind them, and the line."""
    cells: list[_Cell] = []
    for word in _grouped(line):
        both, bracket = _BOTH.fullmatch(word.text), _BRACKET.fullmatch(word.text)
        count = count_of(both[1] if both else word.text)
        if count is not None:
            cells.append(_Cell(word, count, count_of(both[2]) if both else None))
        elif bracket and cells and word.box.left - cells[-1].word.box.right < 0.8 * word.size:
            last = cells[-1]
            joined = Word(
                text=f"{last.word.text} {word.text}",
                box=Box.united([last.word.box, word.box]),
                size=word.size,
                colour=last.word.colour,
            )
            cells[-1] = _Cell(joined, last.count, count_of(bracket[1]))
    return (cells, line) if cells else None


def _in_columns(cells: list[_Cell], axis: Axis, box: Box) -> bool:
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
    rows: list[tuple[list[_Cell], list[Word]]], axis: Axis
) -> list[tuple[list[_Cell], list[Word]]]:
    """Leave out lines that repeat the times of the axis, and what comes after a gap."""
    kept: list[tuple[list[_Cell], list[Word]]] = []
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


def _columns(rows: list[list[_Cell]], axis: Axis) -> tuple[list[float], tuple[float, ...]]:
    """Return the places of the columns and the times that they stand for."""
    size = rows[0][0].word.size
    best: tuple[float, list[float], tuple[float, ...]] | None = None
    for edge in ("middle", "left", "right"):
        places = _clusters([_edge(cell.word.box, edge) for row in rows for cell in row], 0.8 * size)
        counts = [
            sum(any(abs(_edge(cell.word.box, edge) - place) < size for cell in row) for row in rows)
            for place in places
        ]
        places = [place for place, count in zip(places, counts, strict=True) if count > 0]
        off, times, kept = _times(places, axis, size)
        if len(kept) >= 2 and (best is None or off < best[0] - 0.02):
            best = (off, kept, times)
    return ([], ()) if best is None else (best[1], best[2])


def _edge(box: Box, edge: str) -> float:
    return box.centre[0] if edge == "middle" else float(getattr(box, edge))


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


def _row(cells: list[_Cell], line: list[Word], columns: list[float]) -> Row:
    """Sort a line's numbers into the columns; what stands to the left is its label."""
    counts: dict[int, int] = {}
    censored: dict[int, int] = {}
    spacing = float(np.diff(columns).min()) if len(columns) > 1 else np.inf
    placed: list[_Cell] = []
    for cell in cells:
        box = cell.word.box
        apart = [
            min(abs(box.centre[0] - place), abs(box.left - place), abs(box.right - place))
            for place in columns
        ]
        column = int(np.argmin(apart))
        if apart[column] < 0.45 * spacing and (column not in counts or not counts):
            counts[column] = cell.count
            placed.append(cell)
            if cell.bracket is not None:
                censored[column] = cell.bracket
    first = min(cell.word.box.left for cell in placed)
    left = [word for word in line if word.box.right <= first + 1e-6]
    phrases = phrases_of(left, gap=1.6)
    label = max(phrases, key=lambda phrase: phrase.box.right, default=None)
    if label is not None and not any(letter.isalpha() for letter in label.text):
        label = None
    colours = [cell.word.colour for cell in placed[:1]]
    colour = colours[0] if label is None or max(colours[0]) > 60 else label.colour
    return Row(
        label=label,
        counts=counts,
        censored=censored,
        box=Box.united([cell.word.box for cell in placed]),
        colour=colour,
    )
