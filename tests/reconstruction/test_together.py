"""Figures of all arms together: what they ask of each arm, and when they give way."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from survkit.comparison import Verdict
from survkit.reproduction import reproduce_analysis
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction

OVERALL = "median follow-up, all arms"


def two_arms(**keys: Any) -> AnalysisReproduction:
    asked = analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        contrast("0.35", ("0.27", "0.45")),
        **keys,
    )
    return reproduce_analysis(asked, explain=False)


def verdicts(result: AnalysisReproduction) -> dict[str, Verdict]:
    return {str(one.figure.key): one.verdict for one in result.comparisons}


@pytest.mark.parametrize("printed", ["14.0", "17.0", "21.5"])
def test_the_median_follow_up_of_all_arms_is_met_and_given_to_each(printed: str) -> None:
    result = two_arms(overall_median_follow_up=Decimal(printed))
    assert set(verdicts(result).values()) == {Verdict.REPRODUCED}
    said = [line for line in result.reconstruction.assumptions if "of all arms" in line]
    assert said == ["each arm is taken to have the median follow-up of all arms: old, new"]


@pytest.mark.parametrize("printed", ["41.0", "43.2", "45.6"])
def test_arms_are_aimed_until_all_together_print_it(printed: str) -> None:
    asked = analysis(
        arm("old", 145, None, "9.6"),
        arm("new", 286, None, "14.7"),
        contrast("0.58", ("0.465", "0.723")),
        total_events=360,
        overall_median_follow_up=Decimal(printed),
    )
    result = reproduce_analysis(asked, explain=False)
    assert set(verdicts(result).values()) == {Verdict.REPRODUCED}
    said = result.reconstruction.assumptions
    assert not [line for line in said if "prior" in line]  # it is not given up for it


@pytest.mark.parametrize(
    "own",
    [{"old": "24.0"}, {"old": "24.0", "new": "15.0"}, {"new": "12.0"}],
    ids=["one longer", "both", "one shorter"],
)
def test_arms_that_print_other_follow_up_leave_the_rest_to_the_others(own: dict[str, str]) -> None:
    arms = (
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
    )
    for each in arms:
        if each["id"] in own:
            each["median_follow_up"] = Decimal(own[each["id"]])
    asked = analysis(
        *arms, contrast("0.35", ("0.27", "0.45")), overall_median_follow_up=Decimal("17.0")
    )
    result = reproduce_analysis(asked, explain=False)
    assert set(verdicts(result).values()) == {Verdict.REPRODUCED}


ONE_IN_TEN = [{"time": 0, "n": 207}, {"time": 12, "n": 20}]


def one_arm_left_early(printed: str) -> AnalysisReproduction:
    asked = analysis(
        arm("old", 203, 150, "4.6", ("3.1", "5.4")),
        arm("new", 207, 62, "11.0") | {"at_risk": ONE_IN_TEN},  # half are alive a month before
        contrast("0.35"),
        overall_median_follow_up=Decimal(printed),
    )
    return reproduce_analysis(asked, explain=False)


def test_an_arm_whose_table_forbids_it_is_not_taken_to_be_followed_alike() -> None:
    result = one_arm_left_early("10.0")
    assert set(verdicts(result).values()) == {Verdict.REPRODUCED}
    said = [line for line in result.reconstruction.assumptions if "of all arms" in line]
    assert [line.partition("%")[2].split()[2] for line in said] == ["old", "new"]
    assert all("are taken to be followed still" in line for line in said)


def test_nothing_is_assumed_of_arms_where_no_way_is_found() -> None:
    result = one_arm_left_early("17.0")
    missed = [name for name, verdict in verdicts(result).items() if verdict is Verdict.MISSED]
    assert missed == [OVERALL]
    assert not [line for line in result.reconstruction.assumptions if "of all arms" in line]
    assert not [line for line in result.reconstruction.assumptions if "usual variance" in line]


def test_it_gives_way_to_the_arms_own_figures() -> None:
    result = two_arms(overall_median_follow_up=Decimal("0.1"))
    missed = [name for name, verdict in verdicts(result).items() if verdict is Verdict.MISSED]
    assert missed == [OVERALL]
    assert not [line for line in result.reconstruction.assumptions if "of all arms" in line]


def test_rates_and_the_test_of_all_arms_are_predicted() -> None:
    asked = analysis(
        arm("old", 60, 50, "4.6") | {"event_rate": Decimal("999.9")},
        arm("new", 60, 40, "8.0"),
        arm("high", 60, 30, "12.0"),
        overall_p_value="<0.001",
    )
    result = reproduce_analysis(asked, explain=False)
    assert result.reproduced  # checks fail nothing
    found = verdicts(result)
    assert found["old: events per 100 patient-years"] is Verdict.MISSED
    assert found["p-value, all arms"] is Verdict.REPRODUCED
    (rate,) = (one for one in result.comparisons if one.figure.key.quantity == "event_rate")
    years = result.reconstruction.ipd.query("arm == 'old'")["time"].sum() / 12.0
    assert rate.estimate == pytest.approx(100.0 * 50 / years)
