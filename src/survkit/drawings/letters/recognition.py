"""Runs of glyphs to text: the font, size and baseline under which the shapes fit best."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.drawings.letters.shape import coverage
from survkit.drawings.letters.templates import Templates, known_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.letters.glyphs import Glyph

__all__ = ["Reader", "Run"]

FONTS = 3
"""Fonts of a drawing that are tried for each run: those nearest to all glyphs together."""
HEIGHT_WEIGHT = 1.2
"""Weight of a letter's height over the baseline, in ems, against its shape."""
ACCEPTED = 0.33
"""Mean cost of a run up to which it counts as text."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """
    A run of glyphs, read.

    Parameters
    ----------
    letters : tuple of str
        What the glyphs show.
    spans : tuple of (float, float)
        Where each letter begins and ends, its bearings included, in figure coordinates.
    size : float
        The em of its letters.
    base : float
        Height of its baseline.
    cost : float
        Mean distance of the glyphs to the letters: 0 where they are the same.
    """

    letters: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    size: float
    base: float
    cost: float


class Reader:
    """
    Reads the glyphs of one drawing.

    Parameters
    ----------
    glyphs : sequence of Glyph
        All of them: the font is chosen for them together.
    """

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs = glyphs
        self.known: Templates = known_letters()
        shapes, self.row = _unique_shapes(glyphs)
        self.distance = _distances(shapes, self.known)
        self.fonts = self._nearest_fonts()

    def _nearest_fonts(self) -> list[int]:
        if not len(self.distance):
            return []
        counts = np.bincount(self.row, minlength=len(self.distance))
        numbers = np.unique(self.known.fonts)
        costs = [
            counts @ np.minimum(self.distance[:, self.known.fonts == font].min(axis=1), 0.5)
            for font in numbers
        ]
        return [int(numbers[place]) for place in np.argsort(costs, kind="stable")[:FONTS]]

    def read(
        self,
        run: Sequence[int],
        sizes: Sequence[float] = (),
        frames: Sequence[tuple[float, float]] = (),
    ) -> Run:
        """
        Read a run of glyphs, given by their indices.

        Where `sizes` are given, the letters have one of them; where `frames` are given (size and
        baseline), one of those.
        """
        boxes = np.array(
            [
                (box.left, box.bottom, box.right, box.top)
                for box in (self.glyphs[index].box for index in run)
            ]
        )
        rows = self.row[list(run)]
        best: tuple[float, NDArray[np.int64], float, float] | None = None
        for font in self.fonts:
            members = np.flatnonzero(self.known.fonts == font)
            shape = self.distance[np.ix_(rows, members)]
            for size, base in frames or self._frames(boxes, shape, members, sizes):
                choice, cost = self._fit(boxes, shape, members, size, base)
                if best is None or cost < best[0]:
                    best = (cost, members[choice], size, base)
        assert best is not None  # noqa: S101 - a run has a glyph, a drawing with glyphs fonts
        return self._result(boxes, best)

    def _frames(
        self, boxes: Floats, shape: Floats, members: NDArray[np.int64], sizes: Sequence[float]
    ) -> list[tuple[float, float]]:
        """Return sizes and baselines that the tallest glyphs and likely letters ask for."""
        tallest = np.argsort(boxes[:, 1] - boxes[:, 3], kind="stable")[:3]
        frames: list[tuple[float, float]] = []
        for glyph in tallest:
            for letter in np.argsort(shape[glyph], kind="stable")[:4]:
                low, high = self.known.boxes[members[letter]][[1, 3]]
                size = (boxes[glyph, 3] - boxes[glyph, 1]) / max(high - low, 0.02)
                if sizes and min(abs(size / other - 1) for other in sizes) > 0.05:
                    continue
                frame = (float(size), float(boxes[glyph, 1] - size * low))
                if all(abs(frame[0] - other[0]) > 0.005 * size for other in frames):
                    frames.append(frame)
        return frames or [(float(boxes[:, 3].max() - boxes[:, 1].min()) / 0.72, boxes[:, 1].min())]

    def _fit(
        self, boxes: Floats, shape: Floats, members: NDArray[np.int64], size: float, base: float
    ) -> tuple[NDArray[np.int64], float]:
        low = (boxes[:, 1, None] - base) / size - self.known.boxes[members, 1]
        high = (boxes[:, 3, None] - base) / size - self.known.boxes[members, 3]
        cost = shape + HEIGHT_WEIGHT * (np.abs(low) + np.abs(high))
        choice = cost.argmin(axis=1)
        return choice, float(cost[np.arange(len(cost)), choice].sum()) / len(cost)

    def _result(self, boxes: Floats, best: tuple[float, NDArray[np.int64], float, float]) -> Run:
        cost, members, size, base = best
        indices = [int(member) for member in members]
        starts = boxes[:, 0] - size * self.known.boxes[indices, 0]
        ends = starts + size * self.known.advances[indices]
        letters = settle([self.known.letters[index] for index in indices])
        letters = [unicodedata.normalize("NFKC", letter) for letter in letters]
        return Run(
            letters=tuple(letters),
            spans=tuple((float(a), float(b)) for a, b in zip(starts, ends, strict=True)),
            size=size,
            base=base,
            cost=cost,
        )


def settle(letters: list[str]) -> list[str]:
    """Decide between letters that look the same by what stands beside them."""
    settled = list(letters)
    for place, letter in enumerate(letters):
        beside = [letters[other] for other in (place - 1, place + 1) if 0 <= other < len(letters)]
        digits = any(other.isdigit() or other in ".,%" for other in beside)
        small = any(other.islower() and other != "l" for other in beside)
        if letter in "Oo" and digits and not any(other.isalpha() for other in beside):
            settled[place] = "0"
        elif letter in "Il|" and place > 0 and settled[place - 1].islower():
            settled[place] = "l"
        elif letter in "Il|" and small:
            follows = letters[place + 1] if place + 1 < len(letters) else ""
            settled[place] = "I" if follows in "bcdfghjkmnpqrstvwxz" else "l"
        elif letter in "l|" and any(other.isupper() for other in beside):
            settled[place] = "I"
    return settled


def _unique_shapes(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], NDArray[np.int64]]:
    """Return one glyph of each shape, and for every glyph the number of its shape."""
    numbers: dict[tuple[object, ...], int] = {}
    shapes: list[Glyph] = []
    rows = []
    for glyph in glyphs:
        key = _key(glyph)
        if key not in numbers:
            numbers[key] = len(shapes)
            shapes.append(glyph)
        rows.append(numbers[key])
    return shapes, np.array(rows, dtype=np.int64)


def _key(glyph: Glyph) -> tuple[object, ...]:
    size = max(glyph.box.width, glyph.box.height)
    corner = (glyph.box.left, glyph.box.bottom)
    points = np.concatenate([line[:: max(1, len(line) // 12)] for line in glyph.contours])
    relative = np.round((points - corner) / size * 40).astype(int)
    return (len(glyph.contours), relative.tobytes())


def _distances(shapes: Sequence[Glyph], known: Templates) -> Floats:
    """Return how far each shape is from each known letter, shape (shapes, letters)."""
    if not shapes:
        return np.zeros((0, len(known.letters)))
    grids = np.array([coverage(shape.contours) for shape in shapes])
    ratios = np.array([np.log(shape.box.width / shape.box.height) for shape in shapes])
    squares = (
        (grids**2).sum(axis=1)[:, None]
        + (known.grids**2).sum(axis=1)[None]
        - 2 * grids @ known.grids.T
    )
    shape = np.sqrt(np.maximum(squares, 0) / grids.shape[1])
    distance: Floats = shape + 0.4 * np.minimum(
        np.abs(ratios[:, None] - known.log_aspects[None]), 1.5
    )
    return distance
