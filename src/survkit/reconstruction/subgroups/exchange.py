"""Exchanges of labels that bring groups, made of one set of patients, to their figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels.violation import CONTRAST
from survkit.reconstruction.subgroups.member_constraints import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Codes, Floats, Positions
    from survkit.reconstruction.subgroups.composition import Composition
    from survkit.reconstruction.subgroups.member_constraints import (
        MemberConstraints,
        Standing,
    )

__all__ = ["Division", "exchange_labels"]

_MOST_TURNS = 160
_PATIENCE = 20
"""Turns without anything worthwhile after which the search ends."""
_WORTHWHILE = 0.98
"""Share of what is missed that may be left after what is worth going on for."""
_MOST_MEMBERS = 40
"""Members of a group that an exchange is looked for among, in each turn."""
_TRIED = 30
"""Exchanges that are computed exactly, of all those that look good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Patients divided among groups."""

    # for each arm, the group of each patient; the number of groups for those in none
    labels: tuple[Codes, ...]
    loss: float  # how far the groups' figures are missed; 0 where all are met
    composition: Composition  # how they are usually divided


class _Turn:
    """
    A turn: the groups as they stand, and who may be exchanged.

    Parameters
    ----------
    standing : sequence of Standing
        The groups with their members.
    labels : sequence of ndarray of int
        The label of each patient, arm by arm.
    composition : Composition
        How patients are usually divided.
    weight : float
        What one unit of unlikeliness counts beside what is missed.
    movers : list of list of ndarray of int
        Who may be exchanged, by arm and label.
    """

    def __init__(
        self,
        standing: Sequence[Standing],
        labels: Sequence[Codes],
        composition: Composition,
        weight: float,
        movers: list[list[Codes]],
    ) -> None:
        self.standing = standing
        self.labels = labels
        self.composition = composition
        self.weight = weight
        self.movers = movers
        self._missed: dict[tuple[int, int], Floats] = {}

    def unlikelier(self, arm: int, pair: tuple[int, int]) -> Floats:
        """Return what counts for how much less usual each exchange is."""
        members = [self.movers[arm][label] for label in pair]
        change = self.composition.after_exchange(self.labels[arm], arm, pair, members)
        return self.weight * change

    def missed(self, group: int, arm: int, leaving: int, coming: int) -> Floats:
        """Estimate what a group misses after each exchange of one label of an arm for another."""
        movers = self.movers[arm]
        inside = sorted(self.standing[group].asked.labels)
        outside = [label for label in range(len(movers)) if label not in inside]
        if (group, arm) not in self._missed:
            # one batch for all labels, as a member may be exchanged for one of each
            leave, come = (
                np.concatenate([movers[one] for one in some]) for some in (inside, outside)
            )
            self._missed[group, arm] = self.standing[group].missed_after_exchange(arm, leave, come)
        rows, columns = (
            slice(
                before := sum(movers[one].size for one in some[: some.index(label)]),
                before + movers[label].size,
            )
            for some, label in ((inside, leaving), (outside, coming))
        )
        return self._missed[group, arm][rows, columns]


class _Swap(NamedTuple):
    """Two patients of an arm whose labels may be exchanged, and how much more is missed then."""

    arm: int
    one: int
    other: int
    change: float


class _Candidates(NamedTuple):
    """The exchanges between two labels of an arm that look best."""

    pair: tuple[int, int]
    who: Positions  # shape (k, 2); who has the one label, and the other
    unlikelier: Floats  # shape (k,); what counts for how much less usual each exchange is


def exchange_labels(
    constraints: Sequence[MemberConstraints],
    labels: Sequence[Codes],
    composition: Composition,
    rest_for: int,
) -> Division:
    """
    Exchange two labels of an arm, again and again, the best pair each time.

    The best pair is taken even where it makes things worse, and whoever has moved rests for some
    turns (tabu search); the best labels are kept. Of pairs that bring figures as near, the one that
    leaves a likelier division is better.

    Parameters
    ----------
    constraints : sequence of MemberConstraints
        What is asked of the members of each group.
    labels : sequence of ndarray of int
        The label of each patient to begin with, arm by arm.
    composition : Composition
        How patients are usually divided.
    rest_for : int
        Turns for which a patient who has changed the group stays there.

    Returns
    -------
    Division
        The labels that come closest.

    References
    ----------
    .. [1] Glover, F., "Tabu search, part I", ORSA J Comput 1 (1989), 190-206.
    """
    labels = list(labels)
    nobody = max(max(group.labels) for group in constraints) + 1
    pairs = list(combinations(range(nobody + 1), 2))
    standing = _stand(constraints, labels)
    loss = _total(standing)
    best = Division(labels=tuple(labels), loss=loss, composition=composition)
    resting: dict[tuple[int, int], int] = {}
    improved, from_loss = 0, loss
    for turn in range(_MOST_TURNS):
        if best.loss <= CONTRAST.met or turn - improved > _PATIENCE:
            break
        rest = {who for who, until in resting.items() if until > turn}
        movers = [_movers(arm, codes, nobody, rest, turn) for arm, codes in enumerate(labels)]
        weight = composition.weight_beside(loss)
        at_hand = _Turn(standing, labels, composition, weight, movers)
        swaps = chain.from_iterable(_best_swaps(at_hand, arm, pairs) for arm in range(len(labels)))
        swap = min(swaps, key=lambda swap: swap.change, default=None)
        if swap is None:
            break
        labels = _swapped(labels, swap)
        resting |= {(swap.arm, who): turn + rest_for for who in (swap.one, swap.other)}
        standing = _moved(standing, labels, swap.arm)
        loss = _total(standing)
        if loss < _WORTHWHILE * from_loss:
            improved, from_loss = turn, loss
        if loss < best.loss:
            best = replace(best, labels=tuple(labels), loss=loss)
    return best


def _movers(
    arm: int, labels: Codes, nobody: int, rest: set[tuple[int, int]], turn: int
) -> list[Codes]:
    """Return who of an arm may be exchanged, label by label."""
    free = np.ones(labels.size, dtype=bool)
    free[[who for side, who in rest if side == arm]] = False
    return [_thinned(np.flatnonzero((labels == label) & free), turn) for label in range(nobody + 1)]


def _best_swaps(turn: _Turn, arm: int, pairs: Sequence[tuple[int, int]]) -> Iterator[_Swap]:
    """Yield the best exchange between every two labels of an arm that can be exchanged."""
    candidates = [one for pair in pairs if (one := _candidates(turn, arm, pair)) is not None]
    changes = _changes(turn, arm, candidates)
    for one, missed in zip(candidates, changes, strict=True):
        change = missed + one.unlikelier
        place = int(change.round(9).argmin())
        first, second = one.who[place].tolist()
        yield _Swap(arm, first, second, round(float(change[place]), 9))


def _candidates(turn: _Turn, arm: int, pair: tuple[int, int]) -> _Candidates | None:
    """Find the exchanges between two labels of an arm that look best by estimate."""
    members = [turn.movers[arm][label] for label in pair]
    if not (members[0].size and members[1].size):
        return None
    unlikelier = turn.unlikelier(arm, pair)
    estimate = _estimates(turn, arm, pair) + unlikelier
    best = np.argsort(estimate.round(6), axis=None, kind="stable")[:_TRIED]
    best = best[np.isfinite(estimate.flat[best])]
    if not best.size:
        return None
    rows, columns = np.unravel_index(best, estimate.shape)
    who = np.stack((members[0][rows], members[1][columns]), axis=1)
    return _Candidates(pair, who, unlikelier[rows, columns])


def _estimates(turn: _Turn, arm: int, pair: tuple[int, int]) -> Floats:
    """Estimate what is missed after each exchange; infinite where an exchange is no use."""
    members = [turn.movers[arm][label] for label in pair]
    estimate = np.zeros((members[0].size, members[1].size))
    keeps_events = False
    for group, standing in enumerate(turn.standing):
        if not _is_between(standing, pair):
            continue
        if pair[0] in standing.asked.labels:
            estimate += turn.missed(group, arm, *pair)
        else:
            estimate += turn.missed(group, arm, *pair[::-1]).T
        keeps_events |= standing.asked.arms[arm].events is not None
    if keeps_events:
        # printed events are right from the start, and stay so
        event = turn.standing[0].asked.arms[arm].patients.event
        estimate[event[members[0]][:, None] != event[members[1]]] = np.inf
    return estimate


def _is_between(group: Standing, pair: tuple[int, int]) -> bool:
    """Tell whether an exchange of two labels changes who is in a group."""
    return (pair[0] in group.asked.labels) != (pair[1] in group.asked.labels)


def _changes(turn: _Turn, arm: int, candidates: Sequence[_Candidates]) -> list[Floats]:
    """Compute how much more is missed after each of the candidates' exchanges."""
    changes = [np.zeros(len(one.who)) for one in candidates]
    for group in turn.standing:
        concerned = [n for n, one in enumerate(candidates) if _is_between(group, one.pair)]
        if not concerned:
            continue
        # one batch for all labels that members of the group are exchanged for
        missed = group.missed_after(arm, np.concatenate([candidates[n].who for n in concerned]))
        ends = np.cumsum([len(candidates[n].who) for n in concerned])
        for number, more in zip(
            concerned, np.split(missed[:-1] - missed[-1], ends[:-1]), strict=True
        ):
            changes[number] += more
    return changes


def _thinned(members: Codes, turn: int) -> Codes:
    """Keep evenly spread members, others in every turn, so that pairs stay few."""
    stride = max(1, -(-members.size // _MOST_MEMBERS))
    return members[turn % stride :: stride]


def _swapped(labels: list[Codes], swap: _Swap) -> list[Codes]:
    changed = labels[swap.arm].copy()
    changed[swap.one], changed[swap.other] = changed[swap.other], changed[swap.one]
    return [changed if index == swap.arm else label for index, label in enumerate(labels)]


def _stand(constraints: Sequence[MemberConstraints], labels: Sequence[Codes]) -> list[Standing]:
    return [one.standing(members_of(labels, one.labels)) for one in constraints]


def _moved(standing: Sequence[Standing], labels: Sequence[Codes], arm: int) -> list[Standing]:
    """Return the groups after labels of an arm were exchanged; most stand as they did."""
    found = []
    for one in standing:
        members = members_of(labels, one.asked.labels)
        same = np.array_equal(members[arm], one.members[arm])
        found.append(one if same else one.asked.standing(members))
    return found


def _total(standing: Sequence[Standing]) -> float:
    """Add up what the groups miss; rounded, so that machines agree."""
    return round(sum(one.missed for one in standing), 9)
