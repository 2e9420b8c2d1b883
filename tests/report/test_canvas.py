"""Coordinates of drawings, worked by hand."""

from __future__ import annotations

import pytest

from survkit.report.canvas import Axis, area_path, number, step_path


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (3.14, "3.1"), (-0.04, "0"), (-2.55, "-2.5"), (0.06, "0.1")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_logarithmic_axis_gives_equal_ratios_equal_lengths() -> None:
    axis = Axis(0.1, 10.0, 0.0, 200.0, logarithmic=True)
    assert [axis.at(value) for value in (0.1, 1.0, 10.0)] == ["0", "100", "200"]


def test_an_axis_ends_where_it_ends() -> None:
    axis = Axis(0.0, 10.0, 50.0, 0.0)
    assert [axis.at(value) for value in (-1.0, 2.5, float("inf"))] == ["50", "37.5", "0"]


def test_steps_hold_until_the_next_one_and_invisible_ones_are_left_out() -> None:
    assert step_path([0, 1, 2, 3], [0, 0, 4, 4.01]) == "M0 0H2V4H3"
    assert step_path([], []) == ""


def test_an_area_goes_out_above_and_back_below() -> None:
    assert area_path([0, 1, 2], [10, 8, 8], [0, 0, 2]) == "M0 0H2V2H2V8H1V10H0Z"
    assert area_path([], [], []) == ""
