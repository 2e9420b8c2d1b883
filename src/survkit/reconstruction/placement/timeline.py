"""One arm on the move: knots that stretch its time, and runs of events that share a time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Flags, Floats, Ticks, minima_from
from survkit.kernels import ArmTimes
from survkit.reconstruction.placement.knots import Knots, place_patients

if TYPE_CHECKING:
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.placement.clock import Clock

__all__ = ["Timeline", "begin", "tie", "tie_near"]

_SHORTEST_UNIT = 1e-9
_NO_FALL = 1e-9
_DECIMALS = 6
"""Decimals of a tick that are kept of times off the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The times of one arm's patients, and how they may move."""

    index: int  # position of the arm, which is its residue on the clock
    clock: Clock  # the grid of times
    knots: Knots  # the movable points
    # shape (k, n); how much of each knot's move each patient makes
    hats: Floats = field(repr=False)
    times: Floats  # shape (k,); where the knots stand, in time units
    event: Flags  # shape (n,); who has the event
    # shape (n,); whose time each patient has: their own, or that of a run of events
    leader: Ticks
    ticks: Ticks  # shape (n,); times in ticks, rising
    stratum: Ticks | None = None  # shape (n,); strata as numbers
    # shape (k,) or (); by how much each knot's moves are shortened where a curve was drawn
    gentleness: Floats = field(default_factory=lambda: np.ones(()))

    @property
    def patients(self) -> ArmTimes:
        """The arm's patients with their times in ticks."""
        return ArmTimes(time=self.ticks, event=self.event, stratum=self.stratum)

    @property
    def drawn(self) -> bool:
        """Whether the arm follows a drawn curve."""
        return self.gentleness.ndim > 0

    @property
    def tied(self) -> Flags:
        """Who shares a time with the neighbour before or after."""
        same = np.diff(self.ticks) == 0
        shared: Flags = np.append(same, False) | np.insert(same, 0, False)
        return shared

    @property
    def units(self) -> Floats:
        """Scale of each knot's moves: the nearer neighbour's distance, or half its window."""
        before = np.diff(self.times, prepend=0.0)
        after = np.append(before[1:], before[-1])
        gaps = np.minimum(before, after)
        half = 0.5 * (self.knots.upper - self.knots.lower)
        wide = np.minimum(gaps, half) * self.gentleness
        units: Floats = np.maximum(wide, _SHORTEST_UNIT)
        return units

    @property
    def slack(self) -> Floats:
        """How much nearer each knot can come to the one before and leave everybody a tick."""
        step = self.clock.arms * self.clock.tick
        needed = step * (np.diff(self.knots.position, prepend=-1) + 1)
        slack: Floats = np.maximum(np.diff(self.times, prepend=0.0) - needed, 0.0)
        return slack

    def at(self, times: Floats) -> Timeline:
        """
        Move the knots.

        Parameters
        ----------
        times : ndarray of float, shape (k,)
            Where they are to stand; held to their windows.

        Returns
        -------
        Timeline
            The arm with the new times.
        """
        times = np.clip(times, self.knots.lower, self.knots.upper)
        ticks = place_patients(self.knots, times, self.clock, self.index)[self.leader]
        return replace(self, times=times, ticks=ticks)

    def moved(self, shifts: Floats) -> Floats:
        """
        Return everybody's times after no move, and after each knot's move alone.

        Parameters
        ----------
        shifts : ndarray of float, shape (k,)
            How far each knot moves, in time units.

        Returns
        -------
        ndarray of float, shape (k + 1, n)
            Times in ticks, off the grid of the clock.
        """
        knots = self.knots
        still = np.interp(knots.natural, np.append(0.0, knots.at), np.append(0.0, self.times))
        rows = np.concatenate((still[None], still + shifts[:, None] * self.hats))
        # a probe may end on somebody's tick: rounded, so that machines agree on who leaves first
        times: Floats = (rows[:, self.leader] / self.clock.tick).round(_DECIMALS)
        return times

    def placed(self, ticks: Ticks) -> Timeline:
        """
        Give the patients other times.

        Parameters
        ----------
        ticks : ndarray of int, shape (n,)
            Times in ticks.

        Returns
        -------
        Timeline
            The arm with these times.
        """
        return replace(self, ticks=ticks)


