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

from survkit.kernels import single_event_terms
from survkit.kernels.violation import CONTRAST
from survkit.reconstruction.orders.history import Anchor
from survkit.reconstruction.subgroups.assignment import (
    SATURATIONS,
    Group,
    divide_again,
    divide_with,
)
from survkit.reconstruction.subgroups.member_constraints import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Flags
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.draft import Draft
    from survkit.reconstruction.subgroups.exchange import Division

__all__ = ["settle"]

_MOST_ROUNDS = 3
"""Times that patients are moved; it ends earlier where that no longer helps."""
_WORTHWHILE = 0.7
"""Share of what is missed that may be left after a round for another one to follow."""


def settle(draft: Draft, factors: Sequence[Sequence[Group]]) -> tuple[Draft, list[Division]]:
    """
    Divide the patients of a parent by each of some factors, and move them where that fails.

    Where it still fails, it is begun once more with likelihood counting for more beside figures.
    """
    found = _settled(draft, factors, SATURATIONS[0])
    for saturation in SATURATIONS[1:]:
        if _missed(found[1]) > 0.0:
            found = min(
                found, _settled(draft, factors, saturation), key=lambda pair: _missed(pair[1])
            )
    return found


def _settled(
    draft: Draft, factors: Sequence[Sequence[Group]], saturation: float
) -> tuple[Draft, list[Division]]:
    """Divide and move in turns."""
    divisions = [divide_with(draft.solution.patients, groups, saturation) for groups in factors]
    best = draft, divisions
    left = _missed(divisions)
    for _ in range(_MOST_ROUNDS):
        if left == 0.0 or not draft.solution.histories:
            break
        draft = draft.moved(*_wanted(draft, factors, divisions))
        divisions = [
            divide_again(draft.solution.patients, *pair)
            for pair in zip(factors, divisions, strict=True)
        ]
        before, left = left, _missed(divisions)
        if draft.reconstruction.met and left < before:
            best = draft, divisions
        if left > _WORTHWHILE * before:
            break
    return best


def _missed(divisions: Sequence[Division]) -> float:
    """Add up what the factors miss; nothing where all are met."""
    return round(sum(one.loss for one in divisions if one.loss > CONTRAST.met), 9)


def _wanted(
    draft: Draft, factors: Sequence[Sequence[Group]], divisions: Sequence[Division]
) -> tuple[list[list[Anchor]], list[ContrastConstraint]]:
    """Return where patients have to go for groups' medians, and the groups' comparisons."""
    anchors: list[list[Anchor]] = [[] for _ in draft.solution.arms]
    contrasts = []
    for groups, division in zip(factors, divisions, strict=True):
        for group in groups:
            members = members_of(division.labels, group.labels)
            for held, asked, patients, inside in zip(
                anchors, group.constraints.arms, draft.solution.arms, members, strict=True
            ):
                places = np.flatnonzero(inside)
                held += [
                    replace(anchor, position=int(places[anchor.position]))
                    for anchor in _passing(asked, patients.event[inside])
                ]
            if division.loss > CONTRAST.met:
                contrasts += [
                    replace(contrast, members=members)
                    for contrast in group.constraints.contrasts
                    if contrast.log_ratio is not None
                ]
    return anchors, contrasts


def _passing(arm: ArmConstraints, event: Flags) -> Iterator[Anchor]:
    """Yield the events, by place, at which a group's curve and its limits pass their shares."""
    places = np.flatnonzero(event)
    terms = single_event_terms((event.size - places).astype(np.float64))
    for quantile in arm.of_events:
        if quantile.window.reached:
            # both ends of a rest on the share have to print as the quantile
            for end in quantile.passing(*terms).ends:
                yield Anchor(int(places[end]), quantile.window)
