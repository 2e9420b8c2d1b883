"""The population by its figures: the likeliest hazards in cells of time, given a prior."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import sums_before
from survkit.reconstruction.constraints.families.quantiles import AT_THE_END
from survkit.reconstruction.population.follow_up import arm_ends, median_scale
from survkit.reconstruction.population.mode import expect_arms, find_mode, settle
from survkit.reconstruction.population.population import ArmPopulation, FollowUp, Population
from survkit.reconstruction.population.prior import USUAL_CELLS
from survkit.reconstruction.population.priors import find_prior

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.population.prior import Clocked, PopulationPrior
    from survkit.reconstruction.population.rhythms import Clock

__all__ = [
    "CONTRADICTORY",
    "MEDIAN",
    "cell_edges",
    "fit_compatible",
    "fit_population",
    "measure_strain",
]

MEDIAN = 0.5
"""Probability of the quantile at which follow-up is taken where none is printed."""
_LEFT_AT_END = 0.3
"""Patients of the population who have not left when follow-up ends."""
CONTRADICTORY = 30.0
"""Strain per figure, 1 as a rule and 12 at most of what is true, of figures that exclude others."""


def fit_population(
    constraints: AnalysisConstraints,
    *,
    stretch: float = 1.0,
    prior: PopulationPrior | None = None,
) -> Population:
    """
    Find the likeliest population that prints the figures in expectation.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    stretch : float
        Multiple of the follow-up that would be assumed, where none is printed.
    prior : PopulationPrior, optional
        What is expected of it; that of the trial file, or the usual one, where none is given.

    Returns
    -------
    Population
        Hazards, cell by cell.
    """
    prior = find_prior(constraints.prior) if prior is None else prior
    follow_up, edges, expected = _expected(constraints, prior, stretch)
    mode, _, widened = settle(
        constraints, edges, expected.hazards, widens=prior.widens, near=expected.near
    )
    arms = expect_arms(constraints, edges, mode.log_hazards)
    leaving = [cells.leaving for cells in arms]
    ends = arm_ends(constraints, float(edges[-1]))
    for place, (arm, end) in enumerate(zip(constraints.arms, ends, strict=True)):
        if prior.all_leave or _are_left_at(arm, end):
            leaving[place] = _all_leave(arms[place], end, arm.n)
    return Population(
        arms=tuple(
            _arm_population(cells, removed, expected.clock)
            for cells, removed in zip(arms, leaving, strict=True)
        ),
        prior=prior.name,
        follow_up=follow_up,
        widened=widened,
        strain=mode.energy / max(mode.figures, 1),
        by_visits=expected.clock is not None,
    )


def _arm_population(cells: Cells, removed: Floats, clock: Clock | None) -> ArmPopulation:
    """Write an arm's hazards down; those of events follow the clock within cells, too."""
    edges, events, others = cells.edges, cells.event, removed - cells.event
    if clock is not None:
        edges = clock.refine(cells.edges)
        passed = clock.passed(edges), clock.passed(cells.edges)
        events = np.diff(np.interp(*passed, sums_before(events)))
        others = np.diff(np.interp(edges, cells.edges, sums_before(others)))
        removed = events + others
    return ArmPopulation(
        edges=edges,
        removal=sums_before(removed),
        event_share=events / removed,
        expected_events=float(cells.events.sum()),
    )


def fit_compatible(
    constraints: AnalysisConstraints, stretch: float, prior: PopulationPrior
) -> Population:
    """Fit a population; that of the arms by themselves where comparisons contradict them."""
    population = fit_population(constraints, stretch=stretch, prior=prior)
    if population.strain < CONTRADICTORY or not constraints.contrasts:
        return population
    apart = replace(constraints, contrasts=(), areas=())
    alone = fit_population(apart, stretch=stretch, prior=prior)
    return population if alone.strain > CONTRADICTORY else replace(alone, strain=population.strain)


def measure_strain(constraints: AnalysisConstraints, prior: PopulationPrior) -> float:
    """
    Measure how far the likeliest population is from what is printed and what is expected.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    prior : PopulationPrior
        What is expected of the hazards.

    Returns
    -------
    float
        Squared distances in units of their noise, summed; the smaller, the better figures go
        together.
    """
    _, edges, expected = _expected(constraints, prior, 1.0)
    return find_mode(constraints, edges, expected.hazards, near=expected.near).energy


def _expected(
    constraints: AnalysisConstraints, prior: PopulationPrior, stretch: float
) -> tuple[FollowUp, Floats, Clocked]:
    """Return the follow-up, the cells of time, and what is expected of the hazards in them."""
    scale = median_scale(constraints)
    follow_up = prior.follow_up(constraints, scale, MEDIAN)
    edges = cell_edges(constraints, scale, follow_up.end * stretch, prior.late, prior.cells)
    hazards = prior.hazards(constraints, edges, scale)
    return follow_up, edges, prior.clock(constraints, edges, hazards)


def _are_left_at(arm: ArmConstraints, end: float) -> bool:
    """Tell whether patients are known to be at risk when follow-up is about to end."""
    return any(count and time >= AT_THE_END * end for time, count in arm.at_risk)


def _all_leave(cells: Cells, end: float, n: int) -> Floats:
    """Return the hazards of leaving when who is left leaves at the end, and not in proportion."""
    leaving = cells.leaving.copy()
    last = cells.until(end) - 1
    needed = math.log(n / _LEFT_AT_END) - float(leaving[:last].sum())
    leaving[last] = max(leaving[last], needed)
    return leaving


def cell_edges(
    constraints: AnalysisConstraints,
    scale: float,
    end: float,
    late: tuple[float, ...] = (0.95,),
    cells: int = USUAL_CELLS,
) -> Floats:
    """
    Cut the follow-up into cells at every printed time, with finer cells where curves fall.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    scale : float
        Time scale of the curves.
    end : float
        End of follow-up, in time units.
    late : tuple of float
        Edges shortly before the end, as shares of it.
    cells : int
        Cells of equal length, and as many over where curves fall.

    Returns
    -------
    ndarray of float, shape (k + 1,)
        Cell edges from 0 to the end of follow-up.
    """
    printed = {time for arm in constraints.arms for time in arm.landmarks if time < end}
    printed |= {time for time in arm_ends(constraints, end) if time < end}
    filler = set(np.linspace(0.0, end, cells + 1)[1:-1].tolist())
    filler |= set(np.linspace(0.0, min(1.6 * scale, end), cells + 1)[1:-1].tolist())
    filler |= {share * end for share in late}
    edges = [0.0, end]
    for candidates, apart in ((printed, end / 500.0), (filler, end / (5.0 * cells))):
        for time in sorted(candidates):
            if min(abs(time - edge) for edge in edges) > apart:
                edges.append(time)
    return np.array(sorted(edges))
