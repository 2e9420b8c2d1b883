"""Numbers of patients and events."""

from __future__ import annotations

import pytest

from survkit.consistency.checks.counts import (
    events_within_patients,
    numbers_at_risk_fall,
    totals_of_arms,
)
from tests.consistency.sheets import found, sheet


def test_more_events_than_patients() -> None:
    assert found(events_within_patients, sheet({"drug n": "50", "drug events": "50"})) == []
    own = sheet({"drug n": "50", "drug events": "51"})
    assert found(events_within_patients, own) == [("impossible", "drug")]
    own = sheet({"total_n": "100", "total_events": "101"})
    assert found(events_within_patients, own) == [("impossible", "")]


@pytest.mark.parametrize(
    ("figures", "fits"),
    [
        ({"drug n": "466", "placebo n": "229", "total_n": "695"}, True),
        ({"drug n": "466", "placebo n": "299", "total_n": "695"}, False),  # EF-14, a misprint
        ({"drug n": "277", "placebo n": "139", "total_n": "410"}, False),  # RECORD-1, mixed
        ({"drug events": "161", "placebo events": "109", "total_events": "270"}, True),
        ({"drug events": "161", "total_events": "160"}, False),  # more in one arm than in all
        ({"drug events": "161", "total_events": "270"}, True),
        ({"drug events": "10", "placebo n": "50", "total_events": "60"}, True),
        ({"drug events": "10", "placebo n": "50", "total_events": "61"}, False),
    ],
)
def test_totals(figures: dict[str, str], fits: bool) -> None:
    assert found(totals_of_arms, sheet(figures)) == ([] if fits else [("impossible", "")])


def test_numbers_at_risk_rise_or_exceed_the_arm() -> None:
    falling = {"drug n": "50", "drug at_risk 0": "50", "drug at_risk 6": "30"}
    assert found(numbers_at_risk_fall, sheet(falling)) == []
    rising = falling | {"drug at_risk 12": "31"}
    assert found(numbers_at_risk_fall, sheet(rising)) == [("impossible", "drug")]
    above = falling | {"drug at_risk 0": "51"}
    assert found(numbers_at_risk_fall, sheet(above)) == [("impossible", "drug")]


def test_fewer_at_the_beginning_than_there_are() -> None:
    own = sheet({"drug n": "50", "drug at_risk 0": "48"})
    assert found(numbers_at_risk_fall, own) == [("unlikely", "drug")]
