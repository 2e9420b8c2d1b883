"""A parent's times and the membership of its sub-groups, settled in turns.

Within an arm, who is in a group fixes the group's curve whatever the times are. So once its members
are chosen, the event at which its curve passes one half is known: it is moved into the rounding of
the group's median, and likewise for limits and quartiles. Hazard ratios follow from the times;
those of the parent and of groups that miss theirs are brought to what is printed together. Then
members are exchanged once more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.violation import ON_SHARE, curve_after, step_sums
from survkit.reconstruction.orders.history import Anchor
from survkit.reconstruction.subgroups.assignment import MET, Division, Group, divide, divide_again
from survkit.reconstruction.subgroups.member_constraints import Pool, members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reconstruction.constraints.targets import ArmTargets, ContrastTargets
    from survkit.reconstruction.patients import Draft

__all__ = ["settle"]

Flags = NDArray[np.bool_]

_MOST_ROUNDS = 3
"""Times that patients are moved; it ends earlier where that no longer helps."""
_WORTHWHILE = 0.7
"""Share of what is missed that may be left after a round for another one to follow."""


def settle(draft: Draft, factors: Sequence[Sequence[Group]]) -> tuple[Draft, list[Division]]:
    """
    Divide the patients of a parent by each of some factors, and move them where that fails.

    Parameters
    ----------
    draft : Draft
        The parent.
    factors : sequence of sequence of Group
        Sub-groups, by one factor each.

    Returns
    -------
    Draft
        The parent, moved or not.
    list of Division
        A division by each factor.
    """
    divisions = [divide(_pools(draft), groups) for groups in factors]
    best = draft, divisions
    left = _missed(divisions)
    for _ in range(_MOST_ROUNDS):
        if left == 0.0 or not draft.solution.histories:
            break
        draft = draft.moved(*_wanted(draft, factors, divisions))
        divisions = [
            divide_again(_pools(draft), *pair) for pair in zip(factors, divisions, strict=True)
        ]
        before, left = left, _missed(divisions)
        if draft.reconstruction.met and left < before:
            best = draft, divisions
        if left > _WORTHWHILE * before:
            break
    return best


def _missed(divisions: Sequence[Division]) -> float:
    """Add up what the factors miss; nothing where all are met."""
    return round(sum(own.loss for own in divisions if own.loss > MET), 9)


def _pools(draft: Draft) -> list[Pool]:
    clock = draft.solution.clock
    return [Pool(time=clock.times(own.ticks), event=own.event) for own in draft.solution.arms]


def _wanted(
    draft: Draft, factors: Sequence[Sequence[Group]], divisions: Sequence[Division]
) -> tuple[list[list[Anchor]], list[ContrastTargets]]:
    """Return where patients have to go for groups' medians, and the groups' comparisons."""
    anchors: list[list[Anchor]] = [[] for _ in draft.solution.arms]
    contrasts = []
    for groups, division in zip(factors, divisions, strict=True):
        for group in groups:
            members = members_of(division.labels, group.labels)
            for held, own, side, inside in zip(
                anchors, group.targets.arms, draft.solution.arms, members, strict=True
            ):
                places = np.flatnonzero(inside)
                held += [
                    replace(anchor, position=int(places[anchor.position]))
                    for anchor in _passing(own, side.event[inside])
                ]
            if division.loss > MET:
                contrasts += [
                    replace(own, members=members)
                    for own in group.targets.contrasts
                    if own.log_ratio is not None
                ]
    return anchors, contrasts


def _passing(arm: ArmTargets, event: Flags) -> Iterator[Anchor]:
    """Yield the events, by place, at which a group's curve and its limits pass their shares."""
    places = np.flatnonzero(event)
    weight, spread = step_sums((event.size - places).astype(np.float64))
    for own in arm.of_events:
        curve = curve_after(own, weight, spread)
        passed = np.flatnonzero(curve <= own.share + ON_SHARE)
        if not own.window.reached or not passed.size:
            continue
        rests = curve[passed[0]] > own.share - ON_SHARE
        # both ends of a rest on the share have to print as the quantile
        for place in passed[: 2 if rests else 1]:
            yield Anchor(int(places[place]), own.window)
