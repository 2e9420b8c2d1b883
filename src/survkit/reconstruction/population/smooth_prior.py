"""The smooth prior: hazards that change little over time, in a nearly constant ratio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.cells import expect_cells
from survkit.reconstruction.population.follow_up import administrative_censoring
from survkit.reconstruction.population.prior import Prior, log_hazards_relative

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints

__all__ = ["smooth_prior"]

_SHAPE = (1.0, 0.8)
"""Prior sd of the log hazard all arms share: of its level, and of its change over time."""
_DEPARTURE = (0.1, 0.25)
"""Prior sd of an arm's departure from proportional hazards: of its level, and over time."""
_UNPRINTED_RATIO = 0.3
"""Prior sd of the level of that departure for an arm without a printed hazard ratio."""
_LEAVING = (0.7, 0.7)
"""Prior sd of the log censoring hazard that all arms share."""
_LEAVING_APART = (0.5, 0.5)
"""Prior sd of an arm's departure from it."""
_FEWEST = 0.1
"""Expected events of a cell by which the noise of a sample is bounded."""


def smooth_prior(constraints: AnalysisConstraints, edges: Floats, scale: float) -> Prior:
    """
    Prefer smooth hazards in a constant ratio, and leaving as by an administrative cut-off.

    Each cell has, besides, the noise of a sample of its size.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    scale : float
        Time scale of the curves, from `median_scale`.

    Returns
    -------
    Prior
        Mean and covariance of the log cell hazards.
    """
    middles = 0.5 * (edges[1:] + edges[:-1])
    on_events = 2.0 * np.log(middles / scale + 0.25)
    on_leaving = 6.0 * middles / edges[-1]
    arms, cells = len(constraints.arms), middles.size
    censoring = administrative_censoring(constraints, edges, scale)
    blocks = np.zeros((arms, 2, cells, arms, 2, cells))
    mean, noise = np.zeros((arms, 2, cells)), np.zeros((arms, 2, cells))
    blocks[:, 0, :, :, 0, :] += _smooth(on_events, *_SHAPE)[None, :, None, :]
    blocks[:, 1, :, :, 1, :] += _smooth(on_leaving, *_LEAVING)[None, :, None, :]
    ratios = log_hazards_relative(constraints)
    for arm, (asked, ratio) in enumerate(zip(constraints.arms, ratios, strict=True)):
        level = _DEPARTURE[0] if ratio is not None else _UNPRINTED_RATIO
        blocks[arm, 0, :, arm, 0, :] += _smooth(on_events, level, _DEPARTURE[1])
        blocks[arm, 1, :, arm, 1, :] += _smooth(on_leaving, *_LEAVING_APART)
        mean[arm, 0] = np.log(math.log(2.0) * np.diff(edges) / scale) + (ratio or 0.0)
        mean[arm, 1] = np.log(censoring[arm])
        expected = expect_cells(asked.n, edges, mean[arm])
        leaving = expected.events * censoring[arm] / expected.event
        for row, counts in enumerate((expected.events, leaving)):
            noise[arm, row] = np.log1p(1.0 / np.maximum(counts, _FEWEST))
    size = arms * 2 * cells
    covariance = blocks.reshape(size, size)
    covariance[np.diag_indices(size)] += noise.ravel()
    return Prior(mean=mean, covariance=covariance, noise=noise)


def _smooth(positions: Floats, level: float, change: float) -> Floats:
    """Covariance of a curve with a random level that wanders as an Ornstein-Uhlenbeck process."""
    distance = np.abs(positions[:, None] - positions[None, :])
    return level**2 + change**2 * np.exp(-distance)
