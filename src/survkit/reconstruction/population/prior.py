"""What is expected of a population before any figure is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.population import FollowUp
    from survkit.reconstruction.population.rhythms import Clock

__all__ = [
    "USUAL_CELLS",
    "ClockFinder",
    "Clocked",
    "PopulationPrior",
    "Prior",
    "PriorFactory",
    "go_by_time",
    "log_hazards_relative",
]

USUAL_CELLS = 12
"""Cells of equal length that are enough for the likeliest population."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """A Gaussian prior of the log cell hazards, arm by arm, events before censorings."""

    mean: Floats  # shape (arms, 2, k); its mean
    covariance: Floats  # shape (p, p); its covariance, with p = 2 k times the arms
    # shape (arms, 2, k); the variance in it that is the noise of a sample, cell by cell alone
    noise: Floats
    # shape (arms, 2, k); by how much the mean is lower than that of hazards without this noise; not
    # at all where none is given
    lowered: Floats | None = None
    # shape (p,); where the search for the mode begins, by the weights of the covariance's columns;
    # at the mean where none are given
    start: Floats | None = None

    def at_pace(self, pace: Floats) -> Prior:
        """Return the prior with hazards of events so many times as high, cell by cell."""
        mean = self.mean.copy()
        mean[:, 0] += np.log(pace)
        return replace(self, mean=mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """Hazards of events that go by a clock."""

    hazards: Prior
    clock: Clock | None  # None where it is time itself
    # shape (p,); where the mode is expected, by the weights of the covariance's columns, if known
    near: Floats | None = None


PriorFactory: TypeAlias = "Callable[[AnalysisConstraints, Floats, float], Prior]"
"""What makes a prior: of the printed figures, the cell edges and the time scale of the curves."""

ClockFinder: TypeAlias = "Callable[[AnalysisConstraints, Floats, Prior], Clocked]"
"""What puts hazards on a clock: of the printed figures, the cell edges and a prior of hazards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationPrior:
    """
    What is expected of a population before any figure is read.

    Parameters
    ----------
    name : str
        Its name.
    label : str
        What the record says of it, after the method; changes whenever the prior does.
    hazards : callable
        From printed figures, cell edges and time scale to the prior of log hazards.
    clock : callable
        From printed figures, cell edges and such a prior to the hazards by the clock of the events.
    follow_up : callable
        From printed figures, time scale and a probability to the follow-up that is taken where none
        is printed: the quantile of that probability among what it may have been.
    cells : int
        Cells of equal length over the follow-up, and as many over where curves fall.
    late : tuple of float
        Shares of the follow-up at which the last cells begin.
    all_leave : bool
        Whether who is left leaves when follow-up ends, as at a cut-off, and not before in
        proportion.
    widens : bool
        Whether it gives way where figures are far from all that it expects.
    replaceable : bool
        Whether the smooth prior takes its place where it does not lead to all figures.
    """

    name: str
    label: str
    hazards: PriorFactory
    clock: ClockFinder
    follow_up: Callable[[AnalysisConstraints, float, float], FollowUp]
    cells: int
    late: tuple[float, ...]
    all_leave: bool
    widens: bool
    replaceable: bool

    def at_any_time(self) -> PopulationPrior:
        """Return the prior with hazards of events that go by time."""
        return replace(self, label=f"{self.label} at any time", clock=go_by_time)


def go_by_time(_: AnalysisConstraints, _edges: Floats, hazards: Prior) -> Clocked:
    """Leave hazards as they are."""
    return Clocked(hazards=hazards, clock=None)


def log_hazards_relative(constraints: AnalysisConstraints) -> list[float | None]:
    """Log hazard of each arm against the arms' middle, where hazard ratios tie it to others."""
    known: dict[int, float] = {}
    for contrast in constraints.contrasts:
        if contrast.log_ratio is not None:
            reference = known.setdefault(contrast.reference, 0.0)
            known.setdefault(contrast.experimental, reference + contrast.log_ratio)
    centre = sum(known.values()) / len(known) if known else 0.0
    return [known[arm] - centre if arm in known else None for arm in range(len(constraints.arms))]
