"""What attempts promise: the closest one, orders left alone, curves left where they were drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import ArmTimes
from survkit.reconstruction.along_curves.decoding import decode_arms
from survkit.reconstruction.attempts.from_curves import ask_for_curves, follow_curves
from survkit.reconstruction.attempts.from_figures import move, solve
from survkit.reconstruction.attempts.start import Start, take_closest
from survkit.reconstruction.calibration.calibrate import Calibration
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.population.priors import SMOOTH
from survkit.reconstruction.solution import Solution, Task
from tests.reconstruction.along_curves.test_following import real_arm, stated
from tests.reconstruction.documents import analysis
from tests.reconstruction.examples import few
from tests.reconstruction.printing import print_two_arms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.trial import Analysis

SEEDS = st.integers(0, 10_000)
NOBODY = ArmTimes(time=np.array([1]), event=np.array([False]))


def asked_of(printed: Analysis) -> Task:
    constraints = read_constraints(printed)
    windows = [[] for _ in constraints.arms]
    return Task(constraints=constraints, strata=None, windows=windows, prior=SMOOTH)


def drawn(seed: int, noise: float) -> Task:
    """Two arms with a curve and nothing else that its patients have to be moved for."""
    arms = [stated(real_arm(seed + one, 12.0), name, noise) for one, name in enumerate("ab")]
    printed = analysis(*({key: arm[key] for key in ("id", "n", "curve")} for arm in arms))
    task = asked_of(printed)
    return replace(task, curves=decode_arms(printed, task.constraints))


@given(losses=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=9))
def test_the_first_attempt_that_meets_all_is_the_last_one_made(losses: list[float]) -> None:
    clock = Clock(decimals=0, arms=1)
    made: list[float] = []

    def attempts() -> Iterator[Solution]:
        for loss in losses:
            made.append(loss)
            yield Solution(arms=(NOBODY,), clock=clock, end=1.0, loss=loss)

    closest = take_closest(attempts())
    met = losses.index(0.0) + 1 if 0.0 in losses else len(losses)
    assert made == losses[:met]
    assert closest.loss == min(made)


@few(3)
@given(seed=SEEDS)
def test_what_orders_miss_outweighs_what_comparisons_miss(seed: int) -> None:
    task = asked_of(print_two_arms(seed, 40))
    population = fit_population(task.constraints)
    histories = order_patients(task.constraints, population)
    faulty = [replace(history, faults=0.5) for history in histories]
    start = Start.of(task, faulty, population.end)
    arms = start.arms(10)
    assert [arm.event.tolist() for arm in arms] == [one.event.tolist() for one in histories]
    assert all((np.diff(arm.ticks) > 0).all() for arm in arms)
    found = start.solution(Calibration(arms=arms, loss=7.0))
    assert found.loss == 1007.0
    assert found.histories == tuple(faulty)


@few(3)
@given(seed=SEEDS)
def test_a_move_leaves_the_order_of_each_arm_alone(seed: int) -> None:
    task = asked_of(print_two_arms(seed, 40))
    solution = solve(task)
    moved = move(solution, task, [(), ()])
    assert moved.histories == solution.histories
    for before, after in zip(solution.patients, moved.patients, strict=True):
        assert after.event.tolist() == before.event.tolist()
        assert (np.diff(after.time) >= 0.0).all()


@few(3)
@given(seed=SEEDS)
def test_patients_of_curves_alone_stay_where_they_were_decoded(seed: int) -> None:
    task = drawn(seed, noise=0.0)
    found = follow_curves(task)
    assert found.loss == 0.0
    for patients, curve in zip(found.patients, task.curves, strict=True):
        assert curve is not None
        assert curve.decoded is not None
        assert patients.event.tolist() == curve.decoded.event.tolist()
        assert np.abs(patients.time - curve.decoded.time).max() < 1e-3


@few(3)
@given(seed=SEEDS)
def test_windows_for_curves_hold_the_decoded_curves(seed: int) -> None:
    task = drawn(seed, noise=0.004)
    asked = ask_for_curves(task).constraints
    for arm, curve in zip(asked.arms, task.curves, strict=True):
        assert curve is not None
        assert curve.decoded is not None
        assert arm.survival
        for point in arm.survival:
            assert point.value is not None
            left = curve.decoded.event & (curve.decoded.time <= point.time)
            at_risk = np.arange(curve.decoded.event.size, 0, -1)
            share = float(np.prod(1.0 - left / at_risk))
            assert point.value.clip(share) == share
