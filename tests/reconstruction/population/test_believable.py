"""Shapes that a statistician would believe, where figures leave nearly everything open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.kernels import quantile_time, tabulate_arm
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.sample import arm_times
from survkit.refit import refit_ipd
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction import Reconstruction

COMPARED = {"experimental": "new", "reference": "old"}


def followed(found: Reconstruction, name: str) -> float:
    """Median follow-up of an arm, by the reverse Kaplan-Meier curve."""
    patients = arm_times(found.ipd[found.ipd["arm"] == name])
    return quantile_time(tabulate_arm(patients.time, ~patients.event), 0.5)


@pytest.mark.parametrize(("events", "end"), [(5, "27.8"), (0, None)])
def test_arms_with_few_events_are_followed_alike_and_hazards_differ(
    events: int, end: str | None
) -> None:
    asked = analysis(
        arm("old", 100, events, end=end),
        arm("new", 100, 20 if events else 10, end=end),
        COMPARED | {"p_value": {"value": "<0.05", "role": "check"}},
    )
    found = reconstruct_analysis(asked)
    assert found.met
    assert followed(found, "old") == pytest.approx(followed(found, "new"), rel=0.2)
    estimates = refit_ipd(found.ipd, asked).estimates
    values = {
        figure.key.name: one.value for figure, one in zip(asked.figures, estimates, strict=True)
    }
    assert 0.0005 < values["p_value"] < 0.01


def test_what_is_said_of_the_follow_up_is_what_is() -> None:
    asked = analysis(
        arm("all", 100, 60, "10.0")
        | {"at_risk": [{"time": 0, "n": 100}, {"time": 12, "n": 35}, {"time": 24, "n": 0}]}
    )
    found = reconstruct_analysis(asked)
    longest = found.ipd["time"].max()
    assert found.met
    assert 12.0 < longest < 24.0
    assert f"{longest:.1f} months are assumed" in found.assumptions[0]


def test_a_steady_yearly_incidence_is_met_by_steady_hazards() -> None:
    end = [
        {
            "at_risk": [
                {"time": time, "n": n} for time, n in zip((0, 6, 12, 18, 24), row, strict=True)
            ]
        }
        for row in ((2371, 2163, 1917, 1478, 1096), (2373, 2221, 2002, 1560, 1146))
    ]
    asked = analysis(
        arm("old", 2371, 502) | end[0],
        arm("new", 2373, 386) | end[1],
        contrast("0.74", ("0.65", "0.85")),
    )
    found = reconstruct_analysis(asked)
    assert found.met
    assert found.ipd["time"].max() < 32.0
    for name in ("old", "new"):
        patients = arm_times(found.ipd[found.ipd["arm"] == name])
        early, late = (hazard(patients.time, patients.event, *part) for part in ((0, 12), (12, 24)))
        assert 0.5 < late / early < 1.6


def hazard(time: np.ndarray, event: np.ndarray, start: float, stop: float) -> float:
    """Events per time at risk between two times."""
    inside = event & (time > start) & (time <= stop)
    return float(inside.sum() / (np.clip(time, start, stop) - start).sum())


def at_risk(*counts: int) -> list[dict[str, int]]:
    return [{"time": 3 * place, "n": count} for place, count in enumerate(counts)]


def test_numbers_at_risk_alone_fall_by_progression() -> None:
    falls = {"old": at_risk(150, 80, 44, 20, 9, 2), "new": at_risk(150, 112, 80, 51, 25, 8)}
    arms = [arm(name, 150) | {"at_risk": counts} for name, counts in falls.items()]
    found = reconstruct_analysis(analysis(*arms, endpoint="PFS"))
    assert found.met
    for name in falls:
        events = found.ipd.loc[found.ipd["arm"] == name, "event"]
        assert 0.5 < events.mean() < 0.95


def test_numbers_at_risk_that_stay_high_are_those_of_patients_who_live() -> None:
    stays = arm("all", 600) | {"at_risk": at_risk(600, 590, 580, 570, 480, 330)}
    found = reconstruct_analysis(analysis(stays, endpoint="OS"))
    assert found.ipd["event"].mean() < 0.3


@pytest.mark.parametrize(("events", "passed"), [(30, False), (42, True)])
def test_many_events_pass_one_half_and_few_do_not(events: int, *, passed: bool) -> None:
    found = reconstruct_analysis(analysis(arm("all", 100, events, end="36.0"), endpoint="OS"))
    patients = arm_times(found.ipd)
    assert found.met
    median = quantile_time(tabulate_arm(patients.time, patients.event), 0.5)
    assert np.isfinite(median) == passed


def test_rare_events_leave_both_arms_followed_alike() -> None:
    asked = analysis(arm("old", 14_073, 185), arm("new", 14_134, 11), endpoint="infection")
    found = reconstruct_analysis(asked)
    assert found.met
    assert followed(found, "old") == pytest.approx(followed(found, "new"), rel=0.05)
    assert not any("usual variance" in one for one in found.assumptions)
