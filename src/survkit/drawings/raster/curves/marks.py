"""Censoring marks: ink above and below a curve where it runs level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

if TYPE_CHECKING:
    from survkit.drawings.raster.curves.palette import Hue
    from survkit.drawings.raster.curves.tracing import Trace

__all__ = ["mark_places"]

_INK = 0.3


def mark_places(hue: Hue, trace: Trace, others: list[Trace]) -> npt.NDArray[np.float64]:
    """
    Find the columns (pixels) at which symbols sit on a curve.

    Symbols of every usual shape (bar, plus, cross, circle) have ink on both sides of the line,
    half a line's width and two pixels away from it. Where symbols touch each other they are
    counted as one; where another curve of this hue runs close by, none is reported.
    """
    last = int(trace.levels.end) - 1
    columns = np.arange(last + 1)
    rows = trace.path.rows[: last + 1]
    away = int(np.ceil(trace.width / 2)) + 2
    height = hue.share.shape[0]
    above = hue.share[np.clip(rows - away, 0, height - 1), columns]
    below = hue.share[np.clip(rows + away, 0, height - 1), columns]
    level = ndimage.minimum_filter1d(trace.path.entries[: last + 1] == rows, 3)
    marked = (np.minimum(above, below) > _INK) & level
    for other in others:
        if other.hue == trace.hue:
            stop = min(last + 1, int(other.levels.end))
            near = np.abs(other.path.rows[:stop] - rows[:stop]) <= away + other.width
            marked[:stop] &= ~near
    labels, count = ndimage.label(ndimage.binary_closing(marked, np.ones(3)) | marked)
    if not count:
        return np.empty(0)
    centres = ndimage.center_of_mass(marked, labels, np.arange(1, count + 1))
    return np.array([centre[0] + 0.5 for centre in centres])
