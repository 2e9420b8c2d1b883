"""Windows of patients against arms worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.finite.windows import BESIDE, Windows, find_windows
from tests.reconstruction.documents import analysis, arm, digits


def windows(stated: dict[str, object], *orders: str) -> Windows:
    """Find the windows of orders, written with 1 for an event and 0 for a censoring."""
    asked = read_constraints(analysis(stated)).arms[0]
    events = np.array([[label == "1" for label in order] for order in orders])
    return find_windows(events, asked)


def test_the_event_that_brings_the_curve_to_one_half_has_the_median() -> None:
    found = windows(arm("old", 4, 3, "6.2"), "1101", "0111")
    assert found.fault.tolist() == [0.0, 0.0]
    # 1101: 3/4, then 1/2; 0111: 2/3, then 1/3
    for row, position in enumerate((1, 2)):
        held = np.flatnonzero(np.isfinite(found.upper[row]))
        assert held.tolist() == [position]
        assert found.lower[row, position] == pytest.approx(6.15)
        assert found.upper[row, position] == pytest.approx(6.25)


def test_labels_that_never_come_down_to_one_half_are_at_fault() -> None:
    found = windows(arm("old", 4, 1, "6.2"), "1000", "0001")
    assert found.fault[0] > 0.0
    assert found.fault[1] == 0.0


def test_labels_that_come_down_to_one_half_are_at_fault_where_it_is_not_reached() -> None:
    found = windows(arm("old", 4, 2, "not reached"), "1100", "1010", "0110")
    # the curve ends at 1/2, at 3/4 · 1/2 and at 2/3 · 1/2
    assert (found.fault > 0.0).tolist() == [True, True, True]
    assert windows(arm("old", 4, 1, "not reached"), "1000").fault.tolist() == [0.0]


def test_events_too_many_or_too_few_are_at_fault() -> None:
    assert windows(arm("old", 3, 2), "111", "110", "000").fault.tolist() == [2.0, 0.0, 4.0]


def test_numbers_at_risk_part_those_who_leave_before_from_those_who_stay() -> None:
    stated = arm("old", 3, 1) | {"at_risk": [{"time": 5, "n": 2}]}
    found = windows(stated, "100")
    assert found.upper[0, 0] == 5.0 - BESIDE
    assert found.lower[0].tolist() == [0.0, 5.0, 0.0]


def test_a_percentage_holds_the_event_before_it_and_the_event_after_it() -> None:
    stated = arm("old", 4, 3) | {"survival": [{"time": 5, "percent": 75}]}
    found = windows(stated, "1011")
    # 75 % stand from the first patient on until the third leaves
    assert found.fault.tolist() == [0.0]
    assert found.upper[0].tolist() == [5.0, math.inf, math.inf, math.inf]
    assert found.lower[0].tolist() == [0.0, 0.0, 5.0 + BESIDE, 0.0]


def test_an_event_at_exactly_a_printed_time_is_at_risk_and_counts() -> None:
    stated = arm("old", 2, 2) | {
        "survival": [{"time": 5, "percent": 50}],
        "at_risk": [{"time": 5, "n": 2}],
    }
    found = windows(stated, "11")
    assert found.lower[0, 0] == found.upper[0, 0] == 5.0


def test_the_last_patient_has_the_longest_follow_up() -> None:
    found = windows(arm("old", 2, 1, end="9.0"), "10")
    assert 8.95 < found.lower[0, 1] < found.upper[0, 1] < 9.05


def test_a_limit_that_cannot_be_computed_misses_what_is_printed() -> None:
    point = {"time": 5, "percent": 0, "ci": [digits("1"), digits("20")]}
    assert windows(arm("old", 1, 1) | {"survival": [point]}, "1").fault[0] > 0.0
