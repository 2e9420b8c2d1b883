"""Follow-up that is not printed: what the figures leave possible, said with its range."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.priors import find_prior
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction.population.population import FollowUp
    from survkit.trial import Analysis


def inferred(asked: Analysis) -> FollowUp:
    constraints = read_constraints(asked)
    return find_prior("learned").follow_up(constraints, median_scale(constraints), 0.5)


def table(*entries: tuple[int, int]) -> dict[str, Any]:
    return {"at_risk": [{"time": time, "n": n} for time, n in entries]}


def test_a_printed_follow_up_is_taken() -> None:
    found = inferred(analysis(arm("all", 100, 60, "10.0", end="27.5")))
    assert (found.end, found.lower, found.upper, found.basis) == (27.5, 27.5, 27.5, "")


def test_longer_medians_have_longer_follow_up_and_a_range() -> None:
    short, long = (inferred(analysis(arm("all", 100, 60, m))) for m in ("5.0", "40.0"))
    assert short.lower < short.end < short.upper
    assert 5.0 < short.end < long.end < 150.0
    assert short.basis == "medians, events, the last time that is printed"


def test_the_last_patient_leaves_before_nobody_is_at_risk() -> None:
    asked = arm("all", 100, 60, "10.0") | table((0, 100), (12, 35), (24, 0))
    found = inferred(analysis(asked))
    assert 12.0 <= found.lower <= found.end <= found.upper <= 24.0
    made = reconstruct_analysis(analysis(asked), prior="learned")
    longest = made.ipd["time"].max()
    assert made.met
    assert longest < 24.0
    assert f"{longest:.1f} months are assumed" in made.assumptions[0]


def test_dates_bound_it() -> None:
    asked = analysis(
        arm("all", 100, 60, "10.0"),
        cut_off=date(2015, 1, 1),
        enrolment={"from": date(2012, 1, 1), "to": date(2014, 1, 1)},
    )
    found = inferred(asked)
    assert 30.0 < found.end <= 36.1
    assert found.basis.startswith("enrolment and cut-off")


def test_a_range_that_is_printed_is_taken() -> None:
    known = {"min": Decimal(3), "max": Decimal(41)}
    found = inferred(analysis(arm("all", 100, 60, "10.0"), follow_up=known))
    assert (found.end, found.lower, found.upper) == (41.0, 41.0, 41.0)


def test_dates_are_part_of_the_digest() -> None:
    plain = arm("all", 40, 20, "10.0")
    known = {"max": Decimal(41)}
    digests = {
        reconstruct_analysis(one, prior="learned").provenance.spec_digest
        for one in (analysis(plain), analysis(plain, follow_up=known))
    }
    assert len(digests) == 2


def test_a_scale_that_no_trial_had_is_said_and_widens() -> None:
    usual, unusual = (
        inferred(analysis(arm("all", 100, 60, "10.0"), time_unit=unit)) for unit in ("month", "day")
    )
    assert not usual.unusual
    assert unusual.unusual
    assert unusual.upper / unusual.lower > usual.upper / usual.lower


def test_of_patients_alone_nothing_is_said_to_follow() -> None:
    made = reconstruct_analysis(analysis(arm("all", 80)), prior="learned")
    assert made.met
    assert any("events of arm all are not printed" in one for one in made.assumptions)
    assert not any("follow from" in one for one in made.assumptions)


def median_of(made: Any, name: str) -> float:
    return float(made.ipd.loc[made.ipd["arm"] == name, "time"].median())


@pytest.mark.parametrize("events", [(5, 20), (0, 10)])
def test_arms_are_followed_alike_however_few_have_the_event(events: tuple[int, int]) -> None:
    asked = analysis(arm("old", 100, events[0], end="27.8"), arm("new", 100, events[1], end="27.8"))
    made = reconstruct_analysis(asked, prior="learned")
    assert made.met
    assert median_of(made, "old") == pytest.approx(median_of(made, "new"), rel=0.15)


def test_a_limit_that_is_not_reached_is_met() -> None:
    asked = analysis(arm("all", 122, median="14.2", ci=("10.5", "not reached")))
    assert reconstruct_analysis(asked, prior="learned").met


def test_follow_up_ends_soon_after_the_last_limit_before_one_that_is_not_reached() -> None:
    immature = analysis(
        arm("old", 97, 35, "not reached", ("21.0", "not reached")),
        arm("new", 205, 35, "not reached", ("27.2", "not reached")),
        contrast("0.66", ("0.41", "1.06")),
        endpoint="OS",
    )
    found = inferred(immature)
    assert 27.2 < found.lower < found.end < 1.5 * 27.2 < found.upper < 2.0 * 27.2
    assert "what is not reached" in found.basis


@pytest.mark.parametrize("limits", [("8.4", "13.9"), None])
def test_an_arm_of_which_nothing_is_reached_tells_nothing_of_the_end(
    limits: tuple[str, str] | None,
) -> None:
    asked = [arm("old", 100, 60, "10.0", limits), arm("new", 100, 30, "not reached")]
    assert "what is not reached" not in inferred(analysis(*asked)).basis


def test_assumed_follow_up_may_stretch_but_figures_hold() -> None:
    asked = analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        contrast("0.35", ("0.27", "0.45")),
    )
    assert reconstruct_analysis(asked, prior="learned").met


def test_percentages_and_events_tell_how_long_patients_were_followed() -> None:
    short, long = (
        inferred(analysis(arm("all", 300, events) | {"survival": [at_24]}, endpoint="OS"))
        for at_24 in [{"time": 24, "percent": Decimal(75)}]
        for events in (80, 150)
    )
    assert 24.0 < short.end < 60.0 < long.end
    assert short.basis == "percentages, events, the last time that is printed"
