"""What one analysis asks, in turn: with room for its sub-groups, without it, with other strata."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.strata import assign_strata
from survkit.reconstruction.solution import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.interval import Interval
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.curves.decoded import ArmCurve
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.trial import Analysis

__all__ = ["list_tasks", "shorten"]

_PROGNOSES = (0.5, -0.5, 0.8, -0.8)
"""How much strata differ in when their patients leave, in turn, where alike ones miss figures."""
_ORDERS_OF_A_QUESTION = 6_000
"""Orders of small arms looked at where many questions are asked in a row."""


def list_tasks(
    analysis: Analysis,
    constraints: AnalysisConstraints,
    parts: Sequence[Sequence[Reconstruction]],
    curves: tuple[ArmCurve | None, ...],
    prior: PopulationPrior,
) -> list[Task]:
    """Say what is asked: with room for sub-groups, and without it where there are some."""
    groups = [[read_constraints(group.analysis) for group in part] for part in parts]
    task = Task(
        constraints=constraints,
        strata=assign_strata(analysis),
        windows=_medians(constraints, [group for part in groups for group in part]),
        curves=curves,
        prior=prior,
    )
    roomy = leave_room(constraints, groups, [[group.ipd for group in part] for part in parts])
    tasks = [replace(task, constraints=roomy), *([task] if parts else [])]
    if task.strata is not None:
        differing = (assign_strata(analysis, prognosis) for prognosis in _PROGNOSES)
        tasks += [replace(task, strata=strata) for strata in differing]
    return tasks


def shorten(task: Task) -> Task:
    """Return a task whose search ends soon: what goes together is mostly met at once."""
    return replace(task, most_orders=_ORDERS_OF_A_QUESTION, stretches=1)


def _medians(
    constraints: AnalysisConstraints, groups: Sequence[AnalysisConstraints]
) -> list[list[Interval]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    found: dict[str, list[Interval]] = {arm.id: [] for arm in constraints.arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [one.window for one in arm.of_events if one.window.reached]
    return list(found.values())
