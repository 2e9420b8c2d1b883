"""Printed figures: digits in, rounding interval and the same digits out."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.printed import NOT_REACHED, Printed


@st.composite
def digits(draw: st.DrawFn) -> str:
    """Any number as a journal prints it, up to nine decimals."""
    places = draw(st.integers(0, 9))
    number = draw(st.integers(0, 10**9))
    return f"{Decimal(number).scaleb(-places):f}"


@given(digits())
def test_every_decimal_parses_back(text: str) -> None:
    assert str(Printed.parse(text)) == text


@given(digits())
def test_the_printed_value_and_both_ends_print_like_the_figure(text: str) -> None:
    printed = Printed.parse(text)
    for value in (printed.value, printed.lower, printed.upper):
        assert printed.admits(value)
        assert printed.render(value) == text


@given(digits(), st.floats(0, 1e6))
def test_what_is_rendered_admits_the_value(text: str, value: float) -> None:
    rendered = Printed.parse(Printed.parse(text).render(value))
    assert rendered.admits(value)
    assert rendered.decimals == Printed.parse(text).decimals


@given(digits(), st.floats(0, 1e6))
def test_same_characters_means_admitted(text: str, value: float) -> None:
    printed = Printed.parse(text)
    assert printed.admits(value) == (printed.render(value) == text)


@given(digits())
def test_the_interval_is_one_unit_wide(text: str) -> None:
    printed = Printed.parse(text)
    width = Decimal(1).scaleb(-printed.decimals)
    assert printed.upper - printed.lower == pytest.approx(float(width), rel=1e-6, abs=1e-15)
    assert printed.half_unit == pytest.approx(float(width) / 2)


def test_trailing_zeros_are_digits() -> None:
    assert Printed.parse("0.30").decimals == 2
    assert Printed.parse("0.3").decimals == 1
    assert Printed.parse("0.3").upper == 0.35
    assert Printed.parse("9").decimals == 0


def test_a_negative_figure_has_its_interval_around_it() -> None:
    printed = Printed.parse("-0.40")
    assert (printed.value, printed.lower, printed.upper) == (-0.4, -0.405, -0.395)
    assert printed.admits(-0.3951)
    assert not printed.admits(0.4)
    assert printed.render(-0.404) == "-0.40"
    assert printed.render(-1.234) == "-1.23"
    assert printed.render(0.5) == "0.50"


def test_a_zero_has_no_sign() -> None:
    assert Printed.parse("0.4").render(-0.04) == "0.0"
    assert Printed.parse("-0.4").render(-0.04) == "0.0"


def test_halves_count_as_inside_either_way() -> None:
    printed = Printed.parse("1.00")
    assert printed.admits(0.995)
    assert printed.admits(1.005)
    assert not printed.admits(0.99499)


@pytest.mark.parametrize("text", ["<0.001", "< 0.001"])
def test_a_threshold_is_strict(text: str) -> None:
    printed = Printed.parse(text)
    assert str(printed) == "<0.001"
    assert printed.admits(0.00099)
    assert not printed.admits(0.001)
    assert printed.render(0.0002) == "<0.001"
    assert printed.render(0.0023) == "0.002"
    assert (printed.lower, printed.upper) == (-math.inf, 0.001)


def test_a_threshold_from_below() -> None:
    printed = Printed.parse(">0.99")
    assert printed.admits(0.995)
    assert not printed.admits(0.99)
    assert (printed.lower, printed.upper) == (0.99, math.inf)


@pytest.mark.parametrize("words", ["not reached", "NR", "nr", "not estimable", "NE", " NR "])
def test_words_for_what_was_never_reached(words: str) -> None:
    printed = Printed.parse(words)
    assert printed == NOT_REACHED
    assert not printed.reached
    assert not printed.exact
    assert printed.admits(math.inf)
    assert not printed.admits(1e300)
    assert str(printed) == "not reached"
    assert printed.render(12.345) == "12.3"


def test_what_cannot_be_estimated_is_never_admitted() -> None:
    for printed in (Printed.parse("1.0"), Printed.parse("<0.1"), NOT_REACHED):
        assert not printed.admits(math.nan)
        assert printed.render(math.nan) == "not estimable"


def test_an_estimate_beyond_all_bounds_is_printed() -> None:
    assert Printed.parse("0.77").render(1e40) == "1" + "0" * 40 + ".00"
    assert Printed.parse("0.77").render(math.inf) == "not reached"


def test_tiny_figures_are_printed_without_exponent() -> None:
    assert str(Printed.parse("0.00000001")) == "0.00000001"
    assert str(Printed.parse("<0.00000001")) == "<0.00000001"


@pytest.mark.parametrize("text", ["", ".5", "1e3", "4,6", "0.3 0.4", "<", "<-1", "nan", "about 5"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a printed figure must be digits"):
        Printed.parse(text)
