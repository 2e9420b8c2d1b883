"""Nothing is seen after the last observation."""

from __future__ import annotations

import pytest

from survkit.consistency.checks.spans import events_against_follow_up, last_observation
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
