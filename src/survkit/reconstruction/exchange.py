"""The last digit: let neighbours of two arms change places in the order of leaving.

Two patients of different arms with nobody between them exchange their times. Neither arm's own
order changes, and what the exchange does to the Cox score and information is known exactly; so the
few exchanges that bring a hazard ratio and its limits into their rounding windows can be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.kernels import CoxFit
    from survkit.reconstruction.targets import ContrastTargets

__all__ = ["excess_of_fit", "exchange_neighbours"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_EXCHANGES = 400
_HOPELESS = 1e12
_COMFORT = 0.9
"""Share of a rounding window within which a figure counts as met during the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Neighbours:
    """
    Pairs of patients of the two arms with nobody between them, each array of shape (k,).

    Parameters
    ----------
    place : ndarray of int
        Where the earlier of the two stands in the order of all patients.
    score, information : ndarray of float
        What their exchange adds to the Cox score and information.
    """

    place: Ticks
    score: Floats
    information: Floats


def excess(contrast: ContrastTargets, log_ratio: Floats, error: Floats) -> Floats:
    """
    Measure how far the figures of a contrast are missed, in half rounding windows, squared.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    log_ratio, error : ndarray of float
        Log hazard ratios and their standard errors.

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
            logs = window.log()
            beyond = np.abs(value - logs.middle) / logs.half - _COMFORT
            missed = missed + np.maximum(0.0, beyond) ** 2
    return np.where(np.isfinite(missed), missed, _HOPELESS)


def excess_of_fit(contrast: ContrastTargets, fit: CoxFit) -> float:
    """
    Measure how far a fit misses the figures of a contrast, in half rounding windows, squared.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    fit : CoxFit
        A Cox fit.

    Returns
    -------
    float
        0 where all printed figures are met with a little to spare.
    """
    error = np.array([fit.standard_error])
    return float(excess(contrast, np.array([fit.log_hazard_ratio]), error)[0])


def exchange_neighbours(
    contrast: ContrastTargets,
    fit: CoxFit,
    ticks: list[Ticks],
    events: list[Flags],
    bounds: list[tuple[Ticks, Ticks]],
) -> list[Ticks]:
    """
    Exchange neighbours of two arms until the contrast's figures print as asked.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed figures.
    fit : CoxFit
        The Cox fit of the patients as they stand.
    ticks : list of ndarray of int
        Every arm's times in ticks, rising; no time occurs twice.
    events : list of ndarray of bool
        Every arm's events.
    bounds : list of tuple
        Every arm's earliest and latest time of each patient, in ticks.

    Returns
    -------
    list of ndarray of int
        Every arm's times after the exchanges, in the same order.
    """
    arm = np.repeat(np.arange(len(ticks)), [own.size for own in ticks])
    times = np.concatenate(ticks)
    order = np.argsort(times)
    lower, upper = (np.concatenate([own[side] for own in bounds]) for side in (0, 1))
    pairs = _neighbours(contrast, fit, arm[order], np.concatenate(events)[order])
    first, second = order[pairs.place], order[pairs.place + 1]
    allowed = (times[second] <= upper[first]) & (times[first] >= lower[second])
    for place in _choose(contrast, fit, pairs, allowed):
        one, other = order[place], order[place + 1]
        times[one], times[other] = times[other], times[one]
    return np.split(times, np.cumsum([own.size for own in ticks])[:-1])


def _neighbours(contrast: ContrastTargets, fit: CoxFit, arm: Ticks, event: Flags) -> _Neighbours:
    """Find the pairs of the contrast and the effect of their exchange; all in order of time."""
    reference, experimental = arm == contrast.reference, arm == contrast.experimental
    at_risk = (
        (reference.sum() - np.cumsum(reference) + reference).astype(np.float64),
        (experimental.sum() - np.cumsum(experimental) + experimental).astype(np.float64),
    )
    ours = reference | experimental
    differ = ours[:-1] & ours[1:] & (arm[:-1] != arm[1:]) & (event[:-1] | event[1:])
    place = np.flatnonzero(differ)
    zero, one = at_risk[0][place], at_risk[1][place]
    earlier_is_reference = reference[place]
    earlier, later = event[place], event[place + 1]
    at_first = _share(zero, one, fit.hazard_ratio)
    after_reference = _share(zero - 1.0, one, fit.hazard_ratio)
    after_experimental = _share(zero, one - 1.0, fit.hazard_ratio)
    now = np.where(earlier_is_reference, after_reference, after_experimental)
    then = np.where(earlier_is_reference, after_experimental, after_reference)
    swap = later.astype(np.float64) - earlier
    return _Neighbours(
        place=place,
        score=-(swap * at_first + earlier * then - later * now),
        information=swap * _spread(at_first) + earlier * _spread(then) - later * _spread(now),
    )


def _share(reference: Floats, experimental: Floats, ratio: float) -> Floats:
    """Probability that an event falls to the experimental arm."""
    weighted = experimental * ratio
    return weighted / (reference + weighted)


def _spread(share: Floats) -> Floats:
    return share * (1.0 - share)


def _choose(
    contrast: ContrastTargets, fit: CoxFit, pairs: _Neighbours, allowed: Flags
) -> list[int]:
    """Pick pairs without a patient in common, one by one, each bringing the figures closest."""
    information = fit.standard_error**-2
    score, spread = 0.0, information
    chosen: list[int] = []
    usable = allowed.copy()
    missed = excess_of_fit(contrast, fit)
    for _ in range(_MOST_EXCHANGES):
        if missed == 0.0 or not usable.any():
            break
        log_ratio = fit.log_hazard_ratio + (score + pairs.score) / information
        error = 1.0 / np.sqrt(spread + pairs.information)
        found = np.where(usable, excess(contrast, log_ratio, error), np.inf).round(9)
        best = int(found.argmin())
        if found[best] >= missed:
            break
        missed = float(found[best])
        score += float(pairs.score[best])
        spread += float(pairs.information[best])
        place = int(pairs.place[best])
        chosen.append(place)
        usable &= np.abs(pairs.place - place) > 1
    return chosen
