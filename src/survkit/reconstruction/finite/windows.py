"""When the patients of one arm have to leave: what its figures ask of each order of its labels.

In an arm of given events and censorings it is known which event brings the curve down to one half,
or a limit of it; a number at risk tells who leaves last before its time, a percentage between whom
its time lies. So each patient has a window, and no figure of the arm asks for more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import confidence_limit, single_event_terms, summed_survival
from survkit.kernels.greenwood import AT_ZERO

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Positions
    from survkit.interval import Interval
    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint
    from survkit.reconstruction.constraints.families.survival import SurvivalConstraint

__all__ = ["BESIDE", "Windows", "find_windows"]

BESIDE = 1e-7
"""Distance from a printed time, or from the end of a rounding window, of who is not to be at it."""
_CLOSED = 1e-9
"""Room at the ends of a rounding window: binary floats miss decimal ends by less."""
_PASSED = 1e-11
"""Distance from a share at which a curve has come down to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """
    Windows of the patients of one arm, for many orders of its labels.

    Parameters
    ----------
    fault : ndarray of float, shape (k,)
        How much the labels miss whatever the times are, about in patients; 0 where nothing.
    lower, upper : ndarray of float, shape (k, n)
        Earliest and latest time of each patient; where they are equal, exactly that time.
    """

    fault: Floats
    lower: Floats
    upper: Floats


def find_windows(events: Flags, arm: ArmConstraints, *, rests_held: bool = True) -> Windows:
    """
    Find what the figures of an arm leave to its patients.

    Parameters
    ----------
    events : ndarray of bool, shape (k, n)
        Orders of the labels: whether each patient leaves by an event.
    arm : ArmConstraints
        The figures.
    rests_held : bool
        Whether the end of a rest on a share is held to the printed quantile as well, where
        lifelines prints that end; the refit reads either end as the paper does.

    Returns
    -------
    Windows
        The windows; they may contradict each other.
    """
    search = _Search(events, arm)
    for quantile in arm.quantiles:
        search.ask_quantile(quantile, rests_held=rests_held)
    for point in arm.survival:
        search.ask_survival(point)
    for time, count in arm.at_risk:
        search.ask_at_risk(time, count)
    if arm.end is not None:
        inner = _inside(arm.end)
        last = np.full(events.shape[0], arm.n - 1)
        search.hold(last, *inner)
    return Windows(fault=search.fault, lower=search.lower, upper=search.upper)


def _inside(window: Interval) -> tuple[float, float]:
    """Return a window without its ends, where neighbouring digits meet."""
    edge = BESIDE * max(window.upper - window.lower, 0.0)
    return window.lower + edge, window.upper - edge


def _cost(distance: Floats, n: int) -> Floats:
    """Count a missed figure, and its distance in patients."""
    return np.where(distance > 0.0, 1.0 + n * distance, 0.0)


