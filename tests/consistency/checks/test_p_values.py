"""A p-value against the interval: the traps of the trials that survkit ships or knows."""

from __future__ import annotations

import math

import pytest

from tests.consistency.sheets import ratio, severities, sheet

ONE_SIDED = {
    "RECORD-1 OS, interval of one source": (("0.87", "0.65", "1.17"), "0.162"),
    "RECORD-1 OS, interval of another one": (("0.87", "0.65", "1.15"), "0.162"),
    "RADIANT-2 PFS": (("0.77", "0.59", "1.00"), "0.026"),
    "RADIANT-3 OS": (("0.94", "0.73", "1.20"), "0.30"),
    "RADIANT-4 OS, first interim": (("0.64", "0.40", "1.05"), "0.037"),
    "RADIANT-4 OS, second interim": (("0.73", "0.48", "1.11"), "0.071"),
    "BOLERO-2 OS": (("0.89", "0.73", "1.10"), "0.14"),
}


@pytest.mark.parametrize("trial", ONE_SIDED)
def test_a_one_sided_p_read_as_two_sided(trial: str) -> None:
    interval, p = ONE_SIDED[trial]
    figures = ratio(*interval) | {"p_value": p}
    as_two = severities(sheet(figures, test="log-rank", sided=2))
    assert as_two == {"one-sided p read as two-sided": "unlikely"}
    assert severities(sheet(figures, test="log-rank", sided=1)) == {}
    assert severities(sheet(figures, test="log-rank", sided=None)) == {}


def test_viale_c_is_two_sided() -> None:
    figures = ratio("0.70", "0.50", "0.99") | {"p_value": "0.040"}
    assert severities(sheet(figures, test="wald", sided=2)) == {}


CETEG = ratio("0.60", "0.35", "1.03") | {"p_value": "0.0492"}


def test_ceteg_p_below_5_percent_beside_an_interval_over_1() -> None:
    """A log-rank p may do that, a Wald p of the same model not."""
    assert severities(sheet(CETEG, test="log-rank", sided=2)) == {
        "p-value against interval": "note"
    }
    assert severities(sheet(CETEG)) == {"p-value against interval": "note"}
    of_wald = severities(sheet(CETEG, test="wald", sided=2))
    assert of_wald == {"p-value against interval": "impossible"}
    other_model = severities(sheet(CETEG, test="wald", sided=2, same_model=False))
    assert other_model == {"p-value against interval": "note"}


def test_ef_14_of_65_years_and_older_fits_neither_side() -> None:
    figures = ratio("0.51", "0.33", "0.77") | {"p_value": "0.02"}
    found = severities(sheet(figures, test="log-rank", sided=2))
    assert found == {"p-value against interval": "unlikely"}


@pytest.mark.parametrize(
    ("p", "found"), [("0.004", {}), ("0.04", {"p-value against interval": "unlikely"})]
)
def test_ef_14_interim_with_its_level(p: str, found: dict[str, str]) -> None:
    figures = ratio("0.64", "0.42", "0.98") | {"p_value": p}
    assert severities(sheet(figures, sided=2, level=99.4)) == found


@pytest.mark.parametrize(("p", "fits"), [("<0.001", True), ("<0.0001", True), ("0.001", False)])
def test_radiant_3_thresholds(p: str, fits: bool) -> None:
    figures = ratio("0.35", "0.27", "0.45") | {"p_value": p}
    assert (severities(sheet(figures, test="log-rank", sided=2)) == {}) is fits


def test_a_p_value_that_the_interval_does_not_give_is_told_with_the_one_it_gives() -> None:
    from survkit.consistency.checks.p_values import p_value_against_interval

    (finding,) = p_value_against_interval(sheet(CETEG))
    assert 0.060 < finding.numbers["two_sided_lower"] < finding.numbers["two_sided_upper"] < 0.068
    assert "0.35 to 1.03" in finding.printed


NON_INFERIOR = ratio("0.88", "0.75", "1.03") | {"p_value": "<0.001"}


def test_a_p_value_against_a_margin_is_that_of_the_margin() -> None:
    assert severities(sheet(NON_INFERIOR, test="wald", sided=1, log_margin=math.log(1.46))) == {}
    far = severities(sheet(NON_INFERIOR, test="wald", sided=1, log_margin=math.log(1.05)))
    assert far == {"p-value against interval": "impossible"}
    assert severities(sheet(NON_INFERIOR, test="wald", sided=1, log_margin=math.nan)) == {}


def test_the_margin_that_would_explain_a_p_value_is_named() -> None:
    from survkit.consistency.checks.p_values import p_value_against_interval

    (finding,) = p_value_against_interval(sheet(NON_INFERIOR, test="log-rank", sided=1))
    assert "or one of non-inferiority, its margin near 0.685 or 1.13" in finding.implied


def test_a_one_sided_p_of_the_other_direction() -> None:
    from survkit.consistency.checks.p_values import p_value_against_interval

    figures = ratio("1.29", "1.12", "1.49") | {"p_value": "0.0003"}
    for alternative, found in ((None, {}), ("greater", {})):
        assert severities(sheet(figures, sided=1, alternative=alternative)) == found
    (finding,) = p_value_against_interval(sheet(figures, sided=1, alternative="less"))
    assert "that of the other direction, not of less" in finding.implied
