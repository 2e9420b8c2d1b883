"""How far orders miss the figures of a comparison of two arms, for many orders at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, minima_from
from survkit.kernels import LogRankSums, LogRatio, newton_steps
from survkit.kernels.violation import Tolerance, violation
from survkit.reconstruction.constraints.families.wald import allowed_estimates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from survkit.interval import Interval
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.finite.order import Orders

__all__ = ["FAR", "Comparisons", "compare_orders", "compare_sums", "comparison_sums"]

_PRINTED = Tolerance(comfort=1.0 + 1e-9, open_unit=0.05, met=0.0)
"""The whole of a rounding window counts: of few orders there may be one that prints all."""
_NEWTON_STEPS = 5
FAR = 1e3
"""Offset of an order without a finite estimate."""
_LARGEST_ERROR = 1e3
"""Standard error of a log hazard ratio from which on there is no estimate."""
_NOBODY = 1e-12
_HOPELESS = 1e6
"""Distance where a comparison has no finite estimate, in half rounding windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """
    Two arms compared, along each of some orders, each array of shape (k,).

    Parameters
    ----------
    estimate, error : ndarray of float
        Log hazard ratio, experimental over reference, and its standard error.
    statistic : ndarray of float
        The log-rank statistic, negative where the experimental arm does better.
    """

    estimate: Floats
    error: Floats
    statistic: Floats

    def distance(self, contrast: ContrastConstraint) -> Floats:
        """
        Measure how far the figures of a contrast are missed.

        Logarithms of 1 plus the distance from each rounding window, in halves of it, added up: no
        figure, however finely printed, outweighs the others. 0 where all are met.
        """
        distances = [
            violation(figure.window, self.estimate + figure.z * self.error, _PRINTED)
            for figure in contrast.figures
        ]
        if contrast.wald is not None:
            wald = contrast.wald_statistic(self.estimate, self.error)
            distances.append(_beside(contrast, contrast.wald, wald))
        if contrast.log_rank is not None:
            distances.append(_beside(contrast, contrast.log_rank, self.statistic))
        total = np.zeros(self.estimate.shape)
        for distance in distances:
            finite = np.where(np.isfinite(distance), distance, _HOPELESS)
            total += np.log1p(np.minimum(finite, _HOPELESS))
        return total

    def offsets(self, contrast: ContrastConstraint) -> Floats:
        """
        Measure distances from what is printed in three directions that moves change apart.

        Rows are the log ratio, the logarithm of its error, and the test beyond what the ratio and
        its error tell; 0 in a direction of which nothing is asked.
        """
        rows = np.zeros((3, self.estimate.size))
        told = np.zeros(self.estimate.size)
        if contrast.figures and contrast.log_ratio is not None:
            floor, ceiling = allowed_estimates(contrast.figures, self.error)
            middle = 0.5 * (floor + ceiling)
            half = np.maximum(0.5 * (ceiling - floor), 0.0)
            rows[0] = np.maximum(np.abs(self.estimate - middle) - half, 0.0)
            told = (self.estimate - middle) / self.error
        if contrast.standard_error is not None:
            rows[1] = np.log(self.error / contrast.standard_error.clip_all(self.error))
        for window, values in (
            (contrast.log_rank, self.statistic - told),
            (contrast.wald, contrast.wald_statistic(self.estimate, self.error) - told),
        ):
            if window is not None:
                rows[2] = values - window.clip_all(values)
        return np.where(np.isfinite(rows), np.abs(rows), FAR)


def compare_orders(orders: Orders, contrast: ContrastConstraint, ties: Ties) -> Comparisons:
    """
    Compare the two arms of a contrast, along each order.

    Parameters
    ----------
    orders : Orders
        The orders.
    contrast : ContrastConstraint
        What is printed of two arms.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    Comparisons
        One per order.
    """
    sets = _RiskSets(orders, contrast)
    estimate, error = sets.fit(_start(contrast), ties)
    difference, variance = (terms.sum(axis=1) for terms in sets.log_rank())
    sums = LogRankSums(difference, variance, *sets.events)
    estimate, error = contrast.ratio_of(LogRatio(estimate, error), sums)
    statistic = _statistic(difference, variance)
    return Comparisons(estimate=estimate, error=error, statistic=statistic)


def comparison_sums(orders: Orders, contrast: ContrastConstraint, ties: Ties) -> Floats:
    """
    Sum up what each patient adds to a comparison, along each order.

    Parameters
    ----------
    orders : Orders
        The orders.
    contrast : ContrastConstraint
        What is printed of two arms.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    ndarray of float, shape (4, k, l)
        Cox score and information at the printed ratio, observed minus expected events of the
        experimental arm and their variance, of the order up to each place.
    """
    sets = _RiskSets(orders, contrast)
    return np.cumsum(np.stack((*sets.score(_start(contrast), ties), *sets.log_rank())), axis=2)


