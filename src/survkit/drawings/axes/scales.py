"""Rows and columns of numbers that grow evenly: the labels of axes, and their calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.axes.numbers import number_of
from survkit.drawings.primitives import Box, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.axes.segments import Family

__all__ = ["FEWEST", "Scale", "find_scales"]

FEWEST = 3
"""Fewest labels of an axis."""
OFF = 0.4
"""How far the middle of a label may lie off an even scale, in sizes of its letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """
    Labels that lie evenly along a line, with the tick marks beside them.

    Parameters
    ----------
    upright : bool
        Whether they stand above each other (a y axis).
    words : tuple of Word
        The labels, along the axis.
    values : tuple of float
        What they say.
    places : tuple of float
        Where the tick marks or, without any, the middles of the labels lie.
    origin, unit : float
        Place of 0, and units of the drawing per printed unit.
    calibrated_by : str
        ``"ticks"``, ``"grid"`` or ``"labels"``.
    inner : float
        Where the tick marks end towards the panel; for labels alone, their edge.
    error : float
        Greatest distance of a place from the line, in units of the drawing.
    strays : tuple of (float, float)
        Places and values of labels in the same line that do not lie evenly: signs of a broken axis.
    """

    upright: bool
    words: tuple[Word, ...]
    values: tuple[float, ...]
    places: tuple[float, ...]
    origin: float
    unit: float
    calibrated_by: str
    inner: float
    error: float
    strays: tuple[tuple[float, float], ...] = ()

    @property
    def box(self) -> Box:
        """Around the labels."""
        return Box.united([word.box for word in self.words])


def find_scales(
    words: Sequence[Word], families: Sequence[Family], *, upright: bool, logarithmic: bool = False
) -> list[Scale]:
    """Return the even scales among the numbers of a page, those with most labels first."""
    numbers = [(word, value) for word in words if (value := number_of(word.text)) is not None]
    scales = []
    for group in _aligned(numbers, upright=upright):
        even = _even(group, upright=upright, logarithmic=logarithmic)
        scales += [_calibrated(labels, group, families, upright=upright) for labels in even]
    scales = [scale for scale in scales if len(scale.words) >= FEWEST or _marked(scale)]
    scales.sort(key=lambda scale: -len(scale.words))
    kept: list[Scale] = []
    for scale in scales:
        taken = {id(word) for other in kept for word in other.words}
        if sum(id(word) in taken for word in scale.words) * 2 <= len(scale.words):
            kept.append(scale)
    return kept


def _marked(scale: Scale) -> bool:
    """Tell whether two labels alone are those of an axis: both have tick marks."""
    return scale.calibrated_by == "ticks"


Labels = list[tuple[Word, float]]


def _aligned(numbers: Labels, *, upright: bool) -> list[Labels]:
    """Sort numbers into rows (by baseline) or columns (by either edge or the middle)."""
    groups: list[Labels] = []
    edges = ("right", "middle", "left") if upright else ("bottom",)
    for edge in edges:
        placed = sorted(((word.box.edge(edge), word, value) for word, value in numbers), key=_first)
        open_group: Labels = []
        before = -np.inf
        for place, word, value in placed:
            if place - before > 0.3 * word.size:
                groups.append(open_group)
                open_group = []
            open_group.append((word, value))
            before = place
        groups.append(open_group)
    return [group for group in groups if len(group) >= FEWEST - 1]


def _first(entry: tuple[float, Word, float]) -> float:
    return entry[0]


def _middle(word: Word, *, upright: bool) -> float:
    return word.box.centre[1 if upright else 0]


def _even(group: Labels, *, upright: bool, logarithmic: bool) -> list[Labels]:
    """Return the runs of labels in a row or column whose values grow evenly with their places."""
    left = sorted(group, key=lambda label: _middle(label[0], upright=upright))[:120]
    found = []
    while len(left) >= FEWEST - 1:
        chosen = _largest(left, upright=upright, logarithmic=logarithmic)
        if len(chosen) < min(FEWEST, len(group)):
            break
        found.append([left[index] for index in chosen])
        left = [label for index, label in enumerate(left) if index not in set(chosen)]
    return found


