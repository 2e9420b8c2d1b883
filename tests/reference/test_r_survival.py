"""R's package survival as second opinion, from stored values that regenerate.py makes anew."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.kernels import (
    EventTable,
    Ties,
    Transform,
    fit_two_arm_cox,
    greenwood_variance,
    quantile_interval,
    quantile_time,
    restricted_mean,
    survival_limits,
    survival_steps,
    tabulate_arm,
    two_arm_log_rank,
)
from survkit.reconstruction.record.measurement import measure_figures
from survkit.refit import refit_ipd
from survkit.second_opinion import Opinion, compare_opinions
from survkit.trial import Analysis, Figure, load_trial, shipped_trials
from tests.reference.r_survival import FOLDER, RERUN, answers, stored
from tests.reference.real_data import GROUPS, SETS, load_cohort
from tests.shipped import digest_as_shipped, patients_as_shipped
from tests.tolerances import EXACT

if TYPE_CHECKING:
    import pandas as pd

Z = 1.959963984540054
TRANSFORMS: tuple[Transform, ...] = ("log-log", "log", "plain")
ANALYSES = [
    f"{trial.id}--{analysis.id}"
    for trial in map(load_trial, shipped_trials())
    for analysis in trial.analyses
]


def near(expected: object, tolerance: float = EXACT) -> object:
    return pytest.approx(expected, rel=tolerance, abs=tolerance, nan_ok=True)


# ---------------------------------------------------------------- kernels on real data


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", SETS)
def test_the_cox_kernel_agrees_with_coxph(name: str, ties: Ties) -> None:
    (expected,) = answers("cox", data=name, ties=ties).itertuples()
    fit = fit_two_arm_cox(load_cohort(name).two_arms, ties=ties)
    assert fit.log_hazard_ratio == near(expected.coefficient)
    assert fit.standard_error == near(expected.standard_error)
    assert fit.log_likelihood == near(expected.log_likelihood)


@pytest.mark.parametrize("name", SETS)
def test_the_log_rank_kernel_agrees_with_survdiff(name: str) -> None:
    (expected,) = answers("log_rank", data=name).itertuples()
    test = two_arm_log_rank(load_cohort(name).two_arms)
    assert test.difference == near(expected.difference)
    assert test.variance == near(expected.variance)
    assert test.z**2 == near(expected.chi_squared)
    assert test.p_value == near(expected.p_value)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", SETS)
def test_the_stratified_cox_kernel_agrees_with_coxph(name: str, ties: Ties) -> None:
    (expected,) = answers("stratified_cox", data=name, ties=ties).itertuples()
    fit = fit_two_arm_cox(*load_cohort(name).two_arms_by_stratum, ties=ties)
    assert fit.log_hazard_ratio == near(expected.coefficient)
    assert fit.standard_error == near(expected.standard_error)
    assert fit.log_likelihood == near(expected.log_likelihood)


@pytest.mark.parametrize("name", SETS)
def test_the_stratified_log_rank_kernel_agrees_with_survdiff(name: str) -> None:
    (expected,) = answers("stratified_log_rank", data=name).itertuples()
    test = two_arm_log_rank(*load_cohort(name).two_arms_by_stratum)
    assert test.difference == near(expected.difference)
    assert test.variance == near(expected.variance)
    assert test.z**2 == near(expected.chi_squared)
    assert test.p_value == near(expected.p_value)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_the_curve_agrees_with_survfit(name: str, group: str, transform: Transform) -> None:
    expected = answers("curves", data=name, group=group, transform=transform)
    table = load_cohort(name).table(group)
    rows = np.searchsorted(table.time, expected["time"])
    steps = survival_steps(table)
    assert table.time[rows] == near(expected["time"].to_numpy())
    assert steps[rows] == near(expected["survival"].to_numpy())
    above_zero = rows[steps[rows] > 0.0]  # at zero, R has zero times infinity and prints nothing
    errors = steps[above_zero] * np.sqrt(greenwood_variance(table)[above_zero])
    assert errors == near(expected["standard_error"].to_numpy()[: errors.size])
    lower, upper = survival_limits(table, z=Z, transform=transform)
    assert lower[rows] == near(expected["lower"].to_numpy())
    assert upper[rows] == near(expected["upper"].to_numpy())


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_medians_and_limits_agree_with_survfit(name: str, group: str, transform: Transform) -> None:
    (expected,) = answers("medians", data=name, group=group, transform=transform).itertuples()
    table = load_cohort(name).table(group)
    interval = quantile_interval(table, 0.5, z=Z, transform=transform)
    assert quantile_as_in_r(table, 0.5) == near(expected.median)
    assert interval.lower == near(expected.lower)
    assert interval.upper == near(expected.upper)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize(("quartile", "share"), [("lower", 0.75), ("upper", 0.25)])
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_quartiles_and_limits_agree_with_survfit(
    name: str, group: str, quartile: str, share: float, transform: Transform
) -> None:
    where = {"data": name, "group": group, "transform": transform, "quartile": quartile}
    (expected,) = answers("quartiles", **where).itertuples()
    table = load_cohort(name).table(group)
    interval = quantile_interval(table, share, z=Z, transform=transform)
    assert quantile_as_in_r(table, share) == near(expected.time)
    assert interval.lower == near(expected.lower)
    assert interval.upper == near(expected.upper)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_median_follow_ups_agree_with_survfit(name: str, group: str, transform: Transform) -> None:
    where = {"data": name, "group": group, "transform": transform}
    (expected,) = answers("median_follow_ups", **where).itertuples()
    cohort, members = load_cohort(name), load_cohort(name).members(group)
    table = tabulate_arm(cohort.time[members], ~cohort.event[members])
    interval = quantile_interval(table, 0.5, z=Z, transform=transform)
    assert quantile_as_in_r(table, 0.5) == near(expected.median)
    assert interval.lower == near(expected.lower)
    assert interval.upper == near(expected.upper)


def quantile_as_in_r(table: EventTable, share: float) -> float:
    """The kernel's quantile, moved to the middle where the curve rests exactly on the share."""
    quantile = quantile_time(table, share)
    row = int(np.searchsorted(table.time, quantile))
    steps = survival_steps(table)
    if row + 1 < table.time.size and math.isclose(steps[row], share, abs_tol=1e-12):
        return 0.5 * (quantile + float(table.time[row + 1]))
    return quantile


