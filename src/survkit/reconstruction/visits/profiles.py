"""Whole patients from fractions: the ways near to them in which an arm meets its own figures.

`relaxation` gives fractions of patients that meet nearly everything. Here an arm's counts are built
up slot by slot in all ways that stay within a few patients of the fractions; what fails a figure on
the way is dropped, and of ways that would be told apart by no figure the smoothest is kept.
`pairing` then chooses among the arms' profiles by what the contrasts ask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.visits.comparator import find_rival
from survkit.reconstruction.visits.partial_profiles import Begun, Frame, begin_profiles, frame_arm
from survkit.reconstruction.visits.pruning import keep_apart
from survkit.reconstruction.visits.state import MET
from survkit.reconstruction.visits.terms import slot_terms

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.targets import ContrastTargets
    from survkit.reconstruction.visits.counts import Counts
    from survkit.reconstruction.visits.grid import Grid

__all__ = ["Breadth", "Profiles", "list_profiles"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_MISSING = 100
"""Ways that are followed where none meets what is asked at a slot: those that miss least."""
_FAR = 4.0
"""Least differences of scores that are as bad as one patient out of place."""
_MOST_KNOWN = 1000
"""Profiles of an arm that are kept, the last ones found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breadth:
    """
    How widely profiles are sought.

    Parameters
    ----------
    reach : int
        Patients by which what has been counted up to a slot may differ from the fractions.
    begun : int
        Ways that are followed from slot to slot.
    listed : int
        Profiles that are returned.
    """

    reach: int
    begun: int
    listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """
    Ways to fill the slots with an arm's patients, smoothest first.

    Parameters
    ----------
    events, censored : ndarray of int, shape (p, k)
        Events at each slot, and patients censored after it.
    missed : ndarray of float, shape (p,)
        What the arm's curve misses, in half rounding windows, squared.
    """

    events: Ticks
    censored: Ticks
    missed: Floats

    def beside(self, others: Profiles | None) -> Profiles:
        """
        Join profiles from another start, if these are no worse.

        Parameters
        ----------
        others : Profiles or None
            Profiles of the same arm.

        Returns
        -------
        Profiles
            Both where both have some that meet everything, else the better ones.
        """
        if others is None or not others.missed.size:
            return self
        mine, theirs = float(self.missed.min(initial=np.inf)), float(others.missed.min())
        if max(mine, theirs) > MET:
            return self if mine < theirs else others
        return Profiles(
            events=np.concatenate((self.events, others.events))[:_MOST_KNOWN],
            censored=np.concatenate((self.censored, others.censored))[:_MOST_KNOWN],
            missed=np.concatenate((self.missed, others.missed))[:_MOST_KNOWN],
        )


def list_profiles(
    point: Floats,
    counts: Counts,
    grid: Grid,
    contrasts: tuple[ContrastTargets, ...],
    arm: int,
    breadth: Breadth,
) -> Profiles:
    """
    List profiles of an arm near to fractions of patients.

    Parameters
    ----------
    point : ndarray of float, shape (2, arms, k)
        Events and censorings as fractions of patients.
    counts : Counts
        Whole patients, with the numbers that are kept: the events of the arm, and who leaves
        between two printed numbers at risk.
    grid : Grid
        The slots.
    contrasts : tuple of ContrastTargets
        The comparisons that count.
    arm : int
        The arm.
    breadth : Breadth
        How widely to seek.

    Returns
    -------
    Profiles
        Those that meet all figures of the arm; those that miss least where none does.
    """
    frame = frame_arm(point[:, arm], counts, grid, arm, find_rival(point, contrasts, arm))
    begun, path = begin_profiles(), []
    for slot in range(grid.ticks.size):
        begun = _with_events(frame, begun, slot, breadth.reach)
        begun = keep_apart(frame, _passing(frame, begun, slot), slot, breadth.begun)
        begun = _with_censored(frame, begun, slot, breadth.reach)
        begun = keep_apart(frame, begun, slot, breadth.begun)
        path.append(begun)
    whole = np.flatnonzero(begun.all_events == frame.events)
    price = begun.roughness + _beside(frame, begun.score)
    order = np.lexsort((price[whole], begun.missed[whole]))[: breadth.listed]
    return _traced(path, whole[order])


