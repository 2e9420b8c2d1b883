"""The text of a check, on a made-up reproduction with every kind of verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from survkit.cli.terminal import Screen
from survkit.quantity import QUANTITIES
from survkit.wording import count_agreeing, difference_text
from tests.cli.example import example_text, make_example

GOLDEN = Path(__file__).parent / "golden" / "check.txt"


def test_the_text_is_the_golden_one() -> None:
    """The command that wrote it stands in tests/cli/example.py."""
    assert example_text(Screen(80), missed=True) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("width", [66, 80, 100, 120])
def test_it_fits_the_screen(width: int) -> None:
    lines = example_text(Screen(width), missed=True).splitlines()
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_differences_go_where_there_is_no_room_and_no_verdict_is_broken() -> None:
    text = example_text(Screen(66), missed=True)
    assert "difference" not in text.split("\n\n")[1]
    assert " not comparable\n" in text


def test_sources_have_a_column_where_there_is_room() -> None:
    text = example_text(Screen(100), missed=True)
    assert "verdict           source\n" in text
    assert "missed            authors-2020 ?\n" in text
    assert "where no other is named" not in text


def test_colour_adds_nothing_but_colour() -> None:
    plain = example_text(Screen(100), missed=True)
    coloured = example_text(Screen(100, colour=True), missed=True)
    for code in ("0", "1", "2", "32", "33", "1;31"):
        assert f"\x1b[{code}m" in coloured
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert [line.rstrip() for line in coloured.splitlines()] == plain.splitlines()


def test_a_miss_that_does_not_bind_is_not_alarming() -> None:
    assert "\x1b[1;31m" not in example_text(Screen(100, colour=True), missed=False)


def test_the_last_words_say_what_was_found() -> None:
    missed = example_text(Screen(120), missed=True).split("Summary")[1]
    assert "example-1  pfs-local   11/12     1/4  missed\n" in missed
    assert "1 of 1 analysis missed" in missed
    agrees = example_text(Screen(120), missed=False).split("Summary")[1]
    assert "example-1  pfs-local   12/12     1/4  within tolerance\n" in agrees
    assert "1 analysis reproduced" in agrees
    assert "stay within its stated tolerance" in " ".join(agrees.split())


def test_inputs_and_checks_are_counted_apart() -> None:
    (result,) = make_example(missed=True).analyses
    assert count_agreeing(result.inputs) == 11
    assert count_agreeing(result.checks) == 1


def test_differences_have_two_places_more_than_the_figure_and_patients_none() -> None:
    (result,) = make_example(missed=True).analyses
    for comparison in result.comparisons:
        text = difference_text(comparison)
        if comparison.figure.key.definition is QUANTITIES["n"]:
            assert text == "0"
        elif text and comparison.figure.key.definition.unit != "patients":
            places = comparison.figure.printed.decimals + 2
            assert text[0] in "+-"
            assert len(text.partition(".")[2]) == places
