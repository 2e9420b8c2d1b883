"""The log-rank test, of two arms from an event table and of all arms at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.cox import CoxFit
from survkit.kernels.one_step import LogRankSums, ratio_by_sums
from survkit.kernels.risk_sets import log_rank_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Flags, Floats
    from survkit.kernels.event_table import TwoArmTable
    from survkit.kernels.one_step import Estimator

__all__ = ["LogRank", "overall_p_value", "two_arm_log_rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """A log-rank test."""

    # observed minus expected events of the experimental arm; negative where it does better
    difference: float
    variance: float  # hypergeometric variance of the difference
    observed: float = math.nan  # events of the experimental arm
    total: float = math.nan  # events of both arms

    @property
    def sums(self) -> LogRankSums:
        """What the test adds up."""
        return LogRankSums(self.difference, self.variance, self.observed, self.total)

    @property
    def z(self) -> float:
        """Signed standard normal statistic; negative where the experimental arm does better."""
        return self.difference / math.sqrt(self.variance) if self.variance > 0 else math.nan

    def ratio(self, estimator: Estimator) -> CoxFit:
        """
        Estimate the hazard ratio from the sums of the test.

        Parameters
        ----------
        estimator : {"peto", "pike"}
            Which estimate; see `ratio_by_sums`.

        Returns
        -------
        CoxFit
            Log ratio and error in the place of a model's; it has no likelihood.
        """
        found = ratio_by_sums(estimator, self.sums)
        known = math.isfinite(found.log_ratio) and self.variance > 0.0
        return CoxFit(
            log_hazard_ratio=float(found.log_ratio),
            standard_error=float(found.error) if known else math.nan,
            log_likelihood=math.nan,
        )

    @property
    def p_value(self) -> float:
        """Two-sided p-value of the chi-squared test with one degree of freedom."""
        return math.erfc(abs(self.z) / math.sqrt(2.0))


def overall_p_value(arms: Sequence[tuple[Floats, Flags]]) -> float:
    r"""
    Test all arms at once by the log-rank test.

    :math:`\chi^2 = (O - E)^T V^{-1} (O - E)` over all arms but one, with one degree of freedom
    for each.

    Parameters
    ----------
    arms : sequence of tuple of ndarray, each of shape (n,)
        For each arm its patients' times, and who has the event.

    Returns
    -------
    float
        Two-sided p-value; NaN where the variance has no inverse, as of a single arm.

    References
    ----------
    .. [1] Kalbfleisch, J. D., Prentice, R. L., "The Statistical Analysis of Failure Time Data",
       2nd ed. (2002), section 1.4.

    Examples
    --------
    >>> import numpy as np
    >>> died = np.ones(3, dtype=bool)
    >>> times = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [5.0, 7.0, 8.0])
    >>> round(overall_p_value([(np.array(time), died) for time in times]), 4)
    0.0215
    """
    from scipy.special import chdtrc  # noqa: PLC0415 - takes a while to load, and few need it

    distinct = np.unique(np.concatenate([time[event] for time, event in arms]))
    at_risk = np.array([[(time >= at).sum() for at in distinct] for time, _ in arms], dtype=float)
    events = np.array([[(time[event] == at).sum() for at in distinct] for time, event in arms])
    together, had = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / together
    spread = had * (together - had) / np.maximum(together - 1.0, 1.0)
    off = (events - had * share).sum(axis=1)
    variance = np.diag(share @ spread) - (share * spread) @ share.T
    if len(arms) == 1 or np.linalg.matrix_rank(variance) < len(arms) - 1:
        return math.nan
    statistic = off[1:] @ np.linalg.solve(variance[1:, 1:], off[1:])
    return float(chdtrc(len(arms) - 1, statistic))


def two_arm_log_rank(*strata: TwoArmTable) -> LogRank:
    """
    Compare two arms by the log-rank test.

    Parameters
    ----------
    *strata : TwoArmTable
        Events and numbers at risk of both arms: one table, or one per stratum, whose differences
        and variances add up to the stratified test.

    Returns
    -------
    LogRank
        Observed minus expected events and their hypergeometric variance.

    References
    ----------
    .. [1] Mantel, N., "Evaluation of survival data and two new rank order statistics arising in its
       consideration", Cancer Chemother Rep 50 (1966), 163-170.
    """
    parts = [log_rank_terms(table.events, table.at_risk) for table in strata]
    # of one arm alone, as many are observed as expected
    compared = [table for table in strata if len(strata) == 1 or table.at_risk[:, :1].all()]
    return LogRank(
        difference=math.fsum(float(difference.sum()) for difference, _ in parts),
        variance=math.fsum(float(variance.sum()) for _, variance in parts),
        observed=float(sum(table.events[1].sum() for table in compared)),
        total=float(sum(table.events.sum() for table in compared)),
    )
