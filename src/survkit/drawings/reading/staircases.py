"""Lines to staircases: pieces joined, level and upright parts told apart."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats
    from survkit.drawings.primitives import Box, Colour, Points, Stroke

__all__ = ["Staircase", "Style", "find_staircases"]


@dataclass(frozen=True, slots=True, order=True)
class Style:
    """How a line is drawn: colour, thickness, dashes."""

    colour: Colour
    width: float
    dash: tuple[float, ...]

    def like(self, other: Style) -> bool:
        """Tell whether colour and dashes are the same; legends may draw thicker lines."""
        return near(self.colour, other.colour) and self.same_dash(other)

    def same_dash(self, other: Style) -> bool:
        """Tell whether the dashes are the same, up to their scale."""
        mine, others = _relative(self.dash), _relative(other.dash)
        return len(mine) == len(others) and all(
            abs(a - b) < 0.12 for a, b in zip(mine, others, strict=True)
        )


def near(one: Colour, other: Colour, allowed: int = 24) -> bool:
    """Tell whether two colours are the same to the eye."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= allowed


def _relative(dash: tuple[float, ...]) -> list[float]:
    total = sum(dash)
    return [part / total for part in dash] if total > 0 else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Staircase:
    """
    A line of level and upright parts that never turns back.

    Parameters
    ----------
    style : Style
        How it is drawn.
    x : ndarray of float, shape (k,)
        Where each level begins; the first is the beginning of the line.
    y : ndarray of float, shape (k,)
        Height of each level, in figure coordinates.
    end : float
        Where the last level ends.
    spikes : tuple of (float, float)
        Places where the line goes up or down and back again: marks drawn in one go with it.
    doubtful : tuple of int
        Levels whose height is not in the file: the line goes past them in one part.
    order : int
        The number of its first path, in the order of drawing.
    strokes : tuple of int
        The strokes it consists of.
    """

    style: Style
    x: Floats
    y: Floats
    end: float
    spikes: tuple[tuple[float, float], ...]
    doubtful: tuple[int, ...]
    order: int
    strokes: tuple[int, ...]

    def height_at(self, x: Floats) -> Floats:
        """Return the height of the level at some places; the first one's before the beginning."""
        return self.y[np.maximum(np.searchsorted(self.x, x, side="right") - 1, 0)]

    @property
    def drops(self) -> int:
        """How many steps it has."""
        return len(self.x) - 1


def find_staircases(strokes: Sequence[Stroke], box: Box, precision: float) -> list[Staircase]:
    """Return the staircases in a region, pieces of one style joined where they touch."""
    styles: dict[Style, list[tuple[Points, int]]] = defaultdict(list)
    for index, stroke in enumerate(strokes):
        if stroke.colour is None or min(stroke.colour) > 250 or stroke.closed:
            continue
        style = Style(
            stroke.colour, round(stroke.width, 2), tuple(round(part, 2) for part in stroke.dash)
        )
        styles[style] += [(piece, index) for piece in _clipped(stroke, box) if len(piece) > 1]
    found = []
    extent = max(box.width, box.height)
    for style, pieces in styles.items():
        for points, members in _chains(pieces, max(4 * precision, 0.05 * style.width)):
            found += _staircases(points, members, style, strokes, precision, extent)
    return found


def _clipped(stroke: Stroke, box: Box) -> list[Points]:
    """Return the parts of a line inside its clip, if it comes near the region at all."""
    points, around = stroke.points, stroke.box
    margin = 0.02 * max(box.width, box.height)
    if around.right < box.left - margin or around.left > box.right + 20 * margin:
        return []
    if around.top < box.bottom - margin or around.bottom > box.top + margin:
        return []
    if len(points) == 2 and (around.width > 0.97 * box.width or around.height > 0.97 * box.height):
        return []  # a line of a grid or a side of the frame
    clip = stroke.clip
    if clip is None or (
        clip.left <= around.left
        and clip.right >= around.right
        and clip.bottom <= around.bottom
        and clip.top >= around.top
    ):
        return [points]
    return _cut(points, clip)


