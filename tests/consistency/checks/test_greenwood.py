"""Intervals of survival against the variance that patients can have."""

from __future__ import annotations

import math

import pytest

from survkit.consistency.checks.greenwood import survival_interval_against_patients
from tests.consistency.sheets import found, sheet


def limits(share: float, variance: float, scale: str) -> dict[str, str]:
    """Limits of 95 % on a scale, worked by hand, with one decimal."""
    root, log = 1.959964 * math.sqrt(variance), math.log(share)
    if scale == "log-log":
        lower, upper = share ** math.exp(root / -log), share ** math.exp(-root / -log)
    else:
        lower, upper = share * (1.0 - root), share * (1.0 + root)
    return {
        "drug survival 12": f"{100 * share:.1f}",
        "drug survival_lower 12": f"{100 * lower:.1f}",
        "drug survival_upper 12": f"{100 * upper:.1f}",
    }


BINOMIAL = limits(0.4, 0.6 / (100 * 0.4), "log-log")
"""What 100 patients without censoring print at 40 %."""


def test_the_binomial_variance_is_the_least() -> None:
    assert found(survival_interval_against_patients, sheet(BINOMIAL | {"drug n": "100"})) == []
    few = sheet(BINOMIAL | {"drug n": "80"})
    assert found(survival_interval_against_patients, few) == [("impossible", "drug")]


def test_events_bound_the_variance_too() -> None:
    """(log S)² / d: 60 events give the binomial variance 0.015 or more, as 0.84 / 60 is 0.014."""
    own = BINOMIAL | {"drug n": "1000"}
    assert found(survival_interval_against_patients, sheet(own | {"drug events": "60"})) == []
    few = sheet(own | {"drug events": "40"})
    assert found(survival_interval_against_patients, few) == [("impossible", "drug")]


def test_patients_left_bound_it_from_above() -> None:
    own = BINOMIAL | {"drug n": "1000"}
    later = own | {"drug at_risk 18": "60"}  # at most 0.6 / 60 = 0.010
    assert found(survival_interval_against_patients, sheet(later)) == [("impossible", "drug")]
    same = own | {"drug at_risk 12": "60"}  # unless events happened at exactly 12
    assert found(survival_interval_against_patients, sheet(same)) == [("note", "drug")]
    assert found(survival_interval_against_patients, sheet(own | {"drug at_risk 12": "40"})) == []


def test_another_scale_is_a_note() -> None:
    own = sheet(limits(0.15, 0.85 / (100 * 0.15), "plain") | {"drug n": "100"})
    (finding,) = survival_interval_against_patients(own)
    assert finding.severity == "note"
    assert "plain" in finding.implied
    named = sheet(
        limits(0.15, 0.85 / (100 * 0.15), "plain") | {"drug n": "100"}, survival_scale="plain"
    )
    assert found(survival_interval_against_patients, named) == []


@pytest.mark.parametrize("percent", ["0", "100", "<2"])
def test_the_edges_say_nothing(percent: str) -> None:
    own = {"drug n": "50", "drug survival 12": percent}
    own |= {"drug survival_lower 12": "0", "drug survival_upper 12": "100"}
    assert found(survival_interval_against_patients, sheet(own)) == []
