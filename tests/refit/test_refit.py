"""The referee: against R on real data, by hand on small ones, and what it declines to say."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from survkit.refit import Estimate, refit_ipd
from tests.reference.r_survival import answers
from tests.reference.real_data import GROUPS, SETS
from tests.refit.documents import CONTRAST, every_figure, make_analysis, two_arms
from tests.refit.estimates import by_figure, estimate, real_patients
from tests.tolerances import ENGINE, EXACT

TESTED = ("kidney_transplant", "lung", "lymphoma", "waltons")
"""Data sets with p-values from 2e-28 to 0.89, and differences of either sign."""
SIX = {
    "time": [9.0, 1.0, 1.0, 6.0, 6.0, 8.0],
    "event": [1, 1, 0, 1, 1, 0],
    "arm": np.where([0, 1, 1, 1, 0, 0], "experimental", "reference"),
}
"""The six patients of test_by_hand.py, with tied events."""


def patients(time: list[float], event: list[int], arm: str) -> pd.DataFrame:
    """Patients whose arms are spelt "r" and "e"."""
    names = {"r": "reference", "e": "experimental"}
    return pd.DataFrame({"time": time, "event": event, "arm": [names[letter] for letter in arm]})


# ---------------------------------------------------------------- against R


@pytest.mark.parametrize("name", SETS)
def test_the_hazard_ratio_and_its_limits_agree_with_r(name: str) -> None:
    (expected,) = answers("cox", data=name, ties="efron").itertuples()
    half = 1.959963984540054 * expected.standard_error
    analysis = two_arms()
    found = by_figure(refit_ipd(real_patients(name), analysis), analysis)
    for side, label in ((0.0, ""), (-half, ", lower limit"), (half, ", upper limit")):
        value = found[f"{CONTRAST}: hazard ratio{label}"].value
        assert math.log(value) == pytest.approx(expected.coefficient + side, abs=ENGINE)


def test_a_ratio_near_one_is_carried_to_its_maximum() -> None:
    """lifelines' own rule stops after a first, damped step that hardly moves the likelihood."""
    treated = np.isin(np.arange(400) % 4, (1, 2))
    ipd = pd.DataFrame(
        {
            "time": np.arange(1.0, 401.0),
            "event": 1,
            "arm": np.where(treated, "experimental", "reference"),
        }
    )
    found = estimate(ipd, two_arms(), f"{CONTRAST}: hazard ratio").value
    risk = np.cumsum(treated[::-1])[::-1]
    expected = found * risk / (np.arange(400, 0, -1) - risk + found * risk)
    assert 1.0 < found < 1.01
    assert float(np.sum(treated - expected)) == pytest.approx(0.0, abs=1e-7)  # the score


@pytest.mark.parametrize("sided", [1, 2])
@pytest.mark.parametrize("name", TESTED)
def test_the_log_rank_p_value_agrees_with_r(name: str, sided: int) -> None:
    (expected,) = answers("log_rank", data=name).itertuples()
    tail = expected.p_value
    if sided == 1:
        tail = tail / 2.0 if expected.difference < 0.0 else 1.0 - tail / 2.0
    analysis = two_arms(p_value={"sided": sided})
    found = estimate(real_patients(name), analysis, f"{CONTRAST}: p-value")
    assert found.value == pytest.approx(tail, rel=ENGINE, abs=1e-12)


@pytest.mark.parametrize("sided", [1, 2])
@pytest.mark.parametrize("name", TESTED)
def test_the_wald_p_value_agrees_with_r(name: str, sided: int) -> None:
    (expected,) = answers("cox", data=name, ties="efron").itertuples()
    z = expected.coefficient / expected.standard_error
    tail = math.erfc(abs(z) / math.sqrt(2.0)) if sided == 2 else math.erfc(-z / math.sqrt(2.0)) / 2
    analysis = two_arms(p_value={"test": "wald", "sided": sided})
    found = estimate(real_patients(name), analysis, f"{CONTRAST}: p-value")
    assert found.value == pytest.approx(tail, rel=ENGINE, abs=1e-12)


