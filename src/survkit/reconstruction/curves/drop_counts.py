"""How many events lie between two nodes: a foot that was clicked, and drops that were not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats

__all__ = ["Clicks", "DropCounts", "count_drops", "starting_clicks"]

_LARGE_SHARE = 0.03
_LARGE_RATIO = 0.85
"""A small share of drops is larger than the geometric distribution has them: scheduled visits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """
    How points came about.

    Parameters
    ----------
    foot : float
        Share of the drops whose foot was clicked.
    per_drop : float
        Mean events of a drop.
    noise : float
        Standard deviation of a point's probability.
    outlier : float
        Share of points that are far off.
    """

    foot: float
    per_drop: float
    noise: float
    outlier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCounts:
    """
    Distribution of the events in each gap, its right node included.

    Parameters
    ----------
    probability : ndarray of float, shape (j, m)
        Probability of 0, 1, ... m - 1 events.
    at_foot : ndarray of float, shape (j, m)
        Expected events at the right node's own drop, given the count.
    has_foot : ndarray of float, shape (j, m)
        Probability that the right node is the foot of a drop, given the count.
    """

    probability: Floats
    at_foot: Floats
    has_foot: Floats


def starting_clicks(points: int, events: float, noise: float) -> list[Clicks]:
    """
    Return three ideas of how somebody clicked, from which the likelihood chooses.

    Every foot of a drop; feet for three fifths of the points; hardly any foot.
    """
    per_drop = 1.2
    drops = max(events / per_drop, 1.0)
    shares = (0.97, min(0.97, 0.6 * points / drops), min(0.97, 0.1 * points / drops))
    return [
        Clicks(foot=share, per_drop=per_drop, noise=noise, outlier=0.01)
        for share in dict.fromkeys(shares)
    ]


def count_drops(
    expected: Floats, density: Floats, clicked: Flags, clicks: Clicks, most: int
) -> DropCounts:
    """
    Distribute events over each gap.

    Drops that were not clicked are a compound Poisson process; a point is a foot with the same
    chance everywhere, apart from the local density of drops.

    Parameters
    ----------
    expected : ndarray of float, shape (j,)
        Expected events of each gap.
    density : ndarray of float, shape (j,)
        Expected events per time, relative to their mean.
    clicked : ndarray of bool, shape (j,)
        Whether the right node has a point.
    clicks : Clicks
        How points came about.
    most : int
        Largest count.

    Returns
    -------
    DropCounts
        Probabilities of each count.
    """
    size = _sizes(clicks.per_drop, most)
    gap = _compound_poisson(expected * (1.0 - clicks.foot) / clicks.per_drop, size)
    feet = clicks.foot * expected.sum() / clicks.per_drop / max(np.count_nonzero(clicked), 1)
    chance = np.clip(feet, 1e-3, 0.97)
    odds = chance / (1.0 - chance) * np.clip(density, 0.05, 20.0)
    foot = np.where(clicked, odds / (1.0 + odds), 0.0)
    without = (1.0 - foot)[:, None] * gap
    with_foot, events = np.zeros_like(gap), np.zeros_like(gap)
    for d in range(1, most + 1):
        part = (foot * size[d])[:, None] * gap[:, : most + 1 - d]
        with_foot[:, d:] += part
        events[:, d:] += d * part
    total = without + with_foot
    safe = np.where(total > 0, total, 1.0)
    return DropCounts(probability=total, at_foot=events / safe, has_foot=with_foot / safe)


def _sizes(per_drop: float, most: int) -> Floats:
    """Events of one drop: geometric, with a few larger ones."""
    d = np.arange(most + 1)
    geometric = (1.0 / per_drop) * (1.0 - 1.0 / per_drop) ** np.maximum(d - 1, 0)
    large = (1.0 - _LARGE_RATIO) * _LARGE_RATIO ** np.maximum(d - 1, 0)
    size = (1.0 - _LARGE_SHARE) * geometric + _LARGE_SHARE * large
    size[0] = 0.0
    return size


def _compound_poisson(rate: Floats, size: Floats) -> Floats:
    """Distribution of the events of a Poisson number of drops (Panjer, 1981)."""
    result = np.zeros((rate.size, size.size))
    result[:, 0] = np.exp(-rate)
    weighted = np.arange(size.size) * size
    for n in range(1, size.size):
        result[:, n] = rate / n * (result[:, :n] @ weighted[n:0:-1])
    return result
