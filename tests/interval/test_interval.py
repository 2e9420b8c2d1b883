"""Closed intervals: rounding windows hold exactly what prints alike."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.interval import ANYWHERE, Interval
from survkit.printed import NOT_REACHED, Printed

NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lower, upper = sorted((draw(NUMBERS), draw(NUMBERS)))
    return Interval(lower, upper)


@st.composite
def figures(draw: st.DrawFn) -> Printed:
    """Any number as a journal prints it, up to four decimals."""
    places = draw(st.integers(0, 4))
    return Printed.parse(f"{Decimal(draw(st.integers(0, 10**6))).scaleb(-places):f}")


@given(figures(), st.floats(-3.0, 3.0))
def test_a_window_holds_what_prints_like_the_figure(printed: Printed, units: float) -> None:
    window = Interval.of(printed)
    value = printed.value + units * printed.half_unit
    assume(abs(abs(units) - 1.0) > 1e-6)  # the ends themselves are a matter of binary floats
    assert (window.lower <= value <= window.upper) == printed.admits(value)


@given(figures())
def test_both_ends_of_a_window_print_like_the_figure(printed: Printed) -> None:
    window = Interval.of(printed)
    assert printed.admits(window.lower)
    assert printed.admits(window.upper)
    assert window.middle == pytest.approx(printed.value, abs=1e-9 * max(1.0, printed.value))
    assert window.half == pytest.approx(printed.half_unit, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "window"),
    [("<0.001", (-math.inf, 0.001)), (">24.0", (24.0, math.inf)), ("not reached", (math.inf,) * 2)],
)
def test_words_and_thresholds_have_open_windows(text: str, window: tuple[float, float]) -> None:
    found = Interval.of(Printed.parse(text))
    assert (found.lower, found.upper) == window
    assert not found.bounded


def test_only_what_is_not_reached_has_no_number() -> None:
    assert not Interval.of(NOT_REACHED).reached
    assert Interval.of(Printed.parse("12")).reached


@given(intervals(), NUMBERS, st.floats(0.0, 1.0))
def test_what_is_clipped_lies_in_the_share_and_moves_no_further_than_needed(
    interval: Interval, value: float, share: float
) -> None:
    clipped = interval.clip(value, share=share)
    reach = share * interval.half
    slack = 1e-9 * max(1.0, abs(interval.lower), abs(interval.upper))
    assert abs(clipped - interval.middle) <= reach + slack
    if abs(value - interval.middle) <= reach:
        assert clipped == pytest.approx(value, abs=slack)
    assert interval.clip(clipped, share=share) == pytest.approx(clipped, abs=slack)


@given(intervals(), st.lists(NUMBERS, max_size=8), st.floats(0.0, 1.0))
def test_many_values_are_clipped_as_each_of_them(
    interval: Interval, values: list[float], share: float
) -> None:
    together = interval.clip_all(np.array(values), share=share)
    assert together.tolist() == [interval.clip(value, share=share) for value in values]


@given(NUMBERS)
def test_an_open_end_clips_to_the_other_alone(value: float) -> None:
    assert Interval(-math.inf, 0.0).clip(value, share=0.5) == min(value, 0.0)
    assert Interval(0.0, math.inf).clip(value, share=0.5) == max(value, 0.0)
    assert ANYWHERE.clip(value) == value


@given(intervals(), intervals())
def test_intervals_meet_or_have_a_gap_whichever_comes_first(one: Interval, other: Interval) -> None:
    assert one.meets(other) == other.meets(one)
    assert one.gap(other) == other.gap(one)
    if one.gap(other) == 0.0:
        assert one.meets(other)
    assert one.meets(other) != (one.above(other) or other.above(one))


@given(intervals(), intervals())
def test_what_two_have_in_common_lies_in_both(one: Interval, other: Interval) -> None:
    common = one.intersect(other)
    assert common == other.intersect(one)
    if one.gap(other) == 0.0:
        assert max(one.lower, other.lower) == common.lower <= common.upper
    else:
        assert common.lower > common.upper


@given(intervals(), st.floats(1e-3, 1e3), NUMBERS)
def test_a_unit_and_a_shift_carry_both_ends(interval: Interval, factor: float, by: float) -> None:
    scaled, shifted = interval.scaled(factor), interval.shifted(by)
    assert (scaled.lower, scaled.upper) == (factor * interval.lower, factor * interval.upper)
    assert (shifted.lower, shifted.upper) == (interval.lower + by, interval.upper + by)


@given(st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_logarithms_keep_the_order_of_ratios(one: float, other: float) -> None:
    lower, upper = sorted((one, other))
    assume(upper > 1e-5)
    logs = Interval(lower, upper).log()
    assert logs.lower <= logs.upper
    assert math.exp(logs.upper) == pytest.approx(upper)
    assert math.exp(logs.lower) == pytest.approx(max(lower, 1e-6))  # printed as zero


def test_ranges_that_touch_meet() -> None:
    assert Interval(0.1, 0.2).meets(Interval(0.2, 0.3))
    assert Interval(0.3, 0.4).above(Interval(0.1, 0.2))
    assert Interval(0.3, 0.4).gap(Interval(0.1, 0.2)) == pytest.approx(0.1)
    assert Interval(0.1, 0.3).gap(Interval(0.2, 0.5)) == 0.0


def test_decimal_ends_that_binary_floats_miss_still_meet() -> None:
    assert Interval(0.1 + 0.2, 1.0).meets(Interval(0.0, 0.3))


@pytest.mark.parametrize(
    ("interval", "text"),
    [(Interval(0.295, 0.305), "0.295 to 0.305"), (Interval(2.0, 2.0), "2"), (ANYWHERE, None)],
)
def test_an_interval_in_words(interval: Interval, text: str | None) -> None:
    assert interval.text() == (text or "-inf to inf")
