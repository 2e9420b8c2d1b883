"""The path through this folder: from arms in the order of leaving to arms read at visits.

First counts are moved as fractions of patients, all together and as little as needed; then whole
patients move between slots, those moves first that bring the figures nearest to print.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.misses import confidence_limit
from survkit.reconstruction.standing import Side
from survkit.reconstruction.visits.counts import Counts, count_patients, list_patients
from survkit.reconstruction.visits.grid import lay_slots, visit_clock
from survkit.reconstruction.visits.pairing import pair_profiles
from survkit.reconstruction.visits.profiles import Breadth, Profiles, list_profiles
from survkit.reconstruction.visits.questions import ask_curve
from survkit.reconstruction.visits.relaxation import relax_counts
from survkit.reconstruction.visits.search import improve
from survkit.reconstruction.visits.state import MET, Problem, State, stand
from survkit.reconstruction.visits.stratified import aim_beside, excess_within_strata
from survkit.reconstruction.visits.terms import slot_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.history import History
    from survkit.reconstruction.placement import Clock
    from survkit.reconstruction.schedule import Schedule
    from survkit.reconstruction.targets import ArmTargets, Targets

__all__ = ["Reading", "read_at_visits"]

Codes = NDArray[np.int64]

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
    (Breadth(reach=1, begun=400, listed=200), 2),
    (Breadth(reach=2, begun=1000, listed=300), 3),
    (Breadth(reach=4, begun=3000, listed=400), 6),
    (Breadth(reach=8, begun=6000, listed=400), 2),
    (Breadth(reach=12, begun=20000, listed=800), 2),
)
"""How widely profiles are sought, from how many of the starts; more widely if that does not do."""
_FREE_BREADTHS = 2
"""How many of them are tried where events may lie between visits, too."""
_MOST_STEPS = 100
_PATIENCE = 8
"""Steps without a new best after which a search ends."""
_HOPELESS_ON_VISITS = 10.0
"""What is missed where some events have to happen between visits."""
_HOPELESS = 1000.0
"""What is missed where a wider search would be in vain: figures contradict each other."""
_ON_HALF = 1e-9
_MOST_AIMS = 4
"""How often the search for a stratified model is aimed anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    The arms, read at visits.

    Parameters
    ----------
    arms : tuple of Side
        Each arm's patients in the order of leaving; their times in ticks of the clock.
    clock : Clock
        The grid of times.
    curves : float
        What the arms' own figures miss, in half rounding windows, squared; 0 where all are met.
    loss : float
        What all figures miss together, in the same unit.
    """

    arms: tuple[Side, ...]
    clock: Clock
    curves: float
    loss: float


def read_at_visits(
    targets: Targets,
    schedule: Schedule,
    histories: list[History],
    codes: Sequence[Codes | None],
    end: float,
) -> Reading:
    """
    Move events to visits so that every figure prints as asked.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    schedule : Schedule
        The visits.
    histories : list of History
        The arms' patients in order, as if events could happen at any time.
    codes : sequence of ndarray of int or None
        For each arm the stratum of its patients in the order of leaving, where the model has some.
    end : float
        End of follow-up where none is printed, in time units.

    Returns
    -------
    Reading
        Patients whose events lie on visits, as far as the figures allow; where they do not, some
        lie halfway between.
    """
    found = _read(targets, schedule, histories, codes, end)
    if all(own is None for own in codes):
        return found
    best = _judged(targets, found)
    for _ in range(_MOST_AIMS):
        if best.loss == 0.0 or found.loss > 0.0:  # nor would another aim be met
            break
        aims = [aim_beside(own, found.arms, targets.ties) for own in targets.contrasts]
        aimed = replace(targets, contrasts=tuple(aims))
        found = _read(aimed, schedule, histories, codes, end)
        best = min(best, _judged(targets, found), key=lambda reading: reading.loss)
    return best


def _judged(targets: Targets, reading: Reading) -> Reading:
    """Measure the stratified figures in place of those that the search aimed at."""
    within = excess_within_strata(targets.contrasts, reading.arms, targets.ties)
    return replace(reading, loss=reading.curves + within)


def _read(
    targets: Targets,
    schedule: Schedule,
    histories: list[History],
    codes: Sequence[Codes | None],
    end: float,
) -> Reading:
    """Search, between visits as well where it has to be, and make patients of what is found."""
    clock = visit_clock(targets, end)
    problem, state = _attempt(targets, schedule, histories, clock, end, free=False)
    if state.loss > _HOPELESS_ON_VISITS:
        freer, other = _attempt(targets, schedule, histories, clock, end, free=True)
        if other.loss < state.loss:
            problem, state = freer, other
    arms = [
        Side(ticks=ticks, event=event, stratum=stratum)
        for (ticks, event), stratum in zip(
            list_patients(state.counts, problem.grid), codes, strict=True
        )
    ]
    return Reading(
        arms=tuple(arms),
        clock=clock,
        curves=0.0 if max(state.missed) <= MET else sum(state.missed),
        loss=0.0 if state.met else state.loss,
    )


def _attempt(
    targets: Targets,
    schedule: Schedule,
    histories: list[History],
    clock: Clock,
    end: float,
    *,
    free: bool,
) -> tuple[Problem, State]:
    """Search on one grid of slots."""
    problem = Problem(
        contrasts=tuple(
            contrast
            for contrast in targets.contrasts
            if contrast.log_ratio is not None or contrast.log_rank is not None
        ),
        grid=lay_slots(targets, schedule, clock, end, free=free),
        ties=targets.ties,
    )
    found = []
    known: list[Profiles | None] = [None for _ in targets.arms]
    for breadth, many in _BREADTHS[: _FREE_BREADTHS if free else None]:
        starts: list[State] = []
        for start in _starts(problem, targets, histories, schedule.every, known, breadth, many):
            starts.append(start)
            if start.met:
                break
        if starts:
            start = min(starts, key=lambda state: state.loss)
            found.append(_search(problem, targets.arms, start.counts))
            if found[-1].met or found[-1].loss > _HOPELESS:
                break
    return problem, min(found, key=lambda state: state.loss)


def _starts(
    problem: Problem,
    targets: Targets,
    histories: list[History],
    every: float,
    known: list[Profiles | None],
    breadth: Breadth,
    many: int,
) -> Iterator[State]:
    """Yield states to start from: profiles of the arms that go together best."""
    for lean, loose, ridge in _LEANS[:many]:
        counts = count_patients(targets, histories, problem.grid, lean * every)
        point = relax_counts(problem.contrasts, problem.grid, counts, loose, ridge)
        for arm, others in enumerate(known):
            found = list_profiles(point, counts, problem.grid, problem.contrasts, arm, breadth)
            known[arm] = found.beside(others)
        profiles = [own for own in known if own is not None and own.missed.size]
        if len(profiles) == len(known):
            yield pair_profiles(problem, profiles)
        else:  # no way to add up to what is printed: begin with the order of leaving as it is
            yield stand(problem, counts)


def _search(problem: Problem, arms: tuple[ArmTargets, ...], counts: Counts) -> State:
    """Move patients until all is met, or nothing has helped for a while."""
    state = best = stand(problem, counts)
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
            state = best = stand(problem, best.counts)
        following = improve(problem, state, seen, turn)
        if following is None or idle >= _PATIENCE:
            break
        state = following
        seen.add(state.counts.key)
        best, idle = (state, 0) if state.loss < best.loss else (best, idle + 1)
    return best


def _early(problem: Problem, arm: ArmTargets, row: int, counts: Counts) -> set[tuple[int, int]]:
    """Find where a limit of the curve passes one half before it should, and comes back."""
    sums = np.cumsum(slot_terms(counts.events[row], counts.at_risk[row]), axis=1)
    found = set()
    for side, window in ((-1, arm.median_lower), (1, arm.median_upper)):
        if window is None:
            continue
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            limit = confidence_limit(sums[0], np.sqrt(sums[1]), side * arm.z, arm.transform)
        passes = (sums[0] > 0.0) & (limit <= 0.5 + _ON_HALF) & (problem.grid.times < window.lower)
        found |= {(side, int(slot)) for slot in np.flatnonzero(passes)[:1]}
    return found


def _asking(
    problem: Problem, arms: tuple[ArmTargets, ...], early: list[set[tuple[int, int]]]
) -> Problem:
    """Ask in addition that limits stay above one half after some slots."""
    questions = tuple(
        ask_curve(arm, problem.grid.times, tuple(sorted(slots)))
        for arm, slots in zip(arms, early, strict=True)
    )
    return replace(problem, grid=replace(problem.grid, questions=questions))