def begin(
    index: int, clock: Clock, laid: tuple[Knots, Floats], history: History, stratum: Ticks | None
) -> Timeline:
    """
    Put an arm's patients on the clock.

    Parameters
    ----------
    index : int
        Position of the arm.
    clock : Clock
        The grid of times.
    laid : tuple
        Knots, and the times these begin at.
    history : History
        The arm's patients in order.
    stratum : ndarray of int, shape (n,), or None
        Strata as numbers.

    Returns
    -------
    Timeline
        The arm.
    """
    knots, times = laid
    leader = _leaders(history)
    at = np.append(0.0, knots.at)
    rows = np.eye(knots.at.size + 1)[1:]
    return Timeline(
        index=index,
        clock=clock,
        knots=knots,
        hats=np.stack([np.interp(knots.natural, at, row) for row in rows]),
        times=times,
        event=history.event,
        leader=leader,
        ticks=place_patients(knots, times, clock, index)[leader],
        stratum=stratum,
        gentleness=_gentleness(history, knots),
    )


def _leaders(history: History) -> Ticks:
    """Let events share a time where a drawn curve has them at one time, else nobody."""
    position = np.arange(history.event.size)
    if math.isinf(history.give):
        return position
    alone = np.append(True, np.diff(history.natural) > 0.0) | ~history.event
    alone[1:] |= ~history.event[:-1]
    leaders: Ticks = np.maximum.accumulate(np.where(alone, position, 0))
    return leaders


def _gentleness(history: History, knots: Knots) -> Floats:
    """Say which share of a gap a knot may move at once, so that the curve moves by its give."""
    if math.isinf(history.give):
        return np.ones(())
    at_risk = history.event.size - np.arange(history.event.size)
    curve = np.cumprod(1.0 - history.event / at_risk)
    before = np.concatenate(([1.0], curve))[knots.position]
    around = np.concatenate(([1.0], before, curve[-1:]))
    falls = np.maximum(around[:-2] - around[2:], _NO_FALL)
    gentleness: Floats = np.minimum(1.0, history.give / falls)
    return gentleness


def tie(arm: Timeline, size: int, share: float) -> Timeline:
    """
    Let runs of events share their times.

    The Kaplan-Meier estimate, Greenwood's sum and, with Efron's method, the Cox model do not see
    that events of one arm with nobody between them are tied; the log-rank test does.
    """
    breaks = _breaks(arm)
    position = np.arange(arm.event.size)
    start = np.maximum.accumulate(np.where(breaks, position, 0))
    breaks |= (position - start) % size == 0
    length = np.diff(np.flatnonzero(breaks), append=position.size)
    run = length > 1
    taken = np.floor(np.cumsum(run) * share + 0.5)
    run &= np.diff(taken, prepend=np.floor(0.5)) > 0
    leader = _middles(breaks, run)
    return replace(arm, leader=leader).at(arm.times)


def tie_near(arm: Timeline, within: float) -> Timeline:
    """Let events share a time that are at most so far apart, in time units; ties there are stay."""
    breaks = _breaks(arm)
    starts, since = breaks.tolist(), 0
    longest = within / arm.clock.tick
    for position, tick in enumerate(arm.ticks.tolist()):
        if starts[position] or tick - since > longest:
            starts[position], since = True, tick
    leader = _middles(np.asarray(starts), None)[arm.leader]
    return replace(arm, leader=leader).at(arm.times)


def _breaks(arm: Timeline) -> Flags:
    """Return where a run must begin: after a censoring, and at who has a printed time."""
    earliest, latest = arm.knots.patient_bounds(arm.clock)
    floor = np.maximum.accumulate(earliest)
    ceiling = minima_from(latest)
    breaks: Flags = ~arm.event
    breaks[1:] |= ~arm.event[:-1] | (np.diff(floor) != 0) | (np.diff(ceiling) != 0)
    breaks[0] = True
    return breaks


def _middles(breaks: Flags, run: Flags | None) -> Ticks:
    """Return each patient's leader: the middle of the run, of those runs that are to be tied."""
    leader = np.arange(breaks.size)
    first = np.flatnonzero(breaks)
    length = np.diff(first, append=breaks.size)
    tied = np.ones(first.size, dtype=bool) if run is None else run
    for start, long in zip(first[tied], length[tied], strict=True):
        leader[start : start + long] = start + long // 2
    return leader
