"""Attempts that begin with drawn curves, and move their patients no more than figures need."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.along_curves.following import follow_curve
from survkit.reconstruction.along_curves.windows import with_curves
from survkit.reconstruction.attempts.start import Start, take_closest
from survkit.reconstruction.calibration.calibrate import Calibration, calibrate
from survkit.reconstruction.calibration.ties import calibrate_with_ties
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.population.fit import fit_population

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.solution import Solution, Task

__all__ = ["ask_for_curves", "follow_curves"]

_FREE_KNOTS = (24, 60, 10)
"""Knots per arm without a printed time, tried for each of them: moves are to stay small."""
_DECIMALS = 6
"""Decimals of decoded times that stay as they are."""


def follow_curves(task: Task) -> Solution:
    """
    Let the arms that have a curve follow it, each in the order nearest to it that does.

    Some curve must have been decoded; arms without one begin with their population.
    """
    decoded = [None if curve is None else curve.decoded for curve in task.curves]
    population = fit_population(task.constraints) if None in decoded else None
    others = [] if population is None else order_patients(task.constraints, population)
    ways = [
        [others[place]] if drawn is None else follow_curve(arm, drawn)
        for place, (arm, drawn) in enumerate(zip(task.constraints.arms, decoded, strict=True))
    ]
    ends = [float(drawn.time[-1]) for drawn in decoded if drawn is not None]
    end = max([*ends, *([] if population is None else [population.end])])
    nearest = [way[0] for way in ways]
    unmoved = [_unmoved(Start.of(task, nearest, end))] if population is None else []
    return take_closest(chain(unmoved, _ways_along(task, ways, end)))


def _ways_along(task: Task, ways: Sequence[Sequence[History]], end: float) -> Iterator[Solution]:
    """Yield solutions along curves: gently, the best orders first, then with longer moves."""
    for gently in (True, False):
        for number in range(max(map(len, ways)) if gently else 1):
            chosen = [way[min(number, len(way) - 1)] for way in ways]
            free = [one if gently else replace(one, give=math.inf) for one in chosen]
            yield from _along_curves(task, free, end)


def _unmoved(start: Start) -> Solution:
    """Leave the patients where the arms' figures alone have them, drawn curves in particular."""
    fine = replace(start, clock=Clock(decimals=_DECIMALS, arms=len(start.histories)))
    arms = tuple(
        arm.placed(np.round(history.natural / fine.clock.tick).astype(np.int64))
        for arm, history in zip(fine.arms(0), fine.histories, strict=True)
    )
    return fine.solution(Calibration(arms=arms, loss=fine.aims.missed(arms)))


def _along_curves(task: Task, histories: Sequence[History], end: float) -> Iterator[Solution]:
    """
    Yield solutions that stay near drawn curves: untied, then tied anew from the curves.

    Where a ratio and its test do not go together without ties, moves that try to bring them
    together take patients off their curves for nothing.
    """
    start = Start.of(task, histories, end)
    for free_knots in _FREE_KNOTS:
        arms = start.arms(free_knots)
        yield start.solution(calibrate(start.aims, arms))
        unmoved = Calibration(arms=arms, loss=start.aims.missed(arms))
        yield start.solution(calibrate_with_ties(start.aims, unmoved))


def ask_for_curves(task: Task) -> Task:
    """Ask, beside the printed figures, for windows about the curves where they were drawn."""
    decoded = [None if curve is None else curve.decoded for curve in task.curves]
    return replace(task, constraints=with_curves(task.constraints, decoded))
