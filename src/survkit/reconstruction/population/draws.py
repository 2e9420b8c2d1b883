"""Draws of a prior: what leads the later stages to one of the populations that print the figures.

Randomise, then optimise: the centre of the prior is itself drawn from the prior, and the mode given
the figures is sought from there. For figures that are linear in the log hazards, and for rounding
that is nothing beside the prior, the modes are draws of the posterior distribution.

References
----------
.. [1] Oliver, D. S., He, N., Reynolds, A. C., "Conditioning permeability fields to pressure data",
   5th European Conference on the Mathematics of Oil Recovery (1996).
.. [2] Bardsley, J. M. et al., "Randomize-then-optimize: a method for sampling from posterior
   distributions in nonlinear inverse problems", SIAM J. Sci. Comput. 36 (2014), A1895.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.prior import Clocked, Prior

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.population import FollowUp
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.reconstruction.population.rhythms import Clock

__all__ = ["draw_label", "draw_prior"]

_QUESTIONS = 16
"""Questions whose clocks are kept, for the next draw."""
_CELLS = 30
"""Cells of equal length: each has the noise of a sample, and curves vary between printed times."""


def draw_prior(
    prior: PopulationPrior, seed: np.random.SeedSequence, *, widened: float = 1.0
) -> PopulationPrior:
    """
    Draw a centre of the prior, a rhythm of assessment, and a follow-up where none is printed.

    Parameters
    ----------
    prior : PopulationPrior
        What is expected of a population.
    seed : SeedSequence
        What is drawn; the same seed draws the same, however often it is asked.
    widened : float
        By how much the variances of the prior had to grow for the figures at hand.

    Returns
    -------
    PopulationPrior
        The prior around the drawn centre. It neither widens further nor is it replaced: figures
        that it does not lead to are to be tried with another draw.
    """
    seeds = np.random.SeedSequence(seed.entropy, spawn_key=seed.spawn_key)
    of_hazards, of_follow_up, of_clock = seeds.spawn(3)
    probability, of_rhythm = (
        float(np.random.default_rng(one).uniform()) for one in (of_follow_up, of_clock)
    )

    def hazards(constraints: AnalysisConstraints, edges: Floats, scale: float) -> Prior:
        """Return the prior around the drawn centre."""
        expected = prior.hazards(constraints, edges, scale)
        return _around_a_draw(expected, np.random.default_rng(of_hazards), widened)

    def clock(constraints: AnalysisConstraints, edges: Floats, hazards: Prior) -> Clocked:
        """Put hazards on the clock of one of the rhythms that the analysis may have."""
        found = _usual_clock(prior, constraints, tuple(edges.tolist()))
        if found is None:
            return Clocked(hazards=hazards, clock=None)
        drawn = found.drawn(of_rhythm)
        return Clocked(hazards=hazards.at_pace(drawn.pace(edges)), clock=drawn)

    def follow_up(constraints: AnalysisConstraints, scale: float, _probability: float) -> FollowUp:
        """Return the drawn follow-up, where none is printed."""
        return prior.follow_up(constraints, scale, probability)

    return replace(
        prior,
        label=draw_label(prior.label, seed),
        cells=_CELLS,
        hazards=hazards,
        clock=clock,
        follow_up=follow_up,
        widens=False,
        replaceable=False,
    )


@lru_cache(maxsize=_QUESTIONS)
def _usual_clock(
    prior: PopulationPrior, constraints: AnalysisConstraints, edges: tuple[float, ...]
) -> Clock | None:
    """Return the clock of what is expected, which draws about the same figures share."""
    cells = np.array(edges)
    expected = prior.hazards(constraints, cells, median_scale(constraints))
    return prior.clock(constraints, cells, expected).clock


def draw_label(label: str, seed: np.random.SeedSequence) -> str:
    """
    Say in the record what was drawn.

    Parameters
    ----------
    label : str
        Label of the prior.
    seed : SeedSequence
        The seed.

    Returns
    -------
    str
        Seed and prior: another label for everything that makes other patients.

    Examples
    --------
    >>> draw_label("smooth prior", np.random.SeedSequence(1, spawn_key=(4, 0)))
    'draw 1/4/0 of the smooth prior'
    """
    return f"draw {'/'.join(map(str, (seed.entropy, *seed.spawn_key)))} of the {label}"


def _around_a_draw(prior: Prior, random: np.random.Generator, widened: float) -> Prior:
    """
    Move a prior to a draw of itself; the search for the mode still begins at its own mean.

    The noise of a sample leaves the expected events of a cell as they are: the mean of its
    logarithm is lower by half its variance.
    """
    root = np.linalg.cholesky(prior.covariance)
    drawn = random.standard_normal(prior.mean.size)
    away = (root @ drawn).reshape(prior.mean.shape)
    without_noise = prior.mean if prior.lowered is None else prior.mean + prior.lowered
    return Prior(
        mean=without_noise - 0.5 * prior.noise + math.sqrt(widened) * away,
        covariance=widened * prior.covariance,
        noise=widened * prior.noise,
        start=-np.linalg.solve(root.T, drawn) / math.sqrt(widened),
    )