@pytest.mark.parametrize("name", ["gbsg2", "larynx", "lung", "lymphoma", "rossi"])
def test_medians_and_limits_agree_with_r(name: str) -> None:
    analysis = two_arms()
    found = by_figure(refit_ipd(real_patients(name), analysis), analysis)
    for group in GROUPS:
        (expected,) = answers("medians", data=name, group=group, transform="log-log").itertuples()
        assert found[f"{group}: median"].value == expected.median
        assert found[f"{group}: median, lower limit"].value == expected.lower
        assert found[f"{group}: median, upper limit"].value == expected.upper


@pytest.mark.parametrize("name", ["gbsg2", "lung"])
def test_percentages_and_their_limits_agree_with_r(name: str) -> None:
    for group in GROUPS:
        expected = answers("curves", data=name, group=group, transform="log-log").iloc[1:-1]
        entries = [
            {"time": int(row.time), "percent": round(100 * row.survival), "ci": [0, 100]}
            for row in expected.itertuples()
        ]
        analysis = make_analysis([{"id": group, "n": 20, "survival": entries}])
        values = [each.value for each in refit_ipd(real_patients(name), analysis).estimates[1:]]
        columns = expected[["survival", "lower", "upper"]].to_numpy()
        assert values == pytest.approx(100.0 * columns.ravel(), abs=ENGINE)


# ---------------------------------------------------------------- confidence levels


def test_every_interval_has_its_own_level() -> None:
    ipd, (narrow, wide) = real_patients("gbsg2"), (two_arms(level=80), two_arms(level=99))
    found = [by_figure(refit_ipd(ipd, analysis), analysis) for analysis in (narrow, wide)]
    for subject, quantity in ((CONTRAST, "hazard ratio"), ("reference", "median")):
        inner, outer = (
            [each[f"{subject}: {quantity}, {side} limit"].value for side in ("lower", "upper")]
            for each in found
        )
        assert outer[0] < inner[0] < inner[1] < outer[1]
    (expected,) = answers("cox", data="gbsg2", ties="efron").itertuples()
    upper = math.exp(expected.coefficient + 1.2815515655446004 * expected.standard_error)
    assert found[0][f"{CONTRAST}: hazard ratio, upper limit"].value == pytest.approx(
        upper, rel=ENGINE
    )


# ---------------------------------------------------------------- strata


def two_strata() -> pd.DataFrame:
    """The six patients twice, in strata whose times do not mix as one would."""
    one = pd.DataFrame(SIX)
    return pd.concat([one.assign(stratum="a"), one.assign(time=one["time"] + 5.0, stratum="b")])


def test_known_strata_are_used() -> None:
    # Each stratum has the likelihood of the six patients: the same ratio, twice the information.
    analysis = two_arms(stratified_by=["site"])
    found = by_figure(refit_ipd(two_strata(), analysis), analysis)
    ratio = found[f"{CONTRAST}: hazard ratio"].value
    assert math.log(ratio) == pytest.approx(1.676857486, abs=EXACT)
    half = 1.959963984540054 / math.sqrt(2 * 0.612631896)
    upper = math.log(found[f"{CONTRAST}: hazard ratio, upper limit"].value)
    assert upper == pytest.approx(1.676857486 + half, abs=ENGINE)


def test_a_stratum_of_another_arm_alone_is_none_of_a_contrast() -> None:
    analysis = two_arms(stratified_by=["site"])
    ipd = two_strata()
    expected = by_figure(refit_ipd(ipd, analysis), analysis)
    kinds = [*sorted(ipd["stratum"].unique()), "of nobody here"]
    ipd["stratum"] = pd.Categorical(ipd["stratum"], categories=kinds)
    assert by_figure(refit_ipd(ipd, analysis), analysis) == expected


def test_the_ratio_without_strata_beside_the_stratified_one() -> None:
    analysis = every_figure(Decimal(1), stratified_by=["site"])
    found = by_figure(refit_ipd(two_strata(), analysis), analysis)
    unstratified = every_figure(Decimal(1))
    plain = by_figure(refit_ipd(two_strata(), unstratified), unstratified)
    for side in ("", ", lower limit", ", upper limit"):
        without = found[f"{CONTRAST}: hazard ratio without strata{side}"]
        assert without == plain[f"{CONTRAST}: hazard ratio{side}"]
        assert without != found[f"{CONTRAST}: hazard ratio{side}"]


