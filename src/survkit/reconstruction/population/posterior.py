"""What some figures say of the population, and so of others: the mode and how uncertain it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.population.fit import MEDIAN, cell_edges
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.mode import (
    differentiate,
    expect_arms,
    linearise,
    settle,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.arrays import Floats
    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import PopulationPrior

__all__ = ["Posterior", "fit_posterior"]

_BEYOND_LAST_PRINTED = 1.01
"""How far a follow-up that is not printed reaches beyond the last printed time, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """
    The population, given figures, as a Gaussian distribution about its mode.

    The noise of samples of the arms' sizes is part of it, cell by cell.
    """

    arms: list[Cells]  # the arms in expectation, at the mode
    covariance: Floats  # shape (p, p); the prior's, of the log cell hazards
    jacobian: Floats  # shape (m, p); of the figures, in units of their noise
    widened: float  # by how much the variances of the prior had to grow; 1 where nothing is unusual

    def spread(self, gradients: Sequence[Mapping[int, Floats]]) -> Floats:
        """
        Propagate what is uncertain to other numbers of the population.

        Parameters
        ----------
        gradients : sequence of mapping of int to ndarray
            For each number its gradient, shape (4, k), in the cells of each arm, by the arm's
            position; see `survkit.kernels.cells`.

        Returns
        -------
        ndarray of float, shape (q, q)
            Their covariance.
        """
        asked = differentiate(gradients, self.arms)
        shared = asked @ self.covariance @ self.jacobian.T
        known = self.jacobian @ self.covariance @ self.jacobian.T
        known[np.diag_indices(known.shape[0])] += 1.0
        spread: Floats = asked @ self.covariance @ asked.T
        return spread - shared @ np.linalg.solve(known, shared.T)


def fit_posterior(
    constraints: AnalysisConstraints, prior: PopulationPrior, *, times_of: AnalysisConstraints
) -> Posterior:
    """
    Find what figures say of the population, at its mode and about it.

    Others, in `times_of`, tell at which further times it is to be known.
    """
    scale = median_scale(constraints)
    end = prior.follow_up(constraints, scale, MEDIAN).end
    end = max(end, *(_BEYOND_LAST_PRINTED * time for time in _times(times_of)), 0.0)
    edges = cell_edges(times_of, scale, end, prior.late, prior.cells)
    hazards = prior.hazards(constraints, edges, scale)
    mode, hazards, widened = settle(constraints, edges, hazards, widens=prior.widens)
    arms = expect_arms(constraints, edges, mode.log_hazards)
    return Posterior(
        arms=arms,
        covariance=hazards.covariance,
        jacobian=linearise(constraints, arms).jacobian,
        widened=widened,
    )


def _times(constraints: AnalysisConstraints) -> list[float]:
    """List the times of arms of which no follow-up is printed, which must be later."""
    return [time for arm in constraints.arms if arm.end is None for time in arm.landmarks]
