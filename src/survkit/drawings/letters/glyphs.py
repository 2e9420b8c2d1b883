"""Small filled outlines as glyphs, and glyphs that stand beside each other as runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.primitives import Box, Colour, Points, Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Glyph", "find_glyphs", "runs_of"]

LARGEST = 0.07
"""Largest extent of a letter, as a share of the longer side of the page."""
MOST = 6_000
"""Most glyphs that are looked at."""
LINK = 0.34
"""Glyphs of one run lie at most this far apart, in heights of the larger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """
    One letter drawn as outlines, perhaps.

    Parameters
    ----------
    contours : tuple of ndarray
        Its outlines, turned so that the text reads from left to right.
    box : Box
        Around them.
    colour : tuple of int
        Colour of its area.
    strokes : tuple of int
        Where its outlines stand among the strokes of the drawing.
    order : int
        Its number in the order of drawing.
    """

    contours: tuple[Points, ...]
    box: Box
    colour: Colour
    strokes: tuple[int, ...]
    order: int

    def turned(self) -> Glyph:
        """Return the glyph as it looks to somebody who reads upwards."""
        contours = tuple(np.column_stack([line[:, 1], -line[:, 0]]) for line in self.contours)
        return Glyph(
            contours=contours,
            box=Box.around(np.concatenate(contours)),
            colour=self.colour,
            strokes=self.strokes,
            order=self.order,
        )


def find_glyphs(strokes: Sequence[Stroke], page: float) -> list[Glyph]:
    """Return what may be letters among the strokes; `page` is the longer side of the page."""
    paths: dict[int, list[int]] = defaultdict(list)
    for index, stroke in enumerate(strokes):
        lined = stroke.colour is not None and stroke.colour != stroke.fill
        if stroke.fill is not None and not lined and len(stroke.points) > 2:
            paths[stroke.order].append(index)
    glyphs = []
    for order, indices in paths.items():
        contours = [strokes[index].points for index in indices]
        box = Box.around(np.concatenate(contours))
        if max(box.width, box.height) > LARGEST * page:
            glyphs += _letters_of_line(strokes, indices, order, page)
        else:
            glyphs.append(_glyph(strokes, indices, order))
    return [glyph for glyph in glyphs if min(glyph.box.width, glyph.box.height) > 0][:MOST]


def _glyph(strokes: Sequence[Stroke], indices: list[int], order: int) -> Glyph:
    contours = tuple(strokes[index].points for index in indices)
    return Glyph(
        contours=contours,
        box=Box.around(np.concatenate(contours)),
        colour=strokes[indices[0]].fill or (0, 0, 0),
        strokes=tuple(indices),
        order=order,
    )


def _letters_of_line(
    strokes: Sequence[Stroke], indices: list[int], order: int, page: float
) -> list[Glyph]:
    """Take apart a path that holds a whole line of letters: what overlaps is one letter."""
    if len(indices) < 2 or len(indices) > 2_000:
        return []
    boxes = [strokes[index].box for index in indices]
    if any(max(box.width, box.height) > LARGEST * page for box in boxes):
        return []
    level = Box.united(boxes).width >= Box.united(boxes).height
    spans = [(box.left, box.right) if level else (box.bottom, box.top) for box in boxes]
    groups: list[list[int]] = []
    reach = -np.inf
    for number in sorted(range(len(indices)), key=lambda number: spans[number]):
        start, end = spans[number]
        if groups and start < reach - 0.25 * (end - start):
            groups[-1].append(indices[number])
        else:
            groups.append([indices[number]])
        reach = max(reach, end)
    return [_glyph(strokes, group, order) for group in groups]


def runs_of(glyphs: Sequence[Glyph]) -> list[list[int]]:
    """Sort glyphs into runs from left to right; return their indices."""
    order = sorted(range(len(glyphs)), key=lambda index: glyphs[index].box.left)
    runs: list[list[int]] = []
    recent: list[int] = []  # runs that may go on, latest last
    reach = LINK * max((glyph.box.height for glyph in glyphs), default=0.0)
    for index in order:
        found = _run_before(glyphs, runs, recent, index)
        if found is None:
            runs.append([index])
            recent.append(len(runs) - 1)
        else:
            runs[found].append(index)
        left = glyphs[index].box.left
        recent = [run for run in recent if left - glyphs[runs[run][-1]].box.right <= reach]
    return runs


def _run_before(
    glyphs: Sequence[Glyph], runs: list[list[int]], recent: list[int], index: int
) -> int | None:
    box = glyphs[index].box
    best, nearest = None, np.inf
    for run in recent:
        last = glyphs[runs[run][-1]].box
        size = max(box.height, last.height, *(glyphs[other].box.height for other in runs[run][-3:]))
        gap = box.left - last.right
        apart = max(box.bottom, last.bottom) - min(box.top, last.top)
        if -0.4 * size < gap < LINK * size and apart < 0.35 * size and abs(gap) < nearest:
            best, nearest = run, abs(gap)
    return best
