"""Whole patients between the printed times."""

from __future__ import annotations

import pytest

from benchmarks.exhaustive import possible_prints, sheet_of
from survkit.consistency import Severity, audit_sheet
from survkit.consistency.checks.risk_tables import events_against_curve, risk_table_against_curve
from tests.consistency.sheets import found, sheet

ARM = {"drug n": "100", "drug survival 12": "40", "drug at_risk 12": "30"}


@pytest.mark.parametrize(
    ("events", "finding"),
    [
        ("90", []),  # at most 60 and a half by 12, 30 after
        ("91", [("impossible", "drug")]),
        ("18", []),  # R (1 - S) = 30 * 0.595
        ("17", [("impossible", "drug")]),
    ],
)
def test_events_beyond_the_curve(events: str, finding: list[tuple[str, str]]) -> None:
    assert found(events_against_curve, sheet(ARM | {"drug events": events})) == finding


def test_somebody_has_survived_the_last_event() -> None:
    """One in ten left takes nine events or, printed as 10 %, at least 8.52."""
    own = {"drug n": "100", "drug survival 12": "10"}
    assert found(events_against_curve, sheet(own | {"drug events": "9"})) == []
    assert found(events_against_curve, sheet(own | {"drug events": "8"})) == [
        ("impossible", "drug")
    ]


@pytest.mark.parametrize(
    ("quantile", "most"), [("lower_quartile", 25), ("median", 50), ("upper_quartile", 75)]
)
def test_a_quantile_that_is_not_reached_bounds_the_events(quantile: str, most: int) -> None:
    own = {"drug n": "100", f"drug {quantile}": "not reached"}
    assert found(events_against_curve, sheet(own | {"drug events": str(most)})) == []
    beyond = sheet(own | {"drug events": str(most + 1)})
    assert found(events_against_curve, beyond) == [("impossible", "drug")]


@pytest.mark.parametrize(
    ("at_risk", "severity"), [("40", None), ("41", "note"), ("42", "unlikely"), ("50", "unlikely")]
)
def test_more_at_risk_than_the_curve_leaves(at_risk: str, severity: str | None) -> None:
    """40.5 % of 100 leave at most 40, unless somebody has the event at exactly 12."""
    own = sheet(ARM | {"drug at_risk 12": at_risk})
    expected = [] if severity is None else [(severity, "drug")]
    assert found(risk_table_against_curve, own) == expected


def test_events_between_the_times() -> None:
    """From 100 to 30 at risk and 40 %: 45 to 60 events; then at most 30 more."""
    for events, finding in (("45", []), ("44", [("unlikely", "drug")]), ("90", [])):
        own = sheet(ARM | {"drug events": events})
        assert found(risk_table_against_curve, own) == finding, events


def test_a_curve_does_not_move_alone() -> None:
    own = {"drug survival 12": "40", "drug at_risk 12": "0", "drug survival 24": "40"}
    assert found(risk_table_against_curve, sheet(own)) == []
    moved = sheet(own | {"drug survival 24": "30"})
    assert found(risk_table_against_curve, moved)[0] == ("impossible", "drug")


def test_nothing_that_four_patients_can_print_is_impossible() -> None:
    for figures in possible_prints(4):
        worst = [finding.severity for finding in audit_sheet(sheet_of(4, figures))][:1]
        assert worst != [Severity.IMPOSSIBLE], figures


def test_hardly_anything_else_passes_with_three_patients() -> None:
    possible = possible_prints(3)
    spoilt = {(*figures[:4], events) for figures in possible for events in range(4)} - possible
    assert spoilt
    assert all(audit_sheet(sheet_of(3, figures)) for figures in spoilt)


WEEKS = {
    "drug n": "24",
    "drug events": "24",
    "drug median": "9",
    "drug median_lower": "5",
    "drug median_upper": "12",
    "drug survival 6": "62.5",
    "drug at_risk 6": "18",
}
"""Three of the nine events by week 6 are in week 6: their patients are still at risk then."""


def test_events_at_printed_times_are_usual_on_a_clock_of_weeks() -> None:
    assert found(risk_table_against_curve, sheet(WEEKS)) == [("note", "drug")]
    finer = sheet(WEEKS | {"drug median_upper": "11.6"})
    assert found(risk_table_against_curve, finer) == [("unlikely", "drug")]
