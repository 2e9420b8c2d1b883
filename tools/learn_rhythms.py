"""Learn how sharply progression is seen at visits, from trials whose intervals are not known.

The hazard of a trial is a smooth curve on the clock of a rhythm; how well each rhythm goes together
with its events is a likelihood, in which the curve is integrated out. Intervals are those that
protocols have; what is learned is how sharp visits are, in trials that keep to them and in others.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.population.rhythms import AT_ANY_TIME, Clock, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["choose_rhythms", "clock_of", "rhythm_likelihoods"]

Floats = NDArray[np.float64]

INTERVALS = (4.0, 6.0, 8.0, 9.0, 12.0)
"""Weeks between visits."""
SHARPNESS = tuple(
    Rhythm(weeks=1.0, share=share, spread=spread, growth=growth, delay=delay)
    for share, spread, growth, delay in product(
        (0.3, 0.5, 0.7, 0.85), (0.3, 0.5, 0.8), (0.3, 1.0, 2.0), (0.0, 0.5)
    )
)
"""How sharp visits may be, whatever their interval."""
_KINDS = 2
"""Kinds of trials by how sharp their visits are."""
_COUNTED_EVENTS = 50.0
"""Events that a trial counts for at most: large trials are no better than others as examples."""
_EDGES = np.arange(0.0, 78.25, 0.5)
"""Weeks in which events are counted."""
_KNOTS = np.array([0.0, 4.0, 8.0, 16.0, 24.0, 36.0, 52.0, 78.0])
"""Weeks at which the log of the smooth hazard is free."""
_CHANGE_SD = 0.5
"""Standard deviation of its change from knot to knot."""
_LEVEL_PRECISION = 1e-4
_NEWTON_STEPS, _LONGEST_STEP = 8, 2.0


def rhythm_likelihoods(weeks: Floats, events: Floats) -> Floats:
    """
    Return how well each rhythm goes together with the events of one trial.

    Parameters
    ----------
    weeks : ndarray of float, shape (n,)
        Times of all patients of both arms, in weeks.
    events : ndarray of float, shape (n,)
        1 for an event, 0 for a censoring.

    Returns
    -------
    ndarray of float, shape (s, i)
        Log likelihood of each sharpness and interval, less that of events at any time.
    """
    counts = np.histogram(weeks[events == 1.0], _EDGES)[0].astype(float)
    exposure = (np.clip(weeks[:, None], _EDGES[:-1], _EDGES[1:]) - _EDGES[:-1]).sum(axis=0)
    paces = _paces()
    middles = 0.5 * (_EDGES[1:] + _EDGES[:-1])
    design = np.stack([np.interp(middles, _KNOTS, row) for row in np.eye(_KNOTS.size)], axis=1)
    squares = (design[:, :, None] * design[:, None, :]).reshape(middles.size, -1)
    steps = np.diff(np.eye(_KNOTS.size), axis=0) / _CHANGE_SD
    precision = steps.T @ steps + _LEVEL_PRECISION * np.eye(_KNOTS.size)
    level = np.log(max(counts.sum(), 0.5) / exposure.sum())
    modes = np.full((len(paces), _KNOTS.size), level)
    for _ in range(_NEWTON_STEPS):
        expected = exposure * np.exp(np.clip(modes @ design.T + paces, -20.0, 3.0))
        gradient = (counts - expected) @ design - modes @ precision
        hessian = (expected @ squares).reshape(-1, _KNOTS.size, _KNOTS.size) + precision
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        longest = np.abs(step).max(axis=1, keepdims=True)
        modes = modes + step * np.minimum(1.0, _LONGEST_STEP / np.maximum(longest, 1e-300))
    logs = np.clip(modes @ design.T + paces, -20.0, 3.0)
    fit = logs @ counts - np.exp(logs) @ exposure - 0.5 * ((modes @ precision) * modes).sum(axis=1)
    fit -= 0.5 * np.linalg.slogdet(hessian).logabsdet
    return (fit[1:] - fit[0]).reshape(len(SHARPNESS), len(INTERVALS))


def choose_rhythms(likelihoods: Sequence[Floats], events: Sequence[float]) -> tuple[Rhythm, ...]:
    """
    Choose how sharp visits are, so that trials are likeliest whose rhythm is any of them.

    Parameters
    ----------
    likelihoods : sequence of ndarray of float, shape (s, i)
        What `rhythm_likelihoods` says of each trial.
    events : sequence of float
        Their numbers of events.

    Returns
    -------
    tuple of Rhythm
        Events at any time, then every interval for each kind of sharpness; none without trials.
    """
    if not likelihoods:
        return ()
    counted = [min(1.0, _COUNTED_EVENTS / max(count, 1.0)) for count in events]
    tempered = np.array([one * share for one, share in zip(likelihoods, counted, strict=True)])
    by_sharpness = np.logaddexp.reduce(tempered, axis=2) - np.log(len(INTERVALS))
    none = np.zeros((len(likelihoods), 1))

    def likelihood(kinds: tuple[int, ...]) -> float:
        """Return that of all trials, each of one kind or of none."""
        found = np.concatenate((by_sharpness[:, kinds] - np.log(_KINDS), none), axis=1)
        return float(np.logaddexp.reduce(found, axis=1).sum().round(6))

    chosen = max(combinations(range(len(SHARPNESS)), _KINDS), key=likelihood)
    return (
        AT_ANY_TIME,
        *(replace(SHARPNESS[kind], weeks=weeks) for weeks in INTERVALS for kind in chosen),
    )


def clock_of(likelihoods: Floats, rhythms: Sequence[Rhythm], weeks: float) -> Clock:
    """
    Return the clock of a trial whose patients are known.

    Parameters
    ----------
    likelihoods : ndarray of float, shape (s, i)
        What `rhythm_likelihoods` says of it.
    rhythms : sequence of Rhythm
        What its rhythm may be, of those that `choose_rhythms` chose.
    weeks : float
        Weeks in its unit of time.

    Returns
    -------
    Clock
        The mean over the rhythms.
    """
    logs = np.array([0.0 if one.share == 0.0 else _of(one, likelihoods) for one in rhythms])
    weights = np.exp(logs - logs.max())
    return Clock(
        rhythms=tuple(rhythms), weights=tuple((weights / weights.sum()).tolist()), weeks=weeks
    )


def _of(rhythm: Rhythm, likelihoods: Floats) -> float:
    sharpness = SHARPNESS.index(replace(rhythm, weeks=1.0))
    return float(likelihoods[sharpness, INTERVALS.index(rhythm.weeks)])


@cache
def _paces() -> Floats:
    """Return the log of how fast clocks go in each cell: an even one, then those of all rhythms."""
    clocks = [replace(kind, weeks=weeks) for kind, weeks in product(SHARPNESS, INTERVALS)]
    alone = [Clock(rhythms=(one,), weights=(1.0,), weeks=1.0) for one in (AT_ANY_TIME, *clocks)]
    return np.log([one.pace(_EDGES) for one in alone])