def test_strata_of_an_unstratified_analysis_are_not_used() -> None:
    pooled = estimate(two_strata().drop(columns="stratum"), two_arms(), f"{CONTRAST}: hazard ratio")
    assert estimate(two_strata(), two_arms(), f"{CONTRAST}: hazard ratio") == pooled
    assert math.log(pooled.value) != pytest.approx(1.676857486, abs=0.01)


def test_without_strata_a_stratified_analysis_is_fitted_as_it_is() -> None:
    ipd = pd.DataFrame(SIX)
    analysis = two_arms(stratified_by=["site"])
    found = estimate(ipd, analysis, f"{CONTRAST}: hazard ratio")
    assert found == estimate(ipd, two_arms(), f"{CONTRAST}: hazard ratio")


@pytest.mark.parametrize("test", ["log-rank", "wald"])
def test_a_stratified_test_needs_the_strata(test: str) -> None:
    analysis = two_arms(stratified_by=["site"], p_value={"stratified": True, "test": test})
    found = estimate(pd.DataFrame(SIX), analysis, f"{CONTRAST}: p-value")
    assert math.isnan(found.value)
    assert found.reason == "the printed test is stratified, the strata are not known"


def test_a_stratified_wald_test_with_strata() -> None:
    analysis = two_arms(stratified_by=["site"], p_value={"stratified": True, "test": "wald"})
    found = estimate(two_strata(), analysis, f"{CONTRAST}: p-value")
    assert found.value == pytest.approx(math.erfc(1.676857486 * math.sqrt(0.612631896)), rel=1e-5)


# ---------------------------------------------------------------- what it declines to say


@pytest.mark.parametrize("limit", ["", ", lower limit", ", upper limit"])
def test_breslow_with_ties_is_not_comparable(limit: str) -> None:
    analysis = two_arms(ties="breslow")
    found = estimate(pd.DataFrame(SIX), analysis, f"{CONTRAST}: hazard ratio{limit}")
    assert math.isnan(found.value)
    assert found.reason == "lifelines treats ties by Efron, printed is breslow"


def test_breslow_without_ties_is_efron() -> None:
    untied = pd.DataFrame(SIX).assign(time=[9.0, 1.0, 1.5, 6.0, 6.5, 8.0])
    label = f"{CONTRAST}: hazard ratio"
    assert estimate(untied, two_arms(ties="breslow"), label) == estimate(untied, two_arms(), label)


def test_censored_patients_at_an_event_time_are_no_ties() -> None:
    untied = pd.DataFrame(SIX).assign(event=[1, 1, 0, 1, 0, 0])
    found = estimate(untied, two_arms(ties="breslow"), f"{CONTRAST}: hazard ratio")
    assert found.reason is None


def test_survival_beyond_the_follow_up_is_not_comparable() -> None:
    entries = [{"time": t, "percent": 50, "ci": [1, 99]} for t in (3, Decimal("4.5"), 5, 6)]
    analysis = make_analysis([{"id": "reference", "n": 3, "survival": entries}])
    ipd = patients([1.0, 2.0, 5.0], [1, 0, 0], "rrr")
    found = by_figure(refit_ipd(ipd, analysis), analysis)
    for time in ("3", "4.5", "5"):
        assert found[f"reference: survival at {time}"].value == pytest.approx(200 / 3)
    for limit in ("", ", lower limit", ", upper limit"):
        late = found[f"reference: survival at 6{limit}"]
        assert math.isnan(late.value)
        assert late.reason == "the synthetic follow-up of the arm ends at 5"


def test_a_curve_that_has_ended_stays_at_zero_and_has_no_limits() -> None:
    entry = {"time": 9, "percent": 0, "ci": [0, 50]}
    analysis = make_analysis([{"id": "reference", "n": 2, "survival": [entry]}])
    found = by_figure(refit_ipd(patients([1.0, 2.0], [1, 1], "rr"), analysis), analysis)
    assert found["reference: survival at 9"] == Estimate(0.0)
    for side in ("lower", "upper"):
        limit = found[f"reference: survival at 9, {side} limit"]
        assert math.isnan(limit.value)
        assert limit.reason == "a curve that has ended at zero has no limits"


