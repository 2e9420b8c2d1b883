"""What a picture of a reproduction shows, undrawn: `plot` and `report` draw it."""

from __future__ import annotations

from survkit.scene.arms import SYNTHETIC, SceneArm
from survkit.scene.axis import Axis, choose_log_ticks, choose_times
from survkit.scene.forest import ForestRow, ForestScene, compose_forest
from survkit.scene.kaplan_meier import (
    ArmCurve,
    KaplanMeierScene,
    LegendEntry,
    compose_kaplan_meier,
)
from survkit.scene.log_log import LogLogCurve, LogLogScene, compose_log_log
from survkit.scene.ratios import Ratio, RatioPair, pair_ratios
from survkit.scene.tables import Headline, RiskRow, count_at_risk
from survkit.scene.targets import Target, place_targets

__all__ = [
    "SYNTHETIC",
    "ArmCurve",
    "Axis",
    "ForestRow",
    "ForestScene",
    "Headline",
    "KaplanMeierScene",
    "LegendEntry",
    "LogLogCurve",
    "LogLogScene",
    "Ratio",
    "RatioPair",
    "RiskRow",
    "SceneArm",
    "Target",
    "choose_log_ticks",
    "choose_times",
    "compose_forest",
    "compose_kaplan_meier",
    "compose_log_log",
    "count_at_risk",
    "pair_ratios",
    "place_targets",
]
