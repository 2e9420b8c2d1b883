"""An arm's patients in the order of leaving: the type that this stage hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.interval import Interval

__all__ = ["Anchor", "History"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    A position that a printed time has a say in.

    Parameters
    ----------
    position : int
        The patient's place in the order of leaving.
    window : Interval
        Where that patient's time must lie, in time units.
    """

    position: int
    window: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    One arm's patients in the order of leaving.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        Whether each patient leaves by an event.
    natural : ndarray of float, shape (n,)
        When the population would have them leave, ascending, in time units.
    faults : float
        How much of the arm's figures the order misses; 0 where it meets all.
    anchors : tuple of Anchor
        Positions with a window for their time, ascending.
    """

    event: Flags
    natural: Floats
    faults: float
    anchors: tuple[Anchor, ...]
