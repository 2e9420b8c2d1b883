"""Random trials on a grid of visits, for the tests of the search there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.visits.counts import count_patients
from survkit.reconstruction.visits.grid import lay_slots, visit_clock
from survkit.reconstruction.visits.problem import Counts, Problem
from tests.reconstruction.documents import analysis
from tests.reconstruction.printing import print_contrast, print_patients, random_patients

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.placement.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """What is asked of a trial, and its patients on the grid of visits."""

    constraints: AnalysisConstraints
    clock: Clock
    problem: Problem
    counts: Counts


def visit_trial(seed: int, n: int, ties: Ties = "efron", every: int = 3) -> Visited:
    """Bring a random trial of two arms, as the orders leave it, to the nearest visits."""
    old, new = random_patients(seed, n), random_patients(seed + 1, n, scale=28.0)
    arms = [print_patients(name, one, limits=False) for name, one in (("old", old), ("new", new))]
    asked = analysis(*arms, print_contrast(old, new), assessment_every=every, ties=ties)
    constraints = read_constraints(asked)
    population = fit_population(constraints)
    clock = visit_clock(constraints, population.end)
    assert constraints.schedule is not None
    grid = lay_slots(constraints, constraints.schedule, clock, population.end, free=False)
    return Visited(
        constraints=constraints,
        clock=clock,
        problem=Problem(contrasts=constraints.contrasts, grid=grid, ties=ties),
        counts=count_patients(constraints, order_patients(constraints, population), grid, 0.0),
    )


def leaving(visited: Visited, counts: Counts, arm: int) -> np.ndarray:
    """Count who leaves in each stretch between two printed numbers at risk."""
    left = counts.events[arm] + counts.censored[arm]
    return np.bincount(visited.problem.grid.region[arm], left)
