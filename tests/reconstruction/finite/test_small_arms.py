"""Small arms: whatever few patients print is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.tiny_trials import draw_patients, print_trial
from survkit.comparison import Verdict
from survkit.reconstruction import reconstruct_analysis
from survkit.reproduction import reproduce_analysis
from tests.reconstruction.documents import analysis, arm, contrast, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis


def missed(asked: Analysis) -> list[str]:
    """Name what is missed, with both values."""
    return [
        f"{match.figure.key}: {match.figure.printed}, {match.achieved:g}"
        for match in reconstruct_analysis(asked).matches
        if not match.met
    ]


def log_rank(ratio: dict[str, object], p: str) -> dict[str, object]:
    return ratio | {"p_value": {"value": digits(p), "test": "log-rank"}}


FIVE = analysis(
    arm("zero", 5, 5, "4"),
    arm("one", 5, 5, "8"),
    log_rank(contrast("0.1267", ("0.01399", "1.147"), ("one", "zero")), "0.034"),
)
"""Times 2 to 6 in one arm, 1 and 7 to 10 in the other: one order among 252 prints all of it."""

TIED = analysis(
    arm("old", 2, 2, "1.0"),
    arm("new", 2, 2, "1.0"),
    log_rank(contrast("1.00", ("0.14", "7.10")), "1.000"),
)
"""Both arms have events at 1 and at 2 months: without ties no order has a ratio of 1."""

THREE = analysis(
    arm("old", 4, 4, "2.0", end="4.0"),
    arm("low", 4, 3, "3.5", end="8.0"),
    arm("new", 4, 2, "6.0", end="9.0"),
    contrast("0.39", ("0.07", "2.14"), ("low", "old")),
)


def test_the_only_order_that_prints_everything_is_found() -> None:
    assert not missed(FIVE)
    assert all(one.verdict is Verdict.REPRODUCED for one in reproduce_analysis(FIVE).inputs)


def test_events_of_two_arms_share_times_where_no_other_order_will_do() -> None:
    made = reconstruct_analysis(TIED)
    assert made.met
    assert any("share their times" in sentence for sentence in made.assumptions)


def test_the_same_figures_give_the_same_patients() -> None:
    first, second = (reconstruct_analysis(FIVE).provenance.ipd_digest for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_three_arms_and_one_arm_are_searched_as_well() -> None:
    assert len(reconstruct_analysis(THREE).matches) == len(THREE.figures)
    assert not missed(analysis(arm("old", 3, 1, "not reached", ("1.0", "not reached"))))


def test_figures_that_no_patients_print_stay_missed() -> None:
    assert missed(analysis(arm("old", 3, 1, "2.0"), arm("new", 3, 3), contrast("50.00")))


@pytest.mark.slow
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), size=st.sampled_from((3, 5, 8)))
def test_what_few_random_patients_print_is_met(seed: int, size: int) -> None:
    patients = draw_patients(np.random.default_rng(seed), (size, size), 0.01)
    assert not missed(print_trial(patients, follow_up=True, p_value=True))


@pytest.mark.slow
@pytest.mark.parametrize("size", [12, 20])
def test_what_more_patients_print_is_met(size: int) -> None:
    patients = draw_patients(np.random.default_rng(size), (size, size), 0.01)
    assert not missed(print_trial(patients, follow_up=True, p_value=True))
