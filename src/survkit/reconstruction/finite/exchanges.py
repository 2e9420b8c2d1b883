"""The orders next to an order: one patient moved, one label exchanged, one tie made or undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.reconstruction.finite.order import TIED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["exchanged_labels", "exchanged_ties", "moved_patients"]

_FARTHEST = 12
"""Ranks within an arm over which an event and a censoring change places."""


def moved_patients(order: bytes) -> Iterator[bytes]:
    """Move each patient past those of other arms, both ways, up to the next of the same arm."""
    for place, token in enumerate(order):
        plain = token & (TIED - 1)
        for step in (1, -1):
            at = place + step
            while 0 <= at < len(order) and (order[at] & (TIED - 1)) >> 1 != plain >> 1:
                if plain & 1 or order[at] & 1:  # two censorings are alike in any order
                    yield _moved(order, place, at, plain)
                at += step


def _moved(order: bytes, place: int, to: int, plain: int) -> bytes:
    """Put the patient at one place where another one is, untied."""
    one = bytes((plain,))
    if to > place:
        return order[:place] + order[place + 1 : to + 1] + one + order[to + 1 :]
    return order[:to] + one + order[to:place] + order[place + 1 :]


def exchanged_labels(order: bytes, free: Sequence[int]) -> Iterator[bytes]:
    """
    Yield the orders that an exchange of an event and a censoring of one arm leads to.

    Arms that are `free` may have one event more, or one less.
    """
    places: dict[int, list[int]] = {}
    for place, token in enumerate(order):
        places.setdefault((token & (TIED - 1)) >> 1, []).append(place)
    for arm, within in sorted(places.items()):
        for rank, place in enumerate(within):
            if arm in free:
                yield _relabelled(order, (place,))
            for other in within[rank + 1 : rank + 1 + _FARTHEST]:
                if (order[place] ^ order[other]) & 1:
                    yield _relabelled(order, (place, other))


def _relabelled(order: bytes, places: tuple[int, ...]) -> bytes:
    """Turn events into censorings and the reverse."""
    changed = bytearray(order)
    for place in places:
        changed[place] = (changed[place] & (TIED - 1)) ^ 1
    return bytes(changed)


def exchanged_ties(order: bytes) -> Iterator[bytes]:
    """Tie each event with the one just before it, or undo that."""
    for place in range(1, len(order)):
        token = order[place]
        if token & order[place - 1] & 1:
            yield order[:place] + bytes((token ^ TIED,)) + order[place + 1 :]
