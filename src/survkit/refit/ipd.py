"""Patients to estimates: every figure of an analysis, read off lifelines' fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from survkit.refit.arm import ArmRefit
from survkit.refit.contrast import ContrastRefit
from survkit.refit.estimate import Estimate
from survkit.refit.log_rank import compare_all_arms
from survkit.typed import as_analysis, as_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.refit.curve import Curve
    from survkit.trial import Analysis, Figure

__all__ = ["Refit", "refit_ipd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refit:
    """The referee's analysis of one set of patients."""

    estimates: tuple[Estimate, ...]  # one per figure of the analysis, in the order of its figures
    curves: dict[str, Curve]  # Kaplan-Meier curves by arm id
    # by contrast, the p-value of the test on scaled Schoenfeld residuals; information only
    proportional_hazards: dict[str, float]


def refit_ipd(ipd: pd.DataFrame, analysis: Analysis) -> Refit:
    """
    Fit Kaplan-Meier curves and Cox models to patients, and read off every figure of an analysis.

    Parameters
    ----------
    ipd : pandas.DataFrame
        Columns ``time``, ``event`` and ``arm``; with a column ``stratum`` the Cox models of
        stratified analyses and the tests printed as stratified are stratified.
    analysis : Analysis
        Whose figures are asked for.

    Returns
    -------
    Refit
        Estimates, curves and the test of proportional hazards.
    """
    analysis = as_analysis(analysis, "refit_ipd")
    as_instance(ipd, pd.DataFrame, "refit_ipd", "a pandas.DataFrame of patients")
    arms = {arm.id: ArmRefit(ipd[ipd["arm"] == arm.id], analysis) for arm in analysis.arms}
    contrasts = {
        contrast.subject: ContrastRefit(ipd, contrast, analysis, arms)
        for contrast in analysis.contrasts
    }
    subjects: dict[str, ArmRefit | ContrastRefit] = {**arms, **contrasts}
    return Refit(
        estimates=tuple(
            subjects[figure.key.subject].estimate(figure)
            if figure.key.subject
            else _OF_ALL[figure.key.quantity](ipd, analysis, figure)
            for figure in analysis.figures
        ),
        curves={arm: refitted.curve.curve for arm, refitted in arms.items()},
        proportional_hazards={
            subject: refitted.proportional_hazards() for subject, refitted in contrasts.items()
        },
    )


_OF_ALL: dict[str, Callable[[pd.DataFrame, Analysis, Figure], Estimate]] = {
    "total_n": lambda ipd, _analysis, _figure: Estimate(float(len(ipd))),
    "total_events": lambda ipd, _analysis, _figure: Estimate(float(ipd["event"].sum())),
    "overall_median_follow_up": lambda ipd, analysis, figure: ArmRefit(ipd, analysis).estimate(
        figure
    ),
    "overall_p_value": lambda ipd, _analysis, _figure: Estimate(compare_all_arms(ipd)),
}
"""How the figures of all arms together are read."""
