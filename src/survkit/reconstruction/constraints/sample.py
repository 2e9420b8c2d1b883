"""Patients as figures are measured on them: one arm with its event table, two arms compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import (
    ArmTimes,
    CoxFit,
    EventTable,
    LogRank,
    Plateau,
    Transform,
    TwoArmTable,
    fit_two_arm_cox,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.trial import hypothesis_of

if TYPE_CHECKING:
    import pandas as pd

    from survkit.arrays import Codes, Flags, Floats
    from survkit.kernels import Hypothesis
    from survkit.trial import Analysis, Contrast

__all__ = ["ArmSample", "ContrastSample", "arm_times", "compare_samples"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSample:
    """One arm's patients."""

    time: Floats  # shape (n,); times, in the analysis' unit
    event: Flags  # shape (n,); who has the event
    stratum: Codes | None  # shape (n,); strata as numbers, where they are known
    table: EventTable  # the arm's events
    median_interval: str  # of which form the intervals of quantiles are
    plateau: Plateau | None  # what is a quantile where the curve rests on its share
    median_scale: Transform  # scales of the printed intervals of quantiles and of percentages
    survival_scale: Transform
    year: float = math.nan  # length of a year, in the analysis' unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastSample:
    """Two arms compared as the publication does."""

    reference: EventTable  # the arms' events
    experimental: EventTable
    cox: CoxFit  # the hazard ratio with its error, by a model or from the test
    plain_cox: CoxFit  # the model without strata
    tested_cox: CoxFit  # the model of the printed test, stratified or not as that is
    log_rank: LogRank  # the log-rank test, stratified or not as the printed test is
    test: str  # name of the printed test
    hypothesis: Hypothesis  # its sides, direction and margin


def arm_times(patients: pd.DataFrame) -> ArmTimes:
    """Return one arm's patients, in the order of leaving, as arrays."""
    return ArmTimes(time=patients["time"].to_numpy(), event=patients["event"].to_numpy() == 1)


def compare_samples(
    contrast: Contrast, analysis: Analysis, reference: ArmSample, experimental: ArmSample
) -> ContrastSample:
    """Fit what the figures of a contrast need; one fit serves model and test where it can."""
    test = contrast.p_value
    in_model, in_test = analysis.stratified, test is not None and test.stratified
    tables = {
        stratified: _tabulate((reference, experimental), stratified=stratified)
        for stratified in (False, in_model, in_test)
    }
    fits = {
        stratified: fit_two_arm_cox(*strata, ties=analysis.ties)
        for stratified, strata in tables.items()
    }
    cox = fits[in_model]
    if contrast.estimator != "cox":
        cox = two_arm_log_rank(*tables[in_model]).ratio(contrast.estimator)
    return ContrastSample(
        reference=reference.table,
        experimental=experimental.table,
        cox=cox,
        plain_cox=fits[False],
        tested_cox=fits[in_test],
        log_rank=two_arm_log_rank(*tables[in_test]),
        test="log-rank" if test is None else test.test,
        hypothesis=hypothesis_of(analysis.arms, contrast),
    )


def _tabulate(arms: tuple[ArmSample, ArmSample], *, stratified: bool) -> list[TwoArmTable]:
    """Tabulate two arms, one table per stratum where strata are asked for and known."""
    time = np.concatenate([arm.time for arm in arms])
    event = np.concatenate([arm.event for arm in arms])
    in_experimental = np.repeat((False, True), [arm.time.size for arm in arms])
    known = [arm.stratum for arm in arms if arm.stratum is not None]
    if not stratified or len(known) < len(arms):
        return [tabulate_two_arms(time, event, in_experimental)]
    strata = np.concatenate(known)
    return [
        tabulate_two_arms(time[inside], event[inside], in_experimental[inside])
        for inside in (strata == stratum for stratum in np.unique(strata))
    ]
