"""Stage 3, times: patients between knots, on a clock fine enough to keep everybody apart.

The knots are the anchored positions and some in between. Moving a knot stretches the time on one
side of it and shortens it on the other; it never changes an arm's order, and so leaves every figure
of the arm alone as long as anchored knots stay in their windows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.orders.history import Anchor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.interval import Window
    from survkit.reconstruction.constraints.targets import Targets
    from survkit.reconstruction.orders.history import History

__all__ = [
    "MARGIN",
    "Clock",
    "Knots",
    "choose_clock",
    "pin",
    "pin_events",
    "place_patients",
    "set_knots",
]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_TICKS_PER_WINDOW = 400
_TICKS_PER_PATIENT = 20
_IN_WINDOW = 2
"""Events held in a window: a curve that rests on one half needs both ends of the rest there."""
_NEAREST = 16
"""Events that may be put into a window, nearest first."""
MARGIN = 0.02
"""Share of a rounding window that is kept free at each end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    The grid on which all times lie: decimal, and a residue class of it for each arm.

    As no two arms share a residue, no two patients of a data set share a time, and the treatment of
    ties cannot matter.

    Parameters
    ----------
    decimals : int
        Decimal places of a time.
    arms : int
        Number of arms.
    """

    decimals: int
    arms: int

    @property
    def tick(self) -> float:
        """Length of a tick, in time units."""
        return 10.0**-self.decimals

    def times(self, ticks: Ticks | Floats) -> Floats:
        """
        Convert ticks to time units.

        Parameters
        ----------
        ticks : ndarray of int or float
            Times in ticks.

        Returns
        -------
        ndarray of float
            Times, each the float nearest to its decimal.
        """
        return ticks / 10.0**self.decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Knots:
    """
    The movable points of one arm's time axis.

    Parameters
    ----------
    natural : ndarray of float, shape (n,)
        The population's time of each patient.
    position : ndarray of int, shape (k,)
        The patients that the knots are.
    at : ndarray of float, shape (k,)
        The population's time at each knot, ascending.
    lower, upper : ndarray of float, shape (k,)
        How far each knot may move; infinite for a free end.
    """

    natural: Floats
    position: Ticks
    at: Floats
    lower: Floats
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
        held = np.isfinite(self.upper)
        latest[self.position[held]] = np.floor(self.upper[held] / clock.tick).astype(np.int64)
        return earliest, latest


def choose_clock(targets: Targets, end: float) -> Clock:
    """
    Choose the decimals of the times, finer than every printed window and every gap of patients.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    end : float
        End of follow-up, in time units.

    Returns
    -------
    Clock
        The grid of times.
    """
    windows = [
        2.0 * window.half
        for arm in targets.arms
        for window in (*(own.window for own in arm.passages), arm.end)
        if window is not None and window.reached
    ]
    gap = end / max(arm.n for arm in targets.arms) / (_TICKS_PER_PATIENT * len(targets.arms))
    # patients at risk at a time that prints like the end of follow-up all leave within its window
    crowds = [
        (arm.end.upper - time) / (2.0 * count * len(targets.arms))
        for arm in targets.arms
        for time, count in arm.at_risk
        if arm.end is not None and arm.end.lower <= time < arm.end.upper and count
    ]
    # so do at least half the patients where the median follow-up prints like its end
    crowds += [
        (arm.end.upper - arm.end.lower) / (2.0 * arm.n * len(targets.arms))
        for arm in targets.arms
        if arm.end is not None
        and any(own.reverse and own.window.upper >= arm.end.lower for own in arm.passages)
        and arm.end.upper > arm.end.lower
    ]
    finest = min([gap, *crowds, *(window / _TICKS_PER_WINDOW for window in windows)])
    return Clock(decimals=max(0, math.ceil(-math.log10(finest))), arms=len(targets.arms))


def pin(history: History, anchors: Sequence[Anchor]) -> History:
    """
    Hold certain patients to windows of time, as far as the order of leaving allows it.

    Parameters
    ----------
    history : History
        An arm's patients in order.
    anchors : sequence of Anchor
        The patients and their windows; those who are nearest to theirs come first.

    Returns
    -------
    History
        The same order with more anchors.
    """
    known = list(history.anchors)
    away = [abs(history.natural[own.position] - own.window.middle) for own in anchors]
    for _, anchor in sorted(zip(np.round(away, 9).tolist(), anchors, strict=True), key=_first):
        if all(_in_turn(anchor, own) or _together(anchor, own) for own in known):
            known.append(anchor)
    known.sort(key=lambda anchor: (anchor.position, -anchor.window.lower))
    return replace(history, anchors=tuple(known))


def _first(ranked: tuple[float, Anchor]) -> tuple[float, int, float]:
    away, anchor = ranked
    return away, anchor.position, anchor.window.lower


def _together(new: Anchor, known: Anchor) -> bool:
    """Tell whether one patient can be in two windows, with room to spare."""
    if new.position != known.position:
        return False
    common = min(new.window.upper, known.window.upper) - max(new.window.lower, known.window.lower)
    return common >= min(new.window.half, known.window.half)


def pin_events(history: History, windows: Sequence[Window]) -> History:
    """
    Put events into windows of time, where sub-groups' medians are to fall.

    Parameters
    ----------
    history : History
        An arm's patients in order.
    windows : sequence of Window
        The windows, in time units.

    Returns
    -------
    History
        The same order; for each window as many more anchors as it has too few events held to it, at
        the events nearest to it, as far as the others leave room for them.
    """
    anchors = list(history.anchors)
    events = np.flatnonzero(history.event)
    known = [own for own in anchors if history.event[own.position]]
    for window in sorted(windows, key=lambda own: own.middle):
        held = [own for own in known if _within(own.window, window)][:_IN_WINDOW]
        known = [own for own in known if own not in held]
        distance = np.abs(history.natural[events] - window.middle)
        missing = _IN_WINDOW - len(held)
        for position in events[np.argsort(distance.round(9), kind="stable")[:_NEAREST]].tolist():
            anchor = Anchor(position, window)
            if missing and all(_in_turn(anchor, own) for own in anchors):
                anchors.append(anchor)
                missing -= 1
    anchors.sort(key=lambda anchor: (anchor.position, -anchor.window.lower))
    return replace(history, anchors=tuple(anchors))


def _within(inner: Window, outer: Window) -> bool:
    return outer.lower <= inner.lower and inner.upper <= outer.upper


def _in_turn(new: Anchor, known: Anchor) -> bool:
    """Tell whether two patients can leave in the order of their places, within their windows."""
    if new.position == known.position:
        return False
    first, second = sorted((new, known), key=lambda anchor: anchor.position)
    return first.window.lower < second.window.upper


def set_knots(history: History, clock: Clock, fillers: int) -> tuple[Knots, Floats]:
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
    upper = np.minimum.accumulate(upper[::-1])[::-1]
    at = history.natural[positions]
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