class _Search:
    """The windows while figures are asked one after the other."""

    def __init__(self, events: Flags, arm: ArmConstraints) -> None:
        self.arm, self.events = arm, events
        self.lower = np.zeros(events.shape)
        self.upper = np.full(events.shape, math.inf)
        self.fault = np.zeros(events.shape[0])
        if arm.events is not None:
            self.fault += 2.0 * np.abs(events.sum(axis=1) - arm.events)

    def hold(self, positions: Positions, lower: float, upper: float) -> None:
        """Hold one patient of each order to a window; no position, no patient."""
        rows = np.flatnonzero((positions >= 0) & (positions < self.arm.n))
        at = rows, positions[rows]
        self.lower[at] = np.maximum(self.lower[at], lower)
        self.upper[at] = np.minimum(self.upper[at], upper)

    def ask_quantile(self, quantile: QuantileConstraint, *, rests_held: bool) -> None:
        """Hold the event that passes a share, or make sure that none does."""
        counted = self.events != quantile.reverse
        values = _curve(counted, quantile.z, quantile.transform)
        with np.errstate(invalid="ignore"):
            passed = values <= quantile.share + _PASSED
        found = passed.any(axis=1)
        least = np.fmin.reduce(values, axis=1, initial=1.0)
        if not quantile.window.reached:
            self.fault += np.where(found, _cost(quantile.share + 1e-6 - least, self.arm.n), 0.0)
            return
        self.fault += np.where(found, 0.0, _cost(least - quantile.share, self.arm.n))
        first = np.where(found, passed.argmax(axis=1), -1)
        self.hold(first, *_inside(quantile.window))
        if rests_held and quantile.z == 0.0:
            self.hold_rest(counted, first, quantile)

    def hold_rest(self, counted: Flags, first: Positions, quantile: QuantileConstraint) -> None:
        """
        Hold the end of a rest on a share to the window, too, where lifelines prints that end.

        It adds logarithms, and their rounding can leave the curve above the share.
        """
        curve = summed_survival(np.arange(self.arm.n, 0, -1), counted)
        rows, place = np.arange(first.size), np.arange(self.arm.n)
        above = curve[rows, first] - quantile.share
        rests = (first >= 0) & (above > 0.0) & (above < _CLOSED)
        later = counted & (place > first[:, None])
        self.fault += rests & ~later.any(axis=1)
        self.hold(np.where(rests, later.argmax(axis=1), -1), *_inside(quantile.window))

    def ask_survival(self, point: SurvivalConstraint) -> None:
        """Find after how many patients the curve stands as printed, and put the time there."""
        n = self.arm.n
        missed = np.zeros((self.events.shape[0], n + 1))
        for window, z in ((point.value, 0.0), (point.lower, -point.z), (point.upper, point.z)):
            if window is not None:
                values = _curve(self.events, z, point.transform)
                values = np.concatenate((np.ones((values.shape[0], 1)), values), axis=1)
                missed += _beyond(window, values)
        self.fault += _cost(missed.min(axis=1), n)
        good = missed <= missed.min(axis=1)[:, None]
        counts = dict(self.arm.at_risk)
        place = np.arange(n + 1)
        start = good.argmax(axis=1)
        if point.time in counts:
            known = n - counts[point.time]
            start = np.where(
                good[:, known], known, np.where(good & (place >= known), place, n + 1).min(axis=1)
            )
            start = np.where(start > n, good.argmax(axis=1), start)
        bad_before = np.where(~good & (place < start[:, None]), place, -1).max(axis=1)
        bad_after = np.where(~good & (place > start[:, None]), place, n + 1).min(axis=1)
        self.hold(bad_before, -math.inf, point.time)
        self.hold(bad_after - 1, point.time + BESIDE, math.inf)

    def ask_at_risk(self, time: float, count: int) -> None:
        """Let as many patients leave before a time, and the others at it or later."""
        left = np.full(self.events.shape[0], self.arm.n - count)
        self.hold(left - 1, -math.inf, time - BESIDE)
        self.hold(left, time, math.inf)


def _beyond(window: Interval, values: Floats) -> Floats:
    """Measure how far values are outside a window; those that are no numbers, very far."""
    beyond = np.maximum(
        np.maximum(window.lower - _CLOSED - values, values - window.upper - _CLOSED), 0.0
    )
    return np.where(np.isfinite(beyond), beyond, 1.0)


def _curve(counted: Flags, z: float, transform: Transform) -> Floats:
    """Return the Kaplan-Meier curve, or a limit of it, after each patient."""
    n = counted.shape[1]
    terms = single_event_terms(np.arange(n, 0, -1).astype(np.float64))
    hazard, variance = (np.cumsum(np.where(counted, term, 0.0), axis=1) for term in terms)
    if z == 0.0:
        return np.where(hazard < AT_ZERO, np.exp(-hazard), 0.0)
    limit = confidence_limit(np.maximum(hazard, BESIDE), np.sqrt(variance), z, transform)
    return np.where(hazard > 0.0, limit, 1.0)
