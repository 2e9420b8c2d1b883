"""One search on one grid of slots: fractions, profiles, pairs, single patients, ever more widely.

`assess` asks for it; the order of the steps is here, the steps are in modules of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import event_terms
from survkit.reconstruction.visits.counts import count_patients
from survkit.reconstruction.visits.evaluate import evaluate
from survkit.reconstruction.visits.grid import constrain_curve, lay_slots
from survkit.reconstruction.visits.problem import Counts, Problem, State
from survkit.reconstruction.visits.profiles.enumerate import list_profiles
from survkit.reconstruction.visits.profiles.pairing import pair_profiles
from survkit.reconstruction.visits.profiles.profile import Breadth, Profiles
from survkit.reconstruction.visits.relaxation import relax_counts
from survkit.reconstruction.visits.search import improve

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock
    from survkit.reconstruction.visits.problem import Grid

__all__ = ["search_grid"]

_LEANS = (
    (0.0, 0.4, 0.5),
    (0.5, 3.0, 0.02),
    (-0.5, 12.0, 0.5),
    (0.25, 1.0, 4.0),
    (-0.25, 1.0, 0.02),
    (1.0, 3.0, 0.5),
)
"""By how much events are taken to be later at the start, in times between visits; how loose empty
slots are, and how little is not worth a move, while counts are fractions."""
_BREADTHS = (
    (Breadth(reach=1, partial=400, listed=200), 2),
    (Breadth(reach=2, partial=1000, listed=300), 3),
    (Breadth(reach=4, partial=3000, listed=400), 6),
    (Breadth(reach=8, partial=6000, listed=400), 2),
    (Breadth(reach=12, partial=20000, listed=800), 2),
)
"""How widely profiles are sought, from how many of the starts; more widely if that does not do."""
_FREE_BREADTHS = 2
"""How many of them are tried where events may lie between visits, too."""
_MOST_STEPS = 100
_PATIENCE = 8
"""Steps without a new best after which a search ends."""
_HOPELESS = 1000.0
"""What is missed where a wider search would be in vain: figures contradict each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """The order of leaving on the grid, and the fractions of patients it was relaxed to."""

    counts: Counts
    point: Floats


def search_grid(
    constraints: AnalysisConstraints,
    schedule: Schedule,
    histories: list[History],
    clock: Clock,
    end: float,
    *,
    free: bool,
    thorough: bool = True,
) -> tuple[Problem, State]:
    """
    Search on one grid of slots.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    schedule : Schedule
        The visits.
    histories : list of History
        The arms' patients in order, as if events could happen at any time.
    clock : Clock
        The grid of times.
    end : float
        End of follow-up where none is printed, in time units.
    free : bool
        Whether events may also happen halfway between two slots.
    thorough : bool
        Whether the search widens until all is met.

    Returns
    -------
    Problem
        What was asked, with the slots.
    State
        The best that was found.
    """
    problem = _problem(constraints, lay_slots(constraints, schedule, clock, end, free=free))
    drafts: list[_Draft] = []
    known: list[Profiles | None] = [None for _ in constraints.arms]
    found: list[State] = []
    widest = (_FREE_BREADTHS if free else None) if thorough else 1
    for breadth, many in _BREADTHS[:widest]:
        starts: list[State] = []
        for number in range(many):
            if number == len(drafts):
                drafts.append(_draft(problem, constraints, histories, schedule.every, number))
            starts.append(_start(problem, drafts[number], known, breadth))
            if starts[-1].met:
                break
        start = min(starts, key=lambda state: state.loss)
        found.append(_search(problem, constraints.arms, start.counts))
        if found[-1].met or found[-1].loss > _HOPELESS:
            break
    return problem, min(found, key=lambda state: state.loss)


def _problem(constraints: AnalysisConstraints, grid: Grid) -> Problem:
    """Leave out the contrasts of which nothing is asked."""
    asked = [
        contrast
        for contrast in constraints.contrasts
        if contrast.log_ratio is not None or contrast.log_rank is not None
    ]
    return Problem(contrasts=tuple(asked), grid=grid, ties=constraints.ties)


def _draft(
    problem: Problem,
    constraints: AnalysisConstraints,
    histories: list[History],
    every: float,
    number: int,
) -> _Draft:
    lean, loose, ridge = _LEANS[number]
    counts = count_patients(constraints, histories, problem.grid, lean * every)
    point = relax_counts(problem.contrasts, problem.grid, counts, loose, ridge)
    return _Draft(counts=counts, point=point)


def _start(
    problem: Problem, draft: _Draft, known: list[Profiles | None], breadth: Breadth
) -> State:
    """Pair the arms' profiles, those `known` from other drafts and new ones, which join them."""
    for arm, others in enumerate(known):
        found = list_profiles(
            draft.point, draft.counts, problem.grid, problem.contrasts, arm, breadth
        )
        known[arm] = found.beside(others)
    profiles = [found for found in known if found is not None and found.missed.size]
    if len(profiles) < len(known):  # nothing adds up: begin with the order of leaving as it is
        return evaluate(problem, draft.counts)
    return pair_profiles(problem, profiles)


def _search(problem: Problem, arms: tuple[ArmConstraints, ...], counts: Counts) -> State:
    """Move patients until all is met, or nothing has helped for a while."""
    state = best = evaluate(problem, counts)
    early: list[set[tuple[int, int]]] = [set() for _ in arms]
    seen = {counts.key}
    idle = 0
    for turn in range(_MOST_STEPS):
        if best.met:
            found = [_early(problem, arm, row, best.counts) for row, arm in enumerate(arms)]
            if all(new <= known for new, known in zip(found, early, strict=True)):
                break
            early = [new | known for new, known in zip(found, early, strict=True)]
            problem = _asking(problem, arms, early)
            state = best = evaluate(problem, best.counts)
        following = improve(problem, state, seen, turn)
        if following is None or idle >= _PATIENCE:
            break
        state = following
        seen.add(state.counts.key)
        best, idle = (state, 0) if state.loss < best.loss else (best, idle + 1)
    return best


def _early(problem: Problem, arm: ArmConstraints, row: int, counts: Counts) -> set[tuple[int, int]]:
    """Find where a limit of the curve passes its share before it should, and comes back."""
    terms = event_terms(counts.events[row], counts.at_risk[row])
    fallen = np.cumsum(terms[0]) > 0.0
    found = set()
    for place, quantile in enumerate(arm.of_events):
        if quantile.z != 0.0:
            steps = quantile.passing(*terms).steps
            before = fallen[steps] & (problem.grid.times[steps] < quantile.window.lower)
            found |= {(place, int(slot)) for slot in steps[before][:1]}
    return found


def _asking(
    problem: Problem, arms: tuple[ArmConstraints, ...], early: list[set[tuple[int, int]]]
) -> Problem:
    """Ask in addition that limits stay above one half after some slots."""
    curves = tuple(
        constrain_curve(arm, problem.grid.times, tuple(sorted(slots)))
        for arm, slots in zip(arms, early, strict=True)
    )
    return replace(problem, grid=replace(problem.grid, curves=curves))
