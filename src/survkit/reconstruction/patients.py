"""The four stages in a row: from the printed figures of an analysis to its synthetic patients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.reconstruction.attempts import Solution, move, solve
from survkit.reconstruction.constraints.parent_aims import leave_room
from survkit.reconstruction.constraints.read import collect_targets
from survkit.reconstruction.constraints.strata import Strata, assign_strata
from survkit.reconstruction.record.assumptions import list_assumptions
from survkit.reconstruction.record.reconstruction import Reconstruction, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.interval import Window
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.targets import ContrastTargets, Targets
    from survkit.reconstruction.orders.history import Anchor
    from survkit.trial import Analysis


__all__ = ["Draft", "draft_analysis", "reconstruct", "reconstruct_analysis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    A reconstruction whose patients can still be moved in time.

    Parameters
    ----------
    targets : Targets
        What the patients aim at.
    strata : Strata or None
        The strata, where their sizes are printed.
    windows : list of list of Window
        For each arm, where sub-groups need events.
    without : frozenset of FigureKey
        Input figures that were left out.
    solution : Solution
        The patients.
    reconstruction : Reconstruction
        The record of what they meet.
    """

    targets: Targets
    strata: Strata | None
    windows: list[list[Window]]
    without: frozenset[FigureKey]
    solution: Solution
    reconstruction: Reconstruction

    def moved(
        self, anchors: Sequence[Sequence[Anchor]], contrasts: Sequence[ContrastTargets]
    ) -> Draft:
        """
        Move the patients in time, without a change in the order of any arm.

        Parameters
        ----------
        anchors : sequence of sequence of Anchor
            For each arm, patients and where they are to go.
        contrasts : sequence of ContrastTargets
            Further comparisons to bring to what is printed, of some of the patients.

        Returns
        -------
        Draft
            The same patients at other times.
        """
        targets = replace(self.targets, contrasts=(*self.targets.contrasts, *contrasts))
        solution = move(self.solution, targets, self.strata, anchors, self.windows)
        written = _written(
            self.reconstruction.analysis, self.targets, self.strata, self.without, solution
        )
        return replace(self, solution=solution, reconstruction=written)


def reconstruct(analysis: Analysis) -> pd.DataFrame:
    """
    Make synthetic patients that print what an analysis prints.

    Parameters
    ----------
    analysis : Analysis
        A published analysis; its input figures shape the patients, its checks do not.

    Returns
    -------
    pandas.DataFrame
        One row per patient: index ``subject``, columns ``time`` (float, the analysis' unit),
        ``event`` (1 event, 0 censored), ``arm`` (categorical, reference arms first) and, where the
        sizes of strata are printed, ``stratum`` (categorical).
        Synthetic: these are no real patients, and other data sets print the same.

    Examples
    --------
    >>> import survkit
    >>> patients = survkit.reconstruct(survkit.load_trial("radiant-3").analyses[0])
    >>> patients.groupby("arm", observed=True)["event"].agg(["size", "sum"])
                size  sum
    arm
    placebo      203  165
    everolimus   207  109
    """
    return reconstruct_analysis(analysis).ipd


def reconstruct_analysis(
    analysis: Analysis,
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
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

    Returns
    -------
    Reconstruction
        Patients, matches, assumptions and provenance.
    """
    return draft_analysis(analysis, followed=followed, without=without).reconstruction


def draft_analysis(
    analysis: Analysis,
    parts: Sequence[Sequence[Reconstruction]] = (),
    *,
    followed: Mapping[str, float] | None = None,
    without: frozenset[FigureKey] = frozenset(),
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

    Returns
    -------
    Draft
        The patients, with the record of what they meet.
    """
    targets = collect_targets(analysis, without)
    if followed is not None:
        targets = targets.followed(followed)
    groups = [[collect_targets(own.analysis) for own in part] for part in parts]
    windows = _medians(targets, [own for part in groups for own in part])
    strata = assign_strata(analysis)
    roomy = leave_room(targets, groups, [[own.ipd for own in part] for part in parts])
    drafts = [_draft(analysis, roomy, strata, windows, without)]
    if parts and not drafts[0].reconstruction.met:
        drafts.append(_draft(analysis, targets, strata, windows, without))
    return min(drafts, key=lambda draft: draft.reconstruction.missed)


def _draft(
    analysis: Analysis,
    targets: Targets,
    strata: Strata | None,
    windows: list[list[Window]],
    without: frozenset[FigureKey],
) -> Draft:
    solution = solve(targets, strata, windows)
    return Draft(
        targets=targets,
        strata=strata,
        windows=windows,
        without=without,
        solution=solution,
        reconstruction=_written(analysis, targets, strata, without, solution),
    )


def _written(
    analysis: Analysis,
    targets: Targets,
    strata: Strata | None,
    without: frozenset[FigureKey],
    solution: Solution,
) -> Reconstruction:
    """Write down the patients of a solution."""
    assumptions = list_assumptions(targets, solution, analysis.time_unit)
    return record(
        analysis,
        _table(analysis, solution, strata),
        decimals=solution.clock.decimals,
        assumptions=[*assumptions, *(strata.assumptions if strata is not None else ())],
        without=without,
    )


def _medians(targets: Targets, groups: list[Targets]) -> list[list[Window]]:
    """Return, arm by arm, the windows that the medians of sub-groups and their limits fall into."""
    arms = [arm.id for arm in targets.arms]
    found: dict[str, list[Window]] = {arm: [] for arm in arms}
    for arm in (arm for group in groups for arm in group.arms):
        found[arm.id] += [own.window for own in arm.of_events if own.window.reached]
    return [found[arm] for arm in arms]


def _table(analysis: Analysis, solution: Solution, strata: Strata | None) -> pd.DataFrame:
    """Put the arms under each other, in the file's order; references are the first categories."""
    arms = solution.arms
    ids = [arm.id for arm in analysis.arms]
    references = {contrast.reference for contrast in analysis.contrasts}
    categories = sorted(ids, key=lambda arm: (arm not in references, ids.index(arm)))
    labels = np.repeat(ids, [arm.ticks.size for arm in arms])
    columns = {
        "time": np.concatenate([solution.clock.times(arm.ticks) for arm in arms]),
        "event": np.concatenate([arm.event for arm in arms]).astype(np.int64),
        "arm": pd.Categorical(labels, categories=categories),
    }
    if strata is not None:
        columns["stratum"] = pd.Categorical(
            np.array(strata.names)[np.concatenate(strata.codes)], categories=strata.names
        )
    return pd.DataFrame(columns, index=pd.RangeIndex(1, labels.size + 1, name="subject"))
