from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from survkit.reproduction import reproduce_analysis
from survkit.scene.targets import place_targets
from tests.reconstruction.documents import analysis, arm

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction


def test_targets_of_an_analysis(three_arms: AnalysisReproduction) -> None:
    targets = [
        (target.arm.id, target.kind, target.time, target.survival, target.relation, target.role)
        for target in place_targets(three_arms)
    ]
    assert targets == [
        ("low", "quantile", 14.0, 0.5, "=", "input"),
        ("control", "quantile", 8.0, 0.5, "=", "input"),
        ("control", "survival", 4.0, 0.75, "=", "input"),
        ("control", "survival", 12.0, 0.6, "<", "check"),
    ], "what is not reached has no place, a reprint takes no second one"


def test_limits_of_targets(three_arms: AnalysisReproduction, one_arm: AnalysisReproduction) -> None:
    low, control, *_ = place_targets(three_arms)
    assert (low.lower, low.upper) == (9.0, math.inf)
    assert (control.lower, control.upper) == (None, None)
    survival = list(place_targets(one_arm))[-1]
    assert (survival.lower, survival.upper) == (0.50, 0.83)


def test_quartiles_lie_at_three_quarters_and_one_quarter() -> None:
    quartiles = {"value": Decimal("6.2"), "ci": [Decimal("5.0"), Decimal("8.1")]}
    stated = arm("control", 150, 110, "12.1") | {"lower_quartile": quartiles}
    made = reproduce_analysis(analysis(stated | {"upper_quartile": "not reached"}))
    assert [
        (target.kind, target.time, target.survival, target.lower) for target in place_targets(made)
    ] == [
        ("quantile", 12.1, 0.5, None),
        ("quantile", 6.2, 0.75, 5.0),
    ]
