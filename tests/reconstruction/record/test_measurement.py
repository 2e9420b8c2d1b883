"""The kernels' measure of patients against the referee's, on every quantity there is."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import pytest

from survkit.kernels import survival_at, tabulate_arm
from survkit.quantity import QUANTITIES, FigureKey
from survkit.reconstruction.record.measurement import measure_figures
from survkit.refit import refit_ipd
from tests.reference.real_data import GROUPS, SETS, load_cohort
from tests.refit.documents import every_figure
from tests.refit.estimates import real_patients
from tests.tolerances import ENGINE, EXACT

if TYPE_CHECKING:
    from survkit.trial import Analysis


def measured(name: str, analysis: Analysis, *, strata: bool = False) -> list[float]:
    """What the kernels make of a real data set."""
    cohort = load_cohort(name)
    members = [cohort.members(group) for group in GROUPS]
    return measure_figures(
        analysis,
        [cohort.time[own] for own in members],
        [cohort.event[own] for own in members],
        analysis.figures,
        [cohort.stratum[own] for own in members] if strata else None,
    )


def agree(name: str, analysis: Analysis, *, strata: bool = False) -> None:
    """Hold the kernels against lifelines wherever lifelines has an estimate."""
    refit = refit_ipd(real_patients(name, strata=strata), analysis)
    values = measured(name, analysis, strata=strata)
    for figure, estimate, value in zip(analysis.figures, refit.estimates, values, strict=True):
        if estimate.reason is None and not is_end_of_rest(name, figure.key, value):
            # lifelines stops its search for the hazard ratio up to 1e-8 short.
            near = ENGINE if figure.key.definition.scope == "contrast" else EXACT
            expected = pytest.approx(estimate.value, rel=near, abs=near, nan_ok=True)
            assert value == expected, str(figure.key)


def is_end_of_rest(name: str, key: FigureKey, time: float) -> bool:
    """Tell whether a curve rests on one half: lifelines rounds, and may see its other end."""
    if key.is_limit or key.quantity not in {"median", "median_follow_up"}:
        return False
    cohort, members = load_cohort(name), load_cohort(name).members(key.subject)
    event = cohort.event if key.quantity == "median" else ~cohort.event
    table = tabulate_arm(cohort.time[members], event[members])
    return math.isclose(float(survival_at(table, [time])[0]), 0.5, abs_tol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_every_quantity_agrees_with_the_referee(name: str) -> None:
    analysis = every_figure(Decimal(str(load_cohort(name).horizon)))
    assert {figure.key.quantity for figure in analysis.figures} == set(QUANTITIES)
    assert {figure.key.side for figure in analysis.figures} == {"estimate", "lower", "upper"}
    agree(name, analysis)


@pytest.mark.parametrize(
    ("median", "survival"), list(product(["log", "plain"], ["log-log", "plain"]))
)
@pytest.mark.parametrize("name", ["larynx", "gbsg2"])
def test_the_scales_of_the_intervals_are_those_of_the_analysis(
    name: str, median: str, survival: str
) -> None:
    time = Decimal(str(load_cohort(name).horizon))
    agree(name, every_figure(time, level=90, median_interval=median, survival_interval=survival))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("test", "sided", "stratified"), list(product(["log-rank", "wald"], [1, 2], [False, True]))
)
@pytest.mark.parametrize("model", [[], ["site"]], ids=["plain-model", "stratified-model"])
def test_strata_are_used_where_the_file_says_so(
    test: str, sided: int, stratified: bool, model: list[str]
) -> None:
    said = {"test": test, "sided": sided, "stratified": stratified}
    agree("lung", every_figure(Decimal(300), p_value=said, stratified_by=model), strata=True)


def test_without_strata_a_stratified_model_is_fitted_as_it_is() -> None:
    time = Decimal(300)
    plain = measured("lung", every_figure(time))
    said = {"stratified": True}
    assert measured("lung", every_figure(time, p_value=said, stratified_by=["site"])) == plain


def test_strata_that_no_file_mentions_change_nothing() -> None:
    analysis = every_figure(Decimal(300))
    assert measured("lung", analysis, strata=True) == measured("lung", analysis)
