"""Estimates and their intervals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from survkit.consistency.checks.intervals import (
    estimate_inside_interval,
    interval_in_order,
    intervals_of_one_error,
    ratio_in_the_middle,
)
from survkit.printed import Printed
from survkit.quantity import FigureKey
from survkit.trial import Figure
from tests.consistency.sheets import PAIR, found, ratio, severities, sheet


def test_limits_in_order() -> None:
    assert found(interval_in_order, sheet(ratio("0.60", "0.35", "1.03"))) == []
    exchanged = sheet(ratio("0.60", "1.03", "0.35"))
    assert found(interval_in_order, exchanged) == [("impossible", PAIR)]
    assert found(estimate_inside_interval, exchanged) == []  # said once


@pytest.mark.parametrize(
    ("figures", "subject"),
    [
        (ratio("0.60", "0.62", "1.03"), PAIR),
        (ratio("0.60", "0.35", "0.59"), PAIR),
        ({"drug median": "20.5", "drug median_lower": "16.7", "drug median_upper": "19.1"}, "drug"),
        (
            {
                "drug survival 12": "30",
                "drug survival_lower 12": "31.2",
                "drug survival_upper 12": "40",
            },
            "drug",
        ),
        (
            {
                "drug median": "not reached",
                "drug median_lower": "9.1",
                "drug median_upper": "12.0",
            },
            "drug",
        ),
    ],
)
def test_an_estimate_outside_its_interval(figures: dict[str, str], subject: str) -> None:
    assert found(estimate_inside_interval, sheet(figures)) == [("impossible", subject)]


def test_rounding_is_allowed_for() -> None:
    inside = {"drug survival 12": "30", "drug survival_lower 12": "30.4"}
    inside["drug survival_upper 12"] = "40"
    assert found(estimate_inside_interval, sheet(inside)) == []


def test_a_lower_limit_that_cannot_be_estimated() -> None:
    limits = {"drug median_lower": "not reached", "drug median_upper": "not reached"}
    assert found(estimate_inside_interval, sheet({"drug median": "4.0", **limits})) == []


def test_the_middle_of_an_interval() -> None:
    """The limits 0.50 and 0.72 have the geometric mean 0.6."""
    assert found(ratio_in_the_middle, sheet(ratio("0.60", "0.50", "0.72"))) == []
    assert found(ratio_in_the_middle, sheet(ratio("0.65", "0.50", "0.72"))) == [("unlikely", PAIR)]
    (finding,) = ratio_in_the_middle(sheet(ratio("0.65", "0.50", "0.72")))
    assert finding.numbers["middle_lower"] == pytest.approx((0.495 * 0.715) ** 0.5)
    assert finding.numbers["middle_upper"] == pytest.approx((0.505 * 0.725) ** 0.5)


def test_a_little_off_the_middle_is_a_note() -> None:
    """A printed 0.609 is above the middle, 0.6, by about 0.08 standard errors."""
    own = sheet(ratio("0.6090", "0.4300", "0.8372"))
    assert found(ratio_in_the_middle, own) == [("note", PAIR)]


@pytest.mark.parametrize(
    ("limits", "severities"),
    [
        (("0.53", "1.04"), []),
        (("0.61", "0.91"), ["impossible"]),
        (("0.50", "1.10"), ["impossible"]),
    ],
)
def test_intervals_at_two_levels_have_one_error(
    limits: tuple[str, str], severities: list[str]
) -> None:
    """0.59 to 0.94 at 95 % is an error of 0.119; at 99.5 %, with z = 2.807, 0.53 to 1.03."""
    first = sheet(ratio("0.74", "0.59", "0.94"))
    keys = FigureKey("hazard_ratio", PAIR).limits_at(Decimal("99.5"))
    further = {
        key: Figure(
            key=key,
            printed=Printed.parse(text),
            role="input",
            verified=True,
            source="paper",
            level=99.5,
        )
        for key, text in zip(keys, limits, strict=True)
    }
    both = replace(first, figures={**first.figures, **further})
    assert [severity for severity, _ in found(intervals_of_one_error, both)] == severities


def test_a_quantile_outside_the_middle_of_its_symmetric_interval() -> None:
    figures = {"drug median": "12.0", "drug median_lower": "8.0", "drug median_upper": "17.0"}
    assert severities(sheet(figures)) == {}
    found = severities(sheet(figures, median_scale="symmetric"))
    assert found == {"quantile in the middle": "impossible"}
    for lower in ("7.0", "0.0"):
        right = figures | {"drug median_lower": lower}
        assert severities(sheet(right, median_scale="symmetric")) == {}
