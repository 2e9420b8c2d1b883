"""Where the distance of reconstructed from real curves lies: patients, population, or noise.

The population that patients are drawn from has a distance of its own. Part of it no figure tells:
real patients are a sample, and its noise would be left if hazards were known exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import survival_at
from survkit.kernels.cells import EVENT
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.fit import MEDIAN, cell_edges, fit_population
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.mode import expect_arms, linearise, settle
from survkit.reconstruction.population.posterior import Posterior
from survkit.reconstruction.population.shapes import describe_trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from survkit.kernels import EventTable
    from survkit.reconstruction.population.population import ArmPopulation
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

__all__ = ["KINDS", "Parts", "kind_of", "take_apart"]

KINDS = ("death", "progression", "recurrence")
_SHARES = (np.arange(400) + 0.5) / 400
_CELLS = 30
_MEAN_OF_NORMAL = math.sqrt(2.0 / math.pi)
"""Mean distance from zero of a standard normal variable."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Mean distance of the population's curves, and what the noise of the sample would leave."""

    population: float
    noise: float


def kind_of(endpoint: str) -> str:
    """Name the kind of an endpoint."""
    _, progression, recurrence, *_ = describe_trial(endpoint)
    return KINDS[1] if progression else KINDS[2] if recurrence else KINDS[0]


def take_apart(
    asked: Analysis, prior: PopulationPrior, truth: Sequence[EventTable], ends: Sequence[float]
) -> Parts:
    """Measure the population of an analysis, each arm over its own follow-up."""
    population = fit_population(read_constraints(asked), prior=prior)
    distances = [
        np.abs(_curve(arm, _SHARES * end) - survival_at(real, _SHARES * end)).mean()
        for arm, real, end in zip(population.arms, truth, ends, strict=True)
    ]
    return Parts(float(np.mean(distances)), _left_by_noise(asked, prior))


def _curve(arm: ArmPopulation, times: NDArray[np.float64]) -> NDArray[np.float64]:
    hazard = np.cumsum(np.diff(arm.removal) * arm.event_share)
    curve: NDArray[np.float64] = np.exp(
        -np.interp(times, arm.edges, np.concatenate(([0.0], hazard)))
    )
    return curve


def _left_by_noise(asked: Analysis, prior: PopulationPrior) -> float:
    """Expect the distance of a sample that prints the figures, were hazards those of the mode."""
    constraints = read_constraints(asked)
    scale = median_scale(constraints)
    end = prior.follow_up(constraints, scale, MEDIAN).end
    edges = cell_edges(constraints, scale, end, prior.late, _CELLS)
    hazards = prior.hazards(constraints, edges, scale)
    hazards = prior.clock(constraints, edges, hazards).hazards
    mode, hazards, widened = settle(constraints, edges, hazards, widens=True)
    arms = expect_arms(constraints, edges, mode.log_hazards)
    noise = Posterior(
        arms=arms,
        covariance=np.diag(hazards.noise.ravel()),
        jacobian=linearise(constraints, arms).jacobian,
        widened=widened,
    )
    gradients = []
    for place, arm in enumerate(arms):
        curve = np.exp(-np.cumsum(arm.event))
        for cell, survival in enumerate(curve):
            gradient = arm.no_gradient()
            gradient[EVENT, : cell + 1] = -survival
            gradients.append({place: gradient})
    variance = np.maximum(np.diag(noise.spread(gradients)), 0.0).reshape(len(arms), -1)
    sd = np.concatenate((np.zeros((len(arms), 1)), np.sqrt(variance)), axis=1)
    middles = 0.5 * (sd[:, 1:] + sd[:, :-1])
    return float(_MEAN_OF_NORMAL * np.average(middles.mean(axis=0), weights=np.diff(edges)))