def _cut(points: Points, clip: Box) -> list[Points]:
    """Cut a line of level and upright parts at the sides of a box."""
    slack = 1e-6 * max(clip.width, clip.height, 1.0) + 1e-4
    low = np.array([clip.left - slack, clip.bottom - slack])
    high = np.array([clip.right + slack, clip.top + slack])
    parts: list[Points] = []
    current: list[Floats] = []
    for start, end in itertools.pairwise(points):
        inside = _part_inside(start, end, low, high)
        if inside is None:
            if current:
                parts.append(np.array(current))
            current = []
            continue
        if not current or not np.allclose(current[-1], inside[0]):
            if current:
                parts.append(np.array(current))
            current = [inside[0]]
        current.append(inside[1])
    if current:
        parts.append(np.array(current))
    return parts


def _part_inside(
    start: Floats, end: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats] | None:
    """Return the part of a segment inside a box (Liang and Barsky 1984), or None."""
    first, last = 0.0, 1.0
    step = end - start
    for axis in (0, 1):
        if step[axis] == 0:
            if not low[axis] <= start[axis] <= high[axis]:
                return None
            continue
        bounds = ((low[axis] - start[axis]) / step[axis], (high[axis] - start[axis]) / step[axis])
        first, last = max(first, min(bounds)), min(last, max(bounds))
    return (start + first * step, start + last * step) if first <= last else None


def _chains(
    pieces: list[tuple[Points, int]], tolerance: float
) -> list[tuple[Points, tuple[int, ...]]]:
    """Join pieces that begin where another one ends."""
    ordered = [(_forward(points), index) for points, index in pieces]
    ordered.sort(key=lambda piece: (piece[0][0, 0], -piece[0][0, 1], piece[0][-1, 0]))
    starts: dict[tuple[int, int], list[int]] = defaultdict(list)
    cell = max(tolerance, 1e-6) * 2
    for number, (points, _) in enumerate(ordered):
        starts[_cell(points[0], cell)].append(number)
    free = [True] * len(ordered)
    chains = []
    for number in range(len(ordered)):
        if not free[number]:
            continue
        members = [number]
        free[number] = False
        while (following := _next(ordered, starts, free, members[-1], cell)) is not None:
            free[following] = False
            members.append(following)
        chains.append(
            (
                np.vstack([ordered[member][0] for member in members]),
                tuple(ordered[member][1] for member in members),
            )
        )
    return chains


def _forward(points: Points) -> Points:
    """Turn a line round so that it runs to the right, or downwards where it is upright."""
    extent = points[-1] - points[0]
    backwards = extent[0] < 0 if abs(extent[0]) > 1e-9 else extent[1] > 0
    return points[::-1] if backwards else points


def _cell(point: Floats, cell: float) -> tuple[int, int]:
    return round(float(point[0]) / cell), round(float(point[1]) / cell)


def _next(
    ordered: list[tuple[Points, int]],
    starts: dict[tuple[int, int], list[int]],
    free: list[bool],
    number: int,
    cell: float,
) -> int | None:
    end = ordered[number][0][-1]
    column, row = _cell(end, cell)
    near_starts = [
        other
        for i in (0, -1, 1)
        for j in (0, -1, 1)
        for other in starts.get((column + i, row + j), ())
        if free[other] and np.abs(ordered[other][0][0] - end).max() <= cell / 2
    ]
    return min(near_starts, default=None)


def _staircases(
    points: Points,
    members: tuple[int, ...],
    style: Style,
    strokes: Sequence[Stroke],
    precision: float,
    extent: float,
) -> list[Staircase]:
    """Return a line as a staircase, if it is one."""
    if len(points) < 3:
        return []
    points, spikes = _without_spikes(points, 3 * precision)
    step = np.diff(points, axis=0)
    slack = 4 * precision + 0.02 * style.width
    if (step[:, 0] < -slack).any() or len(points) < 3:
        return []
    falling, rising = -step[:, 1][step[:, 1] < 0].sum(), step[:, 1][step[:, 1] > 0].sum()
    if min(falling, rising) > 0.01 * max(falling, rising) + slack or max(falling, rising) == 0:
        return []
    walk = _levels(points, precision, extent)
    walk.settle()
    if len(walk.begins) < 2 or walk.sloped > 0.1 * len(walk.begins):
        return []
    return [
        Staircase(
            style=style,
            x=np.array(walk.begins),
            y=np.array(walk.heights),
            end=float(points[-1, 0]),
            spikes=tuple(spikes),
            doubtful=tuple(walk.doubtful),
            order=min(strokes[member].order for member in members),
            strokes=members,
        )
    ]


