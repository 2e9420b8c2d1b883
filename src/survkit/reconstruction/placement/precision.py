"""How fine a clock has to be: finer than every printed window and every gap of patients."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.placement.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
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
    arms = len(constraints.arms)
    gap = end / max(arm.n for arm in constraints.arms) / (_TICKS_PER_PATIENT * arms)
    crowds = (_for_crowds(arm) for arm in constraints.arms)
    together = [*chain.from_iterable(crowds), *_for_curves(histories, end)]
    finest = min(
        [
            gap,
            *(room / (2.0 * patients * arms) for room, patients in together),
            *_for_areas(constraints),
            *_for_windows(constraints),
        ]
    )
    return Clock(decimals=max(0, math.ceil(-math.log10(finest))), arms=arms)


def _for_windows(constraints: AnalysisConstraints) -> Iterator[float]:
    """Yield ticks of which many go into each printed quantile, or end of follow-up."""
    for arm in constraints.arms:
        for window in (*(quantile.window for quantile in arm.quantiles), arm.end):
            if window is not None and window.reached:
                yield 2.0 * window.half / _TICKS_PER_WINDOW


def _for_crowds(arm: ArmConstraints) -> Iterator[tuple[float, int]]:
    """Yield times within which patients have to leave one after the other, and how many."""
    if arm.end is None:
        return
    # patients at risk at a time that prints like the end of follow-up all leave within its window
    for time, count in arm.at_risk:
        if arm.end.lower <= time < arm.end.upper and count:
            yield arm.end.upper - time, count
    # so do at least half the patients where the median follow-up prints like its end
    late = any(one.reverse and one.window.upper >= arm.end.lower for one in arm.quantiles)
    if late and arm.end.upper > arm.end.lower:
        yield arm.end.upper - arm.end.lower, arm.n


def _for_curves(histories: Sequence[History], end: float) -> Iterator[tuple[float, int]]:
    """Yield the shortest distance of patients who follow a drawn curve, each two of them."""
    for history in histories:
        apart = np.diff(history.natural)
        if math.isfinite(history.give) and np.any(apart > 0.0):
            yield max(float(apart[apart > 0.0].min()), _FINEST * end), 1


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
