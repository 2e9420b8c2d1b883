"""The algebra of two arms' risk sets: Cox score and information, log-rank sums, ties; batched.

Every comparison of two arms in the package, of patients, of counts on a grid, of expected events,
of many candidates at once, comes down to these few sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats

__all__ = [
    "LogRatioFit",
    "Ties",
    "comparison_terms",
    "count_tied",
    "experimental_share",
    "log_rank_sums",
    "log_rank_terms",
    "newton_steps",
    "share_ties",
]

Ties = Literal["efron", "breslow"]

_NOBODY = 1e-12
"""Stands for a risk set without anybody, so that shares stay defined."""
_FRACTION = 1e-6
"""The same where patients are counted in fractions."""
_NO_INFORMATION = 1e-9
_LARGEST_LOG_RATIO, _LARGEST_RATIO = 230.0, 1e100
"""Where a ratio diverges, all events fall to one side: more would say the same, and overflow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRatioFit:
    """Log hazard ratios of many comparisons, each array of shape (k,)."""

    log_ratio: Floats  # log hazard ratio, experimental over reference
    error: Floats  # its standard error, from the information at the last step but one


def experimental_share(reference: Floats, experimental: Floats, ratio: Floats | float) -> Floats:
    """
    Probability that an event falls to the experimental arm, at a hazard ratio.

    Parameters
    ----------
    reference, experimental : ndarray of float
        Numbers at risk in both arms.
    ratio : ndarray of float or float
        Hazard ratio, experimental over reference.

    Returns
    -------
    ndarray of float
        The shares r1 t / (r0 + r1 t).
    """
    weighted: Floats = experimental * np.minimum(ratio, _LARGEST_RATIO)
    return weighted / np.maximum(reference + weighted, _NOBODY)


def newton_steps(
    reference: Floats,
    experimental: Floats,
    observed: Floats | int,
    start: Floats,
    weight: Floats | None = None,
    steps: int = 2,
) -> LogRatioFit:
    """
    Take Newton steps of the partial likelihood, for many comparisons at once.

    Parameters
    ----------
    reference, experimental : ndarray of float, shape (k, d)
        Numbers at risk at each event.
    observed : ndarray of float, shape (k,), or int
        Events of the experimental arm.
    start : ndarray of float, shape (k,)
        Log hazard ratios to begin with.
    weight : ndarray of float, shape (k, d), optional
        How much each event counts; 1 if left out.
    steps : int
        Newton steps; two are enough for a derivative.

    Returns
    -------
    LogRatioFit
        One fit per row.
    """
    log_ratio = start
    for _ in range(steps):
        ratio = np.exp(np.clip(log_ratio, -_LARGEST_LOG_RATIO, _LARGEST_LOG_RATIO))
        # in place: this is where most of the time goes
        share = experimental * ratio[:, None]
        rest = reference + share
        np.divide(share, np.maximum(rest, _NOBODY, out=rest), out=share)
        np.subtract(1.0, share, out=rest)
        by_event = share if weight is None else np.multiply(share, weight, out=share)
        expected = by_event.sum(axis=1)
        information = np.maximum(np.multiply(rest, by_event, out=rest).sum(axis=1), _NO_INFORMATION)
        log_ratio = log_ratio + (observed - expected) / information
    return LogRatioFit(log_ratio=log_ratio, error=1.0 / np.sqrt(information))


def count_tied(times: Counts | Floats) -> Counts:
    """
    Count who shares each time.

    Parameters
    ----------
    times : ndarray, shape (d,)
        Times of events, rising.

    Returns
    -------
    ndarray of int, shape (d,)
        At the first of a run of equal times how many it has, at the others 0.
    """
    first = np.ones(times.size, dtype=bool)
    np.greater(times[1:], times[:-1], out=first[1:])
    if first.all():
        return first.astype(np.int64)
    places = np.flatnonzero(first)
    counts = np.zeros(times.size, dtype=np.int64)
    counts[places] = np.diff(places, append=times.size)
    return counts


