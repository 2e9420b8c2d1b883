"""Patients of a parent as those of its sub-groups: what these ask for, and their record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.sample import arm_times
from survkit.reconstruction.record.assumptions import events_found
from survkit.reconstruction.record.reconstruction import Reconstruction, record
from survkit.reconstruction.subgroups.assignment import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.trial import Analysis

__all__ = ["Factor", "ask_groups", "by_arm", "ends_of_follow_up", "record_group"]


class Factor(NamedTuple):
    """Sub-groups that share nobody, and those that are made of some of them, by their places."""

    finest: Sequence[Analysis]
    made: Sequence[tuple[Analysis, frozenset[int]]]


def ends_of_follow_up(whole: Reconstruction) -> dict[str, float]:
    """Return the longest follow-up of each arm."""
    longest = whole.ipd.groupby("arm", observed=True)["time"].max()
    return {str(arm): float(time) for arm, time in longest.items()}


def ask_groups(parent: Analysis, factor: Factor, alone: Sequence[Reconstruction]) -> list[Group]:
    """Say what the groups of a factor ask for, given each as it is by itself."""
    arms = [arm.id for arm in parent.arms]
    finest = [
        Group(
            constraints=read_constraints(_in_order(group.analysis, arms)),
            labels=frozenset({label}),
            model=tuple(map(arm_times, by_arm(group, arms))),
        )
        for label, group in enumerate(alone)
    ]
    made = [
        Group(constraints=read_constraints(_in_order(group, arms)), labels=labels)
        for group, labels in factor.made
    ]
    return finest + made


def by_arm(found: Reconstruction, arms: Sequence[str]) -> list[pd.DataFrame]:
    """Return the patients of each arm, in the order asked."""
    return [found.ipd[found.ipd["arm"] == arm] for arm in arms]


def _in_order(analysis: Analysis, arms: Sequence[str]) -> Analysis:
    """Put the arms of a sub-group in the order of its parent's."""
    return analysis.model_copy(update={"arms": tuple(analysis.arm(arm) for arm in arms)})


def record_group(parent: Reconstruction, analysis: Analysis, ipd: pd.DataFrame) -> Reconstruction:
    """Write down one sub-group."""
    ipd = ipd.drop(columns="stratum", errors="ignore")
    events = ipd.groupby("arm", observed=True)["event"].sum()
    assumptions = [events_found(arm.id, events[arm.id]) for arm in analysis.arms if not arm.events]
    found = record(
        analysis,
        ipd,
        method=parent.provenance.method,
        decimals=parent.decimals,
        assumptions=assumptions,
        within=parent.provenance.spec_digest,
    )
    return replace(found, within=parent.analysis.id)
