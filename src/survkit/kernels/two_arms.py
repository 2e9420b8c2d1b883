"""Two arms compared: Cox fit and log-rank test of patients with times, within strata or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.kernels.cox import CoxFit, fit_two_arm_cox, maximise_partial_likelihood
from survkit.kernels.event_table import tabulate_two_arms
from survkit.kernels.log_rank import LogRank, two_arm_log_rank
from survkit.kernels.risk_sets import count_tied, log_rank_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from survkit.arrays import Counts, Flags, Floats
    from survkit.kernels.one_step import Estimator
    from survkit.kernels.risk_sets import Ties

__all__ = [
    "ArmTimes",
    "RiskSets",
    "TwoArmFit",
    "by_stratum",
    "fit_tied_arms",
    "fit_two_arms",
    "moved_risk_sets",
    "risk_sets",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTimes:
    """One arm's patients in the order of leaving."""

    # shape (n,); times in any unit, rising; events come before censorings at the same time
    time: NDArray[Any]
    event: Flags  # shape (n,); who has the event
    stratum: Counts | None = None  # shape (n,); strata as numbers

    def of(self, stratum: int) -> ArmTimes:
        """Pick the patients of one stratum; all of them where there are no strata."""
        if self.stratum is None:
            return self
        return self.only(self.stratum == stratum)

    def only(self, members: Flags) -> ArmTimes:
        """Pick some patients, without their strata."""
        return ArmTimes(time=self.time[members], event=self.event[members])


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSets:
    """Numbers at risk of both arms at every event, each array of shape (d,)."""

    reference: Floats  # patients at risk
    experimental: Floats
    tied: Counts  # events that share the time, at the first of them; 0 at the others
    observed: int  # events of the experimental arm


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoArmFit:
    """Two arms compared."""

    cox: CoxFit  # log hazard ratio, experimental over reference, with its standard error
    log_rank: LogRank  # the log-rank test

    def by(self, estimator: Estimator) -> TwoArmFit:
        """Put the estimate of a hazard ratio from the test's sums in the place of the model's."""
        if estimator == "cox":
            return self
        return replace(self, cox=self.log_rank.ratio(estimator))

    def wald(self, log_margin: float = 0.0) -> float:
        """Wald statistic of the Cox model against a margin, on the log scale."""
        return (self.cox.log_hazard_ratio - log_margin) / self.cox.standard_error


def risk_sets(reference: ArmTimes, experimental: ArmTimes) -> RiskSets:
    """
    Count who is at risk at every event of two arms that share no time.

    Parameters
    ----------
    reference, experimental : ArmTimes
        The arms, without regard for their strata.

    Returns
    -------
    RiskSets
        Events of the reference arm first, then those of the experimental arm.
    """
    first, second = np.flatnonzero(reference.event), np.flatnonzero(experimental.event)
    sizes = reference.time.size, experimental.time.size
    when = reference.time[first], experimental.time[second]
    crossing = sizes[1] - np.searchsorted(experimental.time, when[0])
    meeting = sizes[0] - np.searchsorted(reference.time, when[1])
    return RiskSets(
        reference=np.concatenate((sizes[0] - first, meeting)).astype(np.float64),
        experimental=np.concatenate((crossing, sizes[1] - second)).astype(np.float64),
        tied=np.concatenate([count_tied(times) for times in when]),
        observed=second.size,
    )


def moved_risk_sets(moving: ArmTimes, resting: ArmTimes, times: Floats) -> RiskSets:
    """
    Count who is at risk at every event of two arms, for several sets of times of one of them.

    Parameters
    ----------
    moving, resting : ArmTimes
        The arms; the first one takes the place of the reference arm.
    times : ndarray of float, shape (k, n)
        Times of the arm that moves, each row rising.

    Returns
    -------
    RiskSets
        Numbers at risk of shape (k, d); events of the moving arm first.
    """
    rows, size = times.shape
    first, second = np.flatnonzero(moving.event), np.flatnonzero(resting.event)
    when = resting.time[second].astype(np.float64)
    crossing = resting.time.size - np.searchsorted(resting.time, times[:, first])
    # one search for all rows: each lies beyond all rows before it
    beyond = 1.0 + max(float(times.max(initial=0.0)), float(resting.time.max(initial=0)))
    offset = beyond * np.arange(rows)[:, None]
    found = np.searchsorted((times + offset).ravel(), (when + offset).ravel())
    meeting = size - (found.reshape(rows, second.size) - size * np.arange(rows)[:, None])
    moving_at_first = np.broadcast_to(size - first, (rows, first.size))
    resting_at_second = np.broadcast_to(resting.time.size - second, (rows, second.size))
    return RiskSets(
        reference=np.concatenate((moving_at_first, meeting), axis=1).astype(np.float64),
        experimental=np.concatenate((crossing, resting_at_second), axis=1).astype(np.float64),
        tied=np.concatenate((count_tied(moving.time[first]), count_tied(when))),
        observed=second.size,
    )


def by_stratum(reference: ArmTimes, experimental: ArmTimes) -> list[tuple[ArmTimes, ArmTimes]]:
    """
    Pair the arms' patients stratum by stratum.

    Parameters
    ----------
    reference, experimental : ArmTimes
        The arms.

    Returns
    -------
    list of tuple of ArmTimes
        One pair per stratum, by its number; one pair where an arm has no strata.
    """
    if reference.stratum is None or experimental.stratum is None:
        return [(reference, experimental)]
    known = np.union1d(reference.stratum, experimental.stratum)
    return [(reference.of(int(number)), experimental.of(int(number))) for number in known]


def fit_two_arms(reference: ArmTimes, experimental: ArmTimes) -> TwoArmFit:
    """
    Compare two arms that share no time, within strata where both have some.

    Within an arm events may share a time, as long as no censoring lies between them: Efron's
    likelihood is then that of untied events, and the log-rank test counts the ties.

    Parameters
    ----------
    reference, experimental : ArmTimes
        The arms.

    Returns
    -------
    TwoArmFit
        Cox fit and log-rank test.
    """
    parts = [risk_sets(*pair) for pair in by_stratum(reference, experimental)]
    zero = np.concatenate([part.reference for part in parts])
    one = np.concatenate([part.experimental for part in parts])
    tied = np.concatenate([part.tied for part in parts])
    observed = sum(part.observed for part in parts)
    expected, variance = log_rank_sums(zero, one, tied)
    return TwoArmFit(
        cox=maximise_partial_likelihood(zero, one, observed),
        log_rank=LogRank(
            difference=observed - float(expected),
            variance=float(variance),
            observed=float(observed),
            total=float(zero.size),
        ),
    )


def fit_tied_arms(pairs: Sequence[tuple[ArmTimes, ArmTimes]], ties: Ties) -> TwoArmFit:
    """
    Compare two arms whose patients share times.

    Parameters
    ----------
    pairs : sequence of tuple of ArmTimes
        Reference and experimental arm, one pair per stratum.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    TwoArmFit
        Cox fit and log-rank test, stratified where there are several pairs.
    """
    tables = [
        tabulate_two_arms(
            np.concatenate([arm.time for arm in pair]),
            np.concatenate([arm.event for arm in pair]),
            np.repeat((False, True), [arm.time.size for arm in pair]),
        )
        for pair in pairs
    ]
    return TwoArmFit(cox=fit_two_arm_cox(*tables, ties=ties), log_rank=two_arm_log_rank(*tables))
