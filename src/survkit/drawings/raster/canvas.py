"""The part of a picture that holds the curves of one panel, its frame and grid marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from survkit.drawings.raster.ink import Colours, Grey, paper_colour

if TYPE_CHECKING:
    from survkit.drawings.raster.axes import AxisPair

__all__ = ["Canvas", "cut_canvas"]

_COVERED = 0.8
_FAINT = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """
    The pixels between the axes, from time 0 and above the lower axis.

    Attributes
    ----------
    ink : ndarray of float, shape (rows, columns, 3)
        Paper less colour, so that paper is 0 and black on white is 1 in all three.
    strength : ndarray of float, shape (rows, columns)
        Length of that difference, 0 to 1.
    lines : ndarray of bool, shape (rows, columns)
        Pixels of the frame, of the axes and of grid lines.
    paper : ndarray of float, shape (3,)
        Red, green, blue of the paper.
    left, top : int
        Place of the first pixel in the picture.
    start : int
        Row of survival 1.
    """

    ink: Colours
    strength: Grey
    lines: npt.NDArray[np.bool_]
    paper: npt.NDArray[np.float32]
    left: int
    top: int
    start: int


def cut_canvas(colours: Colours, axes: AxisPair) -> Canvas:
    """Cut the panel out of the picture and mark its lines."""
    one = float(axes.survival.pixel(100.0 if axes.survival.percent else 1.0))
    low = float(axes.survival.pixel(axes.survival.values.min()))
    left = int(np.clip(float(axes.time.pixel(0.0)), 0, colours.shape[1] - 2))
    right = int(np.clip(axes.right, left + 2, colours.shape[1]))
    top = int(np.clip(one - max(6.0, 0.03 * (low - one)), 0, colours.shape[0] - 2))
    bottom = int(np.clip(_floor(axes, low, low - one), top + 2, colours.shape[0]))
    part = colours[top:bottom, left:right]
    paper = paper_colour(part)
    ink = paper - part
    strength = np.asarray(np.sqrt(np.square(ink).mean(axis=2)), dtype=np.float32)
    last = int(np.clip(float(axes.time.pixel(axes.time.values.max())) - left, 2, part.shape[1]))
    return Canvas(
        ink=ink,
        strength=strength,
        lines=_lines(part, paper, last),
        paper=paper,
        left=left,
        top=top,
        start=int(np.clip(round(one - 0.5) - top, 0, part.shape[0] - 1)),
    )


def _floor(axes: AxisPair, low: float, span: float) -> float:
    """Lower end of the panel: a little below zero, further down where the axis starts above it."""
    lowest = float(axes.survival.values.min())
    if lowest <= 0:
        return low + 4.0
    zero = float(axes.survival.pixel(0.0))
    return min(zero + 4.0, low + 0.09 * span)


def _lines(part: Colours, paper: npt.NDArray[np.float32], last: int) -> npt.NDArray[np.bool_]:
    """Pixels of straight lines that cross the whole panel."""
    across = _straight(part, paper, slice(0, last))
    down = _straight(np.ascontiguousarray(part.transpose(1, 0, 2)), paper, slice(None)).T
    return np.asarray(across | down)


def _straight(part: Colours, paper: npt.NDArray[np.float32], span: slice) -> npt.NDArray[np.bool_]:
    """Pixels of lines along the rows: of the row's own median colour where that is not paper."""
    middle = np.median(part[:, span], axis=1)
    unlike = np.abs(middle - paper).max(axis=1) > _FAINT
    alike = np.abs(part - middle[:, None, :]).max(axis=2) < 0.08
    covered = alike[:, span].mean(axis=1) > _COVERED
    rows = unlike & covered & _thin(unlike & covered)
    found: npt.NDArray[np.bool_] = alike & rows[:, None]
    return found


def _thin(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Rows of groups that are no thicker than a line."""
    labels, count = ndimage.label(rows)
    sizes = np.bincount(labels, minlength=count + 1)
    return np.asarray(sizes[labels] <= 12)