def test_before_the_first_event_everybody_survives() -> None:
    entry = {"time": 1, "percent": 100, "ci": [100, 100]}
    analysis = make_analysis([{"id": "reference", "n": 2, "survival": [entry]}])
    refit = refit_ipd(patients([2.0, 3.0], [1, 0], "rr"), analysis)
    assert [each.value for each in refit.estimates] == [2.0, 100.0, 100.0, 100.0]


def test_a_median_that_is_not_reached() -> None:
    interval = {"value": "not reached", "ci": [Decimal("1.0"), "not reached"]}
    analysis = make_analysis([{"id": "reference", "n": 5, "median": interval}])
    ipd = patients([1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 0, 0, 0], "rrrrr")
    values = [each.value for each in refit_ipd(ipd, analysis).estimates]
    assert values == [5.0, math.inf, 1.0, math.inf]


@pytest.mark.parametrize(
    ("event", "arm", "expected"),
    [
        pytest.param([1, 1, 0, 0], "rree", 0.0, id="no event among the experimental"),
        pytest.param([1, 1, 1, 1], "rree", 0.0, id="all reference events come first"),
        pytest.param([1, 1, 0, 0], "eerr", math.inf, id="no event among the reference"),
        pytest.param([1, 1, 1, 1], "eerr", math.inf, id="all experimental events come first"),
    ],
)
def test_a_ratio_without_bounds_has_no_limits(event: list[int], arm: str, expected: float) -> None:
    ipd, analysis = patients([1.0, 2.0, 3.0, 4.0], event, arm), two_arms(p_value={"sided": 1})
    refit = refit_ipd(ipd, analysis)
    found = by_figure(refit, analysis)
    assert found[f"{CONTRAST}: hazard ratio"] == Estimate(expected)
    for side in ("lower", "upper"):
        limit = found[f"{CONTRAST}: hazard ratio, {side} limit"]
        assert math.isnan(limit.value)
        assert limit.reason == "the partial likelihood of these patients has no maximum"
    p_value = found[f"{CONTRAST}: p-value"].value
    assert p_value < 0.5 if expected == 0.0 else p_value > 0.5
    assert math.isnan(refit.proportional_hazards[CONTRAST])


@pytest.mark.parametrize(
    ("event", "arm"),
    [
        pytest.param([0, 0, 0, 0], "rree", id="no events"),
        pytest.param([0, 0, 1, 1], "eerr", id="one arm has left before the first event"),
    ],
)
def test_patients_who_say_nothing_about_the_ratio(event: list[int], arm: str) -> None:
    found = estimate(
        patients([1.0, 2.0, 3.0, 4.0], event, arm), two_arms(), f"{CONTRAST}: hazard ratio"
    )
    assert math.isnan(found.value)
    assert found.reason == "the partial likelihood of these patients has no maximum"


# ---------------------------------------------------------------- counts, arms, curves


def test_at_risk_counts_patients_whose_time_is_then_or_later() -> None:
    at_risk = [{"time": t, "n": n} for t, n in ((0, 4), (1, 4), (2, 3), (3, 1), (4, 0))]
    analysis = make_analysis([{"id": "reference", "n": 4, "at_risk": at_risk}])
    ipd = patients([1.0, 2.0, 2.0, 3.0], [1, 1, 0, 0], "rrrr")
    values = [each.value for each in refit_ipd(ipd, analysis).estimates]
    assert values == [4.0, 4.0, 4.0, 3.0, 1.0, 0.0]


def test_totals_and_follow_up() -> None:
    arms = [
        {"id": "reference", "n": 2, "events": 1, "max_follow_up": 3},
        {"id": "experimental", "n": 1, "events": 1},
    ]
    analysis = make_analysis(arms, total_n=3, total_events=2)
    found = by_figure(refit_ipd(patients([1.0, 3.0, 2.0], [1, 0, 1], "rre"), analysis), analysis)
    assert found["patients, all arms"].value == 3.0
    assert found["events, all arms"].value == 2.0
    assert found["reference: maximum follow-up"].value == 3.0


