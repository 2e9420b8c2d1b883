"""The array kernels that the inner loops need; lifelines stays the referee of every verdict."""

from survkit.kernels.cox import CoxFit, Ties, fit_two_arm_cox, maximise_partial_likelihood
from survkit.kernels.event_table import (
    EventTable,
    TwoArmTable,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.kernels.kaplan_meier import (
    QuantileInterval,
    Transform,
    greenwood_variance,
    median_interval,
    median_time,
    quantile_interval,
    quantile_time,
    survival_at,
    survival_limits,
    survival_steps,
)
from survkit.kernels.log_rank import LogRank, two_arm_log_rank
from survkit.kernels.rmst import Rmst, restricted_mean, restricted_mean_difference

__all__ = [
    "CoxFit",
    "EventTable",
    "LogRank",
    "QuantileInterval",
    "Rmst",
    "Ties",
    "Transform",
    "TwoArmTable",
    "fit_two_arm_cox",
    "greenwood_variance",
    "maximise_partial_likelihood",
    "median_interval",
    "median_time",
    "quantile_interval",
    "quantile_time",
    "restricted_mean",
    "restricted_mean_difference",
    "survival_at",
    "survival_limits",
    "survival_steps",
    "tabulate_arm",
    "tabulate_two_arms",
    "two_arm_log_rank",
]
