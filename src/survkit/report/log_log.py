"""Curves on the scale on which proportional hazards are parallel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.plot import choose_looks, name_arm
from survkit.report.canvas import Axis, Tick, step_path
from survkit.report.curves import BOTTOM, LEFT, RIGHT, TOP, Line

if TYPE_CHECKING:
    from survkit.refit import Curve
    from survkit.reproduction import AnalysisReproduction

__all__ = ["LogLogDrawing", "draw_log_log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLogDrawing:
    """
    Curves on the scale on which proportional hazards are parallel.

    Parameters
    ----------
    unit : str
        Unit of time.
    times, levels : tuple of Tick
        Marks of the axes: time on a logarithmic scale, and log(-log survival).
    lines : tuple of Line
        The arms.
    """

    unit: str
    times: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    lines: tuple[Line, ...]


def draw_log_log(result: AnalysisReproduction) -> LogLogDrawing | None:
    """
    Draw log(-log survival) against the logarithm of time: parallel where hazards are proportional.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    LogLogDrawing or None
        Paths and texts, 360 units wide; None unless two arms or more have a curve to draw.
    """
    looks = {arm: look for look, arm in enumerate(choose_looks(result.analysis))}
    inside = {arm: _between_one_and_zero(result.refit.curves[arm]) for arm in looks}
    drawn = {arm: points for arm, points in inside.items() if points[0].size > 1}
    if len(drawn) < 2:
        return None
    first = min(float(times[0]) for times, _ in drawn.values())
    last = max(float(times[-1]) for times, _ in drawn.values())
    heights = [float(level) for _, levels in drawn.values() for level in (levels[0], levels[-1])]
    time = Axis(first, last, LEFT, RIGHT, logarithmic=True)
    level = Axis(min(heights) - 0.1, max(heights) + 0.1, BOTTOM, TOP)
    whole = range(math.ceil(level.low), math.floor(level.high) + 1)
    return LogLogDrawing(
        unit=f"{result.analysis.time_unit}s",
        times=time.ticks(_doubled(first, last)),
        levels=level.ticks(whole),
        lines=tuple(
            Line(
                look=looks[arm],
                name=name_arm(result.analysis, arm),
                curve=step_path(
                    [time.place(float(x)) for x in times], [level.place(float(y)) for y in levels]
                ),
            )
            for arm, (times, levels) in drawn.items()
        ),
    )


def _between_one_and_zero(curve: Curve) -> tuple[np.ndarray, np.ndarray]:
    """Return times and log(-log survival) where the curve lies between its ends."""
    times = curve.steps.index.to_numpy(dtype=float)
    survival = curve.steps["survival"].to_numpy(dtype=float)
    inside = (times > 0.0) & (survival > 1e-9) & (survival < 1.0 - 1e-9)
    return times[inside], np.log(-np.log(survival[inside]))


def _doubled(first: float, last: float) -> list[float]:
    """Return round times from first to last: 1, 2, 5, 10, 20 and so on."""
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    times = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
    return [time for time in times if first <= time <= last]
