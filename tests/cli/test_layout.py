"""Columns, terms and paragraphs."""

from __future__ import annotations

import pytest

from survkit.cli.terminal import Screen
from survkit.cli.text.layout import Cell, Line, fits, paragraph, table, terms

ROWS = [
    [Cell("figure"), Cell("printed", right=True), Cell("source")],
    Line("placebo"),
    [Cell("median"), Cell("4.6", right=True), Cell("a source with a long name")],
]


def test_columns_are_as_wide_as_their_widest_field() -> None:
    assert table(ROWS, Screen(60)) == [
        "figure  printed  source",
        "placebo",
        "median      4.6  a source with a long name",
    ]


def test_the_last_column_goes_on_below_itself() -> None:
    assert table(ROWS, Screen(30))[-2:] == [
        "median      4.6  a source with",
        "                 a long name",
    ]
    assert fits(ROWS, Screen(42))
    assert not fits(ROWS, Screen(41))


@pytest.mark.parametrize("width", [10, 20, 30])
def test_no_word_of_the_last_column_is_broken(width: int) -> None:
    rows = [[Cell("median"), Cell("not comparable, or reproduced")]]
    words = " ".join(table(rows, Screen(width))).split()
    assert words == ["median", "not", "comparable,", "or", "reproduced"]


def test_colour_does_not_move_columns() -> None:
    rows = [
        [Cell("a", "good"), Cell("b", "bad")],
        [Cell("longer", "strong"), Cell("", "bad")],
    ]
    assert table(rows, Screen(60, colour=True)) == [
        "\x1b[32ma     \x1b[0m  \x1b[1;31mb\x1b[0m",
        "\x1b[1mlonger\x1b[0m",
    ]


def test_terms_hang_and_empty_ones_are_left_out() -> None:
    pairs = [("note", "words  and\nmore words"), ("nothing", ""), ("id", "x")]
    assert terms(pairs, Screen(20), indent=2) == [
        "  note  words and",
        "        more words",
        "  id    x",
    ]


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_of_a_paragraph_is_longer_than_the_screen(width: int) -> None:
    lines = paragraph("word " * 100, Screen(width), indent=4)
    assert max(map(len, lines)) <= width
    assert all(line.startswith("    word") for line in lines)
