"""Medians: their intervals, and two of them against a hazard ratio."""

from __future__ import annotations

import math

import pytest

from survkit.consistency.checks.medians import (
    median_interval_against_curve,
    median_interval_against_events,
    medians_against_ratio,
)
from tests.consistency.sheets import PAIR, found, ratio, sheet

MEDIAN = {"drug median": "12.0", "drug median_lower": "9.0", "drug median_upper": "16.0"}


def test_the_curve_before_the_lower_limit() -> None:
    """With 60 events: above 0.5 ** exp(-1.96 / √60) = 58.4 % before 9."""
    own = MEDIAN | {"drug events": "60"}
    assert 0.5 ** math.exp(-1.959964 / math.sqrt(60)) == pytest.approx(0.584, abs=0.001)
    assert found(median_interval_against_curve, sheet(own | {"drug survival 8": "59"})) == []
    low = sheet(own | {"drug survival 8": "57"})
    assert found(median_interval_against_curve, low) == [("unlikely", "drug")]
    assert found(median_interval_against_curve, sheet(own | {"drug survival 9": "57"})) == []
    plain = sheet(own | {"drug survival 8": "57"}, median_scale="plain")
    assert found(median_interval_against_curve, plain) == []


def test_the_curve_after_the_upper_limit() -> None:
    """With 60 events: at most 0.5 ** exp(1.96 / √60) = 40.9 % after 16."""
    own = MEDIAN | {"drug events": "60"}
    assert found(median_interval_against_curve, sheet(own | {"drug survival 17": "41"})) == []
    high = sheet(own | {"drug survival 17": "42"})
    assert found(median_interval_against_curve, high) == [("unlikely", "drug")]


def test_the_limits_of_the_curve_before_those_of_the_median() -> None:
    curve = {"drug survival 8": "63", "drug survival_lower 8": "51", "drug survival_upper 8": "75"}
    own = MEDIAN | {"drug n": "100"} | curve
    assert found(median_interval_against_curve, sheet(own)) == []
    low = sheet(own | {"drug survival_lower 8": "48"})
    assert found(median_interval_against_curve, low) == [("unlikely", "drug")]
    other = sheet(own | {"drug survival_lower 8": "48"}, survival_scale="plain")
    assert found(median_interval_against_curve, other) == []


def test_a_median_with_an_interval_of_visits() -> None:
    """RECORD-1, placebo: 1.9 (1.8 to 1.9) with 111 events needs a shape of 4.6 or more."""
    placebo = {
        "placebo median": "1.9",
        "placebo median_lower": "1.8",
        "placebo median_upper": "1.9",
    }
    own = sheet(placebo | {"placebo events": "30"})
    assert found(median_interval_against_events, own) == [("note", "placebo")]
    (finding,) = median_interval_against_events(own)
    widest = math.log(1.95 / 1.75)
    assert finding.numbers["shape"] == pytest.approx(
        2 * 1.959964 / math.sqrt(30) / widest, rel=1e-5
    )
    assert found(median_interval_against_events, sheet(MEDIAN | {"drug events": "60"})) == []


@pytest.mark.parametrize(
    ("figures", "medians", "severity"),
    [
        (("0.35", "0.27", "0.45"), ("11.0", "4.6"), None),  # RADIANT-3
        (("0.77", "0.59", "1.00"), ("16.4", "11.3"), None),  # RADIANT-2
        (("0.33", "0.25", "0.43"), ("4.9", "1.9"), None),  # RECORD-1
        (("0.33", "0.25", "0.43"), ("1.9", "4.9"), "unlikely"),  # exchanged
        (("0.33", "0.25", "0.43"), ("1.9", "1.9"), "unlikely"),  # of the other arm
        (("0.928", "0.399", "2.156"), ("4.7", "8.1"), "note"),  # VIALE-C, Japanese patients
        (("0.60", "0.35", "1.03"), ("16.7", "16.7"), None),  # CeTeG
        (("0.50", "0.40", "0.63"), ("not reached", "8.0"), None),
        (("0.50", "0.40", "0.63"), ("8.0", "not reached"), "unlikely"),
        (("0.50", "0.40", "0.63"), ("not reached", "not reached"), None),
        (("0.47", "0.40", "0.56"), ("2.0", "1.7"), "note"),
    ],
)
def test_medians_and_ratio(
    figures: tuple[str, str, str], medians: tuple[str, str], severity: str | None
) -> None:
    own = sheet(ratio(*figures) | {"drug median": medians[0], "placebo median": medians[1]})
    expected = [] if severity is None else [(severity, PAIR)]
    assert found(medians_against_ratio, own) == expected


def test_the_shape_that_medians_and_ratio_take() -> None:
    own = ratio("0.47", "0.40", "0.56") | {"drug median": "2.0", "placebo median": "1.7"}
    (finding,) = medians_against_ratio(sheet(own))
    assert finding.numbers["shape"] == pytest.approx(math.log(0.47) / math.log(1.7 / 2.0))
    assert finding.numbers["ratio_of_constant_hazards"] == pytest.approx(0.85)
