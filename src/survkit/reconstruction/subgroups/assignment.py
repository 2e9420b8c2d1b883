"""Sub-groups: which of a parent's patients belong to which of some groups without common patients.

The parent's patients keep their times, so its figures stay as they are whatever the labels. Each
group has been reconstructed by itself; of the parent's patients those are chosen who leave when and
as the group's own do. Labels are then exchanged within arms until every figure prints as asked.
Another start are labels drawn by how well each group's population explains a patient, as groups by
themselves may have more or fewer events, or another scale of time, than the parent has together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.contrast import COMFORT
from survkit.reconstruction.orders.sampling import draw, with_sum
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.subgroups.member_constraints import (
    Demands,
    Holding,
    Pool,
    collect_demands,
    members_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.targets import Targets
    from survkit.reconstruction.population.fit import Population

__all__ = ["MET", "Division", "Group", "divide", "divide_again"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

_PHASE = 0.5
"""Starting point of the systematic samples."""
MET = 0.99 * (1.0 - COMFORT) ** 2
"""Loss that is no more than a hazard ratio near the end of its rounding window, but inside."""
_HOPELESS = 40.0
"""Loss after a search beyond which no other start is tried."""
_OTHER_KIND = 0.5
"""Price of a censoring where the group has an event by itself, as a share of all ranks."""
_NEVER = 1e3
"""The same where the group's events are printed."""
_MOST_TURNS = 160
_PATIENCE = 20
"""Turns without anything better after which the search ends."""
_RESTS = (8, 20)
"""Turns for which a patient who has changed the group stays there; then once more from the best."""
_MOST_MEMBERS = 60
"""Members of a group that an exchange is looked for among, in each turn."""
_TRIED = 60
"""Exchanges that are computed exactly, of all those that look good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """
    Patients divided among groups.

    Parameters
    ----------
    labels : tuple of ndarray of int
        For each arm, the group of each patient; the number of groups for those in none.
    loss : float
        How far the groups' figures are missed; 0 where all are met.
    """

    labels: tuple[Codes, ...]
    loss: float


class _Swap(NamedTuple):
    """Two patients of an arm whose labels may be exchanged, and how much more is missed then."""

    arm: int
    one: int
    other: int
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    A group that patients are taken for.

    Parameters
    ----------
    targets : Targets
        Its printed figures, with the parent's arms in the same order.
    labels : frozenset of int
        The labels of its members: its own, or those of the groups that it is made of.
    model : tuple of Pool
        The patients of the group as it is by itself, arm by arm; where it has a label of its own.
    """

    targets: Targets
    labels: frozenset[int]
    model: tuple[Pool, ...] = ()


def divide(pools: Sequence[Pool], groups: Sequence[Group]) -> Division:
    """
    Divide the patients of a parent among groups that share nobody.

    Parameters
    ----------
    pools : sequence of Pool
        The parent's patients, arm by arm.
    groups : sequence of Group
        The groups, those with a label of their own first and in the order of the labels.

    Returns
    -------
    Division
        The labels that come closest.
    """
    demands = _demands(pools, groups)
    own = [group for group in groups if group.model]
    odds = _membership(pools, [group.targets for group in own])
    labelled = demands[: len(own)]
    starts = [
        _take_alike(pools, labelled, [group.model for group in own]),
        _draw_all(pools, labelled, odds),
    ]
    first, second = sorted(starts, key=lambda labels: _missed(demands, labels))
    found = _exchange_labels(pools, demands, first, _RESTS[0])
    if found.loss <= MET or found.loss > _HOPELESS:
        return found
    other = _exchange_labels(pools, demands, second, _RESTS[0])
    return min(found, other, key=lambda division: division.loss)


def divide_again(pools: Sequence[Pool], groups: Sequence[Group], division: Division) -> Division:
    """
    Divide patients once more, with longer rests, after they have moved in time or not.

    Parameters
    ----------
    pools : sequence of Pool
        The patients, arm by arm, in the same order as before.
    groups : sequence of Group
        The groups.
    division : Division
        How they were divided.

    Returns
    -------
    Division
        The labels that come closest.
    """
    return _exchange_labels(pools, _demands(pools, groups), list(division.labels), _RESTS[1])


def _demands(pools: Sequence[Pool], groups: Sequence[Group]) -> list[Demands]:
    return [collect_demands(own.targets, pools, own.labels) for own in groups]


def _take_alike(
    pools: Sequence[Pool], demands: Sequence[Demands], models: Sequence[Sequence[Pool]]
) -> list[Codes]:
    return [
        _most_alike(pool, [own[arm] for own in models], [own.arms[arm].events for own in demands])
        for arm, pool in enumerate(pools)
    ]


