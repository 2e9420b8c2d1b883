"""Arrays: names for what they hold, and running sums and minima along their last axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Codes",
    "Counts",
    "Flags",
    "Floats",
    "Positions",
    "Ticks",
    "minima_from",
    "sums_before",
    "sums_from",
]

Floats = NDArray[np.float64]
"""Real numbers: times, probabilities, hazards."""
Flags = NDArray[np.bool_]
"""What is true of whom, or where."""
Counts = NDArray[np.int64]
"""How many patients, or events."""
Positions = NDArray[np.int64]
"""Places in an order, the first being 0."""
Codes = NDArray[np.int64]
"""Numbers that stand for names, of strata or groups."""
Ticks = NDArray[np.int64]
"""Times on a decimal grid, or numbers of its slots."""


def sums_before(values: NDArray[Any]) -> NDArray[Any]:
    """
    Add up what comes before each place, and before the end.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        What each place adds.

    Returns
    -------
    ndarray, shape (..., n + 1)
        Sums of the first none, one, two, ... values.

    Examples
    --------
    >>> sums_before(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    sums = np.cumsum(values, axis=-1)
    return np.concatenate((np.zeros((*sums.shape[:-1], 1), dtype=sums.dtype), sums), axis=-1)


def sums_from(values: NDArray[Any]) -> NDArray[Any]:
    """
    Add up each place and all later ones: who is at risk, where `values` counts who leaves.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        What each place adds.

    Returns
    -------
    ndarray, shape (..., n)
        Sums from each place to the last.

    Examples
    --------
    >>> sums_from(np.array([2, 0, 3])).tolist()
    [5, 3, 3]
    """
    return np.cumsum(values[..., ::-1], axis=-1)[..., ::-1]


def minima_from(values: NDArray[Any]) -> NDArray[Any]:
    """
    Take the least of each place and all later ones: upper bounds of what must not fall.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        A bound at each place.

    Returns
    -------
    ndarray, shape (..., n)
        Minima from each place to the last, ascending.

    Examples
    --------
    >>> minima_from(np.array([2.0, 5.0, 3.0])).tolist()
    [2.0, 3.0, 3.0]
    """
    return np.minimum.accumulate(values[..., ::-1], axis=-1)[..., ::-1]
