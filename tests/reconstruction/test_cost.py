"""What a search may cost is said from the question alone, and only where it may take long."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from survkit.reconstruction import LOGGER, foresee_cost, tell_cost
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
