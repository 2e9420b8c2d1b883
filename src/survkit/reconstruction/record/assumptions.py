"""What no paper printed and the patients need all the same, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reconstruction.attempts import Solution
    from survkit.reconstruction.constraints.schedule import Schedule
    from survkit.reconstruction.constraints.targets import Targets

__all__ = ["events_follow", "list_assumptions"]


def list_assumptions(targets: Targets, solution: Solution, unit: str) -> list[str]:
    """
    Say what was not printed and is needed all the same.

    Parameters
    ----------
    targets : Targets
        The figures.
    solution : Solution
        The patients.
    unit : str
        Unit of the times.

    Returns
    -------
    list of str
        A sentence each.
    """
    sentences = []
    if not any(arm.end is not None for arm in targets.arms):
        sentences.append(
            f"maximum follow-up is not printed: {solution.end:.1f} {unit}s are assumed"
        )
    for arm, side in zip(targets.arms, solution.arms, strict=True):
        if arm.events is None:
            sentences.append(events_follow(arm.id, int(side.event.sum())))
    if targets.schedule is not None:
        sentences += _off_visits(targets, targets.schedule, solution)
    return sentences


def _off_visits(targets: Targets, schedule: Schedule, solution: Solution) -> Iterator[str]:
    """Say how many events lie between visits, arm by arm."""
    for arm, side in zip(targets.arms, solution.arms, strict=True):
        times = solution.clock.times(side.ticks[side.event])
        off = int((~schedule.is_visit(times, solution.clock.tick)).sum())
        if off:
            lie = "event lies" if off == 1 else "events lie"
            yield f"{off} {lie} between visits in arm {arm.id}: a printed figure needs it"


def events_follow(arm: str, events: int) -> str:
    """
    Say that the events of an arm were not printed.

    Parameters
    ----------
    arm : str
        Id of the arm.
    events : int
        The events it has now.

    Returns
    -------
    str
        A sentence.
    """
    return f"events of arm {arm} are not printed: {events} follow from the other figures"
