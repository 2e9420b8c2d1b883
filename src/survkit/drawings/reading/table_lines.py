"""Lines of a table of numbers at risk: where a label ends and its first number begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.axes.numbers import count_of
from survkit.drawings.primitives import Box, Word
from survkit.drawings.reading.lines import join_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.panels import Axis

__all__ = ["Cell", "TableLine", "cells_of", "table_lines"]

_COUNT = r"\d[\d,.'’\u2009\u202f]*"
_BRACKET = re.compile(rf"[(\[]({_COUNT})[)\]]")
_BOTH = re.compile(rf"({_COUNT})\s*(?:[(\[]({_COUNT})[)\]]|/\s*({_COUNT}))")
_TAIL = re.compile(rf"(?<=[^\W\d])({_COUNT})$|(?<=[)\]:])({_COUNT})$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table: the word, its count, and what stands in brackets behind it."""

    word: Word
    count: int
    bracket: int | None


@dataclass(frozen=True, slots=True)
class TableLine:
    """
    Words on one line of a table.

    Parameters
    ----------
    label : tuple of Word
        Words before the first number, digits of an arm's name among them.
    words : tuple of Word
        All others, from the left.
    """

    label: tuple[Word, ...]
    words: tuple[Word, ...]

    @property
    def bottom(self) -> float:
        """Height of the line."""
        return (self.label or self.words)[0].box.bottom


def table_lines(words: Sequence[Word], pieces: Sequence[Word], axis: Axis) -> list[TableLine]:
    """
    Sort level words into lines from above, labels cut off from the numbers behind them.

    `pieces` are the letters and words as the file has them: a label that touches the first number
    is a piece of text of its own.
    """
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.box.bottom, word.box.left)):
        if lines and abs(lines[-1][0].box.bottom - word.box.bottom) < 0.3 * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    ordered = [sorted(line, key=lambda word: word.box.left) for line in lines]
    return [_cut(line, pieces, axis) for line in ordered]


def _cut(line: list[Word], pieces: Sequence[Word], axis: Axis) -> TableLine:
    """Cut a line where its label ends: before the number that stands best in the first column."""
    start = float(axis.place(0.0))
    first = [word for word in line if word.box.left < start + 1.5 * word.size]
    rest = [word for word in line if not word.box.left < start + 1.5 * word.size]
    later = [cell for cell in cells_of(rest) if cell.bracket is None or cell.count]
    if not first or not any(letter.isalpha() for word in first for letter in word.text):
        return TableLine((), tuple(line))
    choices = _choices(_as_written(first, pieces), later[0].count if later else 0)
    if not choices or len(later) < 1:
        return TableLine((), tuple(line))
    place, edge = _expected(later, axis)
    far, _, label, number = min(
        ((abs(number.box.edge(edge) - place), rank, label, number))
        for rank, (label, number) in enumerate(choices)
    )
    if far > 1.2 * number.size:
        return TableLine((), tuple(line))
    behind = [word for word in first if word.box.left >= number.box.right - 0.05 * word.size]
    return TableLine(tuple(join_words(label)), (number, *behind, *rest))


def _as_written(words: Sequence[Word], pieces: Sequence[Word]) -> list[Word]:
    """Return the pieces of text that words consist of, digits cut off from letters before them."""
    box = Box.united([word.box for word in words])
    inside = [
        piece
        for piece in pieces
        if abs(piece.rotation) < 8
        and box.holds(*piece.box.centre, margin=0.01 * piece.size)
        and abs(piece.box.bottom - words[0].box.bottom) < 0.3 * piece.size
    ]
    parts: list[Word] = []
    for piece in sorted(inside or words, key=lambda piece: (piece.box.left, piece.box.right)):
        tail = _TAIL.search(piece.text)
        parts += _halves(piece, tail.start()) if tail else [piece]
    return parts


def _halves(word: Word, at: int) -> list[Word]:
    """Cut a word in two, its box by the number of letters."""
    box, share = word.box, at / len(word.text)
    middle = box.left + share * box.width
    return [
        _like(
            word, word.text[:at], Box(left=box.left, bottom=box.bottom, right=middle, top=box.top)
        ),
        _like(
            word, word.text[at:], Box(left=middle, bottom=box.bottom, right=box.right, top=box.top)
        ),
    ]


def _like(word: Word, text: str, box: Box) -> Word:
    return Word(text=text, box=box, size=word.size, colour=word.colour, order=word.order)


def _choices(parts: list[Word], fewest: int) -> list[tuple[list[Word], Word]]:
    """
    Return the ways to read the last parts as a number, with the parts before it.

    A number in the first column is at least as large as the one in the second.
    """
    last = len(parts)
    while last and (_BRACKET.fullmatch(parts[last - 1].text) or not parts[last - 1].text.strip()):
        last -= 1
    found: list[tuple[list[Word], Word]] = []
    for first in range(last - 1, -1, -1):
        run = parts[first:last]
        if len(run) > 1 and run[1].box.left - run[0].box.right > 0.45 * run[0].size:
            break
        text = "".join(part.text for part in run)
        both = _BOTH.fullmatch(text)
        count = count_of(both[1] if both else text)
        if count is None and not re.fullmatch(r"[\d,.'’()\[\]/\s]+", text):
            break
        if count is not None and count >= fewest:
            joined = _like(run[-1], text, Box.united([part.box for part in run]))
            found.append((parts[:first], joined))
    return found


def _expected(later: Sequence[Cell], axis: Axis) -> tuple[float, str]:
    """
    Return where the first column stands, and by which edge its numbers are aligned.

    The others tell it: each stands at its tick mark, its middle or one of its edges by the same
    distance off it.
    """
    ticks = np.array([tick.place for tick in axis.ticks])
    ranked = []
    for rank, edge in enumerate(("middle", "left", "right")):
        places = np.array([cell.word.box.edge(edge) for cell in later])
        off = places - ticks[np.abs(ticks[None] - places[:, None]).argmin(axis=1)]
        ranked.append((float(np.ptp(off)), rank, float(np.median(off)), edge))
    ranked.sort()
    spread, _, off, edge = ranked[0]
    if len(later) < 2 or spread > 0.5 * later[0].word.size:
        return float(axis.place(0.0)), "middle"
    return float(axis.place(0.0)) + off, edge


def cells_of(words: Sequence[Word]) -> list[Cell]:
    """Return the numbers among some words, with what stands in brackets behind them."""
    cells: list[Cell] = []
    for word in _grouped(words):
        both, bracket = _BOTH.fullmatch(word.text), _BRACKET.fullmatch(word.text)
        count = count_of(both[1] if both else word.text)
        if count is not None:
            cells.append(Cell(word, count, count_of(both[2] or both[3]) if both else None))
        elif bracket and cells and word.box.left - cells[-1].word.box.right < 0.8 * word.size:
            last = cells[-1]
            joined = Word(
                text=f"{last.word.text} {word.text}",
                box=Box.united([last.word.box, word.box]),
                size=word.size,
                colour=last.word.colour,
            )
            cells[-1] = Cell(joined, last.count, count_of(bracket[1]))
    return cells


def _grouped(line: Sequence[Word]) -> list[Word]:
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
