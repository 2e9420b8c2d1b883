"""How far values are from what is printed: one measure, in half rounding windows.

A value in the middle of its rounding window is at distance 0, one at its end at distance 1. The
search aims at a share of the window, the comfort, so that what it finds lies safely inside: what
is missed is the distance beyond that share. Where a window has one end only, there is no width to
measure in, and a named unit takes its place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.interval import Interval

__all__ = ["CONTRAST", "CURVE", "NARROWEST", "Tolerance", "violation"]

NARROWEST = 1e-9
"""Half a window without width: exact values, in any unit that figures are printed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """What counts as met during a search."""

    comfort: float  # share of a rounding window within which nothing is missed
    open_unit: float  # unit of what lies beyond a window with one end only
    # sum of squares up to which every figure lies within its rounding: a little less than that of
    # one figure at the end of its window
    met: float


CURVE = Tolerance(comfort=0.96, open_unit=0.001, met=0.00159)
"""Of curves and their limits, as probabilities: they move in steps that rarely allow more."""
CONTRAST = Tolerance(comfort=0.9, open_unit=0.05, met=0.0099)
"""Of hazard ratios, test statistics and areas, which times can bring anywhere."""


def violation(window: Interval, values: Floats, tolerance: Tolerance) -> Floats:
    """
    Measure how far values are beyond the comfortable share of a window.

    Parameters
    ----------
    window : Interval
        The values that print as asked.
    values : ndarray of float
        Any values, in the same unit.
    tolerance : Tolerance
        What counts as met.

    Returns
    -------
    ndarray of float
        Distances in halves of the window, 0 for what is met, in the same shape.
    """
    if window.bounded:
        half = max(window.half, NARROWEST)
        return np.maximum(0.0, np.abs(values - window.middle) / half - tolerance.comfort)
    # np.maximum with an infinite difference would warn where values are infinite, too
    below = window.lower - values if math.isfinite(window.lower) else np.zeros(np.shape(values))
    above = values - window.upper if math.isfinite(window.upper) else np.zeros(np.shape(values))
    return np.maximum(0.0, np.maximum(below, above)) / tolerance.open_unit
