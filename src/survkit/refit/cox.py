"""The two-arm Cox model by lifelines, stratified or not."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from lifelines.statistics import proportional_hazard_test

from survkit.refit.estimate import Estimate

if TYPE_CHECKING:
    from typing import Literal

    import pandas as pd

    from survkit.kernels import Hypothesis

__all__ = ["CoxRefit"]

_COX_OPTIONS = {"precision": 1e-16, "r_precision": 0.0}
"""
lifelines stops once the Newton decrement is below the first. At its default it stops about 2e-6
short on six patients, at 1e-12 still 2e-8 short on 400; at 1e-16 it reaches the maximum on all of
them. It also stops once a step, the first of which is damped, hardly changes the likelihood: near a
ratio of 1 none does, and the log ratio stayed 0.2 % short.
"""


class CoxRefit:
    """
    A Cox model of two arms, fitted when first asked for.

    Parameters
    ----------
    data : pandas.DataFrame
        Columns ``time``, ``event`` and ``arm`` (1 experimental, 0 reference), and ``stratum`` if
        the model is stratified.
    ties : {"efron", "breslow"}
        What the printed model does with ties.
    """

    def __init__(self, data: pd.DataFrame, ties: str) -> None:
        self._data = data
        self._strata = ["stratum"] if "stratum" in data.columns else None
        self._ties = ties
        self._fits: dict[float, Any] = {}

    @property
    def has_maximum(self) -> bool:
        """Whether the partial likelihood of the patients has a maximum."""
        return self._fit() is not None

    def hazard_ratio(self) -> Estimate:
        """Return the hazard ratio."""
        rising, falling = (self._meets(experimental=arm) for arm in (True, False))
        if rising != falling:
            return Estimate(math.inf if rising else 0.0)
        if refusal := self._refusal():
            return refusal
        return Estimate(float(self._fit().hazard_ratios_["arm"]))

    def hazard_ratio_limit(self, level: float, side: Literal["lower", "upper"]) -> Estimate:
        """Return a Wald limit of the hazard ratio."""
        if refusal := self._refusal():
            return refusal
        limits = self._fit(level).confidence_intervals_.loc["arm"]
        return Estimate(math.exp(float(limits.iloc[1 if side == "upper" else 0])))

    def p_value(self, hypothesis: Hypothesis) -> Estimate:
        """Return the p-value of the Wald test, against a margin where there is one."""
        if refusal := self._refusal():
            return refusal
        row = self._fit().summary.loc["arm"]
        if hypothesis.sided == 2 and not hypothesis.log_margin:
            return Estimate(float(row["p"]))
        z = hypothesis.wald(float(row["coef"]), float(row["se(coef)"]))
        return Estimate(hypothesis.p_value(z))

    def proportional_hazards(self) -> float:
        """Test proportional hazards, on scaled Schoenfeld residuals and ranked times."""
        fitter = self._fit()
        if fitter is None:
            return math.nan
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = proportional_hazard_test(fitter, self._data, time_transform="rank")
        return float(result.summary["p"].iloc[0])

    def _fit(self, level: float = 95.0) -> Any:
        """Fit the model with limits at a confidence level in percent; None without a maximum."""
        if level not in self._fits:
            bounded = self._meets(experimental=True) and self._meets(experimental=False)
            self._fits[level] = self._fit_bounded(level) if bounded else None
        return self._fits[level]

    def _fit_bounded(self, level: float) -> CoxPHFitter | None:
        fitter = CoxPHFitter(alpha=1.0 - level / 100.0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(
                    self._data, "time", "event", strata=self._strata, fit_options=_COX_OPTIONS
                )
        except ConvergenceError:
            return None
        return fitter

    def _meets(self, *, experimental: bool) -> bool:
        """
        Tell whether an arm has an event while a patient of the other arm is at risk.

        Unless both arms do, the partial likelihood has no maximum, and lifelines may stop at a
        ratio far out on its slope without an error.
        """
        strata = (
            self._data.groupby("stratum", observed=True) if self._strata else [(None, self._data)]
        )
        for _, patients in strata:
            inside = patients["arm"] == float(experimental)
            events = patients.loc[inside & (patients["event"] == 1), "time"]
            if bool((events <= patients.loc[~inside, "time"].max()).any()):
                return True
        return False

    def _refusal(self) -> Estimate | None:
        if self._fit() is None:
            return Estimate.none("the partial likelihood of these patients has no maximum")
        if self._ties != "efron" and self._tied():
            return Estimate.none(f"lifelines treats ties by Efron, printed is {self._ties}")
        return None

    def _tied(self) -> bool:
        """Tell whether two events share their time, and their stratum where there are any."""
        place = ["time", *(self._strata or ())]
        return bool(self._data.loc[self._data["event"] == 1, place].duplicated().any())
