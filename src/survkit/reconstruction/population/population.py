"""The population that patients are drawn from: hazards of events and of leaving, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import sums_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from survkit.arrays import Floats

__all__ = ["ArmPopulation", "FollowUp", "Population"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPopulation:
    """One arm of the population, cell by cell."""

    # shape (k + 1,); cell edges, from 0 to the end of follow-up of all arms, in time units
    edges: Floats
    # shape (k + 1,); cumulative hazard of leaving, by event or censoring, at the cell edges
    removal: Floats
    event_share: Floats  # shape (k,); probability that who leaves in the cell leaves by an event
    expected_events: float  # expected events of the arm

    @property
    def end(self) -> float:
        """End of follow-up of all arms, in time units."""
        return float(self.edges[-1])

    @property
    def key(self) -> bytes:
        """All of it as bytes, to recognise it."""
        parts = self.edges, self.removal, self.event_share, np.array(self.expected_events)
        return b"|".join(part.tobytes() for part in parts)

    @property
    def hazard(self) -> Floats:
        """Cumulative hazard of events at the cell edges, shape (k + 1,)."""
        return sums_before(np.diff(self.removal) * self.event_share)

    def event_share_at(self, times: Floats) -> Floats:
        """Return the probability that who leaves at a time leaves by an event."""
        return self.event_share[self.cell_of(times)]

    def cell_of(self, times: Floats) -> NDArray[np.int64]:
        """Return the cells that times lie in; an edge belongs to the cell before it."""
        cell = np.searchsorted(self.edges, times, side="left") - 1
        return np.clip(cell, 0, self.edges.size - 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """
    How long patients are taken to have been followed.

    Parameters
    ----------
    end : float
        The longest follow-up, in time units.
    lower, upper : float
        Between these it lies in four of five trials of the kind; both the end where it is printed,
        or where nothing is known of how it varies.
    basis : str
        What it was inferred from, in words; empty where it is printed.
    unusual : bool
        Whether the time scale lies outside that of the trials it was inferred from.
    """

    end: float
    lower: float
    upper: float
    basis: str = ""
    unusual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The fitted population."""

    arms: tuple[ArmPopulation, ...]  # one per arm, on the same cells
    prior: str  # name of the prior
    follow_up: FollowUp  # how long patients are taken to have been followed
    # by how much the variances of the prior had to grow; 1 where the figures are as expected
    widened: float = 1.0
    # squared distances from what is printed and expected, in units of their noise, per figure
    strain: float = 0.0
    # whether events go by the clock of visits, rather than by time
    by_visits: bool = False
    # name of the prior that was asked for, where it did not lead to all figures
    instead_of: str = ""
    # whether hazards are a draw of the prior, where the likeliest did not lead to all figures
    drawn: bool = False

    @property
    def end(self) -> float:
        """End of follow-up of all arms, in time units."""
        return self.arms[0].end
