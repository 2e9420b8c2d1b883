"""Profiles of an arm: ways to fill the slots with its patients, whole or in the making.

`profiles` lengthens them slot by slot, `thinning` keeps their number small.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import experimental_share
from survkit.kernels.violation import CURVE

if TYPE_CHECKING:
    from survkit.reconstruction.visits.curve_constraints import CurveConstraints

__all__ = ["ArmFrame", "Breadth", "Comparator", "PartialProfiles", "Profiles", "empty_profile"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NOBODY = 1e-9
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
    partial : int
        Profiles in the making that are followed from slot to slot.
    listed : int
        Profiles that are returned.
    """

    reach: int
    partial: int
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
    """
    The other arm of a contrast, as fractions: profiles that compare differently are kept apart.

    Parameters
    ----------
    events, at_risk : ndarray of float, shape (k,)
        Its events and patients at risk at each slot.
    odds : float
        Hazard of the arm over that of the comparator.
    unit : float
        Least difference of scores, in events, that matters to the rounding of the hazard ratio.
    wanted : float
        Score at which the printed hazard ratio holds, when the comparator leaves its fractions
        as far.
    """

    events: Floats
    at_risk: Floats
    odds: float
    unit: float
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
    """
    What all profiles of an arm have in common.

    Parameters
    ----------
    point : ndarray of float, shape (2, k)
        Events and censorings as fractions of patients.
    eventful, open : ndarray of bool, shape (k,)
        At which slots there may be events, and after which patients may be censored.
    curve : CurveConstraints
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
    comparator : Comparator or None
        The arm it is compared with.
    """

    point: Floats
    eventful: Flags
    open: Flags
    curve: CurveConstraints
    n: int
    events: int
    quota: Ticks
    begins: Flags
    ends: Flags
    settles: Flags
    later: Ticks
    comparator: Comparator | None

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
        Cumulative hazard, Greenwood's sum and score against the comparator, up to the slot.
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
