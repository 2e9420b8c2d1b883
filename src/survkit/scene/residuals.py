"""How far drawn curves lie from the patients' curves, point by point, with their precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.record.curves import residuals_of
from survkit.reproduction import AnalysisReproduction
from survkit.scene.arms import SYNTHETIC, SceneArm, order_arms
from survkit.scene.axis import Axis, choose_times
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial import Role

__all__ = ["CurveResiduals", "ResidualScene", "compose_residuals"]

_LEAST = 0.01
"""Half the height of the smallest axis, as a probability."""
_ROUND = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_MOST = 400
"""Points of a curve that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveResiduals:
    """One drawn curve against its arm's patients."""

    arm: SceneArm  # the arm
    role: Role  # whether the curve shaped the patients or was kept out
    points: tuple[tuple[float, float], ...]  # time; drawn minus patients' survival
    marks: tuple[float, ...]  # times of the censoring marks that were read
    precision: float  # standard deviation of a point, as a probability
    words: str  # mean and largest residual, and whether the patients follow it


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualScene:
    """Residuals of all drawn curves of an analysis, undrawn."""

    time: Axis
    residual: Axis
    curves: tuple[CurveResiduals, ...]
    note: str  # that the patients are synthetic


def compose_residuals(result: AnalysisReproduction) -> ResidualScene | None:
    """Decide what the residuals of an analysis show; None where no curve is drawn."""
    as_instance(result, AnalysisReproduction, "compose_residuals", "a reproduced analysis")
    curves = tuple(_curves(result))
    if not curves:
        return None
    furthest = max((abs(far) for curve in curves for _, far in curve.points), default=0.0)
    widest = max(furthest, *(3.5 * curve.precision for curve in curves), _LEAST)
    high = next(each for each in _ROUND if each >= min(widest, 1.0))
    unit = result.analysis.time_unit
    end = max(time for curve in curves for time, _ in curve.points)
    end = max(end, float(result.reconstruction.ipd["time"].max()))
    ticks = choose_times(end, unit)
    return ResidualScene(
        time=Axis(label=f"Time ({unit}s)", low=0.0, high=max(end, ticks[-1]), ticks=ticks),
        residual=Axis(
            label="Drawn − patients (% points)",
            low=-high,
            high=high,
            ticks=(-high, 0.0, high),
            factor=100.0,
        ),
        curves=curves,
        note=SYNTHETIC,
    )


def _curves(result: AnalysisReproduction) -> Iterator[CurveResiduals]:
    arms, ipd = order_arms(result.analysis), result.reconstruction.ipd
    for match in result.reconstruction.curves:
        drawn = result.analysis.arm(match.arm).curves[match.number].digitized
        patients = ipd[ipd["arm"] == match.arm]
        far = residuals_of(
            drawn, patients["time"].to_numpy(float), patients["event"].to_numpy() == 1
        )
        step = -(-far.size // _MOST)
        # the largest of each step, so that thinning hides nothing
        kept = [
            first + int(np.abs(far[first : first + step]).argmax())
            for first in range(0, far.size, step)
        ]
        yield CurveResiduals(
            arm=arms[match.arm],
            role=match.role,
            points=tuple((drawn.times[at], float(far[at])) for at in kept),
            marks=drawn.marks,
            precision=match.precision,
            words=f"{arms[match.arm].name}: mean {100 * match.mean:.2f}, largest "
            f"{100 * match.largest:.2f}, precision {100 * match.precision:.2f}; "
            f"{'followed' if match.followed else 'not followed'}",
        )
