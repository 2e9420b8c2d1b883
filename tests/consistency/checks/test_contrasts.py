"""Hazard ratio, interval, p-value and events of two arms."""

from __future__ import annotations

import pytest

from survkit.consistency.checks.contrasts import (
    p_value_against_events,
    reduction_against_ratio,
    width_against_events,
)
from tests.consistency.sheets import PAIR, found, ratio, sheet

NARROW = ratio("0.60", "0.48", "0.75")
"""Log 0.755/0.475 is 0.4634: a standard error of at most 0.1182, which takes 287 events."""


def test_an_interval_too_narrow_for_its_events() -> None:
    assert found(width_against_events, sheet(NARROW | {"total_events": "287"})) == []
    own = sheet(NARROW | {"total_events": "286"})
    assert found(width_against_events, own) == [("impossible", PAIR)]
    (finding,) = width_against_events(own)
    assert finding.numbers["events"] == 287
    assert finding.numbers["least_error"] == pytest.approx(2.0 / 286**0.5)
    assert finding.numbers["error"] == pytest.approx(0.11822, abs=1e-5)
    assert finding.numbers["level"] == pytest.approx(95.0, abs=0.1)


def test_patients_bound_events_that_are_not_printed() -> None:
    few = {"drug n": "100", "placebo n": "100"}
    assert found(width_against_events, sheet(NARROW | few)) == [("impossible", PAIR)]
    (finding,) = width_against_events(sheet(NARROW | few | {"total_events": "150"}))
    assert "150 events" in finding.printed


def test_events_by_arm_bound_a_cox_model_more_sharply() -> None:
    """√(1/40 + 1/260) = 0.1698 is above the width's 0.1182, 2/√300 = 0.1155 is not."""
    shared = {"drug events": "40", "placebo events": "260"}
    assert found(width_against_events, sheet(NARROW | shared)) == [("unlikely", PAIR)]


def test_no_event_in_an_arm_gives_no_cox_interval() -> None:
    shared = {"drug events": "0", "placebo events": "400"}
    assert found(width_against_events, sheet(NARROW | shared)) == [("unlikely", PAIR)]


def test_an_interval_far_too_wide() -> None:
    shared = {"drug events": "400", "placebo events": "400"}
    assert found(width_against_events, sheet(NARROW | shared)) == [("unlikely", PAIR)]
    assert found(width_against_events, sheet(NARROW | {"total_events": "500"})) == []


def test_events_of_all_arms_are_not_those_of_two() -> None:
    own = sheet(NARROW | {"drug events": "100", "total_events": "200"})
    assert found(width_against_events, own) == [("impossible", PAIR)]


def test_a_level_is_part_of_the_width() -> None:
    """At 90 % the same limits have a standard error of 0.141, which 202 events give."""
    own = sheet(NARROW | {"total_events": "210"}, level=90.0)
    assert found(width_against_events, own) == []


@pytest.mark.parametrize(("test", "severity"), [("wald", "impossible"), ("log-rank", "unlikely")])
def test_a_p_value_too_small_for_the_events(test: str, severity: str) -> None:
    """At 0.60 and 100 events |z| is at most 2.6, so p is at least 0.010."""
    small = {"hazard_ratio": "0.60", "p_value": "0.001", "total_events": "100"}
    assert found(p_value_against_events, sheet(small, test=test, sided=2)) == [(severity, PAIR)]
    enough = small | {"total_events": "200"}
    assert found(p_value_against_events, sheet(enough, test=test, sided=2)) == []
    one_sided = small | {"p_value": "0.006"}
    assert found(p_value_against_events, sheet(one_sided, test=test, sided=1)) == []


@pytest.mark.parametrize(
    ("value", "reduction", "fits"),
    [("0.33", "67", True), ("0.33", "69", False), ("0.325", "67.5", True), ("1.17", "-17", True)],
)
def test_a_reduction_of_another_ratio(value: str, reduction: str, fits: bool) -> None:
    own = sheet({"hazard_ratio": value, "risk_reduction": reduction})
    assert found(reduction_against_ratio, own) == ([] if fits else [("impossible", PAIR)])
