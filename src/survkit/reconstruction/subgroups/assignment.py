"""Sub-groups: which of a parent's patients belong to which of some groups that share nobody."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.violation import CONTRAST
from survkit.reconstruction.orders.sampling import draw, with_sum
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.subgroups.composition import expect_composition
from survkit.reconstruction.subgroups.exchange import Division, exchange_labels
from survkit.reconstruction.subgroups.member_constraints import (
    ArmMemberConstraints,
    MemberConstraints,
    constrain_members,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Codes, Flags, Floats
    from survkit.kernels import ArmTimes
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.population import ArmPopulation

__all__ = ["SATURATIONS", "Group", "divide", "divide_again", "divide_with"]

SATURATIONS = 0.5, math.inf
"""What is missed beyond which likelihood does not count for more: figures first, then both."""
_PHASE = 0.5
"""Starting point of the systematic samples."""
_HOPELESS = 40.0
"""Loss after a search beyond which no other start is tried."""
_OF_UNLIKELINESS = 1e-3
"""Loss that makes up for a division that is less likely, by one on a log scale."""
_OTHER_KIND = 0.5
"""Price of a censoring where the group has an event by itself, as a share of all ranks."""
_NEVER = 1e3
"""The same where the group's events are printed."""
_REST, _LONG_REST = 8, 20
"""Turns for which a patient who has changed the group stays there; then once more from the best."""
_AWAY = 1e-6
"""Distance from 0 and 1 of a probability whose logarithm is taken."""
_NO_DENSITY = 1e-12
_LONG_GONE = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group that patients are taken for."""

    # its printed figures, with the parent's arms in the same order
    constraints: AnalysisConstraints
    # the labels of its members: its own, or those of the groups that it is made of
    labels: frozenset[int]
    # the patients of the group as it is by itself, arm by arm; where it has a label of its own
    model: tuple[ArmTimes, ...] = ()


def divide(patients: Sequence[ArmTimes], groups: Sequence[Group]) -> Division:
    """Divide with likelihood counting for ever more beside figures, until these are met."""
    division = divide_with(patients, groups, SATURATIONS[0])
    for saturation in SATURATIONS[1:]:
        if division.loss > CONTRAST.met:
            other = divide_with(patients, groups, saturation)
            division = min(division, other, key=lambda one: one.loss)
    return division


def divide_with(
    patients: Sequence[ArmTimes], groups: Sequence[Group], saturation: float
) -> Division:
    """
    Divide the patients of a parent among groups that share nobody.

    Groups with a label of their own come first, in the order of the labels. Beyond `saturation`,
    what is missed no longer makes likelihood count for more.
    """
    constraints = _constrain(patients, groups)
    labelled = [group for group in groups if group.model]
    asked = constraints[: len(labelled)]
    odds = _membership(patients, [group.constraints for group in labelled])
    alike, drawn = [], []
    for arm, (pool, shares) in enumerate(zip(patients, odds, strict=True)):
        of_arm = [group.arms[arm] for group in asked]
        alike.append(_most_alike(pool, [group.model[arm] for group in labelled], of_arm))
        drawn.append(_draw_labels(pool, of_arm, shares))
    composition = expect_composition(patients, odds, saturation)
    starts = sorted((alike, drawn), key=composition.unlikeliness)
    found = exchange_labels(constraints, starts[0], composition, _REST)
    if found.loss <= CONTRAST.met or found.loss > _HOPELESS:
        return found
    other = exchange_labels(constraints, starts[1], composition, _REST)
    return min(found, other, key=_apart)


def _apart(division: Division) -> float:
    """Return how far a division is from its figures and from what is usual; 0 where it is met."""
    if division.loss <= CONTRAST.met:
        return 0.0
    return division.loss + _OF_UNLIKELINESS * division.composition.unlikeliness(division.labels)


def divide_again(
    patients: Sequence[ArmTimes], groups: Sequence[Group], division: Division
) -> Division:
    """Divide patients once more, with longer rests, after they have moved in time or not."""
    return exchange_labels(
        _constrain(patients, groups), division.labels, division.composition, _LONG_REST
    )


def _constrain(patients: Sequence[ArmTimes], groups: Sequence[Group]) -> list[MemberConstraints]:
    return [constrain_members(group.constraints, patients, group.labels) for group in groups]


def _most_alike(
    pool: ArmTimes, models: Sequence[ArmTimes], groups: Sequence[ArmMemberConstraints]
) -> Codes:
    """
    Label an arm's patients so that each group has those who leave as its own patients do.

    Every patient of a group takes one of the parent's; the ranks in time that lie between the two
    are fewest in sum (an assignment problem). A group whose events are printed has as many.
    """
    # loaded where there are sub-groups alone: it takes as long as a reconstruction
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    size = pool.time.size
    time = np.concatenate([model.time for model in models])
    event = np.concatenate([model.event for model in models])
    label = np.repeat(np.arange(len(models)), [model.time.size for model in models])
    rank = np.searchsorted(pool.time, time) - 0.5
    apart = np.abs(rank[:, None] - np.arange(size))
    printed = np.array([group.events is not None for group in groups])[label]
    price = np.where(printed, _NEVER, _OTHER_KIND)[:, None] * size
    rows, columns = linear_sum_assignment(apart + price * (event[:, None] != pool.event))
    labels = np.full(size, len(models))
    labels[columns] = label[rows]
    return labels


def _membership(
    patients: Sequence[ArmTimes], groups: Sequence[AnalysisConstraints]
) -> list[Floats]:
    """
    Return, arm by arm, the probability that each patient belongs to each group, or to none.

    It is the share of the group in the density of leaving then and so; who is in no group is taken
    to leave as the groups together do.
    """
    ends = [float(pool.time.max()) for pool in patients]
    populations = [
        fit_population(group.followed(dict(zip((arm.id for arm in group.arms), ends, strict=True))))
        for group in groups
    ]
    shares = []
    for arm, pool in enumerate(patients):
        sizes = np.array([group.arms[arm].n for group in groups], dtype=np.float64)
        density = np.stack([_density(population.arms[arm], pool) for population in populations])
        together = sizes @ density
        rest = max(pool.time.size - float(sizes.sum()), 0.0) * together / sizes.sum()
        rows = np.concatenate((sizes[:, None] * density, rest[None]))
        shares.append(rows / rows.sum(axis=0))
    return shares


def _density(population: ArmPopulation, pool: ArmTimes) -> Floats:
    """Density of leaving at a patient's time, by an event or a censoring as the patient does."""
    cell = population.cell_of(pool.time)
    removed = np.interp(pool.time, population.edges, population.removal)
    rate = np.diff(population.removal) / np.diff(population.edges)
    by_event = population.event_share[cell]
    share = np.maximum(np.where(pool.event, by_event, 1.0 - by_event), _AWAY)
    density: Floats = np.exp(-np.minimum(removed, _LONG_GONE)) * rate[cell] * share
    return np.maximum(density, _NO_DENSITY)


def _draw_labels(pool: ArmTimes, groups: Sequence[ArmMemberConstraints], shares: Floats) -> Codes:
    """Label an arm's patients, group after group among those without a label."""
    labels = np.full(pool.time.size, len(groups))
    before = np.zeros(pool.time.size)
    for label, group in enumerate(groups):
        free = labels == len(groups)
        chance = np.clip(shares[label] / np.maximum(1.0 - before, 1e-9), _AWAY, 1.0 - _AWAY)[free]
        labels[np.flatnonzero(free)[_draw(chance, pool.event[free], group)]] = label
        before += shares[label]
    return labels


def _draw(chance: Floats, event: Flags, group: ArmMemberConstraints) -> Flags:
    """Draw the members of one group, with its patients and, where printed, its events."""
    logit = np.log(chance) - np.log1p(-chance)
    if group.events is None:
        return draw(with_sum(logit, group.n), _PHASE)
    drawn = np.zeros(chance.size, dtype=bool)
    for kind, count in ((event, group.events), (~event, group.n - group.events)):
        drawn[kind] = draw(with_sum(logit[kind], count), _PHASE)
    return drawn