def log_rank_sums(
    reference: Floats, experimental: Floats, tied: Counts | Floats
) -> tuple[Floats, Floats]:
    """
    Sum up the expected events of the experimental arm and their hypergeometric variance.

    Parameters
    ----------
    reference, experimental : ndarray of float, shape (..., d)
        Numbers at risk in both arms.
    tied : ndarray, shape (d,) or (..., d)
        Events that each entry stands for, as by `count_tied`; 0 leaves it out.

    Returns
    -------
    tuple of ndarray of float, each of shape (...)
        Expected events and variance.
    """
    patients = reference + experimental
    share = experimental / np.maximum(patients, _NOBODY)
    expected = (tied * share).sum(axis=-1)
    spread = tied * share * (1.0 - share)
    if tied.max(initial=0) > 1:
        left = (patients - tied) / np.maximum(patients - 1.0, 1.0)
        spread = spread * np.where(tied > 1, left, 1.0)
    return expected, spread.sum(axis=-1)


def log_rank_terms(events: Counts | Floats, at_risk: Counts | Floats) -> tuple[Floats, Floats]:
    """
    Terms of the log-rank test, time by time; counts may be fractions of patients.

    Parameters
    ----------
    events, at_risk : ndarray, shape (2, ...)
        Events and patients at risk; row 0 the reference, row 1 the experimental arm.

    Returns
    -------
    tuple of ndarray of float, each of shape (...)
        Observed minus expected events of the experimental arm, and their variance.
    """
    together, total = events[0] + events[1], at_risk[0] + at_risk[1]
    share = at_risk[1] / np.maximum(total, _FRACTION)
    left = np.clip((total - together) / np.maximum(total - 1.0, _FRACTION), 0.0, 1.0)
    return events[1] - together * share, together * share * (1.0 - share) * left


def share_ties(events: Counts, at_risk: Counts, ties: Ties) -> tuple[Floats, Floats, Counts]:
    """
    Give every one of tied events a risk set, by Efron's or by Breslow's rule.

    Parameters
    ----------
    events, at_risk : ndarray of int, shape (2, m)
        Events and patients at risk at each time; row 0 the reference arm.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    tuple of ndarray
        Numbers at risk of the reference and of the experimental arm, and the column that each
        event is in; each of shape (d,).
    """
    together = events.sum(axis=0)
    if np.all(together == 1):
        reference, experimental = at_risk.astype(np.float64)
        return reference, experimental, np.arange(together.size)
    column = np.repeat(np.arange(together.size), together)
    gone = np.zeros(column.size)
    if ties == "efron":
        first = np.repeat(np.cumsum(together) - together, together)
        gone = (np.arange(column.size) - first) / together[column]
    reference = at_risk[0, column] - gone * events[0, column]
    experimental = at_risk[1, column] - gone * events[1, column]
    return reference, experimental, column


def comparison_terms(events: Counts, at_risk: Counts, ratio: float, ties: Ties) -> Floats:
    """
    Compute what tied events do to the comparison of two arms, time by time.

    Parameters
    ----------
    events, at_risk : ndarray of int, shape (2, ...)
        Events and patients at risk at each time; row 0 the reference, row 1 the experimental arm.
    ratio : float
        Hazard ratio at which score and information are taken, experimental over reference.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    ndarray of float, shape (4, ...)
        Cox score, Cox information, observed minus expected events of the experimental arm, and
        their hypergeometric variance.
    """
    events_flat, at_risk_flat = events.reshape(2, -1), at_risk.reshape(2, -1)
    reference, experimental, column = share_ties(events_flat, at_risk_flat, ties)
    share = experimental_share(reference, experimental, ratio)
    size = events_flat.shape[1]
    terms: Floats = np.stack(
        (
            events_flat[1] - np.bincount(column, share, size),
            np.bincount(column, share * (1.0 - share), size),
            *log_rank_terms(events_flat, at_risk_flat),
        )
    )
    return terms.reshape(4, *events.shape[1:])
