"""Times between knots: the movable points of an arm's time axis.

The knots are the anchored positions and some in between. Moving a knot stretches the time on one
side of it and shortens it on the other; it never changes an arm's order, and so leaves every figure
of the arm alone as long as anchored knots stay in their windows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, Ticks, minima_from

if TYPE_CHECKING:
    from survkit.reconstruction.orders.history import Anchor, History
    from survkit.reconstruction.placement.clock import Clock

__all__ = ["MARGIN", "Knots", "place_patients", "set_knots"]

MARGIN = 0.02
"""Share of a rounding window that is kept free at each end."""
_EARLIEST = 0.6
"""Share of their time in the population before which patients after the last printed one stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knots:
    """The movable points of one arm's time axis."""

    natural: Floats  # shape (n,); the population's time of each patient
    position: Ticks  # shape (k,); the patients that the knots are
    at: Floats  # shape (k,); the population's time at each knot, ascending
    lower: Floats  # shape (k,); how far each knot may move
    upper: Floats

    def patient_bounds(self, clock: Clock) -> tuple[Ticks, Ticks]:
        """
        Return each patient's earliest and latest time.

        Parameters
        ----------
        clock : Clock
            The grid of times.

        Returns
        -------
        tuple of ndarray of int, each of shape (n,)
            Bounds in ticks.
        """
        earliest = np.zeros(self.natural.size, dtype=np.int64)
        latest = np.full(self.natural.size, np.iinfo(np.int64).max)
        earliest[self.position] = np.ceil(self.lower / clock.tick).astype(np.int64)
        latest[self.position] = np.floor(self.upper / clock.tick).astype(np.int64)
        return earliest, latest


def set_knots(history: History, clock: Clock, fillers: int, end: float) -> tuple[Knots, Floats]:
    """
    Lay the knots of an arm and move the anchored ones into their windows.

    Parameters
    ----------
    history : History
        The arm's patients in order.
    clock : Clock
        The grid of times.
    fillers : int
        Knots without a printed time, evenly spread over the order of leaving.
    end : float
        When follow-up ends, in time units; nobody is moved beyond it but where a printed time asks
        for it.

    Returns
    -------
    Knots
        The knots and their bounds.
    ndarray of float, shape (k,)
        Their times to begin with, ascending, in time units.
    """
    n = history.natural.size
    bounds = _bounds(history.anchors, clock)
    anchored = np.array(sorted(bounds), dtype=np.int64)
    spaced = np.unique(np.linspace(0, n - 1, fillers + 2).round().astype(np.int64)[1:])
    apart = max(2, n // 60)
    free = [
        p for p in spaced.tolist() if anchored.size == 0 or int(np.abs(anchored - p).min()) >= apart
    ]
    positions = np.array(sorted({*anchored.tolist(), *free}), dtype=np.int64)
    lower = np.array([bounds.get(p, (0.0, math.inf))[0] for p in positions.tolist()])
    upper = np.array([bounds.get(p, (0.0, math.inf))[1] for p in positions.tolist()])
    lower = np.maximum.accumulate(lower)
    latest = max(end, float(history.natural[-1]), float(lower[-1]) + clock.arms * clock.tick * n)
    upper = np.minimum(minima_from(upper), latest)
    at = history.natural[positions]
    after = positions > anchored.max(initial=-1)
    lower[after] = np.minimum(np.maximum(lower[after], _EARLIEST * at[after]), upper[after])
    knots = Knots(natural=history.natural, position=positions, at=at, lower=lower, upper=upper)
    return knots, _starting_times(positions, anchored, at, lower, upper, clock)


def _bounds(anchors: tuple[Anchor, ...], clock: Clock) -> dict[int, tuple[float, float]]:
    """Windows of the anchored positions, a little smaller than printed, merged where they meet."""
    bounds: dict[int, tuple[float, float]] = {}
    for anchor in anchors:
        width = anchor.window.upper - anchor.window.lower
        margin = clock.arms * clock.tick + (MARGIN * width if math.isfinite(width) else 0.0)
        margin = margin if width > 0.0 else 0.0
        lower, upper = anchor.window.lower + margin, anchor.window.upper - margin
        known = bounds.get(anchor.position, (0.0, math.inf))
        bounds[anchor.position] = max(lower, known[0]), min(upper, known[1])
    return bounds


def _starting_times(
    positions: Ticks, anchored: Ticks, at: Floats, lower: Floats, upper: Floats, clock: Clock
) -> Floats:
    """Knot times nearest to the population's that respect the windows and leave room between."""
    inside = np.clip(at, lower, upper)
    is_anchor = np.isin(positions, anchored)
    stretched = np.interp(
        at,
        np.concatenate(([0.0], at[is_anchor])),
        np.concatenate(([0.0], inside[is_anchor])),
        right=float(at[-1]) if not is_anchor.any() else None,
    )
    beyond = at > at[is_anchor].max(initial=0.0)
    stretched[beyond] = at[beyond] + (
        inside[is_anchor][-1] - at[is_anchor][-1] if is_anchor.any() else 0.0
    )
    times = np.clip(stretched, lower, upper)
    room = clock.arms * clock.tick * np.diff(positions, prepend=-1)
    for index in range(1, times.size):
        times[index] = max(times[index], times[index - 1] + room[index])
    for index in range(times.size - 1, -1, -1):
        ceiling = upper[index] if index == times.size - 1 else times[index + 1] - room[index + 1]
        times[index] = min(times[index], upper[index], ceiling)
    return times


def place_patients(knots: Knots, times: Floats, clock: Clock, arm: int) -> Ticks:
    """
    Give every patient of an arm a time, for given knot times.

    Parameters
    ----------
    knots : Knots
        The arm's knots.
    times : ndarray of float, shape (k,)
        Where the knots stand, in time units.
    clock : Clock
        The grid of times.
    arm : int
        Position of the arm, which is its residue on the grid.

    Returns
    -------
    ndarray of int, shape (n,)
        Times in ticks, strictly rising.
    """
    exact = np.interp(
        knots.natural, np.concatenate(([0.0], knots.at)), np.concatenate(([0.0], times))
    )
    steps = np.round((exact / clock.tick - arm) / clock.arms).astype(np.int64)
    order = np.arange(steps.size)
    steps = np.maximum.accumulate(np.maximum(steps, 1) - order) + order
    ticks: Ticks = steps * clock.arms + arm
    on_time = knots.lower == knots.upper
    ticks[knots.position[on_time]] = np.round(knots.lower[on_time] / clock.tick).astype(np.int64)
    return ticks
