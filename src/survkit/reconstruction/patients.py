"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.reconstruction.attempts import move
from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.strata import Strata, assign_strata
from survkit.reconstruction.methods import NUMBERS, Method, find_method
from survkit.reconstruction.record.assumptions import list_assumptions
from survkit.reconstruction.record.reconstruction import Reconstruction, record
from survkit.reconstruction.solution import Solution, Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.interval import Interval
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.orders.history import Anchor
    from survkit.trial import Analysis

__all__ = ["Draft", "draft_analysis", "reconstruct_analysis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reconstruction whose patients can still be moved in time."""

    method: Method  # how they are made
    task: Task  # what they aim at
    without: frozenset[FigureKey]  # input figures that were left out
    solution: Solution  # the patients
    reconstruction: Reconstruction  # the record of what they meet

    def moved(
        self, anchors: Sequence[Sequence[Anchor]], contrasts: Sequence[ContrastConstraint]
    ) -> Draft:
        """Move the patients in time, without a change in the order of any arm."""
        solution = move(self.solution, self.task.with_contrasts(contrasts), anchors)
        analysis = self.reconstruction.analysis
        written = _write_down(analysis, self.method, self.task, self.without, solution)
        return replace(self, solution=solution, reconstruction=written)


def reconstruct_analysis(
    analysis: Analysis,
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str = NUMBERS.name,
) -> Reconstruction:
    """
    Make synthetic patients and keep the record of what they meet.

    The search is deterministic and bounded; where the figures cannot all be met, the attempt that
    comes closest is returned, and `matches` tells what it misses.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere, for arms that do not print it.
    without : frozenset of FigureKey
        Input figures that are left out.
    method : str
        Name of the method, a key of `METHODS`.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    return draft_analysis(
        analysis, followed=followed, without=without, method=method
    ).reconstruction


def draft_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str = NUMBERS.name,
) -> Draft:
    """
    Make synthetic patients who can still be moved; see `reconstruct_analysis`.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    parts : sequence of sequence of Reconstruction
        Sub-groups, by one factor each, that the patients will be divided among; each as it is when
        reconstructed by itself.
    followed : mapping of str to float, optional
        Longest follow-up by arm id, from elsewhere.
    without : frozenset of FigureKey
        Input figures that are left out.
    method : str
        Name of the method, a key of `METHODS`.

    Returns
    -------
    Draft
        The patients, with the record of what they meet.
    """
    constraints = read_constraints(analysis, without)
    if followed is not None:
        constraints = constraints.followed(followed)
    groups = [[read_constraints(group.analysis) for group in part] for part in parts]
    task = Task(
        constraints=constraints,
        strata=assign_strata(analysis),
        windows=_medians(constraints, [group for part in groups for group in part]),
    )
    roomy = leave_room(constraints, groups, [[group.ipd for group in part] for part in parts])
    chosen = find_method(method)
    drafts = [_draft(analysis, chosen, replace(task, constraints=roomy), without)]
    if parts and not drafts[0].reconstruction.met:
        drafts.append(_draft(analysis, chosen, task, without))
    return min(drafts, key=lambda draft: draft.reconstruction.missed)


def _draft(analysis: Analysis, method: Method, task: Task, without: frozenset[FigureKey]) -> Draft:
    solution = method.solve(task)
    written = _write_down(analysis, method, task, without, solution)
    return Draft(
        method=method, task=task, without=without, solution=solution, reconstruction=written
    )


def _write_down(
    analysis: Analysis,
    method: Method,
    task: Task,
    without: frozenset[FigureKey],
    solution: Solution,
) -> Reconstruction:
    """Write down the patients of a solution, and what was assumed for them."""
    assumptions = list_assumptions(task.constraints, solution, analysis.time_unit)
    return record(
        analysis,
        _table(analysis, solution, task.strata),
        method=method.label,
        decimals=solution.clock.decimals,
        assumptions=[*assumptions, *(task.strata.assumptions if task.strata is not None else ())],
        without=without,
    )


def _medians(
    constraints: AnalysisConstraints, groups: Sequence[AnalysisConstraints]
) -> list[list[Interval]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    found: dict[str, list[Interval]] = {arm.id: [] for arm in constraints.arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [one.window for one in arm.of_events if one.window.reached]
    return list(found.values())


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