def compare_sums(contrast: ContrastConstraint, sums: Floats) -> Comparisons:
    """Compare two arms by the four sums; exact near the printed ratio."""
    score, information, difference, variance = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = _start(contrast) + score / information
        error = 1.0 / np.sqrt(information)
    told = contrast.ratio_of(LogRatio(estimate, error), LogRankSums(difference, variance))
    statistic = _statistic(difference, variance)
    return Comparisons(estimate=told.log_ratio, error=told.error, statistic=statistic)


def _start(contrast: ContrastConstraint) -> float:
    return contrast.log_ratio or 0.0


def _statistic(difference: Floats, variance: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics: Floats = difference / np.sqrt(variance)
    return statistics


def _beside(contrast: ContrastConstraint, window: Interval, values: Floats) -> Floats:
    """Measure how far statistics are from a window; a two-sided p-value tells no direction."""
    distance = violation(window, values, _PRINTED)
    if contrast.two_sided:
        distance = np.fmin(distance, violation(window, -values, _PRINTED))
    return distance


class _RiskSets:
    """Who is at risk at each event of two arms, along each order."""

    def __init__(self, orders: Orders, contrast: ContrastConstraint) -> None:
        members = [orders.arm == arm for arm in contrast.arms]
        self._events: list[Floats] = []
        self._begin: list[Floats] = []
        self._earlier: list[Floats] = []
        self._tied: list[Floats] = []
        last = _last_of_groups(orders)
        for member in members:
            event = member & orders.event
            gone = np.cumsum(member, axis=1) - member
            seen = np.cumsum(event, axis=1)
            before = seen - event
            size = member[0].sum()
            self._events.append(event.astype(np.float64))
            self._begin.append(size - np.take_along_axis(gone, orders.first, axis=1).astype(float))
            at_first = np.take_along_axis(before, orders.first, axis=1)
            self._earlier.append((before - at_first).astype(np.float64))
            at_last = np.take_along_axis(seen, last, axis=1)
            self._tied.append((at_last - at_first).astype(np.float64))
        self._either = self._events[0] + self._events[1]

    @property
    def events(self) -> tuple[Floats, Floats]:
        """Events of the experimental arm and of both arms, along each order."""
        return self._events[1].sum(axis=1), self._either.sum(axis=1)

    def _sharing(self, ties: Ties) -> tuple[Floats, Floats]:
        """Return who is at risk at each event, tied events sharing their risk set by a rule."""
        reference, experimental = self._begin
        if ties == "efron":
            done = self._earlier[0] + self._earlier[1]
            share = done / np.maximum(self._tied[0] + self._tied[1], 1.0)
            reference = reference - share * self._tied[0]
            experimental = experimental - share * self._tied[1]
        return reference, experimental

    def fit(self, start: float, ties: Ties) -> tuple[Floats, Floats]:
        """Return log hazard ratios and their standard errors."""
        observed = self._events[1].sum(axis=1)
        starts = np.full(observed.size, start)
        with np.errstate(all="ignore"):
            found = newton_steps(
                *self._sharing(ties), observed, starts, self._either, steps=_NEWTON_STEPS
            )
        # without information, Newton's method stays where it began
        known = found.error < _LARGEST_ERROR
        return np.where(known, found.log_ratio, np.nan), np.where(known, found.error, np.nan)

    def score(self, log_ratio: float, ties: Ties) -> tuple[Floats, Floats]:
        """Return what each event adds to the Cox score and information at a ratio."""
        reference, experimental = self._sharing(ties)
        weighted = experimental * math.exp(log_ratio)
        share = weighted / np.maximum(reference + weighted, _NOBODY)
        return self._events[1] - self._either * share, self._either * share * (1.0 - share)

    def log_rank(self) -> tuple[Floats, Floats]:
        """Return what each event adds to observed minus expected events, and to the variance."""
        patients = np.maximum(self._begin[0] + self._begin[1], 1.0)
        share = self._begin[1] / patients
        together = self._tied[0] + self._tied[1]
        left = np.where(
            together > 1.0, (patients - together) / np.maximum(patients - 1.0, 1.0), 1.0
        )
        difference = self._events[1] - self._either * share
        return difference, self._either * share * (1.0 - share) * left


def _last_of_groups(orders: Orders) -> NDArray[np.int64]:
    """Return where the group of each patient ends."""
    size = orders.first.shape[1]
    place = np.broadcast_to(np.arange(size), orders.first.shape)
    ends = np.ones(orders.first.shape, dtype=bool)
    ends[:, :-1] = orders.first[:, 1:] != orders.first[:, :-1]
    found = np.where(ends, place, size)
    return minima_from(found)
