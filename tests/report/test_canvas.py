"""Coordinates of drawings, worked by hand."""

from __future__ import annotations

import pytest

from survkit.report.canvas import Ruler, area_path, number, step_path
from survkit.scene import Axis


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (3.14, "3.1"), (-0.04, "0"), (-2.55, "-2.5"), (0.06, "0.1")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_logarithmic_axis_gives_equal_ratios_equal_lengths() -> None:
    axis = Axis(label="", low=0.1, high=10.0, ticks=(1.0,), logarithmic=True)
    ruler = Ruler(axis, 0.0, 200.0)
    assert [ruler(value) for value in (0.1, 1.0, 10.0)] == ["0", "100", "200"]
    assert ruler.ticks == (("100", "1"),)


def test_an_axis_ends_where_it_ends() -> None:
    axis = Axis(label="", low=0.0, high=10.0, ticks=())
    assert [Ruler(axis, 50.0, 0.0)(value) for value in (-1.0, 2.5, float("inf"))] == [
        "50",
        "37.5",
        "0",
    ]
    assert Ruler(axis, 1.0, 99.0, digits=0)(3.33) == "34"


def test_steps_hold_until_the_next_one_and_invisible_ones_are_left_out() -> None:
    assert step_path(list("0123"), list("0044")) == "M0 0H2V4H3"
    assert step_path([], []) == ""


def test_an_area_goes_out_above_and_back_below() -> None:
    assert area_path(list("012"), ["10", "8", "8"], list("002")) == "M0 0H2V2H2V8H1V10H0Z"
    assert area_path([], [], []) == ""
