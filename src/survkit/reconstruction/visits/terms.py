"""What the counts at each slot add to the figures: to an arm's curve, and to two arms compared.

Every figure follows from sums of these terms along the grid, ties included; `moves` and `state` ask
for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.kernels import Ties

__all__ = ["comparison_terms", "slot_terms"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_TO_ZERO = 50.0
"""Cumulative hazard that stands for a curve at zero."""


def slot_terms(events: Ticks, at_risk: Ticks) -> Floats:
    """
    Cumulative hazard and Greenwood's sum, slot by slot.

    Parameters
    ----------
    events, at_risk : ndarray of int
        Events and patients at risk at each slot.

    Returns
    -------
    ndarray of float, shape (2, ...)
        What each slot adds; 50 to both where nobody stays.
    """
    staying = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(events > 0, -np.log1p(-events / at_risk), 0.0)
        spread = np.where(events > 0, events / (at_risk * staying.astype(np.float64)), 0.0)
    terms: Floats = np.minimum(np.stack((hazard, spread)), _TO_ZERO)
    return terms


def comparison_terms(events: Ticks, at_risk: Ticks, ratio: float, ties: Ties) -> Floats:
    """
    Add up, time by time, what tied events do to the comparison of two arms.

    Parameters
    ----------
    events, at_risk : ndarray of int, shape (2, ...)
        Events and patients at risk at each time; row 0 the reference, row 1 the experimental arm.
    ratio : float
        Hazard ratio at which score and information are taken, experimental over reference.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    ndarray of float, shape (4, ...)
        Cox score, Cox information, observed minus expected events of the experimental arm, and
        their hypergeometric variance.
    """
    shape = events.shape[1:]
    deaths, alive = events.reshape(2, -1), at_risk.reshape(2, -1).astype(np.float64)
    together = deaths.sum(axis=0)
    column = np.repeat(np.arange(together.size), together)
    gone = np.zeros(column.size)
    if ties == "efron":
        first = np.repeat(np.cumsum(together) - together, together)
        gone = (np.arange(column.size) - first) / together[column]
    reference = alive[0, column] - gone * deaths[0, column]
    weighted = ratio * (alive[1, column] - gone * deaths[1, column])
    share = weighted / (reference + weighted)
    total = np.maximum(alive.sum(axis=0), 1.0)
    chance = alive[1] / total
    spread = np.where(total > 1.0, (total - together) / np.maximum(total - 1.0, 1.0), 0.0)
    return np.stack(
        (
            deaths[1] - np.bincount(column, share, together.size),
            np.bincount(column, share * (1.0 - share), together.size),
            deaths[1] - together * chance,
            together * chance * (1.0 - chance) * spread,
        )
    ).reshape(4, *shape)
