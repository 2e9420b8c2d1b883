"""An arm's patients in the order of leaving: the type that this stage hands on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survkit.arrays import Flags, Floats
    from survkit.interval import Interval

__all__ = ["Anchor", "History", "in_order"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A position that a printed time has a say in."""

    position: int  # the patient's place in the order of leaving
    window: Interval  # where that patient's time must lie, in time units


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One arm's patients in the order of leaving."""

    event: Flags  # shape (n,); whether each patient leaves by an event
    # shape (n,); when the population would have them leave, ascending, in time units
    natural: Floats
    faults: float  # how much of the arm's figures the order misses; 0 where it meets all
    anchors: tuple[Anchor, ...]  # positions with a window for their time, ascending
    # how far one move may take the curve, as a probability; infinite where none was drawn
    give: float = math.inf


def in_order(anchors: Iterable[Anchor]) -> tuple[Anchor, ...]:
    """Sort anchors by position, those of one patient from the latest to the earliest window."""
    return tuple(sorted(anchors, key=lambda anchor: (anchor.position, -anchor.window.lower)))
