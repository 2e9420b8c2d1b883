"""Small strokes and single letters as symbols: what may be a censoring mark."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.drawings.primitives import Box, Colour, Mark, Stroke, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Symbol", "find_symbols"]

LARGEST = 0.07
"""Largest extent of a symbol, as a share of the longer side of the panel."""
LETTERS = set("+|×xXo○●◦•*✕✚✛◯∘⋄◇△▲▽□■")
"""Letters that programs set as censoring marks."""

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """
    One symbol on the page.

    Parameters
    ----------
    x, y : float
        Its middle; for letters the middle of the line they stand on.
    size : float
        The longer side of its box.
    colour : tuple of int
        Its colour.
    family : tuple
        What it shares with the other symbols of its kind: what it is made of, colour, size.
    letter : bool
        Whether it is a letter, or outlines that may be one.
    order : int
        Its number in the order of drawing.
    """

    x: float
    y: float
    size: float
    colour: Colour
    family: Key
    letter: bool
    order: int


def find_symbols(
    strokes: Sequence[Stroke], words: Sequence[Word], marks: Sequence[Mark], box: Box
) -> list[Symbol]:
    """Return the symbols in a panel: strokes with one middle, letters, and what a reader saw."""
    symbols = _drawn(strokes, box)
    symbols += [_of_letter(word) for word in words if word.text in LETTERS]
    symbols += [
        Symbol(
            x=mark.centre[0],
            y=mark.centre[1],
            size=mark.size,
            colour=mark.colour,
            family=(mark.shape, mark.colour),
            letter=False,
            order=mark.order,
        )
        for mark in marks
    ]
    margin = 0.02 * max(box.width, box.height)
    inside = [symbol for symbol in symbols if box.holds(symbol.x, symbol.y, margin=margin)]
    return sorted(inside, key=lambda symbol: symbol.order)


def _of_letter(word: Word) -> Symbol:
    x, y = word.box.centre
    return Symbol(
        x=x,
        y=y,
        size=word.size,
        colour=word.colour,
        family=("letter", word.text, word.colour, round(word.size, 1)),
        letter=True,
        order=word.order,
    )


def _drawn(strokes: Sequence[Stroke], box: Box) -> list[Symbol]:
    """Group small strokes that share their middle and colour."""
    largest = LARGEST * max(box.width, box.height)
    grain = 0.004 * max(box.width, box.height)
    cells: dict[tuple[int, int, Colour], list[list[tuple[Stroke, Box]]]] = defaultdict(list)
    for stroke in strokes:
        around, colour = stroke.box, stroke.colour or stroke.fill
        extent = max(around.width, around.height)
        if colour is None or not 0 < extent <= largest or min(colour) > 250:
            continue
        x, y = around.centre
        if not box.holds(x, y, margin=largest):
            continue
        column, row = round(x / grain), round(y / grain)
        near = [(column + i, row + j, colour) for i in (0, -1, 1) for j in (0, -1, 1)]
        known = (group for key in near if key in cells for group in cells[key])
        group = next((group for group in known if _joins(group, around)), None)
        if group is None:
            cells[near[0]].append([(stroke, around)])
        else:
            group.append((stroke, around))
    groups = [group for cell in cells.values() for group in cell]
    return [_symbol(part) for group in groups for part in _parts(group)]


def _joins(group: list[tuple[Stroke, Box]], box: Box) -> bool:
    """Tell whether a box has the middle of the strokes in a group, to a thirtieth of its size."""
    size = max(box.width, box.height, group[0][1].width, group[0][1].height)
    x, y = group[0][1].centre
    return abs(box.centre[0] - x) < 0.04 * size and abs(box.centre[1] - y) < 0.04 * size


def _parts(group: list[tuple[Stroke, Box]]) -> list[list[tuple[Stroke, Box]]]:
    """Cut a group that holds the same stroke twice: two symbols at one place."""
    parts: list[list[tuple[Stroke, Box]]] = []
    for stroke, box in group:
        for part in parts:
            same = any(
                abs(other.width - box.width) + abs(other.height - box.height)
                < 0.02 * max(box.width, box.height)
                and len(known.points) == len(stroke.points)
                and abs(known.points[0] - stroke.points[0]).max() < 0.3 * max(box.width, box.height)
                for known, other in part
            )
            if not same:
                part.append((stroke, box))
                break
        else:
            parts.append([(stroke, box)])
    return parts


def _symbol(group: list[tuple[Stroke, Box]]) -> Symbol:
    around = Box.united([box for _, box in group])
    first = group[0][0]
    size = max(around.width, around.height)
    colour = first.colour or first.fill or (0, 0, 0)
    outline = first.colour is None and len(first.points) > 2
    return Symbol(
        x=around.centre[0],
        y=around.centre[1],
        size=size,
        colour=colour,
        family=(
            len(group),
            colour,
            outline,
            round(around.width / size, 1),
            round(around.height / size, 1),
        ),
        letter=outline,
        order=min(stroke.order for stroke, _ in group),
    )
