"""Curves on the scale on which proportional hazards are parallel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reproduction import AnalysisReproduction
from survkit.scene.arms import order_arms
from survkit.scene.axis import Axis, choose_log_ticks
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.scene.arms import SceneArm

__all__ = ["LogLogCurve", "LogLogScene", "compose_log_log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLogCurve:
    """One arm's curve, where its survival lies between 1 and 0."""

    arm: SceneArm  # the arm
    times: tuple[float, ...]  # where its steps begin, and log(-log survival) from there on
    levels: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLogScene:
    """Curves on the scale on which proportional hazards are parallel, undrawn."""

    time: Axis  # time on a logarithmic axis, and log(-log survival)
    level: Axis
    curves: tuple[LogLogCurve, ...]  # two arms or more


def compose_log_log(result: AnalysisReproduction) -> LogLogScene | None:
    """
    Decide what a plot of log(-log survival) against the logarithm of time shows.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    LogLogScene or None
        Curves and axes; None unless two arms or more have a curve to draw.
    """
    as_instance(result, AnalysisReproduction, "compose_log_log", "a reproduced analysis")
    found = (_curve(result, arm) for arm in order_arms(result.analysis).values())
    curves = tuple(curve for curve in found if len(curve.times) > 1)
    if len(curves) < 2:
        return None
    times = [time for curve in curves for time in curve.times]
    levels = [level for curve in curves for level in curve.levels]
    first, last = min(times), max(times)
    low, high = min(levels) - 0.1, max(levels) + 0.1
    whole = range(math.ceil(low), math.floor(high) + 1)
    return LogLogScene(
        time=Axis(
            label=f"Time ({result.analysis.time_unit}s, log scale)",
            low=first,
            high=last,
            ticks=choose_log_ticks(first, last),
            logarithmic=True,
        ),
        level=Axis(label="log(−log survival)", low=low, high=high, ticks=tuple(map(float, whole))),
        curves=curves,
    )


def _curve(result: AnalysisReproduction, arm: SceneArm) -> LogLogCurve:
    """Return the part of a curve that has a logarithm of a logarithm."""
    steps = result.refit.curves[arm.id].steps
    times, survival = steps.index.to_numpy(dtype=float), steps["survival"].to_numpy(dtype=float)
    inside = (times > 0.0) & (survival > 1e-9) & (survival < 1.0 - 1e-9)
    levels = np.log(-np.log(survival[inside]))
    return LogLogCurve(arm=arm, times=tuple(times[inside].tolist()), levels=tuple(levels.tolist()))