def test_all_arms_together_and_rates_by_hand() -> None:
    arms = [
        {"id": "reference", "n": 3, "event_rate": 50},
        {"id": "experimental", "n": 3, "event_rate": 5},
        {"id": "third", "n": 3},
    ]
    analysis = make_analysis(arms, overall_median_follow_up=12, overall_p_value=Decimal("0.02"))
    ipd = pd.DataFrame(
        {
            "time": [1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 5.0, 7.0, 8.0],
            "event": 1,
            "arm": ["reference"] * 3 + ["experimental"] * 3 + ["third"] * 3,
        }
    )
    found = by_figure(refit_ipd(ipd, analysis), analysis)
    # three events in six months, and in twelve
    assert found["reference: events per 100 patient-years"].value == pytest.approx(600.0)
    assert found["experimental: events per 100 patient-years"].value == pytest.approx(300.0)
    # R 4.2.2, survival 3.5: survdiff gives 7.7 on 2 degrees of freedom, p = 0.0215321
    assert found["p-value, all arms"].value == pytest.approx(0.0215321, abs=1e-7)
    assert found["median follow-up, all arms"].value == math.inf  # nobody is censored
    # six are censored at 9: half of those still there at 9 leave then
    censored = ipd.assign(time=[1.0, 2.0, 3.0] + [9.0] * 6, event=[1] * 3 + [0] * 6)
    found = by_figure(refit_ipd(censored, analysis), analysis)
    assert found["median follow-up, all arms"].value == 9.0


def test_nothing_is_tested_of_one_arm_alone() -> None:
    analysis = make_analysis([{"id": "reference", "n": 2}], overall_p_value=Decimal("0.5"))
    found = by_figure(refit_ipd(patients([1.0, 2.0], [1, 1], "rr"), analysis), analysis)
    assert math.isnan(found["p-value, all arms"].value)


def test_a_contrast_sees_its_own_two_arms_only() -> None:
    names = ("reference", "experimental", "third")
    contrasts = [
        {"experimental": name, "reference": "reference", "hazard_ratio": Decimal("0.7")}
        for name in names[1:]
    ]
    analysis = make_analysis([{"id": name, "n": 100} for name in names], contrasts)
    pair = real_patients("lung")
    third = real_patients("gbsg2").assign(arm="third")
    found = estimate(pd.concat([pair, third]), analysis, f"{CONTRAST}: hazard ratio")
    assert found == estimate(pair, two_arms(), f"{CONTRAST}: hazard ratio")


def test_the_curves_are_those_of_the_arms() -> None:
    refit = refit_ipd(pd.DataFrame(SIX), two_arms(n=3))
    assert set(refit.curves) == {"reference", "experimental"}
    curve = refit.curves["reference"]
    assert list(curve.steps.columns) == ["survival", "lower", "upper"]
    assert curve.steps.index.name == "time"
    assert curve.steps.index.tolist() == [0.0, 6.0, 8.0, 9.0]
    assert curve.steps["survival"].tolist() == pytest.approx([1.0, 2 / 3, 2 / 3, 0.0], abs=EXACT)
    assert curve.median == 9.0


def test_the_test_of_proportional_hazards_is_a_p_value_and_nothing_more() -> None:
    refit = refit_ipd(real_patients("lung"), two_arms())
    assert set(refit.proportional_hazards) == {CONTRAST}
    assert 0.0 < refit.proportional_hazards[CONTRAST] < 1.0


def test_crossing_hazards_fail_the_test_of_proportional_hazards() -> None:
    early, late = np.arange(1.0, 51.0), np.arange(51.0, 101.0)
    time = np.concatenate((early, late + 300.0, late - 20.0, late))
    arm = np.repeat(["experimental", "reference"], 100)
    refit = refit_ipd(pd.DataFrame({"time": time, "event": 1, "arm": arm}), two_arms(n=100))
    assert refit.proportional_hazards[CONTRAST] < 0.001


def test_neither_the_order_nor_the_labels_of_the_rows_matter() -> None:
    ipd = real_patients("larynx")
    mixed = ipd.sample(frac=1.0, random_state=1).set_index(np.full(len(ipd), 7))
    mixed["arm"] = pd.Categorical(mixed["arm"], categories=["reference", "experimental"])
    before = mixed.copy()
    expected = [each.value for each in refit_ipd(ipd, two_arms()).estimates]
    found = [each.value for each in refit_ipd(mixed, two_arms()).estimates]
    assert found == pytest.approx(expected, rel=EXACT)
    pd.testing.assert_frame_equal(mixed, before)
