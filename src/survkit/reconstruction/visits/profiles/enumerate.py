"""Whole patients from fractions: the ways near to them in which an arm meets its added figures.

`relaxation` gives fractions of patients that meet nearly everything. Here an arm's counts are built
up slot by slot in all ways that stay within a few patients of the fractions; what fails a figure on
the way is dropped, and of ways that would be told apart by no figure the smoothest is kept.
`pairing` then chooses among the arms' profiles by what the contrasts ask.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import event_terms
from survkit.kernels.violation import CURVE
from survkit.reconstruction.visits.profiles.framing import find_comparator, frame_arm
from survkit.reconstruction.visits.profiles.profile import (
    ArmFrame,
    Breadth,
    PartialProfiles,
    Profiles,
    empty_profile,
)
from survkit.reconstruction.visits.profiles.pruning import prune

if TYPE_CHECKING:
    from survkit.arrays import Floats, Ticks
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.problem import Counts, Grid

__all__ = ["list_profiles"]

_MOST_MISSING = 100
"""Ways that are followed where none meets what is asked at a slot: those that miss least."""
_FAR = 4.0
"""Least differences of scores that are as bad as one patient out of place."""


def list_profiles(
    point: Floats,
    counts: Counts,
    grid: Grid,
    contrasts: tuple[ContrastConstraint, ...],
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
    contrasts : tuple of ContrastConstraint
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
    frame = frame_arm(point[:, arm], counts, grid, arm, find_comparator(point, contrasts, arm))
    partial, path = empty_profile(), []
    for slot in range(grid.ticks.size):
        partial = _with_events(frame, partial, slot, breadth.reach)
        partial = prune(frame, _passing(frame, partial, slot), slot, breadth.partial)
        partial = _with_censored(frame, partial, slot, breadth.reach)
        partial = prune(frame, partial, slot, breadth.partial)
        path.append(partial)
    whole = np.flatnonzero(partial.all_events == frame.events)
    price = partial.roughness + _beside(frame, partial.score)
    order = np.lexsort((price[whole], partial.missed[whole]))[: breadth.listed]
    return _traced(path, whole[order])


def _beside(frame: ArmFrame, score: Floats) -> Floats:
    """Measure how far the hazard ratio would be from the printed one."""
    if frame.comparator is None:
        return np.zeros(score.size)
    return np.square((score - frame.comparator.wanted) / (_FAR * frame.comparator.unit)).round(9)


def _choices(allowed: bool, wanted: float, so_far: Ticks, reach: int) -> tuple[Ticks, Ticks]:
    """Return numbers near to what brings a sum to its place, and to which profile each belongs."""
    steps = np.arange(-reach, reach + 1) if allowed else np.zeros(1, dtype=np.int64)
    centre = np.maximum(np.rint(wanted - so_far), 0.0).astype(np.int64) if allowed else 0 * so_far
    return (centre[:, None] + steps).ravel(), np.repeat(np.arange(so_far.size), steps.size)


def _with_events(
    frame: ArmFrame, partial: PartialProfiles, slot: int, reach: int
) -> PartialProfiles:
    """Go on with every number of events at a slot that leaves the others possible."""
    wanted = float(frame.point[0, : slot + 1].sum())
    added, source = _choices(bool(frame.eventful[slot]), wanted, partial.all_events, reach)
    before = partial.pick(source)
    at_risk = frame.n - before.all_events - before.all_censored
    events = np.clip(added, 0, at_risk)
    hazard, variance = event_terms(events, at_risk)
    score: Floats = before.score
    if frame.comparator is not None:
        score = score + frame.comparator.score(slot, events, at_risk)
    after = replace(
        before,
        source=source,
        events=added,
        all_events=before.all_events + added,
        in_stretch=added if frame.begins[slot] else before.in_stretch + added,
        hazard=before.hazard + hazard,
        variance=before.variance + variance,
        score=score,
        roughness=before.roughness + _roughness(added, frame.point[0, slot]),
    )
    possible = (added >= 0) & (after.in_stretch <= frame.quota[slot])
    possible &= after.all_events <= frame.events
    return after.pick(possible & (frame.most_events(after, slot) >= frame.events))


def _roughness(counts: Ticks, wanted: float) -> Floats:
    """Measure how far counts are from fractions, as their chance would have it."""
    rough: Floats = (np.square(counts - wanted) / (wanted + 1.0)).round(9)
    return rough


def _passing(frame: ArmFrame, partial: PartialProfiles, slot: int) -> PartialProfiles:
    """Keep what meets the figures read at a slot; what misses least where nothing does."""
    curve = frame.curve.at(slot)
    if not curve.slot.size or not partial.events.size:
        return partial
    shape = curve.slot.size, partial.events.size
    values = curve.read(
        np.broadcast_to(partial.hazard, shape), np.broadcast_to(partial.variance, shape)
    )
    missed: Floats = (partial.missed + curve.missed(values)).round(9)
    kept = np.flatnonzero(missed <= CURVE.met)
    if not kept.size:
        kept = np.argsort(missed, kind="stable")[:_MOST_MISSING]
    return replace(partial.pick(kept), missed=missed[kept])


def _with_censored(
    frame: ArmFrame, partial: PartialProfiles, slot: int, reach: int
) -> PartialProfiles:
    """Go on with every number of censored patients after a slot that leaves the others possible."""
    if frame.settles[slot]:
        rows, added = np.arange(partial.events.size), frame.quota[slot] - partial.in_stretch
    else:
        wanted = float(frame.point[1, : slot + 1].sum())
        added, rows = _choices(bool(frame.open[slot]), wanted, partial.all_censored, reach)
    before = partial.pick(rows)
    after = replace(
        before,
        censored=added,
        all_censored=before.all_censored + added,
        in_stretch=before.in_stretch + added,
        roughness=before.roughness + _roughness(added, frame.point[1, slot]),
    )
    possible = (added >= 0) & (after.in_stretch <= frame.quota[slot])
    if frame.ends[slot]:
        possible &= after.in_stretch == frame.quota[slot]
    return after.pick(possible & (frame.most_events(after, slot) >= frame.events))


def _traced(path: list[PartialProfiles], rows: Ticks) -> Profiles:
    """Go back from the ends of profiles to their beginnings."""
    events = np.zeros((rows.size, len(path)), dtype=np.int64)
    censored = np.zeros_like(events)
    missed = path[-1].missed[rows]
    for slot in range(len(path) - 1, -1, -1):
        events[:, slot], censored[:, slot] = path[slot].events[rows], path[slot].censored[rows]
        rows = path[slot].source[rows]
    return Profiles(events=events, censored=censored, missed=missed)
