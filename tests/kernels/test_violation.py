"""One measure of how far values are from what is printed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.interval import ANYWHERE, Interval
from survkit.kernels.violation import CONTRAST, CURVE, Tolerance, violation

TOLERANCES = pytest.mark.parametrize("tolerance", [CURVE, CONTRAST], ids=["curve", "contrast"])
PLACES = st.floats(-5.0, 5.0)


def at(place: float, window: Interval, tolerance: Tolerance) -> float:
    """What is missed at a place within a window, in halves of it from its middle."""
    value = window.middle + place * window.half
    return float(violation(window, np.array([value]), tolerance)[0])


@TOLERANCES
@given(middle=st.floats(-3.0, 3.0), half=st.floats(1e-4, 2.0), place=PLACES)
def test_nothing_is_missed_in_the_comfortable_share_and_only_there(
    tolerance: Tolerance, middle: float, half: float, place: float
) -> None:
    window = Interval(middle - half, middle + half)
    found = at(place, window, tolerance)
    assert found == pytest.approx(max(0.0, abs(place) - tolerance.comfort), abs=1e-8)
    if abs(abs(place) - tolerance.comfort) > 1e-8:
        assert (found == 0.0) == (abs(place) <= tolerance.comfort)


@TOLERANCES
def test_what_counts_as_met_lies_within_every_window(tolerance: Tolerance) -> None:
    window = Interval(0.345, 0.355)
    assert at(1.0, window, tolerance) ** 2 > tolerance.met
    farthest = tolerance.comfort + math.sqrt(tolerance.met)
    assert at(farthest, window, tolerance) ** 2 == pytest.approx(tolerance.met)
    assert 0.99 < farthest < 1.0


@TOLERANCES
@given(place=st.floats(-5.0, 5.0))
def test_a_window_with_one_end_is_measured_in_a_named_unit(
    tolerance: Tolerance, place: float
) -> None:
    value = np.array([0.5 + place * tolerance.open_unit])
    above = violation(Interval(0.5, math.inf), value, tolerance)
    below = violation(Interval(-math.inf, 0.5), value, tolerance)
    assert above[0] == pytest.approx(max(0.0, -place), abs=1e-9)
    assert below[0] == pytest.approx(max(0.0, place), abs=1e-9)


@TOLERANCES
def test_where_nothing_is_asked_nothing_is_missed(tolerance: Tolerance) -> None:
    values = np.array([-math.inf, 0.0, 1e300, math.inf])
    assert not violation(ANYWHERE, values, tolerance).any()


@TOLERANCES
@given(values=st.lists(st.floats(-2.0, 2.0), max_size=12))
def test_many_values_are_measured_as_each_of_them(
    tolerance: Tolerance, values: list[float]
) -> None:
    for window in (Interval(0.2, 0.4), Interval(0.2, math.inf), Interval(-math.inf, 0.4)):
        together = violation(window, np.array(values), tolerance)
        alone = [violation(window, np.array([value]), tolerance)[0] for value in values]
        np.testing.assert_array_equal(together, alone)


def test_an_exact_value_misses_at_once() -> None:
    exact = Interval(3.0, 3.0)
    found = violation(exact, np.array([3.0, 3.0 + 1e-6]), CURVE)
    assert found[0] == 0.0
    assert found[1] > 100.0