def _most_alike(pool: Pool, models: list[Pool], events: list[int | None]) -> Codes:
    """
    Label an arm's patients so that each group has those who leave as its own patients do.

    Every patient of a group takes one of the parent's; the ranks in time that lie between the two
    are fewest in sum (an assignment problem). A group whose events are printed has as many.
    """
    # loaded where there are sub-groups alone: it takes as long as a reconstruction
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    time = np.concatenate([own.time for own in models])
    event = np.concatenate([own.event for own in models])
    group = np.repeat(np.arange(len(models)), [own.time.size for own in models])
    rank = np.searchsorted(pool.time, time) - 0.5
    apart = np.abs(rank[:, None] - np.arange(pool.time.size))
    printed = np.array([own is not None for own in events])[group]
    price = np.where(printed, _NEVER, _OTHER_KIND)[:, None] * pool.time.size
    cost = apart + price * (event[:, None] != pool.event)
    mine, theirs = linear_sum_assignment(cost)
    labels = np.full(pool.time.size, len(models))
    labels[theirs] = group[mine]
    return labels


def _membership(pools: Sequence[Pool], groups: Sequence[Targets]) -> list[Floats]:
    """
    Return, arm by arm, the probability that each patient belongs to each group, or to none.

    It is the share of the group in the density of leaving then and so; who is in no group is taken
    to leave as the groups together do.
    """
    ends = [float(pool.time.max()) for pool in pools]
    populations = [
        fit_population(own.followed({arm.id: end for arm, end in zip(own.arms, ends, strict=True)}))
        for own in groups
    ]
    shares = []
    for arm, pool in enumerate(pools):
        sizes = np.array([own.arms[arm].n for own in groups], dtype=np.float64)
        density = np.stack([_density(own, arm, pool) for own in populations])
        together = sizes @ density
        rest = max(pool.time.size - float(sizes.sum()), 0.0) * together / sizes.sum()
        rows = np.concatenate((sizes[:, None] * density, rest[None]))
        shares.append(rows / rows.sum(axis=0))
    return shares


def _density(population: Population, arm: int, pool: Pool) -> Floats:
    """Density of leaving at a patient's time, by an event or a censoring as the patient does."""
    own, edges = population.arms[arm], population.edges
    cell = np.clip(np.searchsorted(edges, pool.time, side="left") - 1, 0, edges.size - 2)
    removed = np.interp(pool.time, edges, own.removal)
    rate = np.diff(own.removal) / np.diff(edges)
    share = np.where(pool.event, own.event_share[cell], 1.0 - own.event_share[cell])
    density: Floats = np.exp(-np.minimum(removed, 50.0)) * rate[cell] * np.maximum(share, 1e-6)
    return np.maximum(density, 1e-12)


def _draw_all(
    pools: Sequence[Pool], demands: Sequence[Demands], odds: Sequence[Floats]
) -> list[Codes]:
    return [
        _draw_labels(pool, [own.arms[arm] for own in demands], odds[arm])
        for arm, pool in enumerate(pools)
    ]


def _draw_labels(pool: Pool, demands: list[Holding], shares: Floats) -> Codes:
    """Label an arm's patients, group after group among those without a label."""
    labels = np.full(pool.time.size, len(demands))
    before = np.zeros(pool.time.size)
    for group, demand in enumerate(demands):
        free = labels == len(demands)
        chance = np.clip(shares[group] / np.maximum(1.0 - before, 1e-9), 1e-6, 1.0 - 1e-6)[free]
        labels[np.flatnonzero(free)[_draw(chance, pool.event[free], demand)]] = group
        before += shares[group]
    return labels


def _draw(chance: Floats, event: Flags, demand: Holding) -> Flags:
    """Draw the members of one group, with its patients and, where printed, its events."""
    logit = np.log(chance) - np.log1p(-chance)
    if demand.events is None:
        return draw(with_sum(logit, demand.n), _PHASE)
    drawn = np.zeros(chance.size, dtype=bool)
    for kind, count in ((event, demand.events), (~event, demand.n - demand.events)):
        drawn[kind] = draw(with_sum(logit[kind], count), _PHASE)
    return drawn


