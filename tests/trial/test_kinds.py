"""Kinds of numbers: what each one reads, refuses and tells an editor."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from pydantic_core import PydanticCustomError

from survkit.printed import NOT_REACHED, Printed
from survkit.trial import kinds


def kind_of(alias: Any) -> Any:
    """The kind behind an annotated type."""
    return get_args(alias)[1]


READ: list[tuple[str, object, str]] = [
    ("Patients", 1, "1"),
    ("Count", 0, "0"),
    ("Duration", Decimal("4.60"), "4.60"),
    ("Duration", "not reached", "not reached"),
    ("Duration", "NR", "not reached"),
    ("Percent", 0, "0"),
    ("Percent", 100, "100"),
    ("Percent", "<2", "<2"),
    ("Ratio", Decimal("1.00"), "1.00"),
    ("Probability", "< 0.001", "<0.001"),
    ("Probability", Decimal("0.026"), "0.026"),
    ("Ratio", Printed.parse("0.30"), "0.30"),
    ("Level", Decimal("97.5"), "97.5"),
    ("TimePoint", 0, "0"),
    ("Difference", Decimal("-0.40"), "-0.40"),
    ("Difference", 0, "0"),
    ("Difference", Decimal("1.2"), "1.2"),
    ("Horizon", 24, "24"),
]

REFUSED: list[tuple[str, object]] = [
    ("Probability", NOT_REACHED),
    ("Patients", 0),
    ("Patients", True),
    ("Patients", Decimal("203.0")),
    ("Count", -1),
    ("Count", "<5"),
    ("Count", 10**9),
    ("Duration", 0),
    ("Duration", "4.6"),
    ("Duration", 4.6),
    ("Duration", "soon"),
    ("Duration", Decimal("1E+3")),
    ("Span", "not reached"),
    ("Percent", Decimal("100.1")),
    ("Percent", "<101"),
    ("Ratio", Decimal("nan")),
    ("Ratio", Decimal("inf")),
    ("Ratio", "<0.5"),
    ("Ratio", []),
    ("Level", 50),
    ("Level", 100),
    ("TimePoint", -1),
    ("Difference", "<0.5"),
    ("Difference", "not reached"),
    ("Difference", "-0.4"),
    ("Difference", Decimal("-inf")),
    ("Horizon", 0),
]


def case_id(case: tuple[object, ...]) -> str:
    """A name for a case that no other case has."""
    return " ".join(map(repr, case[:2]))


@pytest.mark.parametrize("case", READ, ids=case_id)
def test_a_kind_reads_its_numbers(case: tuple[str, object, str]) -> None:
    name, value, text = case
    assert str(kind_of(getattr(kinds, name)).read(value)) == text


@pytest.mark.parametrize("case", REFUSED, ids=case_id)
def test_a_kind_refuses_the_rest_and_says_what_it_expected(case: tuple[str, object]) -> None:
    name, value = case
    kind = kind_of(getattr(kinds, name))
    with pytest.raises(PydanticCustomError) as caught:
        kind.read(value)
    assert caught.value.message().startswith(f"must be {kind.what}")


def test_the_hint_says_why_a_number_is_none() -> None:
    assert "without quotes" in str(kinds.refusal("a number", "4.6"))
    assert "use Decimal" in str(kinds.refusal("a number", 4.6))
    assert str(kinds.refusal("a number", "soon")) == "must be a number"


def test_editors_learn_the_same_bounds() -> None:
    assert kind_of(kinds.Patients).json_schema() == {"type": "integer", "minimum": 1}
    # 0 or a word beside an arm without events
    ratio, _ = kind_of(kinds.Ratio).json_schema()["anyOf"]
    assert ratio == {"type": "number", "minimum": 0}
    assert kind_of(kinds.Difference).json_schema() == {"type": "number"}
    number, threshold = kind_of(kinds.Percent).json_schema()["anyOf"]
    assert (number["minimum"], number["maximum"]) == (0, 100)
    assert threshold["type"] == "string"
