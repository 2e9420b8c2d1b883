"""Curves of one hue after the other: trace, judge, erase, and look for another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from survkit.drawings.raster.curves.levels import Levels, find_levels, line_width
from survkit.drawings.raster.curves.paths import Path, falling_path

if TYPE_CHECKING:
    from survkit.drawings.raster.canvas import Canvas
    from survkit.drawings.raster.curves.palette import Hue
    from survkit.drawings.raster.ink import Grey

__all__ = ["Trace", "trace_hue"]

_MOST_PER_HUE = 4
_LEAST_SUPPORT = 0.5
_LEAST_LENGTH = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """
    A curve in the pixels of its canvas.

    Attributes
    ----------
    levels : Levels
        The step line.
    path : Path
        The path it was refined from.
    width : float
        Width of the line in pixels.
    support : float
        Share of the columns, not hidden by other ink, in which its ink was seen.
    seen : float
        Share of all its columns in which its ink was seen.
    dashed : bool
        Whether the ink comes in pieces.
    hue : float or None
        Angle of its hue, None for black and grey.
    colour : ndarray of float, shape (3,)
        Red, green, blue.
    """

    levels: Levels
    path: Path
    width: float
    support: float
    seen: float
    dashed: bool
    hue: float | None
    colour: npt.NDArray[np.float64]


def trace_hue(canvas: Canvas, hue: Hue, reach: float, most: int = _MOST_PER_HUE) -> list[Trace]:
    """Trace the curves of one hue, that with most ink first; marks reach so many pixels."""
    share, hidden = hue.share.copy(), hue.hidden.copy()
    traces: list[Trace] = []
    while len(traces) < most:
        trace = _trace(canvas, share, hidden, hue, later=bool(traces))
        if trace is None or (traces and _doubtful(share, trace, traces, hue, reach)):
            break
        traces.append(trace)
        _erase(share, hidden, trace)
    return traces


def _trace(
    canvas: Canvas, share: Grey, hidden: npt.NDArray[np.bool_], hue: Hue, *, later: bool
) -> Trace | None:
    columns = share.shape[1]
    width = 2.0
    for _ in range(2):
        path = falling_path(share, hidden, canvas.start, width, bridged=0.8 if later else 0.5)
        seen = _seen(share, path)
        last = _last(
            seen, _covered(hidden, path), path, (share < 0.2) & ~hidden, max(20, columns // 20)
        )
        if last < _LEAST_LENGTH * columns:
            return None
        guess, width = width, line_width(share, path, last)
        if abs(width - guess) < 1.0:
            break
    covered = _covered(hidden, path)[: last + 1] & ~seen[: last + 1]
    open_columns = max(int((~covered).sum()), 1)
    support = float(seen[: last + 1].sum()) / open_columns
    share_seen = float(seen[: last + 1].mean())
    if not _convincing(support, share_seen, path, last, later=later):
        return None
    return Trace(
        levels=find_levels(share, path, last, width),
        path=path,
        width=width,
        support=support,
        seen=share_seen,
        dashed=support < 0.9,
        hue=hue.angle,
        colour=_colour(canvas, share, path, last),
    )


def _convincing(support: float, seen: float, path: Path, last: int, *, later: bool) -> bool:
    """Judge whether a path is a curve: enough ink, and it comes down somewhere."""
    if path.rows[last] - path.rows[0] < 2:
        return False
    if later:
        return support > 0.4 and seen > 0.15
    return support > _LEAST_SUPPORT and seen > 0.25


def _doubtful(share: Grey, trace: Trace, earlier: list[Trace], hue: Hue, reach: float) -> bool:
    """
    Judge whether what looks like a further curve of a hue may be something else.

    Two curves seldom share a hue unless it is black or grey; what is left beside a coloured
    curve are limits, marks and the seams of compression.
    """
    if hue.angle is not None and (trace.support < 0.8 or trace.width < 0.6 * earlier[0].width):
        return True
    if len(earlier) > 1 and trace.width < 0.7 * min(curve.width for curve in earlier):
        return True
    return _explained(share, trace, earlier, reach)


def _explained(share: Grey, trace: Trace, earlier: list[Trace], reach: float) -> bool:
    """
    Judge whether what looks like a further curve is marks, or limits, of those before.

    Censoring marks and confidence limits leave ink on both sides of their curve.
    """
    last = int(trace.levels.end) - 1
    columns = np.flatnonzero(_seen(share, trace.path)[: last + 1])
    rows = trace.path.rows[columns]
    near = ndimage.maximum_filter1d(share, 5, axis=0)
    explained = np.zeros(len(columns), dtype=bool)
    for curve in earlier:
        other = curve.path.rows[columns]
        mirrored = np.clip(2 * other - rows, 0, share.shape[0] - 1)
        beside = near[mirrored, columns] > 0.25
        explained |= (np.abs(rows - other) <= reach) & (beside | (len(earlier) > 1))
    rest = int((~explained).sum())
    return rest < 0.1 * (last + 1) or rest < 0.35 * len(columns)


def _seen(share: Grey, path: Path) -> npt.NDArray[np.bool_]:
    """Columns in which there is ink on the path."""
    near = ndimage.maximum_filter1d(share, 3, axis=0)
    columns = np.arange(share.shape[1])
    return np.asarray(near[path.rows, columns] > 0.35)


def _covered(hidden: npt.NDArray[np.bool_], path: Path) -> npt.NDArray[np.bool_]:
    near = ndimage.maximum_filter1d(hidden.astype(np.uint8), 3, axis=0)
    return np.asarray(near[path.rows, np.arange(hidden.shape[1])] > 0)


def _last(
    seen: npt.NDArray[np.bool_],
    covered: npt.NDArray[np.bool_],
    path: Path,
    bare_pixels: npt.NDArray[np.bool_],
    gap: int,
) -> int:
    """Last column with ink before a gap, or an inkless fall, that no dash would make."""
    cumulated = np.cumsum(bare_pixels, axis=0)
    columns = np.arange(bare_pixels.shape[1])
    bare: npt.NDArray[np.int64] = cumulated[path.rows, columns] - cumulated[path.entries, columns]
    last, empty = -1, 0
    for x in range(len(seen)):
        if bare[x] > gap:
            break
        if seen[x]:
            last, empty = x, 0
        elif not covered[x]:
            empty += 1
            if empty > gap:
                break
    return last


def _erase(share: Grey, hidden: npt.NDArray[np.bool_], trace: Trace) -> None:
    """Take the ink of a curve away and mark its place as hidden."""
    reach = int(np.ceil(trace.width / 2 + 0.6))
    mask = np.zeros(share.shape, dtype=bool)
    for x in range(int(trace.levels.end)):
        mask[max(0, trace.path.entries[x] - reach) : trace.path.rows[x] + reach + 1, x] = True
    mask = ndimage.binary_dilation(mask, np.ones((1, 2 * reach + 1)))
    share[mask] = 0
    hidden |= mask
    rest = share[share > 0.2]
    if rest.size:  # a paler line than the first counts in full now
        share /= max(min(float(np.quantile(rest, 0.9)), 1.0), 0.3)
        np.clip(share, 0, 1, out=share)


def _colour(canvas: Canvas, share: Grey, path: Path, last: int) -> npt.NDArray[np.float64]:
    """Median colour of the pixels that the line covers whole."""
    columns = np.arange(last + 1)
    rows = path.rows[: last + 1]
    full = share[rows, columns] > 0.7
    if not full.any():
        full[:] = True
    ink = canvas.ink[rows[full], columns[full]]
    return np.asarray(np.median(canvas.paper - ink, axis=0), dtype=np.float64).clip(0, 1)
