"""Event tables: what is counted, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lifelines.utils import survival_table_from_events

from survkit.kernels import tabulate_arm, tabulate_two_arms
from tests.reference.real_data import GROUPS, SETS, load_cohort


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_the_counts_are_those_of_lifelines(name: str, group: str) -> None:
    cohort = load_cohort(name)
    members = cohort.members(group)
    expected = survival_table_from_events(cohort.time[members], cohort.event[members])
    expected = expected[expected["observed"] > 0]
    table = cohort.table(group)
    assert table.time.tolist() == expected.index.tolist()
    assert table.events.tolist() == expected["observed"].tolist()
    assert table.at_risk.tolist() == expected["at_risk"].tolist()


@pytest.mark.parametrize("name", SETS)
def test_two_arms_are_counted_at_the_event_times_of_both(name: str) -> None:
    cohort = load_cohort(name)
    both = cohort.two_arms
    for row, group in enumerate(GROUPS):
        members = cohort.members(group)
        for moment, events, at_risk in zip(
            both.time, both.events[row], both.at_risk[row], strict=True
        ):
            at_that_time = members & (cohort.time == moment)
            assert events == np.count_nonzero(at_that_time & cohort.event)
            assert at_risk == np.count_nonzero(members & (cohort.time >= moment))


def test_who_is_censored_at_an_event_time_is_at_risk_then() -> None:
    table = tabulate_arm([1.0, 1.0, 2.0], [1, 0, 1])
    assert table.at_risk.tolist() == [3, 1]


def test_without_events_the_tables_are_empty() -> None:
    assert tabulate_arm([1.0, 2.0], [0, 0]).time.shape == (0,)
    table = tabulate_two_arms([1.0, 2.0], [0, 0], [0, 1])
    assert table.time.shape == (0,)
    assert table.events.shape == table.at_risk.shape == (2, 0)


def test_without_patients_the_tables_are_empty() -> None:
    assert tabulate_arm([], []).time.shape == (0,)
    assert tabulate_two_arms([], [], []).events.shape == (2, 0)


def test_one_patient() -> None:
    table = tabulate_arm([0.0], [True])
    assert (table.time.tolist(), table.events.tolist(), table.at_risk.tolist()) == ([0.0], [1], [1])


def test_an_arm_without_patients_has_nobody_at_risk() -> None:
    table = tabulate_two_arms([1.0, 2.0], [1, 1], [0, 0])
    assert table.at_risk.tolist() == [[2, 1], [0, 0]]


@pytest.mark.parametrize("time", [[1.0, -0.5], [1.0, math.nan], [math.inf, 1.0], [[1.0, 2.0]]])
def test_times_that_are_none(time: list) -> None:
    with pytest.raises(
        ValueError, match=r"^time must be one-dimensional, finite and not negative$"
    ):
        tabulate_arm(time, [1, 0])


def test_flags_of_another_length() -> None:
    with pytest.raises(ValueError, match=r"^event must be as long as time, got shapes"):
        tabulate_arm([1.0, 2.0], [1])
    with pytest.raises(ValueError, match=r"^experimental must be as long as time, got shapes"):
        tabulate_two_arms([1.0, 2.0], [1, 1], [1])


@pytest.mark.parametrize("event", [[1, 2], [1, -1], [0.5, 1.0], [math.nan, 1.0]])
def test_a_status_coded_one_and_two_is_refused(event: list) -> None:
    with pytest.raises(
        ValueError, match=r"^event must hold nothing but true and false, or 1 and 0"
    ):
        tabulate_arm([1.0, 2.0], event)
    with pytest.raises(ValueError, match=r"^experimental must hold nothing but true and false"):
        tabulate_two_arms([1.0, 2.0], [1, 0], event)


def test_the_input_is_left_alone() -> None:
    time, event, experimental = np.array([3.0, 1.0]), np.array([1, 1]), np.array([True, False])
    tabulate_two_arms(time, event, experimental)
    assert time.tolist() == [3.0, 1.0]
    assert event.tolist() == [1, 1]
    assert experimental.tolist() == [True, False]
