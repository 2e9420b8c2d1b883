"""What a picture of a reproduction shows, undrawn: `plot` and `report` draw it."""

from __future__ import annotations

from survkit.scene.arms import SYNTHETIC, SceneArm
from survkit.scene.axis import Axis
from survkit.scene.bands import ArmBand, BandScene, Needle, compose_bands
from survkit.scene.forest import ForestRow, ForestScene, compose_forest
from survkit.scene.kaplan_meier import (
    ArmCurve,
    KaplanMeierScene,
    LegendEntry,
    compose_kaplan_meier,
)
from survkit.scene.log_log import LogLogScene, compose_log_log
from survkit.scene.ratios import Ratio
from survkit.scene.residuals import CurveResiduals, ResidualScene, compose_residuals
from survkit.scene.tables import CountTable, RiskRow
from survkit.scene.targets import Target
from survkit.scene.view import View, adapt

__all__ = [
    "SYNTHETIC",
    "ArmBand",
    "ArmCurve",
    "Axis",
    "BandScene",
    "CountTable",
    "CurveResiduals",
    "ForestRow",
    "ForestScene",
    "KaplanMeierScene",
    "LegendEntry",
    "LogLogScene",
    "Needle",
    "Ratio",
    "ResidualScene",
    "RiskRow",
    "SceneArm",
    "Target",
    "View",
    "adapt",
    "compose_bands",
    "compose_forest",
    "compose_kaplan_meier",
    "compose_log_log",
    "compose_residuals",
]
