"""Attempts at the figures of an analysis, one after the other, and the one that comes closest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.reconstruction.calibration.aims import Aims
from survkit.reconstruction.calibration.calibrate import Calibration, calibrate
from survkit.reconstruction.calibration.ties import calibrate_with_ties
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.placement.anchoring import pin, pin_events
from survkit.reconstruction.placement.knots import set_knots
from survkit.reconstruction.placement.precision import choose_clock
from survkit.reconstruction.placement.timeline import begin
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.population.priors import SMOOTH
from survkit.reconstruction.solution import Solution, Task
from survkit.reconstruction.visits.assess import assess_at_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.orders.history import Anchor, History

__all__ = ["move", "solve"]

_STRETCHES = (1.0, 1.3, 0.8, 1.7)
"""Multiples of a follow-up that is not printed, tried until everything is met."""
_STRETCHES_AT_VISITS = 2
"""How many of them are tried where patients are assessed at visits, which takes longer."""
_FREE_KNOTS = (10, 24)
"""Knots per arm without a printed time, tried for each of them."""
_BEFORE_CONTRASTS = 1e3
"""Weight of the arms' own faults: no more knots can mend them, and contrasts come second."""


def solve(task: Task) -> Solution:
    """Try the attempts in turn and keep the one with the smallest loss."""
    return _closest(_attempts_with_any_prior(task))


def move(solution: Solution, task: Task, anchors: Sequence[Sequence[Anchor]]) -> Solution:
    """
    Move the patients of a solution in time; the order of each arm stays.

    Parameters
    ----------
    solution : Solution
        The patients, who may be at any time.
    task : Task
        What is asked of them.
    anchors : sequence of sequence of Anchor
        For each arm, patients and where they are to go, as far as they can.

    Returns
    -------
    Solution
        The attempt that comes closest.
    """
    moving = [
        pin(replace(history, natural=patients.time), held)
        for history, patients, held in zip(
            solution.histories, solution.patients, anchors, strict=True
        )
    ]
    closest = _closest(_at_any_time(task, moving, solution.end))
    return replace(closest, histories=solution.histories, population=solution.population)


def _closest(attempts: Iterator[Solution]) -> Solution:
    best = next(attempts)
    while best.loss > 0.0 and (solution := next(attempts, None)) is not None:
        best = min(best, solution, key=lambda solution: solution.loss)
    return best


def _attempts_with_any_prior(task: Task) -> Iterator[Solution]:
    """Yield solutions with the task's prior, then with the smooth one: figures come first."""
    yield from _attempts(task)
    if task.prior.name != SMOOTH.name:
        for solution in _attempts(replace(task, prior=SMOOTH)):
            if solution.population is not None:
                population = replace(solution.population, instead_of=task.prior.name)
                yield replace(solution, population=population)


def _attempts(task: Task) -> Iterator[Solution]:
    """Yield solutions: each length of an unprinted follow-up, each with few and with many knots."""
    constraints, schedule = task.constraints, task.constraints.schedule
    end_is_printed = any(arm.end is not None for arm in constraints.arms)
    many = len(_STRETCHES) if schedule is None else _STRETCHES_AT_VISITS
    for stretch in _STRETCHES[: 1 if end_is_printed else many]:
        population = fit_population(constraints, stretch=stretch, prior=task.prior)
        histories = order_patients(constraints, population)
        if schedule is None:
            for solution in _at_any_time(task, histories, population.end):
                yield replace(solution, population=population)
        else:
            pinned = [pin_events(*pair) for pair in zip(histories, task.windows, strict=True)]
            found = assess_at_visits(constraints, schedule, pinned, task.codes, population.end)
            yield Solution(
                arms=found.arms,
                clock=found.clock,
                end=population.end,
                loss=found.loss,
                population=population,
            )


def _at_any_time(task: Task, histories: Sequence[History], end: float) -> Iterator[Solution]:
    """Yield solutions with few and with many knots, then with ties."""
    clock = choose_clock(task.constraints, end)
    aims = Aims.of(task.constraints)
    faults = sum(history.faults for history in histories)
    pinned = [pin_events(*pair) for pair in zip(histories, task.windows, strict=True)]

    def solution(found: Calibration) -> Solution:
        return Solution(
            arms=tuple(arm.patients for arm in found.arms),
            clock=clock,
            end=end,
            loss=_BEFORE_CONTRASTS * faults + found.loss,
            histories=tuple(histories),
        )

    untied = []
    for free_knots in _FREE_KNOTS:
        arms = tuple(
            begin(index, clock, set_knots(history, clock, free_knots), history, codes)
            for index, (history, codes) in enumerate(zip(pinned, task.codes, strict=True))
        )
        untied.append(calibrate(aims, arms))
        yield solution(untied[-1])
    for found in untied:
        yield solution(calibrate_with_ties(aims, found))