def _largest(labels: Labels, *, upright: bool, logarithmic: bool) -> list[int]:
    """Return the largest set of labels on one rising line through two neighbours among them."""
    places = np.array([_middle(word, upright=upright) for word, _ in labels])
    values = np.array([value for _, value in labels])
    if logarithmic:
        values = np.where(values > 0, np.log10(np.maximum(values, 1e-9)), -9.0)
    size = float(np.median([word.size for word, _ in labels]))
    best: list[int] = []
    for first in range(len(labels) - 1):
        for second in range(first + 1, min(first + 4, len(labels))):
            if values[second] <= values[first] or places[second] - places[first] < 0.5 * size:
                continue
            slope = (places[second] - places[first]) / (values[second] - values[first])
            off = np.abs(places - places[first] - slope * (values - values[first]))
            near = _consecutive(np.flatnonzero(off < OFF * size), values)
            if len(near) > len(best):
                best = near
    return best


def _consecutive(indices: np.ndarray[tuple[int], np.dtype[np.int64]], values: object) -> list[int]:
    """Keep one label per value: words printed twice lie on the same line."""
    seen: set[float] = set()
    kept = []
    for index in indices:
        value = float(np.asarray(values)[index])
        if value not in seen:
            seen.add(value)
            kept.append(int(index))
    return kept


def _calibrated(
    labels: Labels, group: Labels, families: Sequence[Family], *, upright: bool
) -> Scale:
    """Take the places of the tick marks nearest to the labels, or of the grid, or the labels'."""
    values = np.array([value for _, value in labels])
    middles = np.array([_middle(word, upright=upright) for word, _ in labels])
    size = float(np.median([word.size for word, _ in labels]))
    box = Box.united([word.box for word, _ in labels])
    edge = box.right if upright else box.top
    best: tuple[float, np.ndarray[tuple[int], np.dtype[np.float64]], Family] | None = None
    for family in families:
        places = _matched(family, middles, values, size)
        if places is None or family.low < edge - 0.6 * size or family.low > edge + 4 * size:
            continue
        if best is None or family.low - edge + 0.01 * (family.high - family.low) < best[0]:
            best = (family.low - edge + 0.01 * (family.high - family.low), places, family)
    places = middles if best is None else best[1]
    unit, origin = np.polyfit(values, places, 1)
    used = {id(word) for word, _ in labels}
    ticks = best is not None and best[2].high - best[2].low < 3 * size
    inner = edge if best is None else best[2].high if ticks else best[2].low
    return Scale(
        upright=upright,
        words=tuple(word for word, _ in labels),
        values=tuple(float(value) for value in values),
        places=tuple(float(place) for place in places),
        origin=float(origin),
        unit=float(unit),
        calibrated_by="labels" if best is None else "ticks" if ticks else "grid",
        inner=float(inner),
        error=float(np.abs(places - origin - unit * values).max()),
        strays=tuple(
            (_middle(word, upright=upright), value) for word, value in group if id(word) not in used
        ),
    )


def _matched(
    family: Family,
    middles: np.ndarray[tuple[int], np.dtype[np.float64]],
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
    size: float,
) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the place of a member of the family for each label; None unless they lie evenly."""
    if len(family.places) < len(middles):
        return None
    members = np.array(family.places)
    places = members[np.abs(members[None] - middles[:, None]).argmin(axis=1)]
    if np.abs(places - middles).max() > 0.75 * size or len(set(places)) < len(places):
        return None
    unit, origin = np.polyfit(values, places, 1)
    extent = np.ptp(places)
    return places if np.abs(places - origin - unit * values).max() < 0.002 * extent else None
