"""Attempts that begin with printed figures, or with patients who meet some of them already."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import fit_two_arms
from survkit.reconstruction.attempts.start import Start, take_closest
from survkit.reconstruction.calibration.calibrate import calibrate
from survkit.reconstruction.calibration.ties import calibrate_with_ties
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.placement.anchoring import pin, pin_events
from survkit.reconstruction.population.draws import draw_prior
from survkit.reconstruction.population.fit import CONTRADICTORY, fit_compatible
from survkit.reconstruction.population.priors import smooth_instead_of
from survkit.reconstruction.solution import Solution, Task
from survkit.reconstruction.visits.assess import assess_at_visits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.kernels import ArmTimes
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.orders.history import Anchor, History
    from survkit.reconstruction.population.population import Population

__all__ = ["complete", "move", "solve"]

_STRETCHES = (1.0, 1.3, 0.8, 1.7)
"""Multiples of a follow-up that is not printed, tried until everything is met."""
_STRETCHES_AT_VISITS = 2
"""How many of them are tried where patients are assessed at visits, which takes longer."""
_FREE_KNOTS = (10, 24)
"""Knots per arm without a printed time, tried for each of them."""
_STILL = 0.01
"""Share by which the loss must change with the follow-up for a further length to be tried."""
_ALIKE = 3
"""Lengths in a row that change nothing."""
_HELD = 0.02
"""Faults of orders from which on they may be what no follow-up mends."""
_FAR = 100.0
"""Faults of orders at any time with which a search at visits need not be thorough."""
_EXCLUDED = 1000.0
"""What a search at visits misses where no other follow-up, and no other prior, would mend it."""
_MUCH_LESS = 0.5
"""Share of the loss with the task's prior that another may leave, to take its place."""
_DRAWS = 4
"""Draws of the prior that are tried where little is missed."""
_NEARLY = 4.0
"""Faults of orders at most for that: four figures of arms by half a rounding window, say."""
_OUT_OF_REACH = 1.0
"""Standard errors between what is printed of a ratio, or of its test, and what patients have."""


def solve(task: Task) -> Solution:
    """Try the attempts in turn and keep the one with the smallest loss."""
    return take_closest(_attempts_with_any_prior(task))


def move(solution: Solution, task: Task, anchors: Sequence[Sequence[Anchor]]) -> Solution:
    """
    Move patients in time to where their arms' anchors hold them, as far as they can.

    The order of each arm stays.
    """
    moving = [
        pin(replace(history, natural=patients.time), held)
        for history, patients, held in zip(
            solution.histories, solution.patients, anchors, strict=True
        )
    ]
    closest = take_closest(_at_any_time(task, moving, solution.end))
    return replace(closest, histories=solution.histories, population=solution.population)


def complete(solution: Solution, task: Task) -> Solution:
    """
    Let patients who meet some of the figures meet the others as well; the order of each arm stays.

    They stay as they are where a test is too far from them.
    """
    if _is_out_of_reach(task, solution):
        return solution
    arms = [replace(history, faults=0.0) for history in solution.histories]
    moving = [
        replace(history, natural=patients.time)
        for history, patients in zip(arms, solution.patients, strict=True)
    ]
    narrowed = _narrowed(task.constraints, solution.arms)
    tasks = (task, replace(task, constraints=narrowed))
    closest = take_closest(
        chain.from_iterable(_at_any_time(t, moving, solution.end) for t in tasks)
    )
    return replace(closest, histories=solution.histories, population=solution.population)


def _narrowed(constraints: AnalysisConstraints, arms: Sequence[ArmTimes]) -> AnalysisConstraints:
    """Hold ratios to where their tests print, too, given the errors that patients have."""
    contrasts = []
    for contrast in constraints.contrasts:
        fit = fit_two_arms(*(arms[arm] for arm in contrast.arms)).by(contrast.estimator)
        contrasts.append(contrast.narrowed(fit.cox.standard_error))
    return replace(constraints, contrasts=tuple(contrasts))


def _attempts_with_any_prior(task: Task) -> Iterator[Solution]:
    """
    Yield solutions with the task's prior, then with others: figures come first.

    Where little is missed at last, hazards are drawn, as they vary over real trials: whether an
    order is found that prints everything may hang on the last digits of a population.
    """
    closest: Solution | None = None
    for solution in _attempts_with_priors(task):
        closest = _closer(closest, solution)
        yield solution
    if closest is None or not task.prior.replaceable or _no_draw_mends(task, closest):
        return
    for number in range(_DRAWS):
        drawn = draw_prior(task.prior, np.random.SeedSequence(number))
        for solution in _attempts(replace(task, prior=drawn, stretches=1), _Tried()):
            if solution.population is not None and solution.loss <= _MUCH_LESS * closest.loss:
                yield replace(solution, population=replace(solution.population, drawn=True))


def _no_draw_mends(task: Task, closest: Solution) -> bool:
    """Tell whether arms miss nothing, or more than hazards other than the likeliest may mend."""
    hopeless = task.hopeless or task.stretches == 1 or task.constraints.schedule is not None
    faults = sum(history.faults for history in closest.histories)
    return hopeless or not 0.0 < faults <= _NEARLY or _is_out_of_reach(task, closest)


def _attempts_with_priors(task: Task) -> Iterator[Solution]:
    """
    Yield solutions with the likeliest hazards of the task's prior, then of others.

    Where events go by the clock of visits and miss figures, they go by time before any other length
    of follow-up is tried. Curves of the smooth prior are further from real ones: they have to miss
    much less.
    """
    tried = _Tried()
    closest: Solution | None = None
    for solution in _attempts(task, tried):
        closest = _closer(closest, solution)
        yield solution
    if closest is not None and _may_go_by_time(task, closest):
        for solution in _attempts(replace(task, prior=task.prior.at_any_time()), tried):
            closest = _closer(closest, solution)
            yield solution
    thorough = task.stretches > 1 and not _is_out_of_reach(task, solution)
    if task.prior.replaceable and thorough and not tried.is_held and closest is not None:
        for solution in _attempts(replace(task, prior=smooth_instead_of(task.prior)), tried):
            if solution.population is not None and solution.loss <= _MUCH_LESS * closest.loss:
                population = replace(solution.population, instead_of=task.prior.name)
                yield replace(solution, population=population)


