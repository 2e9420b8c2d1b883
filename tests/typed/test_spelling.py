"""Figures as journals spell them are read digit by digit; what is no figure is not guessed at."""

from __future__ import annotations

import pytest

from survkit.typed import read_spelled

INTERVAL = ("0.35", "0.27", "0.45")


@pytest.mark.parametrize(
    "text",
    [
        "0.35 (0.27-0.45)",
        "0·35 (0·27–0·45)",
        "0.35 (95% CI, 0.27 to 0.45)",
        "0.35 [95% CI 0.27; 0.45]",
        "0.35 (95 % confidence interval: 0.27, 0.45)",
        "0.35, 95% CI 0.27–0.45",
        "hazard ratio, 0.35; 95% CI, 0.27 to 0.45",
        "HR=0.35 (0.27—0.45)",
        ".35 (.27-.45)",
        "0,35 (0,27-0,45)",
        "0.35 (0.27 0.45)",
    ],
)
def test_an_estimate_with_its_interval(text: str) -> None:
    found = read_spelled(text)
    assert found is not None
    assert found.limits is not None
    assert (str(found.value), *map(str, found.limits)) == INTERVAL
    assert found.level in {None, "95"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7,090", "7090"),
        ("7 090", "7090"),
        ("1,234,567", "1234567"),
        ("0.30", "0.30"),
        ("0·30", "0.30"),
        ("\u22120.3", "-0.3"),
        ("34%", "34"),
        ("34.0 %", "34.0"),
        ("P<.001", "<0.001"),
        ("p = .03", "0.03"),
        ("P value, 0.03", "0.03"),
        (">98%", ">98"),
        ("NR", "not reached"),
        ("Not reached", "not reached"),
        ("4.6 months", "4.6"),
    ],
)
def test_a_figure_alone(text: str, value: str) -> None:
    found = read_spelled(text)
    assert found is not None
    assert str(found.value) == value
    assert found.limits is None


def test_limits_that_are_words_levels_and_units() -> None:
    found = read_spelled("10.3 months (99.5% CI, 6.7 to NR)")
    assert found is not None
    assert found.limits is not None
    assert [str(limit) for limit in found.limits] == ["6.7", "not reached"]
    assert (found.level, found.units) == ("99.5", {"month"})
    found = read_spelled("\u22120.3 (\u22120.5 to \u22120.1)")
    assert found is not None
    assert found.limits is not None
    assert [str(limit) for limit in found.limits] == ["-0.5", "-0.1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ten",
        "0.35 (0.27",
        "0.35 (0.27)",
        "0.35 (0.27-0.35-0.45)",
        "1e5",
        "4.6 parsecs",
        "12 NR",
        "1,23,456",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert read_spelled(text) is None


def test_endless_texts_end() -> None:
    assert read_spelled("1" * 100_000 + "(" * 1000) is None
