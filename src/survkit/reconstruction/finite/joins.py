"""Beginnings of some orders joined to the ends of others: many orders from few.

What an event adds to score, information and log-rank sums depends on who is at risk, and that on
what is left of the order. So the sums of a beginning and of an end that fit together add up, and of
thousands of orders millions of others are known without being looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.reconstruction.finite.contrasts import compare_sums, comparison_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Flags, Floats, Positions
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.finite.assess import Assessment

__all__ = ["joined_orders"]

_CUTS = (0.5, 0.35, 0.65, 0.2, 0.8)
"""Shares of the patients who are in the beginning, in turn."""
_MOST_OF_A_KIND = 1_500
"""Beginnings, and ends, with the same patients left that are joined."""
_NEAR = 0.35
"""Distance up to which an order is worth looking at: sums tell it nearly, not exactly."""
_MOST_FOUND = 300
"""Orders handed on for each cut."""


def joined_orders(pool: list[bytes], assessment: Assessment) -> Iterator[list[bytes]]:
    """
    Join orders to others that nearly meet all figures of the comparisons, cut by cut.

    The pool has the most promising orders first. What a joined order does to the figures of the
    arms is not looked at.
    """
    orders = assessment.windowed(pool).orders
    ties = assessment.constraints.ties
    sums = np.stack([comparison_sums(orders, one, ties) for one in assessment.contrasts])
    size = orders.arm.shape[1]
    for share in _CUTS:
        cut = min(max(round(share * size), 1), size - 1)
        kinds = _kinds(orders.arm[:, :cut], orders.event[:, :cut], len(assessment.known))
        found: list[_Join] = []
        for kind in _groups(kinds, orders.first[:, cut] == cut):
            begin = sums[:, :, kind, cut - 1]
            end = sums[:, :, kind, -1] - begin
            found += _near_joins(assessment.contrasts, kind, begin, end)
        nearest = sorted(found)[:_MOST_FOUND]
        yield [pool[one.begin][:cut] + pool[one.end][cut:] for one in nearest]


class _Join(NamedTuple):
    """The beginning of one order and the end of another."""

    distance: float
    begin: int
    end: int


def _near_joins(
    contrasts: Sequence[ContrastConstraint], kind: Positions, begin: Floats, end: Floats
) -> Iterator[_Join]:
    """Yield which beginnings and ends of some orders together nearly meet all comparisons."""
    ones, others = _distinct(begin), _distinct(end)
    total = begin[:, :, ones, None] + end[:, :, None, others]
    missed = np.zeros(total.shape[2:])
    for row, contrast in enumerate(contrasts):
        missed += compare_sums(contrast, total[row]).distance(contrast)
    for one, other in np.argwhere(missed < _NEAR).tolist():
        distance = round(float(missed[one, other]), 9)
        yield _Join(distance, int(kind[ones[one]]), int(kind[others[other]]))


def _kinds(arm: Positions, event: Flags, arms: int) -> Positions:
    """Count patients and events of each arm: one column per order."""
    rows = [(arm == index).sum(axis=1) for index in range(arms)]
    return np.stack([*rows, *((event & (arm == index)).sum(axis=1) for index in range(arms))])


def _groups(kinds: Positions, clean: Flags) -> Iterator[Positions]:
    """Yield which orders have the same patients left, largest groups first."""
    numbers = np.unique(kinds, axis=1, return_inverse=True)[1].ravel()
    members: dict[int, list[int]] = {}
    for place in np.flatnonzero(clean).tolist():
        members.setdefault(int(numbers[place]), []).append(place)
    for found in sorted(members.values(), key=lambda found: (-len(found), found[0])):
        if len(found) > 1:
            yield np.array(found)


def _distinct(sums: Floats) -> Positions:
    """Pick one order for each value of the sums, most promising first."""
    flat = np.round(sums.reshape(-1, sums.shape[-1]), 9)
    firsts = np.unique(flat, axis=1, return_index=True)[1]
    return np.sort(firsts)[:_MOST_OF_A_KIND]
