"""Intervals of unrounded values."""

from __future__ import annotations

import math

import pytest

from survkit.consistency.rounding import (
    certainly_above,
    interval_of,
    normal_quantile_range,
    two_sided_z,
)
from tests.consistency.sheets import sheet


@pytest.mark.parametrize(
    ("key", "text", "lower", "upper"),
    [
        ("hazard_ratio", "0.30", 0.295, 0.305),
        ("hazard_ratio", "0.00", 0.0, 0.005),
        ("drug n", "203", 203.0, 203.0),
        ("drug survival 12", "<2", 0.0, 2.0),
        ("drug survival 12", "100", 99.5, 100.0),
        ("p_value", "<0.001", 0.0, 0.001),
        ("p_value", ">0.9", 0.9, 1.0),
        ("drug median", "not reached", math.inf, math.inf),
        ("rmst_difference 12", "-0.4", -0.45, -0.35),
        ("risk_reduction", "-12", -12.5, -11.5),
    ],
)
def test_a_figure_stands_for_what_prints_like_it(
    key: str, text: str, lower: float, upper: float
) -> None:
    (figure,) = sheet({key: text}).figures.values()
    own = interval_of(figure)
    assert own.lower == pytest.approx(lower)
    assert own.upper == pytest.approx(upper)


@pytest.mark.parametrize(
    ("one", "other", "above"),
    [
        ("4.7", "4.6", True),  # rounding keeps the order of equal decimals
        ("4.6", "4.6", False),
        ("4.65", "4.6", False),  # 4.645 prints as 4.65 and as 4.6
        ("4.66", "4.6", True),
        ("not reached", "12", True),
        ("12", "not reached", False),
        ("not reached", "not reached", False),
    ],
)
def test_certainly_above(one: str, other: str, above: bool) -> None:
    first, second = sheet({"drug median": one, "placebo median": other}).figures.values()
    assert certainly_above(first, second) is above


def test_quantiles_as_people_round_them() -> None:
    own = normal_quantile_range(95.0)
    assert own.lower == pytest.approx(1.959964, abs=1e-6)
    assert own.upper == 1.96
    assert normal_quantile_range(90.0).lower == 1.64


def test_the_statistic_behind_a_p_value() -> None:
    assert two_sided_z(0.05) == pytest.approx(1.959964, abs=1e-6)
    assert two_sided_z(1.0) == pytest.approx(0.0, abs=1e-12)
    assert two_sided_z(0.0) == math.inf
