"""Sets of members of an arm that differ from its members by a few who have left or come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import sums_before, sums_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Counts, Flags, Floats, Positions

__all__ = ["Change", "MemberSets"]

_SHIFTS = np.array([[-1], [0], [1]])
"""How many more are at risk after changes than before, wherever one looks."""


class Change(NamedTuple):
    """A change of each set, of those in the order of leaving; each of shape (k,)."""

    who: Positions  # who has left, or come
    sign: Counts  # 1 for those who have come, -1 for those who have left
    more: Counts  # how many more are at risk there than before, up to the change before
    beyond: Counts  # the same beyond it, up to the next one


@dataclass(frozen=True, kw_only=True)
class MemberSets:
    """
    The members of an arm after each of some changes; the last set is that of no change.

    Patients are named by their places in the order of leaving. Sums over all sets are taken from
    running sums over the members as they are, which every set follows from change to change.

    Parameters
    ----------
    members : ndarray of bool, shape (n,)
        Who is in.
    changed : ndarray of int, shape (k, 1) or (k, 2)
        For each set but the last, who of the members has left, or who of the others has come; of
        two, one each.
    """

    members: Flags
    changed: Positions

    @classmethod
    def alone(cls, members: Flags) -> MemberSets:
        """Return a single set: the members as they are."""
        return cls(members=members, changed=np.empty((0, 1), dtype=np.int64))

    @property
    def count(self) -> int:
        """How many sets there are: k + 1."""
        return int(self.changed.shape[0]) + 1

    @cached_property
    def later(self) -> Counts:
        """How many of the members as they are leave at each place or later, shape (n + 1,)."""
        return np.append(sums_from(self.members), 0)

    def who_has(self, event: Flags) -> Positions:
        """Return the places of those with an event who are in any set."""
        anywhere = self.members.copy()
        anywhere[self.changed] = True
        return np.flatnonzero(anywhere & event)

    def inside(self, places: Positions) -> Flags:
        """Tell who is in, shape (k + 1, places)."""
        inside = np.repeat(self.members[places][None], self.count, axis=0)
        for who in self.changed.T:
            inside[:-1] ^= places == who[:, None]
        return inside

    def at_risk(self, places: Positions) -> Floats:
        """Count who leaves at each place or later, shape (k + 1, places); nobody at place n."""
        more = np.zeros((self.count, places.size), dtype=np.int8)
        narrow = places.astype(np.int32)
        for who in self.changed.T:
            sign = self._sign(who).astype(np.int8)[:, None]
            more[:-1] += (narrow <= who.astype(np.int32)[:, None]).view(np.int8) * sign
        return self.later[places].astype(np.float64) + more

    def count_of(self, flags: Flags) -> Floats:
        """Count the members of whom something is true, shape (k + 1,)."""
        found = np.full(self.count, float(np.count_nonzero(self.members & flags)))
        for who in self.changed.T:
            found[:-1] += self._sign(who) * flags[who]
        return found

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes, the last in the order of leaving first."""
        beyond, found = np.zeros(self.changed.shape[0], dtype=np.int64), []
        for who in np.sort(self.changed, axis=1).T[::-1]:
            sign = self._sign(who)
            found.append(Change(who, sign, beyond + sign, beyond))
            beyond = found[-1].more
        return tuple(found)

    def shifted(self, places: Positions) -> Counts:
        """Count who is at risk at places with one fewer, as before, and one more, shape (3, m)."""
        shifted: Counts = np.maximum(self.later[places] + _SHIFTS, 0)
        return shifted

    def at_risk_at(self, change: Change) -> Counts:
        """Count who is at risk in each set where one leaves who has come, or has left."""
        at_risk: Counts = np.maximum(self.later[change.who] + change.more, 0)
        return at_risk

    def add_up(
        self, terms: Floats, places: Positions, until: Positions, of_changed: Sequence[Floats]
    ) -> Floats:
        """
        Add up what members contribute, with as many at risk as each set has.

        Parameters
        ----------
        terms : ndarray of float, shape (..., 3, m)
            Contributions of the members as they are where one fewer is at risk, as many as before,
            and one more.
        places : ndarray of int, shape (m,)
            Where they are made, rising.
        until : ndarray of int, shape (c,)
            Places before which contributions count.
        of_changed : sequence of ndarray of float, shape (..., k)
            For each of `changes`, what who has left or come contributes.

        Returns
        -------
        ndarray of float, shape (..., k + 1, c)
            The sums.
        """
        sums = sums_before(terms)
        last = np.searchsorted(places, until)
        base = sums[..., 1, :].take(last, axis=-1)
        found = np.repeat(base[..., None, :], self.count, axis=-2)
        shifts = sums.reshape(*sums.shape[:-2], -1)
        for one, alone in zip(self.changes, of_changed, strict=True):
            border = np.minimum(np.searchsorted(places, one.who + 1)[:, None], last)
            more, beyond = (
                shifts.take((shift[:, None] + 1) * sums.shape[-1] + border, axis=-1)
                for shift in (one.more, one.beyond)
            )
            added = one.sign * alone
            found[..., :-1, :] += more - beyond
            found[..., :-1, :] += added[..., None] * (one.who[:, None] < until)
        return found

    def _sign(self, who: Positions) -> Counts:
        """Return 1 for those who have come, -1 for those who have left."""
        return 1 - 2 * self.members[who].astype(np.int64)