def _closer(closest: Solution | None, solution: Solution) -> Solution:
    """Keep the solution that misses less; the earlier of two alike."""
    return solution if closest is None or solution.loss < closest.loss else closest


def _may_go_by_time(task: Task, closest: Solution) -> bool:
    """Tell whether events go by the clock of visits, and figures are within reach without it."""
    population = closest.population
    by_visits = population is not None and population.by_visits and task.stretches > 1
    return by_visits and not _is_out_of_reach(task, closest)


@dataclass(slots=True)
class _Tried:
    """What the lengths of follow-up so far came to, one after the other."""

    losses: list[float] = field(default_factory=list)  # the smallest of each
    faults: list[float] = field(default_factory=list)  # of the arms' orders
    strains: list[float] = field(default_factory=list)  # of the populations
    excluded: bool = False  # whether patients at visits missed figures by far

    @property
    def stands_still(self) -> bool:
        """Whether the last lengths all gave nearly the same."""
        last = self.losses[-_ALIKE:]
        alike = len(last) == _ALIKE and max(last) - min(last) < _STILL * max(last)
        return alike or self.is_held

    @property
    def is_held(self) -> bool:
        """Whether figures exclude others, or no length mends what the arms miss themselves."""
        if self.excluded or (self.strains and self.strains[-1] > CONTRADICTORY):
            return True
        tried = len(self.faults) >= _ALIKE and min(self.faults) > _HELD
        return tried and min(self.faults[1:]) > (1.0 - _STILL) * self.faults[0]


def _attempts(task: Task, tried: _Tried) -> Iterator[Solution]:
    """
    Yield solutions: each length of an unprinted follow-up, each with few and with many knots.

    They end where another length changes nothing.
    """
    constraints, schedule = task.constraints, task.constraints.schedule
    end_is_printed = any(arm.end is not None for arm in constraints.arms)
    many = task.stretches if schedule is None else min(task.stretches, _STRETCHES_AT_VISITS)
    for stretch in _STRETCHES[: 1 if end_is_printed else many]:
        population, histories = _order_once(task, stretch)
        if schedule is None:
            found = []
            for solution in _at_any_time(task, histories, population.end):
                found.append(solution.loss)
                yield replace(solution, population=population)
            tried.losses.append(min(found))
            tried.faults.append(sum(history.faults for history in histories))
            tried.strains.append(population.strain)
            if _is_out_of_reach(task, solution) or tried.stands_still or population.by_visits:
                return
        else:
            visited = _at_visits(task, schedule, histories, population)
            yield visited
            tried.excluded = visited.loss > _EXCLUDED
            if tried.excluded:
                return


def _order_once(task: Task, stretch: float) -> tuple[Population, list[History]]:
    """Put patients of a population in order, once for tasks with the same figures."""
    asked = task.prior.label, stretch
    known, found = task.ordered.get(asked, (None, None))
    if found is None or known is not task.constraints:
        population = fit_compatible(task.constraints, stretch, task.prior)
        found = (
            population,
            order_patients(
                task.constraints, population, thorough=not task.hopeless, known=task.orders
            ),
        )
        task.ordered[asked] = task.constraints, found
    return found


def _at_visits(
    task: Task, schedule: Schedule, histories: Sequence[History], population: Population
) -> Solution:
    """Let patients leave at visits."""
    pinned = [pin_events(*pair) for pair in zip(histories, task.windows, strict=True)]
    asked = task.constraints, schedule, pinned, task.codes, population.end
    # whatever arms cannot print with events at any time, they cannot with events at visits
    in_vain = sum(history.faults for history in histories) > _FAR
    found = assess_at_visits(*asked, thorough=not (task.hopeless or in_vain))
    return Solution(
        arms=found.arms,
        clock=found.clock,
        end=population.end,
        loss=found.loss,
        population=population,
    )


def _is_out_of_reach(task: Task, solution: Solution) -> bool:
    """
    Tell whether a ratio, or its test, is too far from what is printed for any other attempt.

    Other figures hold it there: how long patients are followed, and what fills the gaps, moves it
    by parts of its standard error.
    """
    for contrast in task.constraints.contrasts:
        if contrast.log_ratio is None or not contrast.figures or contrast.members is not None:
            continue
        fit = fit_two_arms(*(solution.arms[arm] for arm in contrast.arms)).by(contrast.estimator)
        off = abs(fit.cox.log_hazard_ratio - contrast.log_ratio)
        if off > _OUT_OF_REACH * fit.cox.standard_error:
            return True
        z = fit.log_rank.z
        if contrast.log_rank is not None and abs(z - contrast.log_rank.clip(z)) > _OUT_OF_REACH:
            return True
    return False


def _at_any_time(task: Task, histories: Sequence[History], end: float) -> Iterator[Solution]:
    """Yield solutions with few and with many knots, then with ties."""
    start = Start.of(task, histories, end)
    untied = []
    for free_knots in _FREE_KNOTS:
        untied.append(calibrate(start.aims, start.arms(free_knots)))
        yield start.solution(untied[-1])
        if task.hopeless or untied[-1].loss == 0.0:  # the orders decide what is missed besides
            return
    for found in untied:
        yield start.solution(calibrate_with_ties(start.aims, found))
