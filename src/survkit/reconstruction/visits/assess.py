"""The way in and out of this folder: arms in the order of leaving become arms read at visits.

`search_grid` searches; here events are let off the visits where they have to be, and a stratified
model is aimed at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.kernels import ArmTimes
from survkit.kernels.violation import CURVE
from survkit.reconstruction.visits.counts import list_patients
from survkit.reconstruction.visits.follow_up import hold_numbers, lead_censored
from survkit.reconstruction.visits.grid import visit_clock
from survkit.reconstruction.visits.search_grid import search_grid
from survkit.reconstruction.visits.stratified import aim_within_strata, violation_within_strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Codes
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock

__all__ = ["Assessment", "assess_at_visits"]

_HOPELESS_ON_VISITS = 10.0
"""What is missed where some events have to happen between visits."""
_MOST_AIMS = 4
"""How often the search for a stratified model is aimed anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The arms, read at visits."""

    # each arm's patients in the order of leaving; their times in ticks of the clock
    arms: tuple[ArmTimes, ...]
    clock: Clock  # the grid of times
    # what the arms' own figures miss, in half rounding windows, squared; 0 where all are met
    curves: float
    loss: float  # what all figures miss together, in the same unit


def assess_at_visits(
    constraints: AnalysisConstraints,
    schedule: Schedule,
    histories: list[History],
    codes: Sequence[Codes | None],
    end: float,
    *,
    thorough: bool = True,
) -> Assessment:
    """
    Move events to visits so that every figure prints as asked.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    schedule : Schedule
        The visits.
    histories : list of History
        The arms' patients in order, as if events could happen at any time.
    codes : sequence of ndarray of int or None
        For each arm the stratum of its patients in the order of leaving, where the model has some.
    end : float
        End of follow-up where none is printed, in time units.
    thorough : bool
        Whether the search widens, and leaves the visits, until all is met.

    Returns
    -------
    Assessment
        Patients whose events lie on visits, as far as the figures allow; where they do not, some
        lie halfway between.
    """
    constraints = hold_numbers(constraints, schedule, histories)
    found = _read(constraints, schedule, histories, codes, end, thorough=thorough)
    if all(stratum is None for stratum in codes):
        return found
    best = _judged(constraints, found)
    for _ in range(_MOST_AIMS):
        if best.loss == 0.0 or found.loss > 0.0:  # nor would another aim be met
            break
        aims = (
            aim_within_strata(contrast, found.arms, constraints.ties)
            for contrast in constraints.contrasts
        )
        aimed = replace(constraints, contrasts=tuple(aims))
        found = _read(aimed, schedule, histories, codes, end, thorough=thorough)
        best = min(best, _judged(constraints, found), key=lambda assessment: assessment.loss)
    return best


def _judged(constraints: AnalysisConstraints, assessment: Assessment) -> Assessment:
    """Measure the stratified figures in place of those that the search aimed at."""
    within = violation_within_strata(constraints.contrasts, assessment.arms, constraints.ties)
    return replace(assessment, loss=assessment.curves + within)


def _read(
    constraints: AnalysisConstraints,
    schedule: Schedule,
    histories: list[History],
    codes: Sequence[Codes | None],
    end: float,
    *,
    thorough: bool,
) -> Assessment:
    """Search, between visits as well where it has to be, and make patients of what is found."""
    clock = visit_clock(constraints, end)
    problem, state = search_grid(
        constraints, schedule, histories, clock, end, free=False, thorough=thorough
    )
    if thorough and state.loss > _HOPELESS_ON_VISITS:
        freer, other = search_grid(constraints, schedule, histories, clock, end, free=True)
        if other.loss < state.loss:
            problem, state = freer, other
    listed = list_patients(state.counts, problem.grid)
    arms = [
        ArmTimes(
            time=lead_censored(arm, ticks, event, problem.grid, clock),
            event=event,
            stratum=stratum,
        )
        for arm, (ticks, event), stratum in zip(constraints.arms, listed, codes, strict=True)
    ]
    return Assessment(
        arms=tuple(arms),
        clock=clock,
        curves=0.0 if max(state.missed) <= CURVE.met else sum(state.missed),
        loss=0.0 if state.met else state.loss,
    )
