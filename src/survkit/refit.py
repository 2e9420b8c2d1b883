"""The referee: lifelines analyses the synthetic patients as it would analyse anybody's.

This is the only room that imports lifelines. Every verdict rests on its numbers, never on those of
the kernels that made the patients.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.exceptions import ConvergenceError
from lifelines.statistics import StatisticalResult, logrank_test, proportional_hazard_test
from lifelines.utils import median_survival_times

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.trial import Analysis, Contrast, Figure

__all__ = ["Curve", "Estimate", "Refit", "refit_ipd"]

_COX_OPTIONS = {"precision": 1e-16}
"""
lifelines stops once the Newton decrement is below this. At its default it stops about 2e-6 short on
six patients, at 1e-12 still 2e-8 short on 400; at 1e-16 it reaches the maximum on all of them.
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    What the referee says about one figure.

    Parameters
    ----------
    value : float
        The estimate in the printed unit: infinite for "not reached", NaN where there is none.
    reason : str or None
        Why there is none.
    """

    value: float
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """
    One arm's Kaplan-Meier curve.

    Parameters
    ----------
    steps : pandas.DataFrame
        Index ``time``, in the analysis' unit, starting at 0; columns ``survival``, ``lower`` and
        ``upper``, probabilities, with 95 % log-log limits.
    median : float
        The median, infinite where it is not reached.
    """

    steps: pd.DataFrame
    median: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """
    The referee's analysis of one set of patients.

    Parameters
    ----------
    estimates : tuple of Estimate
        One per figure of the analysis, in the order of its figures.
    curves : dict of str to Curve
        Kaplan-Meier curves by arm id.
    proportional_hazards : dict of str to float
        By contrast, the p-value of the test on scaled Schoenfeld residuals; information only.
    """

    estimates: tuple[Estimate, ...]
    curves: dict[str, Curve]
    proportional_hazards: dict[str, float]


def refit_ipd(ipd: pd.DataFrame, analysis: Analysis) -> Refit:
    """
    Fit Kaplan-Meier curves and Cox models to patients, and read off every figure of an analysis.

    Parameters
    ----------
    ipd : pandas.DataFrame
        Columns ``time``, ``event`` and ``arm``; with a column ``stratum`` the Cox models and tests
        of stratified analyses are stratified.
    analysis : Analysis
        Whose figures are asked for.

    Returns
    -------
    Refit
        Estimates, curves and the test of proportional hazards.
    """
    arms = {arm.id: _ArmRefit(ipd[ipd["arm"] == arm.id], analysis) for arm in analysis.arms}
    contrasts = {
        contrast.subject: _ContrastRefit(ipd, contrast, analysis) for contrast in analysis.contrasts
    }
    totals = {"total_n": float(len(ipd)), "total_events": float(ipd["event"].sum())}
    estimates = []
    for figure in analysis.figures:
        subject, quantity = figure.key.subject, figure.key.quantity
        if subject in arms:
            estimates.append(_OF_ARM[quantity](arms[subject], figure))
        elif subject in contrasts:
            estimates.append(_OF_CONTRAST[quantity](contrasts[subject], figure))
        else:
            estimates.append(Estimate(totals[quantity]))
    return Refit(
        estimates=tuple(estimates),
        curves={arm: refitted.curve() for arm, refitted in arms.items()},
        proportional_hazards={
            subject: refitted.proportional_hazards() for subject, refitted in contrasts.items()
        },
    )


class _ArmRefit:
    """Kaplan-Meier fits of one arm, one per confidence level."""

    def __init__(self, patients: pd.DataFrame, analysis: Analysis) -> None:
        self.patients = patients
        self.transform = analysis.median_interval
        self._fits: dict[float, KaplanMeierFitter] = {}

    def fit(self, level: float = 95.0) -> KaplanMeierFitter:
        """Fit the curve with limits at a confidence level in percent."""
        if level not in self._fits:
            fitter = KaplanMeierFitter(alpha=1.0 - level / 100.0)
            self._fits[level] = fitter.fit(self.patients["time"], self.patients["event"])
        return self._fits[level]

    def curve(self) -> Curve:
        """Return the curve with 95 % limits."""
        fitter = self.fit()
        steps = pd.concat([fitter.survival_function_, fitter.confidence_interval_], axis=1)
        return Curve(
            steps=steps.set_axis(["survival", "lower", "upper"], axis=1).rename_axis("time"),
            median=float(fitter.median_survival_time_),
        )

    def median_limit(self, figure: Figure) -> Estimate:
        """Read a limit of the median off the limits of the curve."""
        if refusal := self._refusal():
            return refusal
        limits = median_survival_times(self.fit(figure.level).confidence_interval_)
        return Estimate(float(limits.iloc[0, 1 if _is_upper(figure) else 0]))

    def survival(self, figure: Figure) -> Estimate:
        """Read the curve at a point in time."""
        if refusal := self._beyond(figure):
            return refusal
        return Estimate(100.0 * float(self.fit().predict(figure.key.instant)))

    def survival_limit(self, figure: Figure) -> Estimate:
        """Read a limit of the curve at a point in time."""
        if refusal := self._refusal() or self._beyond(figure):
            return refusal
        limits = self.fit(figure.level).confidence_interval_
        row = int(limits.index.searchsorted(figure.key.instant, side="right")) - 1
        return Estimate(100.0 * float(limits.iloc[row, 1 if _is_upper(figure) else 0]))

    def _refusal(self) -> Estimate | None:
        if self.transform == "log-log":
            return None
        reason = f"the printed interval is {self.transform}, lifelines computes log-log limits only"
        return Estimate(math.nan, reason)

    def _beyond(self, figure: Figure) -> Estimate | None:
        end = float(self.patients["time"].max())
        survival = self.fit().survival_function_
        if figure.key.instant <= end or float(survival.iloc[-1, 0]) == 0.0:
            return None
        return Estimate(math.nan, f"the synthetic follow-up of the arm ends at {end:g}")


class _ContrastRefit:
    """Cox model and log-rank test of two arms, fitted when first asked for."""

    def __init__(self, ipd: pd.DataFrame, contrast: Contrast, analysis: Analysis) -> None:
        pair = ipd[ipd["arm"].isin([contrast.reference, contrast.experimental])]
        self.experimental = pair["arm"] == contrast.experimental
        self.data = pd.DataFrame(
            {"time": pair["time"], "event": pair["event"], "arm": self.experimental.astype(float)}
        )
        self.strata = ["stratum"] if analysis.stratified_by and "stratum" in ipd.columns else None
        if self.strata:
            self.data["stratum"] = pair["stratum"]
        self.contrast = contrast
        self.ties = analysis.ties
        self._cox: dict[float, Any] = {}
        self._test: StatisticalResult | None = None

    def cox(self, level: float = 95.0) -> Any:
        """Fit the model with limits at a confidence level in percent; None without a maximum."""
        if level not in self._cox:
            bounded = self._meets(experimental=True) and self._meets(experimental=False)
            self._cox[level] = self._fit(level) if bounded else None
        return self._cox[level]

    def _fit(self, level: float) -> CoxPHFitter | None:
        fitter = CoxPHFitter(alpha=1.0 - level / 100.0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(self.data, "time", "event", strata=self.strata, fit_options=_COX_OPTIONS)
        except ConvergenceError:
            return None
        return fitter

    def _meets(self, *, experimental: bool) -> bool:
        """
        Tell whether an arm has an event while a patient of the other arm is at risk.

        Unless both arms do, the partial likelihood has no maximum, and lifelines may stop at a
        ratio far out on its slope without an error.
        """
        strata = self.data.groupby("stratum") if self.strata else [(None, self.data)]
        for _, patients in strata:
            own = patients["arm"] == float(experimental)
            events = patients.loc[own & (patients["event"] == 1), "time"]
            if bool((events <= patients.loc[~own, "time"].max()).any()):
                return True
        return False

    def hazard_ratio(self, figure: Figure) -> Estimate:
        """Return the hazard ratio, experimental over reference; zero or infinite without bounds."""
        if self._meets(experimental=True) != self._meets(experimental=False):
            return Estimate(math.inf if self._meets(experimental=True) else 0.0)
        if refusal := self._refusal():
            return refusal
        fitter = self.cox(figure.level)
        return Estimate(float(fitter.hazard_ratios_["arm"]))

    def hazard_ratio_limit(self, figure: Figure) -> Estimate:
        """Return a Wald limit of the hazard ratio."""
        if refusal := self._refusal():
            return refusal
        fitter = self.cox(figure.level)
        limits = fitter.confidence_intervals_.loc["arm"]
        return Estimate(math.exp(float(limits.iloc[1 if _is_upper(figure) else 0])))

    def p_value(self, _: Figure) -> Estimate:
        """Return the p-value of the printed test, one-sided against a better experimental arm."""
        test = self.contrast.p_value
        if test is None:
            return Estimate(math.nan, "no test is printed")
        if test.stratified and self.strata is None:
            return Estimate(math.nan, "the printed test is stratified, the strata are not known")
        if test.stratified and test.test == "log-rank":
            return Estimate(math.nan, "lifelines has no stratified log-rank test")
        if test.test == "wald":
            if refusal := self._refusal():
                return refusal
            two_sided = float(self.cox().summary.loc["arm", "p"])
        else:
            two_sided = float(self._log_rank().p_value)
        if test.sided == 2:
            return Estimate(two_sided)
        return Estimate(two_sided / 2.0 if self._is_better() else 1.0 - two_sided / 2.0)

    def proportional_hazards(self) -> float:
        """P-value of the test on scaled Schoenfeld residuals against ranked times."""
        fitter = self.cox()
        if fitter is None:
            return math.nan
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = proportional_hazard_test(fitter, self.data, time_transform="rank")
        return float(result.summary["p"].iloc[0])

    def _log_rank(self) -> StatisticalResult:
        if self._test is None:
            arms = [self.data[~self.experimental], self.data[self.experimental]]
            self._test = logrank_test(
                *(arm["time"] for arm in arms),
                event_observed_A=arms[0]["event"],
                event_observed_B=arms[1]["event"],
            )
        return self._test

    def _is_better(self) -> bool:
        """Tell whether the experimental arm has the lower hazard."""
        fitter = self.cox()
        if fitter is not None:
            return float(fitter.params_["arm"]) < 0.0
        return not self._meets(experimental=True)

    def _refusal(self) -> Estimate | None:
        if self.cox() is None:
            return Estimate(math.nan, "the partial likelihood of these patients has no maximum")
        tied = self.data.loc[self.data["event"] == 1, "time"].duplicated().any()
        if self.ties != "efron" and tied:
            return Estimate(math.nan, f"lifelines treats ties by Efron, printed is {self.ties}")
        return None


def _is_upper(figure: Figure) -> bool:
    return figure.key.quantity.endswith("_upper")


_OF_ARM: dict[str, Callable[[_ArmRefit, Figure], Estimate]] = {
    "n": lambda arm, _: Estimate(float(len(arm.patients))),
    "events": lambda arm, _: Estimate(float(arm.patients["event"].sum())),
    "median": lambda arm, _: Estimate(float(arm.fit().median_survival_time_)),
    "median_lower": _ArmRefit.median_limit,
    "median_upper": _ArmRefit.median_limit,
    "survival": _ArmRefit.survival,
    "survival_lower": _ArmRefit.survival_limit,
    "survival_upper": _ArmRefit.survival_limit,
    # lifelines counts patients still at risk after t, journals those at t (lifelines issue 1316)
    "at_risk": lambda arm, figure: Estimate(
        float((arm.patients["time"] >= figure.key.instant).sum())
    ),
    "max_follow_up": lambda arm, _: Estimate(float(arm.patients["time"].max())),
}

_OF_CONTRAST: dict[str, Callable[[_ContrastRefit, Figure], Estimate]] = {
    "hazard_ratio": _ContrastRefit.hazard_ratio,
    "hazard_ratio_lower": _ContrastRefit.hazard_ratio_limit,
    "hazard_ratio_upper": _ContrastRefit.hazard_ratio_limit,
    "p_value": _ContrastRefit.p_value,
}
