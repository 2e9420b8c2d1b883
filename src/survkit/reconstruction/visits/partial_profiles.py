"""Profiles in the making: what all of an arm have in common, and what is known of each so far.

`profiles` lengthens them slot by slot, `thinning` keeps their number small.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.reconstruction.visits.comparator import Rival
    from survkit.reconstruction.visits.counts import Counts
    from survkit.reconstruction.visits.curve_constraints import Questions
    from survkit.reconstruction.visits.grid import Grid

__all__ = ["Begun", "Frame", "begin_profiles", "frame_arm"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """
    What all profiles of an arm have in common.

    Parameters
    ----------
    point : ndarray of float, shape (2, k)
        Events and censorings as fractions of patients.
    eventful, open : ndarray of bool, shape (k,)
        At which slots there may be events, and after which patients may be censored.
    questions : Questions
        What is asked of the curve.
    n, events : int
        Patients, and how many of them have the event.
    quota : ndarray of int, shape (k,)
        Patients who leave in the stretch of each slot.
    begins, ends : ndarray of bool, shape (k,)
        First and last slots of stretches.
    settles : ndarray of bool, shape (k,)
        Last slots of stretches after which somebody may be censored: the rest leaves there.
    later : ndarray of int, shape (k,)
        Events that the stretches after that of each slot have room for.
    rival : Rival or None
        The arm it is compared with.
    """

    point: Floats
    eventful: Flags
    open: Flags
    questions: Questions
    n: int
    events: int
    quota: Ticks
    begins: Flags
    ends: Flags
    settles: Flags
    later: Ticks
    rival: Rival | None

    def most_events(self, begun: Begun, slot: int) -> Ticks:
        """
        Count the events that profiles can still come to.

        Parameters
        ----------
        begun : Begun
            The profiles.
        slot : int
            The slot they have come to.

        Returns
        -------
        ndarray of int, shape (m,)
            Events so far and those that the patients who have yet to leave may have.
        """
        most: Ticks = begun.all_events + self.quota[slot] - begun.in_stretch + self.later[slot]
        return most


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """
    Profiles up to a slot, each array of shape (m,).

    Parameters
    ----------
    source : ndarray of int
        Which profile up to the slot before each goes on from.
    events, censored : ndarray of int
        Events at the slot, and patients censored after it.
    all_events, all_censored : ndarray of int
        The same up to the slot.
    in_stretch : ndarray of int
        Who has left since the stretch began.
    hazard, variance, score : ndarray of float
        Cumulative hazard, Greenwood's sum and score against the rival, up to the slot.
    missed : ndarray of float
        What the curve has missed so far, in half rounding windows, squared.
    roughness : ndarray of float
        How far the profile is from the fractions.
    """

    source: Ticks
    events: Ticks
    censored: Ticks
    all_events: Ticks
    all_censored: Ticks
    in_stretch: Ticks
    hazard: Floats
    variance: Floats
    score: Floats
    missed: Floats
    roughness: Floats

    def pick(self, rows: Ticks | Flags) -> Begun:
        """
        Return some of them.

        Parameters
        ----------
        rows : ndarray of int or bool
            Which.

        Returns
        -------
        Begun
            These.
        """
        return Begun(**{own.name: getattr(self, own.name)[rows] for own in fields(self)})


def begin_profiles() -> Begun:
    """
    Return the one profile before the first slot.

    Returns
    -------
    Begun
        Nobody has left.
    """
    none, nothing = np.zeros(1, dtype=np.int64), np.zeros(1)
    return Begun(
        source=none,
        events=none,
        censored=none,
        all_events=none,
        all_censored=none,
        in_stretch=none,
        hazard=nothing,
        variance=nothing,
        score=nothing,
        missed=nothing,
        roughness=nothing,
    )


def frame_arm(point: Floats, counts: Counts, grid: Grid, arm: int, rival: Rival | None) -> Frame:
    """
    Put together what the profiles of an arm have in common.

    Parameters
    ----------
    point : ndarray of float, shape (2, k)
        Events and censorings of the arm as fractions of patients.
    counts : Counts
        Whole patients, with the numbers that are kept.
    grid : Grid
        The slots.
    arm : int
        The arm.
    rival : Rival or None
        The arm it is compared with.

    Returns
    -------
    Frame
        The frame.
    """
    region, may, opens = grid.region[arm], grid.eventful[arm], grid.open[arm]
    leaving = counts.events[arm] + counts.censored[arm]
    stretches = np.unique(region)
    quotas = {own: int(leaving[region == own].sum()) for own in stretches.tolist()}
    room = {own: quotas[own] if may[region == own].any() else 0 for own in quotas}
    settles = np.zeros(region.size, dtype=np.bool_)
    for own in stretches:
        settles[np.flatnonzero((region == own) & opens)[-1:]] = True
    return Frame(
        point=point,
        eventful=may,
        open=opens,
        questions=grid.questions[arm],
        n=int(leaving.sum()),
        events=int(counts.events[arm].sum()),
        quota=np.array([quotas[own] for own in region.tolist()]),
        begins=np.diff(region, prepend=-1) > 0,
        ends=np.diff(region, append=region[-1] + 1) > 0,
        settles=settles,
        later=np.array(
            [sum(most for other, most in room.items() if other > own) for own in region.tolist()]
        ),
        rival=rival,
    )
