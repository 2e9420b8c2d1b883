"""Straight pieces along the axes of the page, sorted into families of equal extent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.primitives import Stroke

__all__ = ["Family", "Segment", "families_of", "straight_segments"]

MOST = 40_000
"""Most segments that are sorted into families."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """
    A straight piece along one axis of the page.

    Parameters
    ----------
    at : float
        Its place across its own direction: x of an upright one, y of a level one.
    low, high : float
        Where it begins and ends along its direction.
    stroke : int
        Which stroke of the drawing it belongs to.
    """

    at: float
    low: float
    high: float
    stroke: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    Segments that begin and end at the same height: tick marks, grid lines, bars of a table.

    Parameters
    ----------
    low, high : float
        Where all of them begin and end.
    places : tuple of float
        Where they lie, ascending, each once.
    """

    low: float
    high: float
    places: tuple[float, ...]


def straight_segments(strokes: Sequence[Stroke], *, upright: bool) -> list[Segment]:
    """Return the upright or the level pieces of short strokes, thin filled bars among them."""
    along, across = (1, 0) if upright else (0, 1)
    found = []
    for index, stroke in enumerate(strokes):
        points = stroke.points
        if stroke.colour is None and stroke.fill is not None:
            found += _bar(stroke, index, along, across)
            continue
        if not 2 <= len(points) <= 5:
            continue
        corners = np.vstack([points, points[:1]]) if stroke.closed else points
        for start, end in itertools.pairwise(corners):
            extent, drift = abs(end[along] - start[along]), abs(end[across] - start[across])
            if extent > 0 and drift <= 0.002 * extent:
                low, high = sorted((float(start[along]), float(end[along])))
                at = float(start[across] + end[across]) / 2
                found.append(Segment(at=at, low=low, high=high, stroke=index))
    return found[:MOST]


def _bar(stroke: Stroke, index: int, along: int, across: int) -> list[Segment]:
    """Return a thin filled rectangle as a segment along its middle."""
    if len(stroke.points) not in {4, 5}:
        return []
    low, high = stroke.points.min(axis=0), stroke.points.max(axis=0)
    extent = high - low
    if not 0 < extent[across] < 0.34 * extent[along]:
        return []
    middle = float(low[across] + high[across]) / 2
    return [Segment(at=middle, low=float(low[along]), high=float(high[along]), stroke=index)]


def families_of(segments: Sequence[Segment], tolerance: float) -> list[Family]:
    """Sort segments into families whose ends agree within a tolerance."""
    groups: list[list[Segment]] = []
    keys: dict[tuple[int, int], int] = {}
    for segment in segments:
        low, high = round(segment.low / tolerance), round(segment.high / tolerance)
        near = [(low + i, high + j) for i in (0, -1, 1) for j in (0, -1, 1)]
        known = next((keys[key] for key in near if key in keys), None)
        if known is None:
            keys[low, high] = len(groups)
            groups.append([segment])
        else:
            groups[known].append(segment)
    return [
        Family(
            low=float(np.median([segment.low for segment in group])),
            high=float(np.median([segment.high for segment in group])),
            places=_distinct([segment.at for segment in group], tolerance / 4),
        )
        for group in groups
    ]


def _distinct(places: list[float], tolerance: float) -> tuple[float, ...]:
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > tolerance:
            kept.append(place)
    return tuple(kept)