def _beside(frame: Frame, score: Floats) -> Floats:
    """Measure how far the hazard ratio would be from the printed one."""
    if frame.rival is None:
        return np.zeros(score.size)
    return np.square((score - frame.rival.wanted) / (_FAR * frame.rival.unit)).round(9)


def _choices(allowed: bool, wanted: float, so_far: Ticks, reach: int) -> tuple[Ticks, Ticks]:
    """Return numbers near to what brings a sum to its place, and to which profile each belongs."""
    steps = np.arange(-reach, reach + 1) if allowed else np.zeros(1, dtype=np.int64)
    centre = np.maximum(np.rint(wanted - so_far), 0.0).astype(np.int64) if allowed else 0 * so_far
    return (centre[:, None] + steps).ravel(), np.repeat(np.arange(so_far.size), steps.size)


def _with_events(frame: Frame, begun: Begun, slot: int, reach: int) -> Begun:
    """Go on with every number of events at a slot that leaves the others possible."""
    wanted = float(frame.point[0, : slot + 1].sum())
    own, source = _choices(bool(frame.eventful[slot]), wanted, begun.all_events, reach)
    before = begun.pick(source)
    at_risk = frame.n - before.all_events - before.all_censored
    events = np.clip(own, 0, at_risk)
    hazard, variance = slot_terms(events, at_risk)
    score: Floats = before.score
    if frame.rival is not None:
        score = score + frame.rival.score(slot, events, at_risk)
    after = replace(
        before,
        source=source,
        events=own,
        all_events=before.all_events + own,
        in_stretch=own if frame.begins[slot] else before.in_stretch + own,
        hazard=before.hazard + hazard,
        variance=before.variance + variance,
        score=score,
        roughness=before.roughness + _roughness(own, frame.point[0, slot]),
    )
    possible = (own >= 0) & (after.in_stretch <= frame.quota[slot])
    possible &= after.all_events <= frame.events
    return after.pick(possible & (frame.most_events(after, slot) >= frame.events))


def _roughness(own: Ticks, wanted: float) -> Floats:
    """Measure how far counts are from fractions, as their chance would have it."""
    rough: Floats = (np.square(own - wanted) / (wanted + 1.0)).round(9)
    return rough


def _passing(frame: Frame, begun: Begun, slot: int) -> Begun:
    """Keep what meets the figures read at a slot; what misses least where nothing does."""
    questions = frame.questions.at(slot)
    if not questions.slot.size or not begun.events.size:
        return begun
    shape = questions.slot.size, begun.events.size
    values = questions.read(
        np.broadcast_to(begun.hazard, shape), np.broadcast_to(begun.variance, shape)
    )
    missed: Floats = (begun.missed + questions.missed(values)).round(9)
    kept = np.flatnonzero(missed <= MET)
    if not kept.size:
        kept = np.argsort(missed, kind="stable")[:_MOST_MISSING]
    return replace(begun.pick(kept), missed=missed[kept])


def _with_censored(frame: Frame, begun: Begun, slot: int, reach: int) -> Begun:
    """Go on with every number of censored patients after a slot that leaves the others possible."""
    if frame.settles[slot]:
        rows, own = np.arange(begun.events.size), frame.quota[slot] - begun.in_stretch
    else:
        wanted = float(frame.point[1, : slot + 1].sum())
        own, rows = _choices(bool(frame.open[slot]), wanted, begun.all_censored, reach)
    before = begun.pick(rows)
    after = replace(
        before,
        censored=own,
        all_censored=before.all_censored + own,
        in_stretch=before.in_stretch + own,
        roughness=before.roughness + _roughness(own, frame.point[1, slot]),
    )
    possible = (own >= 0) & (after.in_stretch <= frame.quota[slot])
    if frame.ends[slot]:
        possible &= after.in_stretch == frame.quota[slot]
    return after.pick(possible & (frame.most_events(after, slot) >= frame.events))


def _traced(path: list[Begun], rows: Ticks) -> Profiles:
    """Go back from the ends of profiles to their beginnings."""
    events = np.zeros((rows.size, len(path)), dtype=np.int64)
    censored = np.zeros_like(events)
    missed = path[-1].missed[rows]
    for slot in range(len(path) - 1, -1, -1):
        events[:, slot], censored[:, slot] = path[slot].events[rows], path[slot].censored[rows]
        rows = path[slot].source[rows]
    return Profiles(events=events, censored=censored, missed=missed)
