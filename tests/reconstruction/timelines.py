"""Timelines of two arms made at random, for the tests of stages that move patients in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.placement.knots import Knots, set_knots
from survkit.reconstruction.placement.precision import choose_clock
from survkit.reconstruction.placement.timeline import Timeline, begin
from survkit.reconstruction.population.fit import fit_population

if TYPE_CHECKING:
    from survkit.trial import Analysis


def patients(seed: int, *, held: bool = False) -> tuple[Timeline, Timeline]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    ticks = [np.sort(order[:100]) + 1, np.sort(order[100:]) + 1]
    events = [generator.random(100) < share for share in (0.7, 0.6)]
    reference, experimental = (
        timeline(index, times, event, held=held)
        for index, (times, event) in enumerate(zip(ticks, events, strict=True))
    )
    return reference, experimental


def timeline(index: int, ticks: np.ndarray, event: np.ndarray, *, held: bool) -> Timeline:
    position = np.arange(ticks.size) if held else np.array([], dtype=np.int64)
    times = ticks[position].astype(np.float64)
    return Timeline(
        index=index,
        clock=Clock(decimals=0, arms=2),
        knots=Knots(
            natural=ticks.astype(np.float64),
            position=position,
            at=times,
            lower=times,
            upper=times,
        ),
        hats=np.zeros((position.size, ticks.size)),
        times=times,
        event=event,
        leader=np.arange(ticks.size),
        ticks=ticks,
    )


def begin_trial(asked: Analysis, fillers: int) -> tuple[Timeline, ...]:
    """Put the patients of an analysis on the clock, as the calibration receives them."""
    constraints = read_constraints(asked)
    population = fit_population(constraints)
    clock = choose_clock(constraints, population.end)
    return tuple(
        begin(index, clock, set_knots(history, clock, fillers, population.end), history, None)
        for index, history in enumerate(order_patients(constraints, population))
    )


def assert_bounded(arm: Timeline) -> None:
    """Hold patients to the windows of knots; the nearest tick of an arm may lie one beyond."""
    earliest, latest = arm.knots.patient_bounds(arm.clock)
    assert (arm.ticks >= earliest - 1).all()
    assert (arm.ticks - 1 <= latest).all()
