"""Drawn curves against the figures of their arms: what must be found, and what must not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from survkit.consistency import audit
from survkit.trial import trial_from_document

STAIRS = [[0, 1], [2, 0.9], [4, 0.8], [6, 0.7], [8, 0.6], [10, 0.5], [12, 0.4]]


def found(**figures: Any) -> list[tuple[str, str]]:
    """Names and severities of what an audit finds of ten patients, and of the curve above."""
    points = [[Decimal(str(time)), Decimal(str(share))] for time, share in STAIRS]
    arm = {"id": "drug", "n": 10, "curve": [{"points": points, "taken": "exact"}], **figures}
    analysis = {"id": "os", "endpoint": "OS", "time_unit": "month", "source": "paper", "arm": [arm]}
    document = {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [analysis],
    }
    return [(one.check, str(one.severity)) for one in audit(trial_from_document(document))]


def test_figures_of_the_curve_are_not_found() -> None:
    at_risk = [{"time": 0, "n": 10}, {"time": 5, "n": 8}, {"time": 11, "n": 5}]
    survival = [{"time": 5, "percent": 80}]
    assert not found(events=6, median=10, at_risk=at_risk, survival=survival)


def test_a_median_away_from_where_the_curve_passes_one_half() -> None:
    assert ("quantiles against curve", "unlikely") in found(median=7)


def test_a_percentage_off_the_curve() -> None:
    survival = [{"time": 5, "percent": 64}]
    assert ("percentages against curve", "unlikely") in found(survival=survival)


def test_more_at_risk_than_the_curve_leaves() -> None:
    checks = found(at_risk=[{"time": 0, "n": 10}, {"time": 11, "n": 9}])
    assert "table against curve" in {check for check, _ in checks}


def test_more_events_than_the_curve_has_room_for() -> None:
    at_risk = [{"time": 0, "n": 10}, {"time": 11, "n": 5}]
    assert "events against curve" in {check for check, _ in found(events=9, at_risk=at_risk)}


def test_an_incidence_is_survival_only_where_nothing_competes() -> None:
    points = [[Decimal(time), Decimal(time) / 20] for time in (0, 2, 4, 6)]
    curve = {"points": points, "shows": "incidence"}
    assert found(curve=[curve]) == [("incidence is not survival", "note")]