def test_some_real_curve_rests_on_one_half_and_r_takes_the_middle() -> None:
    # Without such a case, the convention above would be written down and never tried.
    tables = [load_cohort(name).table(group) for name in SETS for group in GROUPS]
    assert any(quantile_as_in_r(table, 0.5) != quantile_time(table, 0.5) for table in tables)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_restricted_means_agree_with_survfit(name: str, group: str) -> None:
    (expected,) = answers("restricted_means", data=name, group=group).itertuples()
    cohort = load_cohort(name)
    assert cohort.horizon == expected.horizon
    found = restricted_mean(cohort.table(group), cohort.horizon)
    assert found.mean == near(expected.mean)
    assert found.standard_error == near(expected.standard_error)


# ---------------------------------------------------------------- the shipped analyses


@cache
def shipped(name: str) -> tuple[Analysis, pd.DataFrame]:
    """An analysis and its patients as shipped, which are what the code makes (another test)."""
    trial, _, asked = name.partition("--")
    analysis = load_trial(trial).analysis(asked)
    (seen,) = answers("digests", analysis=name)["ipd_digest"]
    if digest_as_shipped(trial, analysis) != seen:
        pytest.fail(f"R saw other patients than lie in {trial}/{asked}.csv: {RERUN}")
    return analysis, patients_as_shipped(trial, analysis)


@cache
def values_of_r(name: str) -> list[float]:
    """What R found for each figure of an analysis, in the order of its figures."""
    rows = answers("figures", analysis=name)
    keys = [(figure.key.subject, figure.key.name) for figure in shipped(name)[0].figures]
    if list(zip(rows["subject"], rows["quantity"], strict=True)) != keys:
        pytest.fail(f"R was asked for other figures than the trial files print: {RERUN}")
    return rows["value"].tolist()


@cache
def opinions(name: str) -> tuple[Opinion, ...]:
    """R's values beside those of lifelines."""
    analysis, ipd = shipped(name)
    return compare_opinions(analysis, ipd, refit_ipd(ipd, analysis).estimates, values_of_r(name))


def agrees(figure: Figure, opinion: Opinion) -> bool:
    """Whether R's value prints like the figure, lies within its tolerance or is explained."""
    if figure.printed.admits(opinion.value) or opinion.convention is not None:
        return True
    tolerance = figure.tolerance
    distance = abs(opinion.value - figure.printed.value)
    return tolerance is not None and distance <= tolerance.absolute


@pytest.mark.slow
@pytest.mark.parametrize("name", ANALYSES)
def test_r_reproduces_every_input_figure(name: str) -> None:
    missed = [
        f"{figure.key}: printed {figure.printed}, R {opinion.value:g}"
        for figure, opinion in zip(shipped(name)[0].figures, opinions(name), strict=True)
        if figure.role == "input" and not agrees(figure, opinion)
    ]
    assert not missed


@pytest.mark.parametrize("name", ANALYSES)
def test_r_and_lifelines_agree_on_every_figure_or_a_convention_explains_it(name: str) -> None:
    assert not [opinion for opinion in opinions(name) if opinion.contradicts]


def test_conventions_are_rare() -> None:
    explained = [own.convention for name in ANALYSES for own in opinions(name) if own.convention]
    assert len(explained) <= 0.02 * len(stored("figures"))


@pytest.mark.parametrize("name", ANALYSES)
def test_the_kernels_agree_with_r_on_every_input_figure(name: str) -> None:
    analysis, ipd = shipped(name)
    pairs = zip(analysis.figures, opinions(name), strict=True)
    asked = [pair for pair in pairs if pair[0].role == "input" and pair[1].convention is None]
    arms = [ipd[ipd["arm"] == arm.id] for arm in analysis.arms]
    achieved = measure_figures(
        analysis,
        [own["time"].to_numpy() for own in arms],
        [own["event"].to_numpy() == 1 for own in arms],
        [figure for figure, _ in asked],
    )
    assert achieved == near([opinion.value for _, opinion in asked])


def test_r_was_asked_about_every_shipped_analysis() -> None:
    assert stored("digests")["analysis"].tolist() == ANALYSES
    assert stored("figures")["analysis"].unique().tolist() == ANALYSES


def test_the_versions_behind_the_answers_are_on_record() -> None:
    versions = (FOLDER / "VERSIONS").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in versions] == ["R", "survival", "lifelines"]
