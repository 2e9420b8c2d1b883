"""The two-arm log-rank test, from an event table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.kernels.cox import CoxFit
from survkit.kernels.one_step import LogRankSums, ratio_by_sums
from survkit.kernels.risk_sets import log_rank_terms

if TYPE_CHECKING:
    from survkit.kernels.event_table import TwoArmTable
    from survkit.kernels.one_step import Estimator

__all__ = ["LogRank", "two_arm_log_rank"]


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

    @property
    def p_value_one_sided(self) -> float:
        """One-sided p-value against the alternative that the experimental arm does better."""
        return 0.5 * math.erfc(-self.z / math.sqrt(2.0))


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
