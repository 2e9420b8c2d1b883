from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.plot.targets import place_targets

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction


def test_targets_of_an_analysis(three_arms: AnalysisReproduction) -> None:
    targets = [
        (target.arm, target.kind, target.time, target.survival, target.relation, target.role)
        for target in place_targets(three_arms)
    ]
    assert targets == [
        ("low", "median", 14.0, 0.5, "=", "input"),
        ("control", "median", 8.0, 0.5, "=", "input"),
        ("control", "survival", 4.0, 0.75, "=", "input"),
        ("control", "survival", 12.0, 0.6, "<", "check"),
    ], "what is not reached has no place, a reprint takes no second one"


def test_limits_of_targets(three_arms: AnalysisReproduction, one_arm: AnalysisReproduction) -> None:
    low, control, *_ = place_targets(three_arms)
    assert (low.lower, low.upper) == (9.0, math.inf)
    assert (control.lower, control.upper) == (None, None)
    survival = list(place_targets(one_arm))[-1]
    assert (survival.lower, survival.upper) == (0.50, 0.83)
