"""What a search may cost is said from the question alone, and only where it may take long."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from survkit.reconstruction import (
    LOGGER,
    foresee_cost,
    foresee_reasons,
    tell_cost,
    tell_draws,
    tell_reasons,
)
from survkit.trial import load_trial
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.trial import Analysis


def rising() -> Analysis:
    """Percentages that rise, in arms whose events are not printed."""
    points = {
        "survival": [
            {"time": time, "percent": Decimal(percent)} for time, percent in ((6, "40"), (12, "60"))
        ]
    }
    return analysis(arm("old", 200) | points, arm("new", 200) | points, contrast("0.70"))


def test_a_usual_trial_takes_no_words() -> None:
    cost = foresee_cost(analysis(arm("old", 300, median="5.0"), arm("new", 300), contrast("0.70")))
    assert cost.seconds < 1.0
    assert cost.sentence == ""


def test_figures_that_exclude_each_other_may_take_long() -> None:
    assert foresee_cost(rising()).sentence == (
        "all: printed figures exclude each other, as survkit audit says: this may take 50 s"
    )
    assert foresee_cost(rising(), explain=True).sentence.endswith("this may take 3 minutes")


@pytest.mark.parametrize(("every", "said"), [(2, ""), (1, "all: 40 visits: this may take 40 s")])
def test_many_visits_may_take_long(every: int, said: str) -> None:
    arms = arm("old", 200, median="9.0", end="40.0"), arm("new", 200, end="40.0")
    asked = analysis(*arms, contrast("0.70"), assessment_every=every)
    assert foresee_cost(asked).sentence == said


def test_very_many_patients_take_long() -> None:
    asked = analysis(arm("old", 120_000, median="9.0"), arm("new", 120_000), contrast("0.70"))
    assert foresee_cost(asked).sentence == "all: 240,000 patients: this may take 50 s"


def test_callers_are_told_by_the_logger(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger=LOGGER):
        tell_cost(rising())
        tell_cost(analysis(arm("old", 20, median="5.0")))
    assert [one.name for one in caplog.records] == ["survkit"]
    assert "this may take 50 s" in caplog.text


@pytest.mark.parametrize("asked", ["pfs-central", "pfs-lung"])
def test_sub_groups_are_made_with_their_parent_and_cost_as_much(asked: str) -> None:
    trial = load_trial("radiant-4")
    assert foresee_cost(trial.analysis(asked)).sentence == (
        "pfs-central: 4 sub-groups made of the same patients: this may take 30 s"
    )
    assert foresee_cost(trial.analysis(asked).model_copy()).seconds < 1.0


def test_a_search_for_reasons_is_said_where_many_numbers_of_events_are_tried() -> None:
    drawn = {
        "survival": [
            {"time": time, "percent": Decimal(80 - 3 * time)} for time in (3, 6, 9, 12, 15)
        ]
    }
    few = analysis(arm("old", 300, 200, "5.0"), arm("new", 300, 180), contrast("0.70"))
    assert foresee_reasons(few).sentence == ""
    many = analysis(*(arm(name, 300) | drawn for name in ("old", "new", "newer")))
    assert foresee_reasons(many).sentence == (
        "all: figures are missed, and why is sought by leaving figures out in turn: "
        "this may take 70 s"
    )


def test_callers_are_told_of_reasons_and_of_many_data_sets(
    caplog: pytest.LogCaptureFixture,
) -> None:
    usual = analysis(arm("old", 300, median="5.0"), arm("new", 300), contrast("0.70"))
    with caplog.at_level(logging.WARNING, logger=LOGGER):
        tell_draws(usual, 200)
        tell_reasons(usual)
        assert not caplog.records
        tell_draws(usual, 1_000)
        tell_draws(load_trial("record-1").analyses[0], 10, with_groups=True)
        tell_cost(rising(), known={"all"})
    assert [one.getMessage() for one in caplog.records] == [
        "all: 1,000 data sets: this may take 120 s",
        "pfs-central: 10 data sets: this may take 60 s",
    ]
