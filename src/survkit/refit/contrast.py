"""Two arms compared: hazard ratio, p-value, difference of restricted means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from survkit.kernels import two_sided_quantile
from survkit.refit.arm import ArmRefit, side_of
from survkit.refit.cox import CoxRefit
from survkit.refit.curve import RestrictedMean
from survkit.refit.estimate import Estimate
from survkit.refit.log_rank import compare_arms
from survkit.trial import hypothesis_of, prints_no_maximum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from survkit.trial import Analysis, Contrast, Figure

__all__ = ["ContrastRefit"]


class ContrastRefit:
    """
    Two arms, compared.

    The hazard ratio is that of a stratified model where the analysis is stratified and the patients
    have strata; without strata it is that of the plain model. A test is stratified where the file
    says so of the test, whatever the model is.

    Parameters
    ----------
    ipd : pandas.DataFrame
        All patients, columns ``time``, ``event``, ``arm`` and perhaps ``stratum``.
    contrast : Contrast
        Which arms.
    analysis : Analysis
        Whose conventions apply.
    arms : mapping of str to ArmRefit
        The arms by id.
    """

    def __init__(
        self,
        ipd: pd.DataFrame,
        contrast: Contrast,
        analysis: Analysis,
        arms: Mapping[str, ArmRefit],
    ) -> None:
        pair = ipd[ipd["arm"].isin([contrast.reference, contrast.experimental])]
        experimental = (pair["arm"] == contrast.experimental).astype(float)
        self._data = pd.DataFrame({"time": pair["time"], "event": pair["event"]})
        self._data["arm"] = experimental
        # lifelines stops at a stratum that the file has, and these two arms have not
        self._strata = pair["stratum"].astype(str) if "stratum" in ipd.columns else None
        self._stratified_model = analysis.stratified and self._strata is not None
        self._contrast, self._ties, self._arms = contrast, analysis.ties, arms
        self._hypothesis = hypothesis_of(analysis.arms, contrast)
        self._models: dict[bool, CoxRefit] = {}

    def estimate(self, figure: Figure) -> Estimate:
        """
        Say what the two arms give for a figure.

        Parameters
        ----------
        figure : Figure
            A figure of the contrast.

        Returns
        -------
        Estimate
            In the figure's unit.
        """
        return _READINGS[figure.key.quantity](self, figure)

    def proportional_hazards(self) -> float:
        """Test the proportionality of the hazards in the model of the hazard ratio."""
        return self._cox(stratified=self._stratified_model).proportional_hazards()

    def _hazard_ratio(self, figure: Figure) -> Estimate:
        """Return the hazard ratio, or a limit of it."""
        if self._contrast.estimator != "cox":
            return self._ratio_of_test(figure)
        model = self._cox(stratified=self._stratified_model)
        if prints_no_maximum(figure) and not model.has_maximum:
            return Estimate(0.0 if figure.printed.reached else math.inf)
        if not figure.key.is_limit:
            return model.hazard_ratio()
        return model.hazard_ratio_limit(figure.level, side_of(figure))

    def _unstratified_ratio(self, figure: Figure) -> Estimate:
        """Return the hazard ratio of the model without strata, or a limit of it."""
        model = self._cox(stratified=False)
        if not figure.key.is_limit:
            return model.hazard_ratio()
        return model.hazard_ratio_limit(figure.level, side_of(figure))

    def _ratio_of_test(self, figure: Figure) -> Estimate:
        """Return the ratio that the sums of the log-rank test give, or a limit of it."""
        compared = compare_arms(self._patients(stratified=self._stratified_model))
        found = compared.ratio(self._contrast.estimator)
        log_ratio, error = float(found.log_ratio), float(found.error)
        if not figure.key.is_limit:
            return Estimate(math.exp(log_ratio))
        if not math.isfinite(log_ratio):
            return Estimate.none("the log-rank test of these patients gives no error")
        half = two_sided_quantile(figure.level) * error
        return Estimate(math.exp(log_ratio + (half if side_of(figure) == "upper" else -half)))

    def _risk_reduction(self, figure: Figure) -> Estimate:
        """Return the reduction of the hazard in percent."""
        ratio = self._hazard_ratio(figure)
        return Estimate(100.0 * (1.0 - ratio.value), ratio.reason)

    def _p_value(self, _: Figure) -> Estimate:
        """Return the p-value of the printed test."""
        test = self._contrast.p_value
        if test is None:
            return Estimate.none("no test is printed")
        if test.stratified and self._strata is None:
            return Estimate.none("the printed test is stratified, the strata are not known")
        if not self._hypothesis.known:
            return Estimate.none("the margin of the test is not stated")
        if test.test == "wald":
            return self._cox(stratified=test.stratified).p_value(self._hypothesis)
        compared = compare_arms(self._patients(stratified=test.stratified))
        return Estimate(compared.p_value(self._hypothesis))

    def _restricted_mean_difference(self, figure: Figure) -> Estimate:
        """Return the area between the curves, experimental minus reference, or a limit of it."""
        horizon = figure.key.instant
        names = (self._contrast.experimental, self._contrast.reference)
        for name in names:
            if ends := self._arms[name].ends_before(horizon):
                return Estimate.none(f"the synthetic follow-up of arm {name} {ends}")
        treated, without = (self._arms[name].curve.restricted_mean(horizon) for name in names)
        area = RestrictedMean(
            mean=treated.mean - without.mean,
            standard_error=math.hypot(treated.standard_error, without.standard_error),
        )
        if not figure.key.is_limit:
            return Estimate(area.mean)
        return Estimate(area.limit(figure.level, side_of(figure)))

    def _survival_difference(self, figure: Figure) -> Estimate:
        """Return the difference of survival at a point in time, a limit of it, or its p-value."""
        time = figure.key.instant
        names = (self._contrast.experimental, self._contrast.reference)
        for name in names:
            if ends := self._arms[name].ends_before(time):
                return Estimate.none(f"the synthetic follow-up of arm {name} {ends}")
        one, other = (self._arms[name].curve for name in names)
        difference = one.survival(time) - other.survival(time)
        error = math.hypot(one.survival_error(time), other.survival_error(time))
        if figure.key.quantity == "survival_p_value":
            if error == 0.0:
                return Estimate.none("no event before that time gives the difference an error")
            return Estimate(math.erfc(abs(difference) / error / math.sqrt(2.0)))
        area = RestrictedMean(mean=difference, standard_error=error)
        if not figure.key.is_limit:
            return Estimate(100.0 * difference)
        return Estimate(100.0 * area.limit(figure.level, side_of(figure)))

    def _cox(self, *, stratified: bool) -> CoxRefit:
        if stratified not in self._models:
            self._models[stratified] = CoxRefit(self._patients(stratified=stratified), self._ties)
        return self._models[stratified]

    def _patients(self, *, stratified: bool) -> pd.DataFrame:
        """Return the patients of both arms, with their strata where these matter."""
        return self._data.assign(stratum=self._strata) if stratified else self._data


_READINGS: dict[str, Callable[[ContrastRefit, Figure], Estimate]] = {
    "hazard_ratio": ContrastRefit._hazard_ratio,
    "unstratified_hazard_ratio": ContrastRefit._unstratified_ratio,
    "risk_reduction": ContrastRefit._risk_reduction,
    "p_value": ContrastRefit._p_value,
    "rmst_difference": ContrastRefit._restricted_mean_difference,
    "survival_difference": ContrastRefit._survival_difference,
    "survival_p_value": ContrastRefit._survival_difference,
}
