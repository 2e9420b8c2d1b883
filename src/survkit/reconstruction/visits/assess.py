"""The way in and out of this folder: arms in the order of leaving become arms read at visits.

`attempt` searches; here events are let off the visits where they have to be, and a stratified model
is aimed at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.contrast import Side
from survkit.reconstruction.visits.counts import list_patients
from survkit.reconstruction.visits.follow_up import hold_numbers, lead_censored
from survkit.reconstruction.visits.grid import visit_clock
from survkit.reconstruction.visits.search_grid import attempt
from survkit.reconstruction.visits.state import MET
from survkit.reconstruction.visits.stratified import aim_beside, excess_within_strata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.constraints.targets import Targets
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.knots import Clock

__all__ = ["Reading", "read_at_visits"]

Codes = NDArray[np.int64]

_HOPELESS_ON_VISITS = 10.0
"""What is missed where some events have to happen between visits."""
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
    targets = hold_numbers(targets, schedule, histories)
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
    problem, state = attempt(targets, schedule, histories, clock, end, free=False)
    if state.loss > _HOPELESS_ON_VISITS:
        freer, other = attempt(targets, schedule, histories, clock, end, free=True)
        if other.loss < state.loss:
            problem, state = freer, other
    listed = list_patients(state.counts, problem.grid)
    arms = [
        Side(
            ticks=lead_censored(arm, ticks, event, problem.grid, clock),
            event=event,
            stratum=stratum,
        )
        for arm, (ticks, event), stratum in zip(targets.arms, listed, codes, strict=True)
    ]
    return Reading(
        arms=tuple(arms),
        clock=clock,
        curves=0.0 if max(state.missed) <= MET else sum(state.missed),
        loss=0.0 if state.met else state.loss,
    )
