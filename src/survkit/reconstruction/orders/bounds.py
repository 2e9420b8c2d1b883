"""What so many events can give at all, however they are ordered: bounds instead of variances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Counts, Floats, sums_before

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.cut import Cut

__all__ = ["IMPOSSIBLE", "cost_of_bounds", "cost_of_rest"]

Terms = tuple[Floats, Floats]

IMPOSSIBLE = 500.0
"""What a choice costs that leads nowhere, in squared standard deviations."""
_FEW = 15
"""Events so few that their sums are far from normal, and bounds tell more than a variance."""
_AROUND = 4.0
"""What may be missed at the end until a choice is impossible: where the curve stands is a guess."""


def cost_of_bounds(
    terms: Terms,
    start: int,
    leaving: Counts,
    events: Counts,
    hazard: Floats,
    variance: Floats,
    rounding: float,
) -> Floats:
    """
    Measure by how much the variance needed lies outside what so few events can give.

    For a given hazard it is least when the events stand together, and largest when they stand at
    both ends of the segment, with one in between that completes the hazard.

    Parameters
    ----------
    terms : tuple of ndarray of float, each of shape (n,)
        What an event at each position adds to the cumulative hazard, and to Greenwood's sum.
    start : int
        First position of the segment.
    leaving : ndarray of int, shape (k,)
        Patients who leave in the segment.
    events : ndarray of int, shape (k, e)
        Events among them.
    hazard, variance : ndarray of float, shape (k,)
        What the segment is to add to the hazard and to Greenwood's sum.
    rounding : float
        Half the rounding of the latter.

    Returns
    -------
    ndarray of float, shape (k, e)
        Squared distances in roundings; 0 where events are many.
    """
    few = (events > 0) & (events <= _FEW)
    if not few.any():
        return np.zeros(events.shape)
    total, square = map(sums_before, terms)
    stand = (start + leaving)[:, None]
    hazard, variance = hazard[:, None], variance[:, None]
    count = np.clip(np.where(few, events, 1), 1, np.maximum(leaving, 1)[:, None])
    early, most_early = np.zeros_like(count), count - 1
    for _ in range(_FEW.bit_length()):  # as many early events as the hazard has room for
        trial = (early + most_early + 1) // 2
        sums = total[start + trial] - total[start] + total[stand] - total[stand - count + trial]
        enough = (sums.round(9) >= hazard.round(9)) & (trial > early)
        early, most_early = np.where(enough, trial, early), np.where(enough, most_early, trial - 1)
        most_early = np.maximum(early, most_early)
    first, last = start + early, stand - (count - 1 - early)
    between = hazard - (total[first] - total[start] + total[stand] - total[last])
    most = square[first] - square[start] + square[stand] - square[last] + _spread_of(between)
    least = count * _spread_of(hazard / count)
    off = np.maximum(np.maximum(least - variance, variance - most), 0.0) / (2.0 * rounding)
    cost: Floats = np.where(few, np.minimum(off**2, IMPOSSIBLE), 0.0)
    return cost


def _spread_of(weight: Floats) -> Floats:
    """Return what adds so much to the hazard adds to Greenwood's sum: 1 / (r (r - 1))."""
    weight = np.maximum(weight, 1e-12)
    spread: Floats = np.expm1(weight) * -np.expm1(-weight)
    return spread


def cost_of_rest(
    terms: Terms, last: Cut, end: Counts, remaining: Counts, hazard: Floats, variance: Floats
) -> Floats:
    """
    Tell where the last segment cannot meet its figures, be its events as early or late as they can.

    Parameters
    ----------
    terms : tuple of ndarray of float, each of shape (n,)
        What an event at each position adds to the cumulative hazard, and to Greenwood's sum.
    last : Cut
        What is asked at its end.
    end : ndarray of int, shape (k, 1)
        Where the last segment begins.
    remaining : ndarray of int, shape (k, e)
        Events that remain for it.
    hazard, variance : ndarray of float, shape (k, e)
        Hazard and Greenwood's sum where it begins.

    Returns
    -------
    ndarray of float, shape (k, e)
        The cost of an impossible choice, or 0.
    """
    n = terms[0].size
    remaining = np.clip(remaining, 0, n - end)
    total, square = map(sums_before, terms)
    missed: Floats = np.zeros(remaining.shape)
    for first, cut in ((end, last.floors), (n - remaining, last.ceilings)):
        then = first + remaining
        missed += cut.missed(
            hazard + total[then] - total[first], variance + square[then] - square[first]
        )
    return np.where(missed.round(9) > _AROUND, IMPOSSIBLE, 0.0)
