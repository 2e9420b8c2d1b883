"""Analyses of one trial together: the patients of a sub-group are patients of its parent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.reconstruction.collection import collect_targets
from survkit.reconstruction.demands import Pool
from survkit.reconstruction.membership import divide
from survkit.reconstruction.patients import (
    Reconstruction,
    events_follow,
    reconstruct_analysis,
    record,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.trial import Analysis

__all__ = ["Family"]


class Family:
    """
    The analyses of a trial, reconstructed so that sub-groups add up.

    A sub-group is made of patients of its parent, who keep their numbers, times and events. Those
    by the same factor share no patient, and are chosen together.

    Parameters
    ----------
    analyses : iterable of Analysis
        The analyses of one trial.
    """

    def __init__(self, analyses: Iterable[Analysis]) -> None:
        self._analyses = {analysis.id: analysis for analysis in analyses}
        self._done: dict[str, Reconstruction] = {}
        self._alone: dict[str, Reconstruction] = {}

    def reconstruct(self, analysis: Analysis) -> Reconstruction:
        """
        Reconstruct one of the analyses, with its parent and what shares its factor.

        Parameters
        ----------
        analysis : Analysis
            One of the family.

        Returns
        -------
        Reconstruction
            Patients, matches, assumptions and provenance; `within` names the parent.
        """
        if analysis.id not in self._done:
            parent = self._analyses.get(analysis.of or "")
            if parent is None:
                self._done[analysis.id] = self._whole(analysis)
            else:
                self._done |= self._divided(parent, self._beside(analysis))
        return self._done[analysis.id]

    def _beside(self, analysis: Analysis) -> list[Analysis]:
        """Return the sub-groups by the same factor of the same parent, itself among them."""
        if analysis.by is None:
            return [analysis]
        others = self._analyses.values()
        return [own for own in others if (own.of, own.by) == (analysis.of, analysis.by)]

    def _whole(self, analysis: Analysis) -> Reconstruction:
        """Reconstruct an analysis with room for its sub-groups, which tell where its curve is."""
        plain = reconstruct_analysis(analysis)
        parts = self._parts(analysis)
        if not parts:
            return plain
        ends = _ends(plain)
        found = [[self._by_itself(own, ends) for own in part] for part in parts]
        return reconstruct_analysis(analysis, found)

    def _by_itself(self, analysis: Analysis, ends: dict[str, float]) -> Reconstruction:
        """Reconstruct a sub-group without its parent, but followed as long where that will do."""
        if analysis.id not in self._alone:
            found = reconstruct_analysis(analysis, followed=ends)
            if _missed(found):
                found = min(found, reconstruct_analysis(analysis), key=_missed)
            self._alone[analysis.id] = found
        return self._alone[analysis.id]

    def _parts(self, analysis: Analysis) -> list[list[Analysis]]:
        """Return the sub-groups that divide an analysis, factor by factor."""
        children = [own for own in self._analyses.values() if own.of == analysis.id]
        parts = {group[0].id: group for group in map(self._beside, children)}
        return [group for group in parts.values() if _obstacle(analysis, group) is None]

    def _divided(self, parent: Analysis, groups: list[Analysis]) -> dict[str, Reconstruction]:
        """Reconstruct sub-groups out of their parent, or on their own where that cannot be."""
        obstacle = _obstacle(parent, groups)
        if obstacle is not None:
            return {own.id: self._apart(own, f"{parent.id}, as {obstacle}", {}) for own in groups}
        whole = self.reconstruct(parent)
        ends = _ends(whole)
        found = _divide(whole, [self._by_itself(own, ends) for own in groups])
        return {own.id: self._preferred(found[own.id], ends) for own in groups}

    def _preferred(self, within: Reconstruction, ends: dict[str, float]) -> Reconstruction:
        """Prefer patients who print every figure to patients of the parent who do not."""
        if _missed(within) == 0:
            return within
        if _missed(self._by_itself(within.analysis, ends)) >= _missed(within):
            return within
        reason = f"{within.within}: no way was found to print all figures with patients of it"
        return self._apart(within.analysis, reason, ends)

    def _apart(self, analysis: Analysis, reason: str, ends: dict[str, float]) -> Reconstruction:
        """Return a sub-group by itself, which says so."""
        alone = self._by_itself(analysis, ends)
        sentence = f"these patients are none of those of {reason}"
        return replace(alone, assumptions=(*alone.assumptions, sentence))


def _obstacle(parent: Analysis, groups: Sequence[Analysis]) -> str | None:
    """Say why sub-groups cannot be made of their parent's patients; None where they can."""
    sizes = {arm.id: arm.n.printed.value for arm in parent.arms}
    for group in groups:
        if {arm.id for arm in group.arms} != set(sizes):
            return "the arms are not the same"
        if (group.endpoint, group.time_unit) != (parent.endpoint, parent.time_unit):
            return "endpoint or time unit are not the same"
    for arm, size in sizes.items():
        members = sum(group.arm(arm).n.printed.value for group in groups)
        if members > size:
            return f"{members:g} patients of arm {arm} are more than its {size:g}"
    return None


def _ends(whole: Reconstruction) -> dict[str, float]:
    """Return the longest follow-up of each arm."""
    longest = whole.ipd.groupby("arm", observed=True)["time"].max()
    return {str(arm): float(time) for arm, time in longest.items()}


def _divide(parent: Reconstruction, alone: Sequence[Reconstruction]) -> dict[str, Reconstruction]:
    """Divide the parent's patients among sub-groups, given each as it is by itself."""
    arms = [arm.id for arm in parent.analysis.arms]
    patients = _by_arm(parent, arms)
    division = divide(
        _pools(patients),
        [collect_targets(_in_order(own.analysis, arms)) for own in alone],
        [_pools(_by_arm(own, arms)) for own in alone],
    )
    in_group = np.concatenate(division.labels)
    return {
        own.analysis.id: _group(parent, own.analysis, pd.concat(patients)[in_group == number])
        for number, own in enumerate(alone)
    }


def _by_arm(found: Reconstruction, arms: Sequence[str]) -> list[pd.DataFrame]:
    return [found.ipd[found.ipd["arm"] == arm] for arm in arms]


def _pools(patients: Sequence[pd.DataFrame]) -> list[Pool]:
    return [
        Pool(time=own["time"].to_numpy(), event=own["event"].to_numpy() == 1) for own in patients
    ]


def _missed(found: Reconstruction) -> int:
    """Count the figures beyond their rounding and their stated tolerance."""
    missed = 0
    for match in found.matches:
        tolerance = match.figure.tolerance
        distance = abs(match.achieved - match.figure.printed.value)
        missed += not (match.met or (tolerance and distance <= float(tolerance.absolute)))
    return missed


def _in_order(analysis: Analysis, arms: Sequence[str]) -> Analysis:
    """Put the arms of a sub-group in the order of its parent's."""
    return analysis.model_copy(update={"arms": tuple(analysis.arm(arm) for arm in arms)})


def _group(parent: Reconstruction, analysis: Analysis, ipd: pd.DataFrame) -> Reconstruction:
    """Write down one sub-group."""
    ipd = ipd.drop(columns="stratum", errors="ignore")
    events = ipd.groupby("arm", observed=True)["event"].sum()
    assumptions = [events_follow(arm.id, events[arm.id]) for arm in analysis.arms if not arm.events]
    found = record(
        analysis,
        ipd,
        decimals=parent.decimals,
        assumptions=assumptions,
        within=parent.provenance.spec_digest,
    )
    return replace(found, within=parent.analysis.id)
