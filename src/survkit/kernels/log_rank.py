"""The two-arm log-rank test, from an event table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.kernels.risk_sets import log_rank_terms

if TYPE_CHECKING:
    from survkit.kernels.event_table import TwoArmTable

__all__ = ["LogRank", "two_arm_log_rank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """A log-rank test."""

    # observed minus expected events of the experimental arm; negative where it does better
    difference: float
    variance: float  # hypergeometric variance of the difference

    @property
    def z(self) -> float:
        """Signed standard normal statistic; negative where the experimental arm does better."""
        return self.difference / math.sqrt(self.variance) if self.variance > 0 else math.nan

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
    return LogRank(
        difference=math.fsum(float(difference.sum()) for difference, _ in parts),
        variance=math.fsum(float(variance.sum()) for _, variance in parts),
    )
