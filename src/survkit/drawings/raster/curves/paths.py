"""The falling path that follows most ink: dynamic programming from column to column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

if TYPE_CHECKING:
    from survkit.drawings.raster.ink import Grey

__all__ = ["Path", "falling_path"]

_SHORTEST_GAP = 9
_UNKNOWN = 0.6
_FALL = 0.45
_FALL_IN_INK = 0.01
_START = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """
    A path that never rises.

    Attributes
    ----------
    rows : ndarray of int, shape (columns,)
        Row at the right side of each column.
    entries : ndarray of int, shape (columns,)
        Row at which each column is entered, not below `rows`.
    """

    rows: npt.NDArray[np.int64]
    entries: npt.NDArray[np.int64]


def falling_path(
    share: Grey, hidden: npt.NDArray[np.bool_], start: int, width: float, *, bridged: float
) -> Path:
    """
    Find the path from survival 1 at time 0 to the right edge that costs least.

    Parameters
    ----------
    share : ndarray of float, shape (rows, columns)
        Ink of the hue, 0 to 1.
    hidden : ndarray of bool, shape (rows, columns)
        Pixels of which nothing is known.
    start : int
        Row of survival 1.
    width : float
        Width of the line in pixels.
    bridged : float
        What the gap between two dashes counts for, 0 to 1: little where a full line is looked for.

    Returns
    -------
    Path
        Each column costs what its ink lacks, each fall what it passes without ink.
    """
    stay = np.ascontiguousarray(_stay_cost(share, hidden, width, bridged).T)
    fall = np.cumsum(np.ascontiguousarray(_fall_cost(share, hidden).T), axis=1)
    rows, columns = share.shape
    index = np.arange(rows, dtype=np.int32)
    origin = np.empty((columns, rows), dtype=np.int32)
    cost = _START * np.abs(index - start).astype(np.float64)
    for x in range(columns):
        level = cost - fall[x]
        least = np.minimum.accumulate(level)
        np.maximum.accumulate(np.where(level <= least, index, 0), out=origin[x])
        cost = least + fall[x] + stay[x]
    path = np.empty(columns, dtype=np.int64)
    entries = np.empty(columns, dtype=np.int64)
    row = int(cost.argmin())
    for x in range(columns - 1, -1, -1):
        path[x] = row
        row = int(origin[x, row])
        entries[x] = row
    return Path(rows=path, entries=entries)


def _stay_cost(
    share: Grey, hidden: npt.NDArray[np.bool_], width: float, bridged: float
) -> npt.NDArray[np.float64]:
    """1 where there is no ink, 0 in the middle of a full line."""
    thick = max(1, round(width))
    mass = ndimage.uniform_filter1d(share, thick, axis=0, mode="constant")
    gap = max(_SHORTEST_GAP, share.shape[1] // 25)
    closed = ndimage.grey_closing(mass, size=(1, gap), mode="constant")
    mass = np.maximum(mass, bridged * closed)
    covered = ndimage.uniform_filter1d(hidden.astype(np.float32), thick, axis=0, mode="nearest")
    return np.asarray(np.maximum((1 - mass) * (1 - (1 - _UNKNOWN) * covered), 0), dtype=np.float64)


def _fall_cost(share: Grey, hidden: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    known = np.where(hidden, np.maximum(share, 1 - _UNKNOWN), share)
    near = ndimage.maximum_filter1d(known, 3, axis=1)
    return np.asarray(_FALL * (1 - near) + _FALL_IN_INK, dtype=np.float64)
