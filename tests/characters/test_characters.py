"""Characters that are no letters, shown, and words that programs would obey, disarmed."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.characters import (
    UNSHOWABLE,
    fold_lines,
    visible,
    without_commands,
    without_formulas,
)
from survkit.errors import SurvkitError, TrialFileError


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_what_is_visible_stays_on_its_line_and_is_xml(text: str) -> None:
    shown = visible(text)
    assert not UNSHOWABLE.search(shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
    element = ET.Element("a", name=shown)
    element.text = shown
    assert ET.fromstring(ET.tostring(element, "unicode")).get("name") == shown


@pytest.mark.parametrize(
    "text", ["Overall survival, β ≥ 0,5", "naïve", "生存", "🙂", "x\u00ad-\u00a0y"]
)
def test_letters_of_all_languages_stay(text: str) -> None:
    assert visible(text) == text == without_commands(text) == without_formulas(text)


def test_lines_are_folded() -> None:
    assert fold_lines("One\n    two,\n\tthree  four\n") == "One two, three  four"


def test_commands_are_broken() -> None:
    text = "fine: a::b\n  ::error::x\n::add-mask::y\nz ##[group]"
    assert without_commands(text) == "fine: a::b\n  : :error::x\n: :add-mask::y\nz ## [group]"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "# a, =1", "x;=1", "a|=cmd"])
def test_formulas_are_texts(text: str) -> None:
    assert "'" in without_formulas(text)
    assert without_formulas(text).replace("'", "") == text


def test_a_fault_stays_on_its_line() -> None:
    error = TrialFileError(("a\n::error::.toml: x", "b\x1b[2J"))
    assert str(error).splitlines() == ["a\\n::error::.toml: x", "b\\x1b[2J"]
    assert str(SurvkitError("a\u2028b")) == "a\\u2028b"
