"""Levels that no whole numbers explain, left open so that the drops around them can be followed.

Programs that draw curves thin out their paths: of two drops closer together than a fraction of a
pixel the level between is not in the file, or there is one drop in place of two.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from survkit.reconstruction.curves.exact.drops import Drop

__all__ = ["most_open", "open_around"]

_SHARE = 0.15
"""Share of the drops that may be left open; more of them say that the curve is not exact."""
_AHEAD = 4
"""Drops after the one that was stuck that a proposal is judged by."""


def most_open(drops: Sequence[Drop]) -> int:
    """Return how many levels of a curve may be left open."""
    return max(1, int(_SHARE * len(drops)))


def open_around(
    drops: Sequence[Drop],
    stuck: int,
    follow: Callable[[Sequence[Drop], int, int], int],
) -> list[Drop] | None:
    """
    Leave levels open before a drop that no history gets past.

    Parameters
    ----------
    drops : sequence of Drop
        The drops of a curve.
    stuck : int
        The number of the drop that is stuck.
    follow : callable
        Of drops, where to start, which is never more than one drop before the stuck one, and where
        to stop: how many can be followed from there.

    Returns
    -------
    list of Drop or None
        The drops with the proposal that is followed farthest, the one that leaves least open of
        equal ones; None where none gets past the drop.
    """
    best: tuple[int, list[Drop]] | None = None
    for proposed, start, added in _proposals(drops, stuck):
        target = stuck + added + 1
        reached = follow(proposed, start, min(target + _AHEAD, len(proposed))) + start
        if reached >= target and (best is None or reached - added > best[0]):
            best = (reached - added, proposed)
    return None if best is None else best[1]


def _proposals(drops: Sequence[Drop], stuck: int) -> Iterator[tuple[list[Drop], int, int]]:
    """Yield drops, from where they differ, and how many were added: least open first."""
    here = drops[stuck]
    inserted = replace(here, open=True)
    known_before = stuck > 0 and not drops[stuck - 1].open
    if known_before:
        before = replace(drops[stuck - 1], survival=here.survival, open=True)
        yield [*drops[: stuck - 1], before, *drops[stuck:]], stuck - 1, 0
    if stuck + 1 < len(drops):
        opened = replace(here, survival=drops[stuck + 1].survival, open=True)
        yield [*drops[:stuck], opened, *drops[stuck + 1 :]], stuck, 0
    yield [*drops[:stuck], inserted, *drops[stuck:]], stuck, 1
    if known_before:
        yield [*drops[: stuck - 1], before, inserted, *drops[stuck:]], stuck - 1, 1
