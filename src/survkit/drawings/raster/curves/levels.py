"""From a path of whole pixels to levels and drops at fractions of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from survkit.drawings.raster.curves.paths import Path
    from survkit.drawings.raster.ink import Grey

__all__ = ["Levels", "find_levels", "line_width"]

_SAME = 0.3
_LEAST_DROP = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """
    A falling step line.

    Attributes
    ----------
    places : ndarray of float, shape (steps,)
        Column at which each level begins, in pixels; the first is 0.
    rows : ndarray of float, shape (steps,)
        The levels, in pixels, never falling (rows count downwards).
    end : float
        Column at which the last level ends.
    """

    places: npt.NDArray[np.float64]
    rows: npt.NDArray[np.float64]
    end: float


def line_width(share: Grey, path: Path, last: int) -> float:
    """Ink across the path where it runs level and bears no mark (lower third), in pixels."""
    rows = path.rows[: last + 1]
    level = np.flatnonzero(np.abs(np.diff(rows, prepend=rows[0], append=rows[-1])[:-1]) == 0)
    reach = 8
    sums = []
    for x in level:
        lower, upper = max(0, rows[x] - reach), rows[x] + reach + 1
        run = share[lower:upper, x]
        middle = rows[x] - lower
        sums.append(_connected(run, middle))
    measured = np.array([own for own in sums if own > 0.3])
    return float(np.clip(np.quantile(measured, 0.3), 0.7, 12.0)) if measured.size else 1.5


def _connected(run: npt.NDArray[np.float32], middle: int) -> float:
    """Ink of the connected stretch around a place."""
    if run[middle] < 0.1:
        return 0.0
    first = last = middle
    while first > 0 and run[first - 1] > 0.08:
        first -= 1
    while last + 1 < len(run) and run[last + 1] > 0.08:
        last += 1
    return float(run[first : last + 1].sum())


def find_levels(share: Grey, path: Path, last: int, width: float) -> Levels:
    """Turn the columns up to the last into levels, with drops where the middle is passed."""
    centres = np.maximum.accumulate(_centres(share, path, last, width))
    runs = _plateaus(centres)
    levels = [float(np.median(centres[first:stop])) for first, stop in runs]
    places, rows = [0.0], [levels[0] if runs[0][0] < 3 * width else float(centres[0])]
    for k, (first, _stop) in enumerate(runs):
        begin = runs[k - 1][1] if k else 0
        if (k and first - begin > width + 2.5) or not k:
            places.extend(float(x) for x in range(begin, first))
            rows.extend(float(centres[x]) for x in range(begin, first))
            places.append(float(first))
        else:
            places.append(_crossing(centres, begin, first, (levels[k - 1] + levels[k]) / 2))
        rows.append(levels[k])
    begin = runs[-1][1]
    places.extend(float(x) for x in range(begin, last + 1))
    rows.extend(float(centres[x]) for x in range(begin, last + 1))
    return _steps(
        np.array(places), np.maximum.accumulate(np.array(rows, dtype=np.float64)), float(last + 1)
    )


def _steps(places: npt.NDArray[np.float64], rows: npt.NDArray[np.float64], end: float) -> Levels:
    """Keep the columns at which the line has come down by something."""
    kept = [0]
    for k in range(1, len(rows)):
        if rows[k] > rows[kept[-1]] + _LEAST_DROP:
            kept.append(k)
    return Levels(places=places[kept], rows=rows[kept], end=end)


def _crossing(centres: npt.NDArray[np.float64], stop: int, first: int, middle: float) -> float:
    """Where the middle between two levels is passed, between the columns of the two."""
    for x in range(max(stop - 1, 0), min(first + 1, len(centres) - 1)):
        if centres[x] <= middle <= centres[x + 1] and centres[x + 1] > centres[x]:
            return x + 0.5 + float((middle - centres[x]) / (centres[x + 1] - centres[x]))
    return float((stop + first) / 2)


def _centres(share: Grey, path: Path, last: int, width: float) -> npt.NDArray[np.float64]:
    """Middle of the line in each column, in pixels; the path's where no ink is."""
    reach = width / 2 + 1.0
    centres = np.empty(last + 1)
    height = share.shape[0]
    for x in range(last + 1):
        first = max(0, int(np.floor(path.entries[x] - reach)) + 1)
        stop = min(height, int(np.ceil(path.rows[x] + reach)))
        run = share[first:stop, x].astype(np.float64)
        total = float(run.sum())
        middle = (path.entries[x] + path.rows[x]) / 2 + 0.5
        if total < 0.35 * min(width, 1.5):
            centres[x] = np.nan if path.entries[x] == path.rows[x] else middle
        else:
            centres[x] = float(run @ (np.arange(first, stop) + 0.5)) / total
    return _filled(centres, path)


def _filled(centres: npt.NDArray[np.float64], path: Path) -> npt.NDArray[np.float64]:
    """Keep the last seen level through gaps in which the path does not move."""
    filled = centres.copy()
    seen = np.flatnonzero(np.isfinite(centres))
    if not seen.size:
        return np.asarray(path.rows[: len(centres)] + 0.5, dtype=np.float64)
    rows = path.rows[: len(centres)]
    before = np.searchsorted(seen, np.arange(len(centres)), side="right") - 1
    for x in np.flatnonzero(~np.isfinite(centres)):
        neighbours = [seen[k] for k in (before[x], before[x] + 1) if 0 <= k < len(seen)]
        nearest = [n for n in neighbours if abs(centres[n] - rows[x] - 0.5) < 1.6]
        filled[x] = centres[nearest[0]] if nearest else rows[x] + 0.5
    return filled


def _plateaus(centres: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """Stretches of at least two columns over which the middle of the line hardly moves."""
    runs: list[tuple[int, int]] = []
    first = 0
    total = float(centres[0])
    for x in range(1, len(centres) + 1):
        if (
            x < len(centres)
            and abs(centres[x] - total / (x - first)) < _SAME
            and (centres[x] - centres[x - 1] < _SAME)
        ):
            total += float(centres[x])
            continue
        if x - first >= 2:
            runs.append((first, x))
        if x < len(centres):
            first, total = x, float(centres[x])
    return runs or [(0, len(centres))]
