"""What no paper printed and the patients need all the same, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.solution import Solution

__all__ = ["events_follow", "list_assumptions"]


def list_assumptions(constraints: AnalysisConstraints, solution: Solution, unit: str) -> list[str]:
    """Say what was not printed and is needed all the same."""
    sentences = []
    if not any(arm.end is not None for arm in constraints.arms):
        sentences.append(
            f"maximum follow-up is not printed: {solution.end:.1f} {unit}s are assumed"
        )
    for arm, patients in zip(constraints.arms, solution.arms, strict=True):
        if arm.events is None:
            sentences.append(events_follow(arm.id, int(patients.event.sum())))
    if constraints.schedule is not None:
        sentences += _off_visits(constraints, constraints.schedule, solution)
    else:
        sentences += _tied_events(solution)
    return sentences


def _tied_events(solution: Solution) -> Iterator[str]:
    """Say how many events share a time, which no clock asks for."""
    ticks = np.concatenate([patients.time[patients.event] for patients in solution.arms])
    _, counts = np.unique(ticks, return_counts=True)
    tied = int(counts[counts > 1].sum())
    if tied:
        yield f"{tied} events share their times with others: printed figures need it"


def _off_visits(
    constraints: AnalysisConstraints, schedule: Schedule, solution: Solution
) -> Iterator[str]:
    """Say how many events lie between visits, arm by arm."""
    for arm, patients in zip(constraints.arms, solution.patients, strict=True):
        times = patients.time[patients.event]
        off = int((~schedule.is_visit(times, solution.clock.tick)).sum())
        if off:
            lie = "event lies" if off == 1 else "events lie"
            yield f"{off} {lie} between visits in arm {arm.id}: a printed figure needs it"


def events_follow(arm: str, events: int) -> str:
    """Say that the events of an arm were not printed."""
    return f"events of arm {arm} are not printed: {events} follow from the other figures"
