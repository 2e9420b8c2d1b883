"""Which event is of which cause: the path of whole counts nearest to two incidences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats

__all__ = ["Attribution", "attribute_events"]

_BAND = 60
"""Counts on either side of the nearest path that are looked at: the noise of reading is a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """
    What is asked of the counts of the first cause.

    Parameters
    ----------
    events : ndarray of int, shape (m,)
        Events of either cause at each time of an event.
    expected : ndarray of float, shape (m,)
        Events of the first cause by then, as the incidences have it.
    total : int or None
        Events of the first cause in all, where known.
    """

    events: Counts
    expected: Floats
    total: int | None


def attribute_events(asked: Attribution) -> Counts:
    """
    Share out events between two causes.

    Among all paths of whole counts c that rise by 0 to d at each time and end at the total, the
    one with the least sum of (c - expected)²; by dynamic programming in a band about the path that
    goes as near as it can at each time.

    Parameters
    ----------
    asked : Attribution
        Events, and what the incidences say of them.

    Returns
    -------
    ndarray of int, shape (m,)
        Events of the first cause at each time.

    Examples
    --------
    >>> expected = np.array([0.9, 1.1, 2.2])
    >>> asked = Attribution(events=np.array([1, 1, 2]), expected=expected, total=3)
    >>> attribute_events(asked).tolist()
    [1, 0, 2]
    """
    if asked.events.size == 0:
        return np.empty(0, dtype=np.int64)
    nearest = _nearest(asked)
    lower, upper = _limits(asked)
    offsets = np.arange(-_BAND, _BAND + 1)
    cost = np.where(offsets == 0, 0.0, np.inf)
    chosen = np.zeros((asked.events.size, offsets.size), dtype=np.int64)
    previous = 0
    for step, centre in enumerate(nearest):
        counts = centre + offsets
        cost, chosen[step] = _advance(cost, int(asked.events[step]), int(centre - previous))
        cost += (counts - asked.expected[step]) ** 2
        cost[(counts < lower[step]) | (counts > upper[step])] = np.inf
        previous = int(centre)
    return _back(chosen, nearest, int(np.argmin(cost)))


def _limits(asked: Attribution) -> tuple[Counts, Counts]:
    """Return how few and how many events of the first cause there can be by each time."""
    summed = np.cumsum(asked.events)
    if asked.total is None:
        return np.zeros_like(summed), summed
    lower = np.maximum(0, asked.total - (summed[-1] - summed))
    return lower, np.minimum(summed, asked.total)


def _nearest(asked: Attribution) -> Counts:
    """Follow the expected counts as near as the events before allow."""
    lower, upper = _limits(asked)
    wanted = np.rint(asked.expected).astype(np.int64)
    path, count = np.empty_like(wanted), 0
    for step, events in enumerate(asked.events):
        low, high = max(count, int(lower[step])), min(count + int(events), int(upper[step]))
        count = min(max(int(wanted[step]), low), high)
        path[step] = count
    return path


def _advance(cost: Floats, events: int, shift: int) -> tuple[Floats, Counts]:
    """Return the cheapest cost of each count, and how many events lead there."""
    size = cost.size
    best = np.full(size, np.inf)
    chosen = np.zeros(size, dtype=np.int64)
    for taken in range(max(0, shift - size), min(events, shift + size) + 1):
        came = np.arange(size) + shift - taken
        inside = (came >= 0) & (came < size)
        reached = np.where(inside, cost[np.clip(came, 0, size - 1)], np.inf)
        better = reached < best
        best[better], chosen[better] = reached[better], taken
    return best, chosen


def _back(chosen: Counts, nearest: Counts, last: int) -> Counts:
    """Walk back from the last count."""
    found = np.empty(chosen.shape[0], dtype=np.int64)
    place = last
    for step in range(found.size - 1, -1, -1):
        found[step] = chosen[step, place]
        shift = int(nearest[step] - (nearest[step - 1] if step else 0))
        place += shift - int(found[step])
    return found
