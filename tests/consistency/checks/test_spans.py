"""Nothing is seen after the last observation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survkit.consistency.checks.spans import (
    events_against_follow_up,
    last_observation,
    rate_against_follow_up,
)
from tests.consistency.sheets import found, sheet


@pytest.mark.parametrize(
    ("figures", "severity"),
    [
        ({"drug at_risk 24": "1"}, None),
        ({"drug at_risk 25": "1"}, "impossible"),
        ({"drug at_risk 25": "0"}, None),
        ({"drug at_risk 20": "0"}, "impossible"),
        ({"drug median": "24.0"}, None),
        ({"drug median": "24.2"}, "impossible"),
        ({"drug median": "not reached"}, None),
        ({"drug median": "20", "drug median_upper": "26"}, "impossible"),
        ({"drug median_follow_up": "24.2"}, "impossible"),
        ({"drug survival 30": "20"}, "note"),
        ({"drug survival 30": "0"}, None),
        ({"drug rmst 30": "12"}, "note"),
    ],
)
def test_after_the_end(figures: dict[str, str], severity: str | None) -> None:
    own = sheet({"drug max_follow_up": "24.0"} | figures)
    assert found(last_observation, own) == ([] if severity is None else [(severity, "drug")])


def test_more_events_than_a_smooth_curve_gives() -> None:
    own = {"drug n": "100", "drug median": "12", "drug max_follow_up": "13"}
    assert found(events_against_follow_up, sheet(own | {"drug events": "60"})) == []
    assert found(events_against_follow_up, sheet(own | {"drug events": "95"})) == [("note", "drug")]


@pytest.mark.parametrize(("overall", "clash"), [("24.0", False), ("25.0", True), ("31.0", True)])
def test_half_of_everybody_is_followed_no_longer_than_anybody(overall: str, clash: bool) -> None:
    ends = {"drug max_follow_up": "24.0", "placebo max_follow_up": "22.0"}
    own = sheet(ends | {"overall_median_follow_up": overall})
    assert found(last_observation, own) == ([("impossible", "drug")] if clash else [])
    one_end = sheet({"drug max_follow_up": "24.0", "overall_median_follow_up": overall})
    assert found(last_observation, one_end) == []  # the other arm may be followed for longer


@pytest.mark.parametrize(("rate", "clash"), [("25.0", False), ("2.5", True), ("0.0", True)])
def test_a_rate_leaves_a_possible_time_of_observation(rate: str, clash: bool) -> None:
    # 50 events at 25 per 100 years are 200 patient-years, at 2.5 they are 2,000; there are 200
    figures = {"n": "100", "events": "50", "max_follow_up": "24", "event_rate": rate}
    own = replace(sheet({f"drug {key}": text for key, text in figures.items()}), unit="month")
    assert found(rate_against_follow_up, own) == ([("impossible", "drug")] if clash else [])
