"""Where a contrast stands: its Cox fit and log-rank test, and how far these are from print."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import CoxFit, LogRank, maximise_partial_likelihood

if TYPE_CHECKING:
    from survkit.interval import Window
    from survkit.reconstruction.constraints.targets import ContrastTargets

__all__ = ["COMFORT", "RiskSets", "Side", "Standing", "compare", "excess", "excess_of", "risk_sets"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

COMFORT = 0.9
"""Share of a rounding window within which a figure counts as met during the search."""
_HOPELESS = 1e12
_OPEN_UNIT = 0.05
"""Unit in which a test statistic outside a window with one end is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """
    One arm of a comparison.

    Patients of one arm may share a time if all of them have the event; patients of two arms do not.

    Parameters
    ----------
    ticks : ndarray of int or float, shape (n,)
        Times, rising, in any unit.
    event : ndarray of bool, shape (n,)
        Who has the event.
    stratum : ndarray of int, shape (n,), or None
        Strata as numbers, where the comparison is stratified.
    """

    ticks: Ticks | Floats
    event: Flags
    stratum: Ticks | None = None

    def of(self, stratum: int) -> Side:
        """
        Pick the patients of one stratum.

        Parameters
        ----------
        stratum : int
            The stratum.

        Returns
        -------
        Side
            Its patients, without a stratum.
        """
        if self.stratum is None:
            return self
        own = self.stratum == stratum
        return Side(ticks=self.ticks[own], event=self.event[own])

    def only(self, members: Flags) -> Side:
        """
        Pick some patients.

        Parameters
        ----------
        members : ndarray of bool, shape (n,)
            Who.

        Returns
        -------
        Side
            They, in the same order, without a stratum.
        """
        return Side(ticks=self.ticks[members], event=self.event[members])


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """
    Numbers at risk of both arms at every event, each array of shape (d,).

    Events of one arm that share a time stand in a row: the first has the whole risk set, each
    further one, as Efron has it, a risk set without those before. The log-rank test takes them as
    one.

    Parameters
    ----------
    reference, experimental : ndarray of float
        Numbers at risk.
    tied : ndarray of int
        Events at the same time, at the first of them; 0 at the others.
    observed : int
        Events of the experimental arm.
    """

    reference: Floats
    experimental: Floats
    tied: Ticks
    observed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    Two arms compared.

    Parameters
    ----------
    cox : CoxFit
        The Cox fit, experimental over reference.
    log_rank : LogRank
        The log-rank test.
    """

    cox: CoxFit
    log_rank: LogRank


def risk_sets(reference: Side, experimental: Side) -> RiskSets:
    """
    Count who is at risk at every event of two arms.

    Parameters
    ----------
    reference, experimental : Side
        The arms; strata are ignored.

    Returns
    -------
    RiskSets
        The events of the reference arm, then those of the experimental arm.
    """
    own, other = np.flatnonzero(reference.event), np.flatnonzero(experimental.event)
    sizes = reference.ticks.size, experimental.ticks.size
    when = reference.ticks[own], experimental.ticks[other]
    crossing = sizes[1] - np.searchsorted(experimental.ticks, when[0])
    meeting = sizes[0] - np.searchsorted(reference.ticks, when[1])
    return RiskSets(
        reference=np.concatenate((sizes[0] - own, meeting)).astype(np.float64),
        experimental=np.concatenate((crossing, sizes[1] - other)).astype(np.float64),
        tied=np.concatenate([count_tied(times) for times in when]),
        observed=other.size,
    )


def count_tied(times: Ticks | Floats) -> Ticks:
    """
    Count who shares each time.

    Parameters
    ----------
    times : ndarray of int or float, shape (d,)
        Times, rising.

    Returns
    -------
    ndarray of int, shape (d,)
        How many share it, at the first of each time; 0 at the others.
    """
    first = np.ones(times.size, dtype=bool)
    np.greater(times[1:], times[:-1], out=first[1:])
    if first.all():
        return first.astype(np.int64)
    places = np.flatnonzero(first)
    counts = np.zeros(times.size, dtype=np.int64)
    counts[places] = np.diff(places, append=times.size)
    return counts


def compare(reference: Side, experimental: Side) -> Standing:
    """
    Compare two arms, within strata where both have some.

    Parameters
    ----------
    reference, experimental : Side
        The arms.

    Returns
    -------
    Standing
        Cox fit and log-rank test.
    """
    parts = [risk_sets(*sides) for sides in by_stratum(reference, experimental)]
    zero = np.concatenate([part.reference for part in parts])
    one = np.concatenate([part.experimental for part in parts])
    tied = np.concatenate([part.tied for part in parts])
    observed = sum(part.observed for part in parts)
    difference, variance = log_rank_sums(zero, one, tied)
    return Standing(
        cox=maximise_partial_likelihood(zero, one, observed),
        log_rank=LogRank(difference=observed - float(difference), variance=float(variance)),
    )


def by_stratum(reference: Side, experimental: Side) -> list[tuple[Side, Side]]:
    """
    Pair the arms' patients stratum by stratum.

    Parameters
    ----------
    reference, experimental : Side
        The arms.

    Returns
    -------
    list of tuple of Side
        The pairs; the arms as they are where they have no strata.
    """
    if reference.stratum is None or experimental.stratum is None:
        return [(reference, experimental)]
    known = np.union1d(reference.stratum, experimental.stratum)
    return [(reference.of(int(own)), experimental.of(int(own))) for own in known]


def log_rank_sums(reference: Floats, experimental: Floats, tied: Ticks) -> tuple[Floats, Floats]:
    """
    Sum up the expected events of the experimental arm and their hypergeometric variance.

    Parameters
    ----------
    reference, experimental : ndarray of float, shape (..., d)
        Numbers at risk at every event.
    tied : ndarray of int, shape (d,)
        Events at the same time, at the first of them; 0 at the others.

    Returns
    -------
    tuple of ndarray of float, each of shape (...)
        Expected events and variance.
    """
    patients = reference + experimental
    share = experimental / patients
    expected = (tied * share).sum(axis=-1)
    spread = tied * share * (1.0 - share)
    if tied.max(initial=0) > 1:
        left = (patients - tied) / np.maximum(patients - 1.0, 1.0)
        spread = spread * np.where(tied > 1, left, 1.0)
    return expected, spread.sum(axis=-1)


def excess(contrast: ContrastTargets, log_ratio: Floats, error: Floats, z: Floats) -> Floats:
    """
    Measure how far the figures of a contrast are missed, in half rounding windows, squared.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    log_ratio, error, z : ndarray of float
        Log hazard ratios, their standard errors and log-rank statistics.

    Returns
    -------
    ndarray of float
        Sum of squares over the printed figures; 0 where all are met with a little to spare.
    """
    half = contrast.z * error
    missed: Floats = np.zeros(np.shape(log_ratio))
    for window, value in (
        (contrast.ratio, log_ratio),
        (contrast.lower, log_ratio - half),
        (contrast.upper, log_ratio + half),
    ):
        if window is not None:
            missed = missed + _beyond(window.log(), value) ** 2
    for asked, value in (
        (contrast.log_rank, z),
        (contrast.wald, log_ratio / error),
        (contrast.room, error),
    ):
        if asked is not None:
            missed = missed + _beyond(asked, value) ** 2
    return np.where(np.isfinite(missed), missed, _HOPELESS)


def excess_of(contrast: ContrastTargets, standing: Standing) -> float:
    """
    Measure how far a comparison misses the figures of a contrast, as `excess` does.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    standing : Standing
        The comparison.

    Returns
    -------
    float
        0 where all printed figures are met with a little to spare.
    """
    cox = standing.cox
    values = (cox.log_hazard_ratio, cox.standard_error, standing.log_rank.z)
    return float(excess(contrast, *(np.array([value]) for value in values))[0])


def _beyond(window: Window, value: Floats) -> Floats:
    """Distance from a window, in halves of it, or in a fixed unit where it has one end only."""
    if window.bounded:
        return np.maximum(0.0, np.abs(value - window.middle) / window.half - COMFORT)
    below = window.lower - value if math.isfinite(window.lower) else np.zeros(np.shape(value))
    above = value - window.upper if math.isfinite(window.upper) else np.zeros(np.shape(value))
    return np.maximum(0.0, np.maximum(below, above)) / _OPEN_UNIT
