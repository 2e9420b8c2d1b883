"""Patients on record that can still be moved in time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.reconstruction.all_arms import Followed, follow_up_missed_alone, hold_median
from survkit.reconstruction.attempts.from_figures import complete, move
from survkit.reconstruction.held_events import hold_events
from survkit.reconstruction.precedence import figures_assumed
from survkit.reconstruction.record.assumptions import (
    assumed_directions,
    assumed_follow_up,
    assumed_plateaus,
    list_assumptions,
)
from survkit.reconstruction.record.reconstruction import Reconstruction, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.constraints.strata import Strata
    from survkit.reconstruction.orders.history import Anchor
    from survkit.reconstruction.solution import Method, Solution, Task
    from survkit.trial import Analysis

__all__ = ["Draft", "make_draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reconstruction whose patients can still be moved in time."""

    method: Method  # how they are made
    task: Task  # what they aim at
    without: frozenset[FigureKey]  # input figures that were left out
    solution: Solution  # the patients
    reconstruction: Reconstruction  # the record of what they meet

    @property
    def followed(self) -> Followed | None:
        """How long patients are followed who miss the median follow-up of all arms alone."""
        match = follow_up_missed_alone(self.reconstruction)
        return None if match is None else Followed(self.task.constraints, self.solution, match)

    @property
    def widened(self) -> float:
        """Variance that shapes were given, over the usual one; 1 where none were needed."""
        population = self.solution.population
        return 1.0 if population is None else population.widened

    @property
    def may_be_followed_otherwise(self) -> bool:
        """Whether the follow-up that arms were given may cost them figures, or usual hazards."""
        given = bool(self.task.constraints.still_followed)
        return given and (bool(figures_assumed(self.reconstruction)) or self.widened > 1.0)

    def with_median_follow_up(self) -> Draft:
        """Move who is the median of all arms' follow-up, where nothing else is missed."""
        match = follow_up_missed_alone(self.reconstruction)
        if match is None or not math.isfinite(match.achieved) or not self.solution.histories:
            return self
        return self.moved(hold_median(self.solution, match), ())

    def moved(
        self, anchors: Sequence[Sequence[Anchor]], contrasts: Sequence[ContrastConstraint]
    ) -> Draft:
        """Move the patients in time, without a change in the order of any arm."""
        solution = move(self.solution, self.task.with_contrasts(contrasts), anchors)
        return self._with(self.task, solution)

    def completed(self, constraints: AnalysisConstraints) -> Draft:
        """Move the patients in time until they meet what gave way, too, where they can."""
        task = replace(self.task, constraints=constraints)
        return self._with(task, complete(self.solution, task))

    def _with(self, task: Task, solution: Solution) -> Draft:
        return _draft(self.reconstruction.analysis, self.method, task, self.without, solution)


def make_draft(
    analysis: Analysis, method: Method, task: Task, without: frozenset[FigureKey]
) -> Draft:
    """
    Make patients for a task, and the record of what they meet; mend what misses figures.

    Sub-groups are left alone: they are made of their parent's patients, and by themselves only a
    model of who belongs to them.
    """
    solution = method.solve(task)
    held = hold_events(task, solution)
    if held is not solution:
        solution = move(held, task, [()] * len(held.arms))
    draft = _draft(analysis, method, task, without, solution)
    if draft.reconstruction.met or analysis.of is not None or method.mend is None:
        return draft
    found = method.mend(task, draft.solution)
    if found is None:
        return draft
    mended = _draft(analysis, method, task, without, found)
    return min(draft, mended, key=lambda one: one.reconstruction.missed)


def _draft(
    analysis: Analysis,
    method: Method,
    task: Task,
    without: frozenset[FigureKey],
    solution: Solution,
) -> Draft:
    """Write down the patients of a solution, and what was assumed for them."""
    assumptions = list_assumptions(task, solution, analysis.time_unit)
    assumptions += [*assumed_directions(analysis), *assumed_follow_up(task.constraints)]
    assumptions += assumed_plateaus(analysis, solution)
    written = record(
        analysis,
        _table(analysis, solution, task.strata),
        method=", ".join(filter(None, (method.label, task.prior.label))),
        decimals=solution.clock.decimals,
        assumptions=[*assumptions, *(task.strata.assumptions if task.strata is not None else ())],
        without=without,
        drawn={
            arm.id: curve
            for arm, curve in zip(analysis.arms, task.curves, strict=False)
            if curve is not None
        },
    )
    return Draft(
        method=method, task=task, without=without, solution=solution, reconstruction=written
    )


def _table(analysis: Analysis, solution: Solution, strata: Strata | None) -> pd.DataFrame:
    """Put the arms under each other, in the file's order; references are the first categories."""
    arms = solution.arms
    ids = [arm.id for arm in analysis.arms]
    references = {contrast.reference for contrast in analysis.contrasts}
    categories = sorted(ids, key=lambda arm: (arm not in references, ids.index(arm)))
    labels = np.repeat(ids, [arm.time.size for arm in arms])
    columns = {
        "time": np.concatenate([arm.time for arm in solution.patients]),
        "event": np.concatenate([arm.event for arm in arms]).astype(np.int64),
        "arm": pd.Categorical(labels, categories=categories),
    }
    if strata is not None:
        columns["stratum"] = pd.Categorical(
            np.array(strata.names)[np.concatenate(strata.codes)], categories=strata.names
        )
    return pd.DataFrame(columns, index=pd.RangeIndex(1, labels.size + 1, name="subject"))
