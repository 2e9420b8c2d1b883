"""How fine a clock has to be: finer than every printed window and every gap of patients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.placement.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.orders.history import History

__all__ = ["choose_clock"]

_TICKS_PER_WINDOW = 400
_TICKS_PER_PATIENT = 20
_TICKS_PER_AREA = 4
"""Ticks that the rounding of all times moves an area by less than, per its rounding window."""
_FINEST = 1e-6
"""Shortest distance of decoded patients that counts, as a share of the follow-up."""


def choose_clock(
    constraints: AnalysisConstraints, end: float, histories: Sequence[History] = ()
) -> Clock:
    """
    Choose the decimals of times, finer than every printed window and every gap of patients.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    end : float
        End of follow-up of all arms, in time units.
    histories : sequence of History
        The arms' patients; those that follow a drawn curve have distances of their own.

    Returns
    -------
    Clock
        The grid of times.
    """
    windows = [
        2.0 * window.half
        for arm in constraints.arms
        for window in (*(quantile.window for quantile in arm.quantiles), arm.end)
        if window is not None and window.reached
    ]
    gap = (
        end / max(arm.n for arm in constraints.arms) / (_TICKS_PER_PATIENT * len(constraints.arms))
    )
    # patients at risk at a time that prints like the end of follow-up all leave within its window
    crowds = [
        (arm.end.upper - time) / (2.0 * count * len(constraints.arms))
        for arm in constraints.arms
        for time, count in arm.at_risk
        if arm.end is not None and arm.end.lower <= time < arm.end.upper and count
    ]
    # so do at least half the patients where the median follow-up prints like its end
    crowds += [
        (arm.end.upper - arm.end.lower) / (2.0 * arm.n * len(constraints.arms))
        for arm in constraints.arms
        if arm.end is not None
        and any(one.reverse and one.window.upper >= arm.end.lower for one in arm.quantiles)
        and arm.end.upper > arm.end.lower
    ]
    crowds += [
        max(float(apart[apart > 0.0].min()), _FINEST * end) / (2.0 * len(constraints.arms))
        for apart in (np.diff(one.natural) for one in histories if math.isfinite(one.give))
        if np.any(apart > 0.0)
    ]
    finest = min(
        [
            gap,
            *crowds,
            *_for_areas(constraints),
            *(window / _TICKS_PER_WINDOW for window in windows),
        ]
    )
    return Clock(decimals=max(0, math.ceil(-math.log10(finest))), arms=len(constraints.arms))


def _for_areas(constraints: AnalysisConstraints) -> Iterator[float]:
    """
    Yield ticks at which the rounding of times leaves the last digit of every area alone.

    An area is a mean over patients: independent roundings of their times, each by up to a tick per
    arm, move it by that over the root of their number.
    """
    for area in constraints.areas:
        window = 2.0 * min(figure.window.half for figure in area.figures)
        fewest = min(constraints.arms[place].n for place, _ in area.arms)
        yield window * math.sqrt(fewest) / (_TICKS_PER_AREA * len(constraints.arms))
