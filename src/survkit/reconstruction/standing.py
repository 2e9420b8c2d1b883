"""Where a contrast stands: its Cox fit and log-rank test, and how far these are from print."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import CoxFit, LogRank, maximise_partial_likelihood

if TYPE_CHECKING:
    from survkit.reconstruction.targets import ContrastTargets
    from survkit.reconstruction.window import Window

__all__ = ["Standing", "compare_untied", "excess", "excess_of"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

COMFORT = 0.9
"""Share of a rounding window within which a figure counts as met during the search."""
_HOPELESS = 1e12
_OPEN_UNIT = 0.05
"""Unit in which a test statistic outside a window with one end is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Two arms compared.

    Parameters
    ----------
    cox : CoxFit
        The Cox fit, experimental over reference.
    log_rank : LogRank
        The log-rank test.
    """

    cox: CoxFit
    log_rank: LogRank


def compare_untied(reference: tuple[Ticks, Flags], experimental: tuple[Ticks, Flags]) -> Standing:
    """
    Compare two arms whose patients do not share times.

    Parameters
    ----------
    reference, experimental : tuple of ndarray
        Times in ticks, rising, and events of the arm.

    Returns
    -------
    Standing
        Cox fit and log-rank test.
    """
    own, other = np.flatnonzero(reference[1]), np.flatnonzero(experimental[1])
    sizes = reference[0].size, experimental[0].size
    crossing = sizes[1] - np.searchsorted(experimental[0], reference[0][own])
    meeting = sizes[0] - np.searchsorted(reference[0], experimental[0][other])
    zero = np.concatenate((sizes[0] - own, meeting)).astype(np.float64)
    one = np.concatenate((crossing, sizes[1] - other)).astype(np.float64)
    share = one / (zero + one)
    return Standing(
        cox=maximise_partial_likelihood(zero, one, other.size),
        log_rank=LogRank(
            difference=float(other.size - share.sum()),
            variance=float((share * (1.0 - share)).sum()),
        ),
    )


def excess(contrast: ContrastTargets, log_ratio: Floats, error: Floats, z: Floats) -> Floats:
    """
    Measure how far the figures of a contrast are missed, in half rounding windows, squared.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    log_ratio, error, z : ndarray of float
        Log hazard ratios, their standard errors and log-rank statistics.

    Returns
    -------
    ndarray of float
        Sum of squares over the printed figures; 0 where all are met with a little to spare.
    """
    half = contrast.z * error
    missed: Floats = np.zeros(np.shape(log_ratio))
    for window, value in (
        (contrast.ratio, log_ratio),
        (contrast.lower, log_ratio - half),
        (contrast.upper, log_ratio + half),
    ):
        if window is not None:
            missed = missed + _beyond(window.log(), value) ** 2
    if contrast.log_rank is not None:
        missed = missed + _beyond(contrast.log_rank, z) ** 2
    return np.where(np.isfinite(missed), missed, _HOPELESS)


def excess_of(contrast: ContrastTargets, standing: Standing) -> float:
    """
    Measure how far a comparison misses the figures of a contrast, as `excess` does.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    standing : Standing
        The comparison.

    Returns
    -------
    float
        0 where all printed figures are met with a little to spare.
    """
    cox = standing.cox
    values = (cox.log_hazard_ratio, cox.standard_error, standing.log_rank.z)
    return float(excess(contrast, *(np.array([value]) for value in values))[0])


def _beyond(window: Window, value: Floats) -> Floats:
    """Distance from a window, in halves of it, or in a fixed unit where it has one end only."""
    if window.bounded:
        return np.maximum(0.0, np.abs(value - window.middle) / window.half - COMFORT)
    below = window.lower - value if math.isfinite(window.lower) else np.zeros(np.shape(value))
    above = value - window.upper if math.isfinite(window.upper) else np.zeros(np.shape(value))
    return np.maximum(0.0, np.maximum(below, above)) / _OPEN_UNIT
