"""The shape of a letter as numbers that can be held against those of known letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from survkit.drawings.primitives import Points

__all__ = ["CELLS", "coverage"]

CELLS = 12
"""Cells across and up into which the box of a letter is divided."""
_LINES = 3
"""Level lines per row of cells along which ink is measured."""


def coverage(contours: Sequence[Points]) -> NDArray[np.float64]:
    """
    Return how much of each cell of a letter's box is ink.

    Parameters
    ----------
    contours : sequence of ndarray of float, shape (n, 2)
        Closed outlines, y upwards; what lies inside by the nonzero winding rule is ink.

    Returns
    -------
    ndarray of float, shape (144,)
        Shares from 0 to 1, row by row from the lower left corner.
    """
    everything = np.concatenate(contours)
    low = everything.min(axis=0)
    extent = np.maximum(everything.max(axis=0) - low, 1e-12)
    starts, ends = [], []
    for contour in contours:
        scaled = (contour - low) / extent * CELLS
        starts.append(scaled)
        ends.append(np.roll(scaled, -1, axis=0))
    start, end = np.concatenate(starts), np.concatenate(ends)
    rows, places, signs = _crossings(start, end)
    inside = np.cumsum(signs)  # every line ends outside, so that sums need no new start
    begin = np.flatnonzero((inside[:-1] != 0) & (rows[:-1] == rows[1:]))
    left, right = places[begin, None], places[begin + 1, None]
    cells = np.arange(CELLS)
    ink = np.clip(np.minimum(right, cells + 1) - np.maximum(left, cells), 0, 1)
    grid = np.zeros((CELLS, CELLS))
    np.add.at(grid, rows[begin] // _LINES, ink / _LINES)
    return np.minimum(grid, 1.0).ravel()


def _crossings(
    start: Points, end: Points
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return where outlines cross the level lines: line, place, +1 upwards or -1 downwards."""
    heights = (np.arange(CELLS * _LINES)[:, None] + 0.5) / _LINES
    up = (start[None, :, 1] <= heights) & (end[None, :, 1] > heights)
    down = (end[None, :, 1] <= heights) & (start[None, :, 1] > heights)
    rows, edges = np.nonzero(up | down)
    a, b = start[edges], end[edges]
    share = (heights[rows, 0] - a[:, 1]) / (b[:, 1] - a[:, 1])
    places = a[:, 0] + share * (b[:, 0] - a[:, 0])
    order = np.lexsort((places, rows))
    signs = np.where(up[rows, edges], 1, -1)
    return rows[order], places[order], signs[order]
