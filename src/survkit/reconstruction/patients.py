"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.strata import assign_strata
from survkit.reconstruction.draft import Draft, make_draft
from survkit.reconstruction.methods import NUMBERS, find_method
from survkit.reconstruction.population.prior import PopulationPrior
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.solution import Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.interval import Interval
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.trial import Analysis

__all__ = ["draft_analysis", "reconstruct_analysis"]


def reconstruct_analysis(
    analysis: Analysis,
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str = NUMBERS.name,
    prior: str | PopulationPrior | None = None,
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
    prior : str or PopulationPrior, optional
        What fills the gaps between figures, in place of what the analysis names: a name of
        `PRIORS`, or one made of other shapes.

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    return draft_analysis(
        analysis, followed=followed, without=without, method=method, prior=prior
    ).reconstruction


def draft_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
    method: str = NUMBERS.name,
    prior: str | PopulationPrior | None = None,
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
    prior : str or PopulationPrior, optional
        What fills the gaps between figures, in place of what the analysis names: a name of
        `PRIORS`, or one made of other shapes.

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
        prior=_chosen(analysis, prior),
    )
    roomy = leave_room(constraints, groups, [[group.ipd for group in part] for part in parts])
    chosen = find_method(method)
    drafts = [make_draft(analysis, chosen, replace(task, constraints=roomy), without)]
    if parts and not drafts[0].reconstruction.met:
        drafts.append(make_draft(analysis, chosen, task, without))
    return min(drafts, key=lambda draft: draft.reconstruction.missed)


def _chosen(analysis: Analysis, prior: str | PopulationPrior | None) -> PopulationPrior:
    """Return the prior that is given, or named, or usual."""
    if isinstance(prior, PopulationPrior):
        return prior
    return find_prior(analysis.prior if prior is None else prior)


def _medians(
    constraints: AnalysisConstraints, groups: Sequence[AnalysisConstraints]
) -> list[list[Interval]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    found: dict[str, list[Interval]] = {arm.id: [] for arm in constraints.arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [one.window for one in arm.of_events if one.window.reached]
    return list(found.values())
