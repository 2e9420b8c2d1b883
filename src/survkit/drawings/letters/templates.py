"""Measurements of known letters: shapes, boxes, widths, font by font."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Templates", "known_letters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """
    Letters of several fonts, one row each; lengths are shares of the em.

    Parameters
    ----------
    letters : tuple of str
        What each row shows.
    grids : ndarray of float, shape (m, 144)
        Shares of ink, as :func:`survkit.drawings.letters.shape.coverage` gives them.
    boxes : ndarray of float, shape (m, 4)
        Left, bottom, right and top of the ink; the pen stands at 0 on the baseline.
    advances : ndarray of float, shape (m,)
        How far each letter moves the pen.
    fonts : ndarray of int, shape (m,)
        The font that each row belongs to.
    """

    letters: tuple[str, ...]
    grids: NDArray[np.float64]
    boxes: NDArray[np.float64]
    advances: NDArray[np.float64]
    fonts: NDArray[np.int64]

    @property
    def log_aspects(self) -> NDArray[np.float64]:
        """Logarithm of width over height of each letter's ink, shape (m,)."""
        extents = np.maximum(self.boxes[:, 2:] - self.boxes[:, :2], 1e-3)
        return np.log(extents[:, 0] / extents[:, 1])


@cache
def known_letters() -> Templates:
    """Load the measurements that come with survkit."""
    with np.load(Path(__file__).with_name("templates.npz"), allow_pickle=False) as stored:
        return Templates(
            letters=tuple(chr(code) for code in stored["letters"]),
            grids=stored["grids"].astype(float) / 15,
            boxes=stored["boxes"].astype(float),
            advances=stored["advances"].astype(float),
            fonts=stored["fonts"].astype(np.int64),
        )
