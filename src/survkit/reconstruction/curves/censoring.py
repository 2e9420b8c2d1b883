"""What is believed of censorings before they are seen: when they come, and who stays to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats

__all__ = [
    "candidate_ends",
    "cost_of_ends",
    "even_censoring",
    "late_censoring",
    "middle_end",
    "place_in_time",
    "weight_of_shape",
]

_FIRST_OUT = np.arange(0.1, 0.95, 0.1)
"""Shares of the follow-up before which few are censored, where follow-up is cut off late."""
_ANY_TIME = 0.1
"""Share of the censorings that come at any time even then."""
_AS_IF = 10.0
"""
Censorings that even ones over a whole follow-up are believed as if they had been seen of, at most.
"""
_SMALL = 1e-12
_SPREAD_OF_ENDS = 0.5
"""Standard deviation of the log of the number followed to the end, where a figure was cut off."""


def even_censoring(width: Floats, survival: Floats) -> Floats:
    """
    Weights of censorings that are even in time: as many as are left to be censored.

    Who is cut off at a time that has nothing to do with the event is seen as censored only without
    the event before: censorings thin out as the curve falls.

    Parameters
    ----------
    width : ndarray of float, shape (g,)
        Lengths of the gaps.
    survival : ndarray of float, shape (g + 1,)
        Curve at their nodes, positive.

    Returns
    -------
    ndarray of float, shape (g,)
        Weights with sum 1.

    Examples
    --------
    >>> even_censoring(np.array([1.0, 1.0]), np.array([1.0, 1.0, 0.5])).round(3).tolist()
    [0.571, 0.429]
    """
    weight = width * (survival[1:] + survival[:-1])
    total = float(weight.sum())
    return weight / total if total > 0 else np.full(weight.size, 1.0 / weight.size)


def late_censoring(even: Floats, width: Floats) -> Floats:
    """
    Weights of censorings that come evenly, but hardly before some time.

    Who was recruited evenly over some time is cut off evenly over as long, and nobody sooner.

    Parameters
    ----------
    even : ndarray of float, shape (g,)
        Weights of the gaps, of even censoring.
    width : ndarray of float, shape (g,)
        Their lengths.

    Returns
    -------
    ndarray of float, shape (s, g)
        Weights for several first times, each with sum 1.
    """
    late = even * (place_in_time(width) > _FIRST_OUT[:, None])
    late /= np.maximum(late.sum(axis=1, keepdims=True), _SMALL)
    return np.asarray(_ANY_TIME * even + (1.0 - _ANY_TIME) * late)


def place_in_time(width: Floats) -> Floats:
    """
    Return where the middles of gaps lie between the first node, 0, and the last, 1.

    Parameters
    ----------
    width : ndarray of float, shape (g,)
        Lengths of the gaps.

    Returns
    -------
    ndarray of float, shape (g,)
        Shares of the time.
    """
    return np.asarray((np.cumsum(width) - width / 2.0) / max(float(width.sum()), _SMALL))


def weight_of_shape(censored: Floats | Counts) -> Floats:
    """
    Return how many of so many censorings the divergence from even ones is to count for.

    Between two numbers at risk each censoring may come at any time; over a whole follow-up it is
    the shape itself that nobody knows, and no number of patients makes it surer.

    Parameters
    ----------
    censored : ndarray
        Censorings, any shape.

    Returns
    -------
    ndarray of float
        Of the same shape.
    """
    return np.asarray(censored / (1.0 + censored / _AS_IF))


def candidate_ends(last: int) -> Counts:
    """
    Numbers of patients that may be followed to the very end.

    Parameters
    ----------
    last : int
        Patients at risk at the last risk time.

    Returns
    -------
    ndarray of int, shape (k,)
        Distinct numbers from 1 to `last`, denser near 1.
    """
    spread = np.concatenate(([1, 2, 3, 4, 6, 8], last * np.linspace(0.1, 1.0, 10)))
    return np.unique(np.clip(np.round(spread), 1, max(last, 1)).astype(np.int64))


def cost_of_ends(ends: Counts, last: int, straight: float | None) -> Floats:
    """
    How plausible numbers of patients followed to the very end are.

    Either follow-up ends with its last patients, and any order of magnitude is as likely as any
    other; or the figure was cut off, and patients had left as they did before.

    Parameters
    ----------
    ends : ndarray of int, shape (k,)
        Candidates.
    last : int
        Patients at risk at the last risk time.
    straight : float or None
        How many are left if they go on leaving as before; None where nothing is known of that.

    Returns
    -------
    ndarray of float, shape (k,)
        Minus the log of their prior weight.
    """
    scale = np.log(ends + 0.5)
    if straight is None:
        return np.asarray(scale)
    apart = np.log((ends + 0.5) / (straight + 0.5)) / _SPREAD_OF_ENDS
    cut_off = np.exp(-0.5 * apart**2) / (_SPREAD_OF_ENDS * np.sqrt(2.0 * np.pi))
    natural = 1.0 / np.log(2.0 * last + 1.0)
    return np.asarray(scale - np.log(0.5 * natural + 0.5 * cut_off))


def middle_end(weight: Floats, ends: Counts) -> int:
    """
    Choose the number followed to the end in the middle of what is plausible.

    A number of patients that may be anything from a few to hundreds has no likeliest value to speak
    of: the density of the few is always higher. Half of the weight lies on either side of the one
    chosen.

    Parameters
    ----------
    weight : ndarray of float, shape (k,)
        Weight of each candidate, as a density over whole numbers.
    ends : ndarray of int, shape (k,)
        Candidates, rising.

    Returns
    -------
    int
        Index of the candidate.
    """
    edges = np.concatenate((ends[:1] - 0.5, (ends[1:] + ends[:-1]) / 2.0, ends[-1:] + 0.5))
    below = np.cumsum(weight * np.diff(edges))
    return int(np.searchsorted(below, below[-1] / 2.0))
