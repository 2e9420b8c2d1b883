"""Every printed p-value: log-rank or Wald, one- or two-sided, stratified or not, and thresholds."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from lifelines.statistics import logrank_test

from survkit.comparison import Verdict, compare_figures
from survkit.refit import refit_ipd
from survkit.refit.log_rank import compare_arms
from tests.reference.r_survival import answers
from tests.reference.real_data import SETS
from tests.refit.documents import CONTRAST, two_arms
from tests.refit.estimates import by_figure, estimate, real_patients
from tests.tolerances import ENGINE

if TYPE_CHECKING:
    from survkit.trial import Analysis

TESTED = ("kidney_transplant", "lung", "lymphoma", "waltons")
"""Data sets with p-values from 2e-28 to 0.89, and differences of either sign."""

EVERY_TEST = list(product(["log-rank", "wald"], [1, 2], [False, True]))
"""Test, sides, stratified."""


def near(expected: float) -> object:
    return pytest.approx(expected, rel=ENGINE, abs=1e-12)


def p_value_of_r(name: str, test: str, sided: int, *, stratified: bool) -> float:
    """The p-value from R's statistics."""
    prefix = "stratified_" if stratified else ""
    if test == "wald":
        (found,) = answers(f"{prefix}cox", data=name, ties="efron").itertuples()
        z = found.coefficient / found.standard_error
    else:
        (found,) = answers(f"{prefix}log_rank", data=name).itertuples()
        z = math.copysign(math.sqrt(found.chi_squared), found.difference)
    return math.erfc((abs(z) if sided == 2 else -z) / math.sqrt(2.0)) / (3 - sided)


@pytest.mark.slow
@pytest.mark.parametrize("model", [[], ["site"]], ids=["plain-model", "stratified-model"])
@pytest.mark.parametrize(("test", "sided", "stratified"), EVERY_TEST)
@pytest.mark.parametrize("name", TESTED)
def test_every_test_agrees_with_r_whatever_the_model(
    name: str, test: str, sided: int, stratified: bool, model: list[str]
) -> None:
    said = {"test": test, "sided": sided, "stratified": stratified}
    analysis = two_arms(p_value=said, stratified_by=model)
    found = estimate(real_patients(name, strata=True), analysis, f"{CONTRAST}: p-value")
    assert found.value == near(p_value_of_r(name, test, sided, stratified=stratified))


@pytest.mark.parametrize(("test", "sided", "stratified"), EVERY_TEST)
def test_a_threshold_is_held_against_every_test(test: str, sided: int, stratified: bool) -> None:
    said = {"test": test, "sided": sided, "stratified": stratified}
    ipd = real_patients("lung", strata=True)
    for text, verdict in (("<0.05", Verdict.REPRODUCED), ("<0.0001", Verdict.MISSED)):
        analysis = two_arms(p_value={**said, "value": text})
        assert verdict_of_p_value(ipd, analysis) is verdict


def verdict_of_p_value(ipd: pd.DataFrame, analysis: Analysis) -> Verdict:
    """What the comparison says of the p-value."""
    comparisons = compare_figures(analysis.figures, refit_ipd(ipd, analysis).estimates)
    (found,) = (each for each in comparisons if each.figure.key.quantity == "p_value")
    return found.verdict


@pytest.mark.parametrize("name", SETS)
def test_the_stratified_log_rank_test_agrees_with_survdiff(name: str) -> None:
    (expected,) = answers("stratified_log_rank", data=name).itertuples()
    ipd = real_patients(name, strata=True)
    found = compare_arms(ipd.assign(arm=(ipd["arm"] == "experimental").astype(float)))
    assert found.difference == pytest.approx(expected.difference, rel=ENGINE, abs=ENGINE)
    assert found.two_sided == near(expected.p_value)


@pytest.mark.parametrize("name", SETS)
def test_with_one_stratum_the_sum_is_the_test_of_lifelines(name: str) -> None:
    ipd = real_patients(name)
    arms = [ipd[ipd["arm"] == arm] for arm in ("reference", "experimental")]
    expected = logrank_test(
        *(arm["time"] for arm in arms),
        event_observed_A=arms[0]["event"],
        event_observed_B=arms[1]["event"],
    )
    one = ipd.assign(arm=(ipd["arm"] == "experimental").astype(float), stratum="only")
    assert compare_arms(one).two_sided == near(expected.p_value)


def test_strata_with_one_arm_alone_say_nothing() -> None:
    ipd = real_patients("lung", strata=True)
    alone = ipd[ipd["arm"] == "reference"].assign(stratum=7)
    together = pd.concat([ipd, alone])
    coded = together.assign(arm=(together["arm"] == "experimental").astype(float))
    expected = ipd.assign(arm=(ipd["arm"] == "experimental").astype(float))
    assert compare_arms(coded) == compare_arms(expected)


def test_strata_that_never_hold_both_arms_have_no_test() -> None:
    ipd = real_patients("lung").assign(stratum=lambda frame: frame["arm"])
    analysis = two_arms(p_value={"stratified": True})
    assert math.isnan(estimate(ipd, analysis, f"{CONTRAST}: p-value").value)


# ---------------------------------------------------------------- the stratified model


@pytest.mark.parametrize("name", SETS)
def test_the_stratified_hazard_ratio_and_its_limits_agree_with_r(name: str) -> None:
    (expected,) = answers("stratified_cox", data=name, ties="efron").itertuples()
    analysis = two_arms(stratified_by=["site"])
    found = by_figure(refit_ipd(real_patients(name, strata=True), analysis), analysis)
    half = 1.959963984540054 * expected.standard_error
    for side, label in ((0.0, ""), (-half, ", lower limit"), (half, ", upper limit")):
        value = found[f"{CONTRAST}: hazard ratio{label}"].value
        assert math.log(value) == pytest.approx(expected.coefficient + side, abs=ENGINE)


def test_a_stratified_test_does_not_stratify_the_model() -> None:
    ipd = real_patients("larynx", strata=True)
    label = f"{CONTRAST}: hazard ratio"
    plain = estimate(ipd, two_arms(), label)
    assert estimate(ipd, two_arms(p_value={"stratified": True}), label) == plain
    assert estimate(ipd, two_arms(stratified_by=["site"]), label) != plain


def test_ties_across_strata_are_none() -> None:
    # Breslow and Efron differ only where two events of one stratum share their time.
    ipd = (
        real_patients("lung")
        .head(6)
        .assign(
            time=[1.0, 2.0, 3.0, 1.0, 2.0, 3.0],
            event=1,
            arm=[
                "experimental",
                "reference",
                "experimental",
                "reference",
                "experimental",
                "reference",
            ],
            stratum=["a"] * 3 + ["b"] * 3,
        )
    )
    label = f"{CONTRAST}: hazard ratio"
    breslow = estimate(ipd, two_arms(ties="breslow", stratified_by=["site"]), label)
    assert breslow == estimate(ipd, two_arms(stratified_by=["site"]), label)
    assert breslow.reason is None
    tied = estimate(ipd, two_arms(ties="breslow"), label)
    assert tied.reason == "lifelines treats ties by Efron, printed is breslow"


@pytest.mark.parametrize("value", [Decimal("0.20"), "<0.001"])
def test_without_strata_a_stratified_test_is_not_comparable(value: object) -> None:
    analysis = two_arms(p_value={"value": value, "stratified": True})
    assert verdict_of_p_value(real_patients("lung"), analysis) is Verdict.NOT_COMPARABLE
