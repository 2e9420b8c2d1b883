"""Rhythms of assessment: progression is seen at visits, so that its curve falls in steps.

Between visits only those have an event who die, or fall ill so that they come by themselves. The
hazard is that of a smooth curve on a clock that stands nearly still between visits and makes up for
it about each of them; visits of different patients drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats

__all__ = ["AT_ANY_TIME", "WEEK", "Clock", "Rhythm"]

WEEK = 84.0 / 365.25
"""Months in a week."""
_LAST_WEEK = 156.0
"""Weeks after which visits are told apart no more: time passes evenly."""
_GRID = np.linspace(0.0, _LAST_WEEK, 1 + 10 * int(_LAST_WEEK))
"""Weeks at which clocks are read; between two of them they go evenly."""
_STEEPEST = 60.0
"""Logits beyond which everybody has been seen, or nobody."""
_SLOWEST = 1e-6
"""Time that passes on a clock at least, as a share of the time that passes."""
_FINE = 0.5
"""Weeks for which the hazard is held constant, where it follows a rhythm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """
    Visits at equal intervals, at which most events are seen.

    Parameters
    ----------
    weeks : float
        Weeks from one visit to the next.
    share : float
        Share of the events that wait for a visit; zero where events are seen at any time.
    spread : float
        Scale of the logistic distribution of the first visit's time, in weeks.
    growth : float
        By how much the square of that scale grows from visit to visit, in squares of the first.
    delay : float
        By how many weeks visits are later than planned.
    """

    weeks: float
    share: float
    spread: float
    growth: float
    delay: float

    def passed(self, weeks: Floats) -> Floats:
        """
        Return how much time has passed on the clock.

        Parameters
        ----------
        weeks : ndarray of float
            Weeks since randomisation.

        Returns
        -------
        ndarray of float
            Weeks on the clock, in the same shape.
        """
        near = np.minimum(weeks, _LAST_WEEK)
        passed: Floats = np.interp(near, _GRID, _tabulate(self))
        return passed + (weeks - near)


@cache
def _tabulate(rhythm: Rhythm) -> Floats:
    """Return the weeks that have passed on a rhythm's clock, at a fine grid of weeks."""
    if rhythm.share == 0.0:
        return _GRID
    visit = np.arange(1, int(_LAST_WEEK / rhythm.weeks) + 3)
    scale = rhythm.spread * np.sqrt(1.0 + rhythm.growth * (visit - 1.0))
    due = rhythm.weeks * visit + rhythm.delay
    seen = _logistic((_GRID[:, None] - due) / scale) - _logistic(-due / scale)
    passed: Floats = (1.0 - rhythm.share) * _GRID + rhythm.share * rhythm.weeks * seen.sum(axis=1)
    return passed


def _logistic(values: Floats) -> Floats:
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(values, -_STEEPEST, _STEEPEST)))
    return found


AT_ANY_TIME = Rhythm(weeks=1.0, share=0.0, spread=1.0, growth=0.0, delay=0.0)
"""No rhythm at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    The clock of an analysis whose rhythm is not printed: the mean over those that it may have.

    Parameters
    ----------
    rhythms : tuple of Rhythm
        What they may be.
    weights : tuple of float
        How likely each is; they add up to one.
    weeks : float
        Weeks in a unit of the analysis' time.
    """

    rhythms: tuple[Rhythm, ...]
    weights: tuple[float, ...]
    weeks: float

    def drawn(self, probability: float) -> Clock:
        """Return the clock of one of the rhythms, each as often as it is likely."""
        place = int(np.searchsorted(np.cumsum(self.weights), probability, side="right"))
        rhythm = self.rhythms[min(place, len(self.rhythms) - 1)]
        return replace(self, rhythms=(rhythm,), weights=(1.0,))

    @classmethod
    def of_any(cls, rhythms: tuple[Rhythm, ...], weeks: float) -> Clock:
        """Return the clock of an analysis of which nothing is known: each is as likely."""
        return cls(rhythms=rhythms, weights=(1.0 / len(rhythms),) * len(rhythms), weeks=weeks)

    def weighted(self, weights: Floats) -> Clock:
        """Return the clock with other weights, shape (r,), which are made to add up to one."""
        return replace(self, weights=tuple((weights / weights.sum()).tolist()))

    def passed(self, times: Floats) -> Floats:
        """Return how much time has passed on the clock at times, both in time units."""
        passed: Floats = np.array(self.weights) @ self._passed(times)
        return passed

    def pace(self, edges: Floats) -> Floats:
        """Return how fast the clock goes in each cell, shape (k,)."""
        pace: Floats = np.array(self.weights) @ self.paces(edges)
        return pace

    def paces(self, edges: Floats) -> Floats:
        """Return how fast the clock of each rhythm alone goes in each cell, shape (r, k)."""
        paces: Floats = np.maximum(np.diff(self._passed(edges)) / np.diff(edges), _SLOWEST)
        return paces

    def _passed(self, times: Floats) -> Floats:
        """Return how much time has passed on the clock of each rhythm alone, shape (r, times)."""
        weeks = times * self.weeks
        return np.array([rhythm.passed(weeks) for rhythm in self.rhythms]) / self.weeks

    def refine(self, edges: Floats) -> Floats:
        """Return the edges of cells so short that the hazard in them is as good as constant."""
        last = min(_LAST_WEEK / self.weeks, float(edges[-1]))
        short = np.arange(_FINE / self.weeks, last, _FINE / self.weeks)
        return np.unique(np.concatenate((edges, short)))
