"""Running sums and minima, along the last axis: of what came before, and of what is still ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["minima_from", "sums_before", "sums_from"]


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
