"""Text that is drawn as outlines: strokes to letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.drawings.letters.glyphs import Glyph, find_glyphs, runs_of
from survkit.drawings.letters.recognition import ACCEPTED, Reader, Run
from survkit.drawings.primitives import Box, Drawing, Stroke, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["read_outlines"]


def read_outlines(drawing: Drawing) -> tuple[tuple[Stroke, ...], tuple[Word, ...]]:
    """
    Read letters that were drawn as filled outlines.

    Parameters
    ----------
    drawing : Drawing
        A page.

    Returns
    -------
    tuple of Stroke
        The strokes that are no letters.
    tuple of Word
        The letters, one by one.
    """
    glyphs = find_glyphs(drawing.strokes, max(drawing.width, drawing.height))
    if not glyphs:
        return drawing.strokes, ()
    words: list[Word] = []
    used: set[int] = set()
    for glyph, run, place, rotation in _choices(glyphs):
        if run.cost < ACCEPTED:
            words.append(_word(glyph, run, place, rotation))
            used.update(glyph.strokes)
    left = tuple(stroke for index, stroke in enumerate(drawing.strokes) if index not in used)
    return left, tuple(words)


def _choices(glyphs: list[Glyph]) -> list[tuple[Glyph, Run, int, int]]:
    """Return for each glyph its run, its place there, and the direction of reading."""
    level = _read(glyphs)
    doubtful = [
        index
        for index, (run, _) in level.items()
        if run.cost > 0.6 * ACCEPTED or len(run.letters) == 1
    ]
    turned = _read([glyphs[index].turned() for index in doubtful])
    upright = {index: turned[number] for number, index in enumerate(doubtful)}
    choices = []
    for index, glyph in enumerate(glyphs):
        run, place = level[index]
        other = upright.get(index)
        if (
            other
            and (len(other[0].letters) > 1 or run.cost > ACCEPTED)
            and (_merit(other[0]) < _merit(run))
        ):
            choices.append((glyph, *other, 90))
        else:
            choices.append((glyph, run, place, 0))
    return choices


def _merit(run: Run) -> float:
    """Return how bad a run is: long runs that fit are better than short ones."""
    return run.cost - 0.04 * min(len(run.letters), 6)


def _read(glyphs: Sequence[Glyph]) -> dict[int, tuple[Run, int]]:
    """Return for every glyph the run that it belongs to, read, and its place in it."""
    reader = Reader(glyphs)
    runs = [sorted(run, key=lambda index: glyphs[index].box.left) for run in runs_of(glyphs)]
    found = [reader.read(run) for run in runs]
    sure = [read for read in found if len(read.letters) > 2 and read.cost < ACCEPTED / 2]
    sizes = sorted({round(read.size, 3) for read in sure})[:40]
    for number, run in enumerate(runs):
        if len(run) > 2 or not sizes:
            continue
        boxes = Box.united([glyphs[index].box for index in run])
        beside = [(read.size, read.base) for read in sure if _beside(boxes, read)]
        choices = [reader.read(run, frames=beside)] if beside else []
        if not choices or choices[0].cost > ACCEPTED:
            choices.append(reader.read(run, sizes))
        found[number] = min(choices, key=lambda read: read.cost)
    return {
        index: (read, place)
        for run, read in zip(runs, found, strict=True)
        for place, index in enumerate(run)
    }


def _beside(box: Box, run: Run) -> bool:
    """Tell whether a box stands beside a run, as the next word of a line does."""
    gap = max(box.left - run.spans[-1][1], run.spans[0][0] - box.right)
    return gap < 0.8 * run.size and run.base - 0.3 * run.size < box.centre[1] < run.base + run.size


def _word(glyph: Glyph, run: Run, place: int, rotation: int) -> Word:
    (start, end), high = run.spans[place], 0.72 * run.size
    if rotation:  # turned glyphs have the page's y as x and its -x as y
        box = Box(left=-run.base - high, right=-run.base, bottom=start, top=end)
    else:
        box = Box(left=start, right=end, bottom=run.base, top=run.base + high)
    return Word(
        text=run.letters[place],
        box=box,
        rotation=float(rotation),
        size=run.size,
        colour=glyph.colour,
        order=glyph.order,
    )
