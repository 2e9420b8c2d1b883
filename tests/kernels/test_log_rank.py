"""The log-rank test against lifelines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lifelines.statistics import logrank_test, multivariate_logrank_test

from survkit.kernels import LogRank, overall_p_value, tabulate_two_arms, two_arm_log_rank
from tests.reference.real_data import SETS, load_cohort
from tests.tolerances import ENGINE


@pytest.mark.parametrize("name", SETS)
def test_the_test_agrees_with_lifelines(name: str) -> None:
    cohort = load_cohort(name)
    own, other = cohort.members("experimental"), cohort.members("reference")
    expected = logrank_test(
        cohort.time[own], cohort.time[other], cohort.event[own], cohort.event[other]
    )
    test = two_arm_log_rank(cohort.two_arms)
    assert test.z**2 == pytest.approx(expected.test_statistic, rel=ENGINE)
    assert test.p_value == pytest.approx(expected.p_value, rel=ENGINE, abs=1e-15)


def test_a_better_experimental_arm_has_a_negative_statistic() -> None:
    test = two_arm_log_rank(load_cohort("gbsg2").two_arms)
    assert test.difference < 0.0
    assert test.z < 0.0


def test_a_tiny_p_value_keeps_its_digits() -> None:
    test = LogRank(difference=30.0, variance=1.0)
    assert 0.0 < test.p_value < 1e-190


@pytest.mark.parametrize("name", SETS)
def test_strata_add_up(name: str) -> None:
    cohort = load_cohort(name)
    parts = [two_arm_log_rank(table) for table in cohort.two_arms_by_stratum]
    test = two_arm_log_rank(*cohort.two_arms_by_stratum)
    assert test.difference == pytest.approx(sum(part.difference for part in parts))
    assert test.variance == pytest.approx(sum(part.variance for part in parts))


def test_a_stratum_with_one_arm_adds_nothing() -> None:
    cohort = load_cohort("larynx").two_arms
    alone = tabulate_two_arms([1.0, 2.0], [1, 1], [1, 1])
    assert two_arm_log_rank(cohort, alone) == two_arm_log_rank(cohort)


@pytest.mark.parametrize(
    ("event", "experimental"),
    [
        pytest.param([0, 0, 0], [0, 1, 1], id="no events"),
        pytest.param([1, 1, 1], [1, 1, 1], id="one arm"),
        pytest.param([0, 1, 1], [1, 0, 0], id="one arm has left before the first event"),
    ],
)
def test_without_two_arms_at_risk_there_is_no_statistic(
    event: list[int], experimental: list[int]
) -> None:
    test = two_arm_log_rank(tabulate_two_arms([1.0, 2.0, 3.0], event, experimental))
    assert (test.difference, test.variance) == (0.0, 0.0)
    assert math.isnan(test.z)
    assert math.isnan(test.p_value)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("arms", [2, 3, 5])
def test_all_arms_at_once_agree_with_lifelines(name: str, arms: int) -> None:
    cohort = load_cohort(name)
    group = np.arange(cohort.time.size) * 7 % arms + cohort.experimental * (arms > 2)
    expected = multivariate_logrank_test(cohort.time, group, cohort.event)
    members = [group == label for label in np.unique(group)]
    found = overall_p_value([(cohort.time[own], cohort.event[own]) for own in members])
    assert found == pytest.approx(expected.p_value, rel=ENGINE, abs=1e-15)


def test_of_two_arms_all_at_once_is_the_test_of_two() -> None:
    cohort = load_cohort(SETS[0])
    pair = [
        (cohort.time[own], cohort.event[own]) for own in (cohort.experimental, ~cohort.experimental)
    ]
    assert overall_p_value(pair) == pytest.approx(
        two_arm_log_rank(cohort.two_arms).p_value, rel=ENGINE
    )
    assert math.isnan(overall_p_value(pair[:1]))
