"""What the search at visits is about: a grid of slots, the patients on it, where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Flags, Floats, Ticks, sums_from
from survkit.kernels import TwoArmTable

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.curve_constraints import CurveConstraints

__all__ = ["Counts", "Grid", "Problem", "State"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The slots of all arms."""

    ticks: Ticks  # shape (k,); the slots in ticks of the clock, ascending, 0 first
    times: Floats  # shape (k,); the same in time units
    eventful: Flags  # shape (arms, k); where each arm may have events
    planned: Flags  # shape (k,); which slots are visits
    open: Flags  # shape (arms, k); after which slots patients of each arm may be censored
    # shape (arms, k); number of the stretch between two printed numbers at risk; who leaves at a
    # slot, or after it, leaves in its stretch
    region: Ticks
    curves: tuple[CurveConstraints, ...]  # what is asked of each arm's curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many patients leave where."""

    events: Ticks  # shape (arms, k); events at each slot
    censored: Ticks  # shape (arms, k); patients censored after each slot and before the next

    def copy(self) -> Counts:
        """Return the same counts in arrays of their own."""
        return Counts(events=self.events.copy(), censored=self.censored.copy())

    @property
    def at_risk(self) -> Ticks:
        """Patients at risk at each slot, in the same shape."""
        leaving = self.events + self.censored
        after: Ticks = sums_from(leaving)
        return after

    @property
    def key(self) -> bytes:
        """The counts as bytes, to recognise them."""
        return self.events.tobytes() + self.censored.tobytes()

    @property
    def valid(self) -> bool:
        """Whether no number is negative."""
        return bool((self.events >= 0).all() and (self.censored >= 0).all())

    def table(self, reference: int, experimental: int, times: Floats) -> TwoArmTable:
        """
        Tabulate two arms.

        Parameters
        ----------
        reference, experimental : int
            Positions of the arms.
        times : ndarray of float, shape (k,)
            The slots, in time units.

        Returns
        -------
        TwoArmTable
            The slots at which either arm has events.
        """
        pair = [reference, experimental]
        happens = self.events[pair].sum(axis=0) > 0
        return TwoArmTable(
            time=times[happens],
            events=self.events[pair][:, happens],
            at_risk=self.at_risk[pair][:, happens],
        )

    def beside(
        self, pair: tuple[int, int], arm: int, events: Ticks, at_risk: Ticks
    ) -> tuple[Ticks, Ticks]:
        """
        Put other counts of one arm beside the other arm of a pair as it is.

        Parameters
        ----------
        pair : tuple of int
            Positions of the reference and the experimental arm.
        arm : int
            The one of them that is counted otherwise.
        events, at_risk : ndarray of int, shape (..., k)
            Its events and patients at risk.

        Returns
        -------
        tuple of ndarray of int, each of shape (2, ..., k)
            Events and patients at risk of both arms.
        """
        standing = self.at_risk
        rows = [
            (events, at_risk)
            if row == arm
            else (
                np.broadcast_to(self.events[row], events.shape),
                np.broadcast_to(standing[row], at_risk.shape),
            )
            for row in pair
        ]
        return np.stack([row[0] for row in rows]), np.stack([row[1] for row in rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is asked, and where patients may go."""

    contrasts: tuple[ContrastConstraint, ...]  # the comparisons that count
    grid: Grid  # the slots
    ties: Ties  # how tied events share a risk set


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the figures stand with the patients as they are."""

    counts: Counts  # the patients on the grid
    # shape (2, q); each arm's cumulative hazard and Greenwood's sum where its curve is read
    curves: tuple[Floats, ...]
    # shape (contrasts, 4); score (0 at the fitted ratio), information, difference and variance of
    # each contrast
    comparisons: Floats
    log_ratios: tuple[float, ...]  # the fitted log hazard ratios
    missed: tuple[float, ...]  # what each arm's curve misses
    met: bool  # whether every figure lies within its rounding
    loss: float  # what all figures miss together, in half rounding windows, squared
