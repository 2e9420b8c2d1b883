"""Usual slips of typing and reading: what would be met if one of them was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from survkit.reproduction import reproduce_analysis
from survkit.slips import list_slips
from survkit.wording import explain_conflict, explain_slips
from tests.reconstruction.documents import analysis, arm, contrast, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis

OLD = arm("old", 203, 165, "4.6", ("3.1", "5.4"), end="24.0")
NEW = arm("new", 207, 109, "11.0", ("8.4", "13.9"), end="24.0")
RATIO = contrast("0.35", ("0.27", "0.45"))


def with_survival(stated: dict[str, Any], *entries: tuple[str, str]) -> dict[str, Any]:
    rows = [{"time": digits(time), "percent": digits(percent)} for time, percent in entries]
    return stated | {"survival": rows}


def with_limits(stated: dict[str, Any], percent: str, lower: str, upper: str) -> dict[str, Any]:
    ci = [digits(lower), digits(upper)]
    return stated | {"survival": [{"time": 6, "percent": digits(percent), "ci": ci}]}


def with_p(p: str, **keys: Any) -> dict[str, Any]:
    return RATIO | {"p_value": {"value": digits(p)} | keys}


SLIPS = {
    "arms of the ratio": (
        analysis(OLD, NEW, contrast("0.35", ("0.27", "0.45"), ("old", "new"))),
        "the ratio were new over old",
    ),
    "medians": (
        analysis(
            OLD | {"median": NEW["median"]},
            NEW | {"median": OLD["median"]},
            contrast("0.35", ("0.27", "0.45")),
        ),
        "the medians of the arms were exchanged",
    ),
    "a share for a percentage": (
        analysis(with_survival(OLD, ("6", "0.40")), with_survival(NEW, ("6", "68")), RATIO),
        "survival of at most 1 were a share, not a percentage",
    ),
    "scale": (
        analysis(
            with_limits(arm("old", 300, 90), "60", "51", "69"),
            with_limits(arm("new", 310, 60), "80", "73", "87"),
        ),
        "the intervals of medians and survival were of the plain form",
    ),
    "level": (
        analysis(OLD, NEW, contrast("0.35", ("0.25", "0.49"))),
        "the interval of the ratio had 99 %",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SLIPS)
def test_a_usual_slip_is_named_and_no_innocent_figure(name: str) -> None:
    asked, condition = SLIPS[name]
    result = reproduce_analysis(asked)
    assert condition in [slip.condition for slip in result.slips]
    figures = len([figure for figure in asked.figures if figure.role == "input"])
    assert explain_slips(result).startswith(f"all {figures} input figures would be met if ")
    assert not explain_conflict(result)


def test_where_all_is_met_nothing_is_sought() -> None:
    result = reproduce_analysis(analysis(OLD, NEW, RATIO))
    assert result.reconstruction.met
    assert not result.slips
    assert not explain_slips(result)


def conditions(asked: Analysis) -> list[str]:
    return [slip.condition for slip in list_slips(asked)]


def test_only_slips_that_change_what_binds_are_listed() -> None:
    assert conditions(analysis(arm("only", 40, 20))) == []
    kept_out = conditions(analysis(OLD, NEW, with_p("0.001", role="check")))
    assert not any(condition.startswith("p ") for condition in kept_out)
    assert "p were of the Cox model (Wald)" in conditions(analysis(OLD, NEW, with_p("0.001")))


def test_shares_and_follow_up_keep_their_last_digit() -> None:
    asked = analysis(with_survival(OLD, ("6", "0.405")), NEW | {"max_follow_up": digits("2.5")})
    found = {slip.condition: slip.analysis for slip in list_slips(asked)}
    share = found["survival of at most 1 were a share, not a percentage"]
    assert str(share.arm("old").survival[0].percent) == "40.5"
    longer = found["follow-up were in years"].arm("new").max_follow_up
    assert longer is not None
    assert str(longer.value) == "30.0"


def test_other_analyses_are_not_touched() -> None:
    asked = analysis(OLD, NEW, RATIO)
    before = [str(figure.printed) for figure in asked.figures]
    for slip in list_slips(asked):
        assert slip.analysis.id == asked.id
        assert len(slip.analysis.figures) == len(before)
    assert [str(figure.printed) for figure in asked.figures] == before
