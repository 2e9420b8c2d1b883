"""Ids, units, endpoints and digits out of what stands in a figure."""

from __future__ import annotations

import pytest

from survkit.transcription.curve_files import precision_text
from survkit.transcription.labels import Label, read_label
from survkit.transcription.words import (
    digits_of,
    endpoint_in,
    identifier,
    one_line,
    time_unit_in,
)


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Months since randomisation", "month"),
        ("Time (years)", "year"),
        ("Follow-up, wk", "week"),
        ("Days", "day"),
        ("Monthly visits", ""),
        ("Time", ""),
        ("Months (years)", ""),
    ],
)
def test_a_unit_is_taken_where_one_is_named(title: str, unit: str) -> None:
    assert time_unit_in(title) == unit


def test_an_endpoint_is_taken_from_the_first_title_that_names_one() -> None:
    assert endpoint_in("A", "Overall survival (%)") == "OS"
    assert endpoint_in("Event free survival", "OS") == "EFS"
    assert endpoint_in("Progression\N{MINUS SIGN}free Survival") == "PFS"
    assert not endpoint_in("Survival probability")


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("0.70", "0.70"),
        (".70", "0.70"),
        ("0·70", "0.70"),
        ("12,5", "12.5"),
        ("007", "7"),
        ("< .001", "<0.001"),
        ("NE", "not reached"),
        ("Not  reached", "not reached"),
        ("≤0.05", ""),
        ("5×10-4", ""),
        ("0.1234567890123", ""),
        ("", ""),
    ],
)
def test_digits_are_kept_as_printed_or_given_up(printed: str, digits: str) -> None:
    assert digits_of(printed) == digits


def test_ids_are_unique() -> None:
    taken: list[str] = []
    for _ in range(3):
        taken.append(identifier("5-FU + LV", taken, fallback="arm"))
    assert taken == ["5-fu-lv", "5-fu-lv-2", "5-fu-lv-3"]
    assert identifier("药物", fallback="curve-1") == "curve-1"


def test_words_are_one_line_without_control_characters() -> None:
    assert one_line("a\tb\n\x00c") == "a b c"
    assert len(one_line("a" * 999)) == 200


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Placebo, n = 203", Label(name="Placebo", n=203)),
        ("T (301/2097)", Label(name="T", n=2097, events=301)),
        ("Dose (3/1)", Label(name="Dose (3/1)")),
        ("n", Label(name="n")),
    ],
)
def test_numbers_behind_a_name(text: str, label: Label) -> None:
    assert read_label(text) == label


@pytest.mark.parametrize("precision", [1e-12, 3.3e-7, 0.00123, 0.05])
def test_a_precision_is_rounded_up_to_what_a_file_may_hold(precision: float) -> None:
    text = precision_text(precision)
    assert float(text) >= precision * (1 - 1e-9)
    assert len(text.partition(".")[2]) <= 9