def _without_spikes(points: Points, tolerance: float) -> tuple[Points, list[tuple[float, float]]]:
    """Take out places where a line goes up or down and back: marks that are part of its path."""
    kept: list[Floats] = []
    spikes: list[tuple[float, float]] = []
    for point in points:
        kept.append(point)
        while len(kept) >= 3 and _returns(kept[-3], kept[-2], kept[-1], tolerance):
            turn = kept[-3]
            if not spikes or abs(spikes[-1][0] - turn[0]) > tolerance:
                spikes.append((float(turn[0]), float(turn[1])))
            kept[-3:] = [kept[-3]] if abs(kept[-1][1] - kept[-3][1]) <= tolerance else kept[-3::2]
    return np.array(kept), spikes


def _returns(first: Floats, middle: Floats, last: Floats, tolerance: float) -> bool:
    """Tell whether a line turns back on itself at its middle point, upright."""
    upright = abs(first[0] - middle[0]) <= tolerance and abs(last[0] - middle[0]) <= tolerance
    out, back = middle[1] - first[1], last[1] - middle[1]
    return bool(upright and out * back < 0 and min(abs(out), abs(back)) > 4 * tolerance)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Levels as they are met along a line."""

    same: float
    blurred: float
    begins: list[float]
    heights: list[float]
    doubtful: list[int]
    sloped: int = 0

    def step(self, start: Floats, end: Floats) -> None:
        """Go along one straight part."""
        across, up = abs(float(end[0] - start[0])), abs(float(end[1] - start[1]))
        if up <= self.same and up <= 0.5 * across:
            return
        if min(across, up) > self.blurred:
            self.sloped += 1
        if across > 3 * self.same and up > across:
            before = len(self.begins)
            self._arrive(float(start[0]), float(start[1] + end[1]) / 2)
            if len(self.begins) > before:
                self.doubtful.append(before)
            self._arrive(float(end[0]), float(end[1]))
        elif across > 3 * self.same:
            self._arrive(float(start[0] + end[0]) / 2, float(end[1]))
        else:
            self._arrive(float(end[0] + start[0]) / 2, float(end[1]))

    def settle(self) -> None:
        """Take parts for one step again that are not as high as two of the steps around them."""
        heights = np.array(self.heights)
        drops = np.abs(np.diff(heights))
        self.doubtful = [level for level in self.doubtful if 0 < level < len(drops)]
        sure = np.ones(len(drops), dtype=bool)
        for level in self.doubtful:
            sure[level - 1 : level + 1] = False
        kept: list[int] = []
        for level in reversed(self.doubtful):
            around = [
                drops[other]
                for other in range(max(level - 7, 0), min(level + 6, len(drops)))
                if sure[other]
            ]
            whole = abs(heights[level + 1] - heights[level - 1])
            if around and whole < 1.5 * min(around):
                middle = (self.begins[level] + self.begins[level + 1]) / 2
                self.begins[level : level + 2] = [middle]
                del self.heights[level]
                kept = [other - 1 for other in kept]
            else:
                kept.append(level)
        self.doubtful = sorted(kept)

    def _arrive(self, at: float, height: float) -> None:
        if at - self.begins[-1] <= self.same:
            self.heights[-1] = height
        else:
            self.begins.append(at)
            self.heights.append(height)


def _levels(points: Points, precision: float, extent: float) -> _Walk:
    """
    Return where levels begin and how high they are.

    Programs that thin out paths (matplotlib: by up to a ninth of a pixel) join two steps that lie
    close together to one part that is nearly upright. Such a part is two steps, where it begins
    and where it ends; how its height is shared is not in the file, half to each is assumed. Steps
    lower than that are joined with the level after them to one part that is nearly level: a step
    in its middle.
    """
    walk = _Walk(
        same=1.2 * precision + 1e-9,
        blurred=5e-4 * extent,
        begins=[float(points[0, 0])],
        heights=[float(points[0, 1])],
        doubtful=[],
    )
    for start, end in itertools.pairwise(points):
        walk.step(start, end)
    return walk
