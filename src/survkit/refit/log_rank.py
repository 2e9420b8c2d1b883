"""The two-arm log-rank test, stratified or not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from lifelines.statistics import logrank_test, multivariate_logrank_test
from lifelines.utils import group_survival_table_from_events

from survkit.kernels import LogRankSums, LogRatio, ratio_by_sums

if TYPE_CHECKING:
    import pandas as pd

    from survkit.kernels import Estimator, Hypothesis

__all__ = ["LogRankRefit", "compare_all_arms", "compare_arms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRankRefit:
    """A log-rank test."""

    two_sided: float  # two-sided p-value; NaN where the arms are never at risk together
    # observed minus expected events of the experimental arm; negative where it does better
    difference: float
    variance: float  # its hypergeometric variance
    observed: float  # events of the experimental arm, and of both
    total: float

    def ratio(self, estimator: Estimator) -> LogRatio:
        """Estimate the log hazard ratio and its error from the sums of the test."""
        sums = LogRankSums(self.difference, self.variance, self.observed, self.total)
        return ratio_by_sums(estimator, sums)

    def p_value(self, hypothesis: Hypothesis) -> float:
        """P-value of the test of no difference, in the direction that was asked for."""
        if hypothesis.sided == 2:
            return self.two_sided
        toward = (self.difference < 0.0) == (hypothesis.alternative == "less")
        return self.two_sided / 2.0 if toward else 1.0 - self.two_sided / 2.0


def compare_arms(data: pd.DataFrame) -> LogRankRefit:
    r"""
    Compare two arms by the log-rank test.

    lifelines has no stratified log-rank test. With strata the test is the sum over them of
    observed minus expected events and of the hypergeometric variances, both from lifelines' event
    tables: :math:`\chi^2 = (\sum_s (O_s - E_s))^2 / \sum_s V_s` with one degree of freedom.
    Without strata the p-value is that of lifelines.

    Parameters
    ----------
    data : pandas.DataFrame
        Columns ``time``, ``event`` and ``arm`` (1 experimental, 0 reference), and ``stratum`` if
        the test is stratified.

    Returns
    -------
    LogRankRefit
        The test.

    References
    ----------
    .. [1] Mantel, N., "Evaluation of survival data and two new rank order statistics arising in its
       consideration", Cancer Chemother Rep 50 (1966), 163-170.
    """
    stratified = "stratum" in data.columns
    parts = [part for _, part in data.groupby("stratum", observed=True)] if stratified else [data]
    parts = [part for part in parts if part["arm"].nunique() == 2]
    scores = [_score(part) for part in parts]
    difference = math.fsum(score for score, _ in scores)
    variance = math.fsum(variance for _, variance in scores)
    z = difference / math.sqrt(variance) if variance > 0.0 else math.nan
    two_sided = math.erfc(abs(z) / math.sqrt(2.0)) if stratified else _p_value_of_lifelines(data)
    return LogRankRefit(
        two_sided=two_sided,
        difference=difference,
        variance=variance,
        observed=math.fsum(part.loc[part["arm"] == 1, "event"].sum() for part in parts),
        total=math.fsum(part["event"].sum() for part in parts),
    )


def compare_all_arms(ipd: pd.DataFrame) -> float:
    """
    Compare all arms at once by the log-rank test, as lifelines does.

    Parameters
    ----------
    ipd : pandas.DataFrame
        Columns ``time``, ``event`` and ``arm``.

    Returns
    -------
    float
        Two-sided p-value; NaN of one arm alone, and where nobody has the event.
    """
    if len(ipd["arm"].unique()) < 2 or not ipd["event"].any():
        return math.nan
    test = multivariate_logrank_test(ipd["time"], ipd["arm"].astype(str), ipd["event"])
    return float(test.p_value)


def _score(data: pd.DataFrame) -> tuple[float, float]:
    """Return observed minus expected events of the experimental arm, and their variance."""
    data = data.sort_values("arm")  # the columns of both tables come in the order of appearance
    _, removed, observed, _ = group_survival_table_from_events(
        data["arm"], data["time"], data["event"]
    )
    at_risk = (removed.sum() - removed.cumsum().shift(1, fill_value=0.0)).to_numpy()
    events = observed.to_numpy().sum(axis=1)
    patients = at_risk.sum(axis=1)
    share = at_risk[:, 1] / patients
    spread = np.where(patients > 1, (patients - events) / np.maximum(patients - 1, 1), 0.0)
    return (
        float((observed.to_numpy()[:, 1] - events * share).sum()),
        float((events * share * (1.0 - share) * spread).sum()),
    )


def _p_value_of_lifelines(data: pd.DataFrame) -> float:
    arms = [data[data["arm"] == arm] for arm in (0.0, 1.0)]
    test = logrank_test(
        *(arm["time"] for arm in arms),
        event_observed_A=arms[0]["event"],
        event_observed_B=arms[1]["event"],
    )
    return float(test.p_value)
