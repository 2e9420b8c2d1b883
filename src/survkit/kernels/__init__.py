"""The array kernels that the inner loops need; lifelines stays the referee of every verdict."""

from __future__ import annotations

from survkit.kernels.cox import CoxFit, fit_two_arm_cox, maximise_partial_likelihood
from survkit.kernels.event_table import (
    EventTable,
    TwoArmTable,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.kernels.greenwood import (
    Transform,
    confidence_limit,
    event_terms,
    follow_curve,
    log_limit,
    root_behind_limit,
    single_event_terms,
)
from survkit.kernels.hypothesis import Alternative, Hypothesis
from survkit.kernels.kaplan_meier import (
    QuantileInterval,
    greenwood_variance,
    incidence_at,
    quantile_interval,
    quantile_time,
    summed_survival,
    survival_at,
    survival_limits,
    survival_steps,
)
from survkit.kernels.log_rank import LogRank, overall_p_value, two_arm_log_rank
from survkit.kernels.normal import normal_quantile, two_sided_quantile
from survkit.kernels.one_step import Estimator, LogRankSums, LogRatio, ratio_by_sums
from survkit.kernels.quantile_error import (
    DENSITY_STEP,
    Plateau,
    error_of_quantile,
    quantile_of_rest,
    rest_on,
    symmetric_limits,
)
from survkit.kernels.risk_sets import (
    LogRatioFit,
    Ties,
    comparison_terms,
    count_tied,
    experimental_share,
    log_rank_sums,
    log_rank_terms,
    newton_steps,
)
from survkit.kernels.rmst import Rmst, restricted_mean, restricted_mean_difference, restricted_means
from survkit.kernels.two_arms import (
    ArmTimes,
    RiskSets,
    TwoArmFit,
    by_stratum,
    fit_tied_arms,
    fit_two_arms,
    moved_risk_sets,
    risk_sets,
)

__all__ = [
    "DENSITY_STEP",
    "Alternative",
    "ArmTimes",
    "CoxFit",
    "Estimator",
    "EventTable",
    "Hypothesis",
    "LogRank",
    "LogRankSums",
    "LogRatio",
    "LogRatioFit",
    "Plateau",
    "QuantileInterval",
    "RiskSets",
    "Rmst",
    "Ties",
    "Transform",
    "TwoArmFit",
    "TwoArmTable",
    "by_stratum",
    "comparison_terms",
    "confidence_limit",
    "count_tied",
    "error_of_quantile",
    "event_terms",
    "experimental_share",
    "fit_tied_arms",
    "fit_two_arm_cox",
    "fit_two_arms",
    "follow_curve",
    "greenwood_variance",
    "incidence_at",
    "log_limit",
    "log_rank_sums",
    "log_rank_terms",
    "maximise_partial_likelihood",
    "moved_risk_sets",
    "newton_steps",
    "normal_quantile",
    "overall_p_value",
    "quantile_interval",
    "quantile_of_rest",
    "quantile_time",
    "ratio_by_sums",
    "rest_on",
    "restricted_mean",
    "restricted_mean_difference",
    "restricted_means",
    "risk_sets",
    "root_behind_limit",
    "single_event_terms",
    "summed_survival",
    "survival_at",
    "survival_limits",
    "survival_steps",
    "symmetric_limits",
    "tabulate_arm",
    "tabulate_two_arms",
    "two_arm_log_rank",
    "two_sided_quantile",
]