def _exchange_labels(
    pools: Sequence[Pool], demands: list[Demands], labels: list[Codes], rest_for: int
) -> Division:
    """
    Exchange two labels of an arm, again and again, the best pair each time.

    The best pair is taken even where it makes things worse, and whoever has moved rests for some
    turns (a tabu search, Glover, ORSA J Comput 1989;1:190-206); the best labels are kept.
    """
    nobody = max(max(own.labels) for own in demands) + 1
    pairs = list(product(range(len(pools)), combinations(range(nobody + 1), 2)))
    best = Division(labels=tuple(labels), loss=_missed(demands, labels))
    resting: dict[tuple[int, int], int] = {}
    improved = 0
    for turn in range(_MOST_TURNS):
        if best.loss <= MET or turn - improved > _PATIENCE:
            break
        rest = {who for who, until in resting.items() if until > turn}
        swaps = [_best_swap(demands, labels, arm, pair, turn, rest) for arm, pair in pairs]
        swap = min((swap for swap in swaps if swap), key=lambda swap: swap.change, default=None)
        if swap is None:
            break
        labels = _swapped(labels, swap)
        resting |= {(swap.arm, who): turn + rest_for for who in (swap.one, swap.other)}
        loss = _missed(demands, labels)
        if loss < best.loss:
            best, improved = Division(labels=tuple(labels), loss=loss), turn
    return best


def _best_swap(
    demands: list[Demands],
    labels: list[Codes],
    arm: int,
    pair: tuple[int, int],
    turn: int,
    rest: set[tuple[int, int]],
) -> _Swap | None:
    """Return the best exchange between two groups of an arm: many by estimate, some exactly."""
    free = np.array([(arm, who) not in rest for who in range(labels[arm].size)])
    members = [_thinned(np.flatnonzero((labels[arm] == own) & free), turn) for own in pair]
    if not (members[0].size and members[1].size):
        return None
    groups = [
        (number, side)
        for number, own in enumerate(demands)
        for side in (0, 1)
        if pair[side] in own.labels and pair[1 - side] not in own.labels
    ]
    estimate = _estimates(demands, labels, arm, groups, members)
    best = np.argsort(estimate.round(6), axis=None, kind="stable")[:_TRIED]
    best = best[np.isfinite(estimate.flat[best])]
    if not best.size:
        return None
    rows, columns = np.unravel_index(best, estimate.shape)
    swaps = members[0][rows], members[1][columns]
    change = _changes(demands, labels, arm, groups, swaps)
    place = int(change.round(9).argmin())
    one, other = (int(who[place]) for who in swaps)
    return _Swap(arm, one, other, round(float(change[place]), 9))


def _estimates(
    demands: list[Demands],
    labels: list[Codes],
    arm: int,
    groups: list[tuple[int, int]],
    members: list[Codes],
) -> Floats:
    """Estimate what is missed after each exchange; infinite where an exchange is no use."""
    estimate = np.zeros((members[0].size, members[1].size))
    for group, side in groups:
        inside = members_of(labels, demands[group].labels)
        missed = demands[group].after_exchange(inside, arm, members[side], members[1 - side])
        estimate += missed if side == 0 else missed.T
    holdings = [demands[group].arms[arm] for group, _ in groups]
    if any(own.events is not None for own in holdings):
        # printed events are right from the start, and stay so
        event = holdings[0].pool.event
        estimate[event[members[0]][:, None] != event[members[1]]] = np.inf
    return estimate


def _changes(
    demands: list[Demands],
    labels: list[Codes],
    arm: int,
    groups: list[tuple[int, int]],
    swaps: tuple[Codes, Codes],
) -> Floats:
    """Compute how much more is missed after each of some exchanges."""
    count = swaps[0].size
    change = np.zeros(count)
    for group, side in groups:
        inside = members_of(labels, demands[group].labels)
        trial = np.repeat(inside[arm][None], count + 1, axis=0)
        trial[np.arange(count), swaps[side]] = False
        trial[np.arange(count), swaps[1 - side]] = True
        missed = demands[group].missed_with(inside, arm, trial)
        change += missed[:-1] - missed[-1]
    return change


def _thinned(members: Codes, turn: int) -> Codes:
    """Keep evenly spread members, others in every turn, so that pairs stay few."""
    stride = max(1, -(-members.size // _MOST_MEMBERS))
    return members[turn % stride :: stride]


def _swapped(labels: list[Codes], swap: _Swap) -> list[Codes]:
    changed = labels[swap.arm].copy()
    changed[swap.one], changed[swap.other] = changed[swap.other], changed[swap.one]
    return [changed if index == swap.arm else own for index, own in enumerate(labels)]


def _missed(demands: list[Demands], labels: list[Codes]) -> float:
    """Add up what the groups miss; rounded, so that machines agree."""
    return round(sum(own.missed(members_of(labels, own.labels)) for own in demands), 9)
