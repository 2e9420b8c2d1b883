"""Profiles of an arm: ways to fill the slots with its patients, whole or in the making.

`enumerate` lengthens them slot by slot, `pruning` keeps their number small.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import experimental_share
from survkit.kernels.violation import CURVE

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Ticks
    from survkit.reconstruction.visits.curve_constraints import CurveConstraints

__all__ = ["ArmFrame", "Breadth", "Comparator", "PartialProfiles", "Profiles", "empty_profile"]

_NOBODY = 1e-9
_MOST_KNOWN = 1000
"""Profiles of an arm that are kept, the last ones found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breadth:
    """How widely profiles are sought."""

    reach: int  # patients by which what has been counted up to a slot may differ from the fractions
    partial: int  # profiles in the making that are followed from slot to slot
    listed: int  # profiles that are returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Ways to fill the slots with an arm's patients, smoothest first."""

    events: Ticks  # shape (p, k); events at each slot, and patients censored after it
    censored: Ticks
    missed: Floats  # shape (p,); what the arm's curve misses, in half rounding windows, squared

    def beside(self, others: Profiles | None) -> Profiles:
        """Join profiles from another start, if these are no worse."""
        if others is None or not others.missed.size:
            return self
        mine, theirs = float(self.missed.min(initial=np.inf)), float(others.missed.min())
        if max(mine, theirs) > CURVE.met:
            return self if mine < theirs else others
        return Profiles(
            events=np.concatenate((self.events, others.events))[:_MOST_KNOWN],
            censored=np.concatenate((self.censored, others.censored))[:_MOST_KNOWN],
            missed=np.concatenate((self.missed, others.missed))[:_MOST_KNOWN],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """The other arm of a contrast, as fractions: what compares differently is kept apart."""

    events: Floats  # shape (k,); its events and patients at risk at each slot
    at_risk: Floats
    odds: float  # hazard of the arm over that of the comparator
    # least difference of scores, in events, that matters to the rounding of the hazard ratio
    unit: float
    # score at which the printed hazard ratio holds, when the comparator leaves its fractions as
    # far
    wanted: float

    def score(self, slot: int, events: Ticks, at_risk: Ticks) -> Floats:
        """
        Events at a slot beyond those expected of the arm, ties in the middle of their risk set.

        Parameters
        ----------
        slot : int
            The slot.
        events, at_risk : ndarray of int, shape (m,)
            Events and patients at risk of the arm there.

        Returns
        -------
        ndarray of float, shape (m,)
            Observed minus expected events.
        """
        middle = np.maximum(at_risk - 0.5 * events, 0.0)
        other = max(float(self.at_risk[slot] - 0.5 * self.events[slot]), _NOBODY)
        share = experimental_share(np.array(other), middle, self.odds)
        score: Floats = events - (events + self.events[slot]) * share
        return score


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFrame:
    """What all profiles of an arm have in common."""

    point: Floats  # shape (2, k); events and censorings as fractions of patients
    # shape (k,); at which slots there may be events, and after which patients may be censored
    eventful: Flags
    open: Flags
    curve: CurveConstraints  # what is asked of the curve
    n: int  # patients, and how many of them have the event
    events: int
    quota: Ticks  # shape (k,); patients who leave in the stretch of each slot
    begins: Flags  # shape (k,); first and last slots of stretches
    ends: Flags
    # shape (k,); last slots of stretches after which somebody may be censored: the rest leaves
    # there
    settles: Flags
    later: Ticks  # shape (k,); events that the stretches after that of each slot have room for
    comparator: Comparator | None  # the arm it is compared with

    def most_events(self, partial: PartialProfiles, slot: int) -> Ticks:
        """
        Count the events that profiles can still come to.

        Parameters
        ----------
        partial : PartialProfiles
            The profiles.
        slot : int
            The slot they have come to.

        Returns
        -------
        ndarray of int, shape (m,)
            Events so far and those that the patients who have yet to leave may have.
        """
        most: Ticks = partial.all_events + self.quota[slot] - partial.in_stretch + self.later[slot]
        return most


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialProfiles:
    """Profiles up to a slot, each array of shape (m,)."""

    source: Ticks  # which profile up to the slot before each goes on from
    events: Ticks  # events at the slot, and patients censored after it
    censored: Ticks
    all_events: Ticks  # the same up to the slot
    all_censored: Ticks
    in_stretch: Ticks  # who has left since the stretch began
    # cumulative hazard, Greenwood's sum and score against the comparator, up to the slot
    hazard: Floats
    variance: Floats
    score: Floats
    missed: Floats  # what the curve has missed so far, in half rounding windows, squared
    roughness: Floats  # how far the profile is from the fractions

    def pick(self, rows: Ticks | Flags) -> PartialProfiles:
        """
        Return some of them.

        Parameters
        ----------
        rows : ndarray of int or bool
            Which.

        Returns
        -------
        PartialProfiles
            These.
        """
        return PartialProfiles(
            **{field.name: getattr(self, field.name)[rows] for field in fields(self)}
        )


def empty_profile() -> PartialProfiles:
    """Return the one profile before the first slot."""
    none, nothing = np.zeros(1, dtype=np.int64), np.zeros(1)
    return PartialProfiles(
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
