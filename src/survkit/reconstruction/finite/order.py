"""A joint order of the patients of all arms, as a string of bytes, one per patient.

Such strings are easy to keep in sets, to exchange parts of, and to turn into an array of many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Flags, Floats, Positions
    from survkit.kernels import ArmTimes

__all__ = ["TIED", "Orders", "labels_of_arm", "merge_arms", "read_orders", "share_times"]

TIED = 64
"""Added to an event that shares the time of the event before it; below it 2 · arm + event."""
_PLAIN = bytes(token & (TIED - 1) for token in range(256))
_OTHERS = [
    bytes(token for token in range(2 * TIED) if (token & (TIED - 1)) >> 1 != arm)
    for arm in range(TIED // 2)
]
"""For each arm the codes of the patients of others."""


def merge_arms(arms: Sequence[ArmTimes]) -> bytes:
    """Put patients into a joint order by their times, events first; no ties are kept."""
    items = [
        (time, not event, 2 * index + int(event))
        for index, patients in enumerate(arms)
        for time, event in zip(patients.time.tolist(), patients.event.tolist(), strict=True)
    ]
    return bytes(item[-1] for item in sorted(items))


def labels_of_arm(order: bytes, arm: int) -> bytes:
    """Leave out the patients of other arms, and ties, which the figures of an arm do not see."""
    return order.translate(_PLAIN, _OTHERS[arm])


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """
    Many orders of the same patients, as arrays of shape (k, n).

    Parameters
    ----------
    arm : ndarray of int
        The arm of a patient.
    event : ndarray of bool
        Who has the event.
    first : ndarray of int
        Where the group of patients begins who leave at the same time.
    """

    arm: Positions
    event: Flags
    first: Positions


def read_orders(orders: Sequence[bytes]) -> Orders:
    """Turn orders into arrays."""
    codes = np.frombuffer(b"".join(orders), dtype=np.uint8).reshape(len(orders), -1)
    plain = codes & (TIED - 1)
    event = plain % 2 == 1
    begins = np.ones(codes.shape, dtype=bool)
    begins[:, 1:] = ~((codes[:, 1:] >= TIED) & event[:, 1:] & event[:, :-1])
    return Orders(arm=(plain // 2).astype(np.int64), event=event, first=_firsts(begins))


def share_times(orders: Orders, lower: Floats, upper: Floats) -> Orders:
    """Let patients share a time who have to leave at exactly the same one."""
    exact = lower == upper
    begins = orders.first == np.arange(orders.first.shape[1])
    same = exact[:, 1:] & exact[:, :-1] & (lower[:, 1:] == lower[:, :-1])
    begins[:, 1:] &= ~same
    return Orders(arm=orders.arm, event=orders.event, first=_firsts(begins))


def _firsts(begins: Flags) -> Positions:
    place = np.broadcast_to(np.arange(begins.shape[1]), begins.shape)
    firsts: Positions = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    return firsts
