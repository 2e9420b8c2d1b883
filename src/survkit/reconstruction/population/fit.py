"""The population by its figures: the mode of the hazards, given a prior and what is printed.

Event and censoring hazards are constant within cells of time. Their logarithms have a Gaussian
prior; the printed figures are observations of them, with the rounding as noise; the mode is found
by iterated linearisation (the Gauss-Newton form of the extended Kalman update), which needs one
small linear system per step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import Floats, sums_before
from survkit.kernels.cells import Cells, carry_back, expect_cells
from survkit.reconstruction.constraints.families.quantiles import AT_THE_END
from survkit.reconstruction.constraints.table import expect_figures
from survkit.reconstruction.population.follow_up import arm_ends, median_scale
from survkit.reconstruction.population.population import ArmPopulation, FollowUp, Population
from survkit.reconstruction.population.prior import USUAL_CELLS
from survkit.reconstruction.population.priors import find_prior

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.population.prior import PopulationPrior, Prior

__all__ = [
    "CONTRADICTORY",
    "MEDIAN",
    "cell_edges",
    "differentiate",
    "expect_arms",
    "fit_compatible",
    "fit_population",
    "linearise",
    "measure_strain",
    "settle",
]

_COOLING = (30.0, 8.0, 2.0)
"""The observations' noise is lowered in these steps, with one iteration each."""
_MOST_STEPS, _MOST_STEPS_WITH_AREAS = 8, 30
"""Iterations with the noise as it is; restricted means and their errors may lie far away."""
_LONGEST_STEP = 2.0
_MOST_HALVINGS = 6
_SETTLED = 1e-4
_UNUSUAL_SD = 6.0
"""Standard deviations of the energy beyond which figures are far from all that was expected."""
_MOST_WIDENED = 16.0
MEDIAN = 0.5
"""Probability of the quantile at which follow-up is taken where none is printed."""
_LEFT_AT_END = 0.3
"""Patients of the population who have not left when follow-up ends."""
_LARGEST = 1e12
"""Residuals beyond it say no more, and their squares are numbers still."""
CONTRADICTORY = 30.0
"""Strain per figure, 1 as a rule and 12 at most of what is true, of figures that exclude others."""
_SAME_ENERGY = 1e-7
"""What is no rise: below it, machines that round differently would decide differently."""


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
    follow_up, edges, hazards = _expected(constraints, prior, stretch)
    mode, _, widened = settle(constraints, edges, hazards, widens=prior.widens)
    arms = expect_arms(constraints, edges, mode.log_hazards)
    leaving = [cells.leaving for cells in arms]
    ends = arm_ends(constraints, float(edges[-1]))
    for place, (arm, end) in enumerate(zip(constraints.arms, ends, strict=True)):
        if prior.all_leave or _are_left_at(arm, end):
            leaving[place] = _all_leave(arms[place], end, arm.n)
    return Population(
        arms=tuple(
            ArmPopulation(
                edges=edges,
                removal=sums_before(removed),
                event_share=cells.event / removed,
                expected_events=float(cells.events.sum()),
            )
            for cells, removed in zip(arms, leaving, strict=True)
        ),
        prior=prior.name,
        follow_up=follow_up,
        widened=widened,
        strain=mode.energy / max(mode.figures, 1),
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
    _, edges, hazards = _expected(constraints, prior, 1.0)
    return _find_mode(constraints, edges, hazards).energy


def _expected(
    constraints: AnalysisConstraints, prior: PopulationPrior, stretch: float
) -> tuple[FollowUp, Floats, Prior]:
    """Return the follow-up, the cells of time, and what is expected of the hazards in them."""
    scale = median_scale(constraints)
    follow_up = prior.follow_up(constraints, scale, MEDIAN)
    edges = cell_edges(constraints, scale, follow_up.end * stretch, prior.late, prior.cells)
    return follow_up, edges, prior.hazards(constraints, edges, scale)


def settle(
    constraints: AnalysisConstraints, edges: Floats, hazards: Prior, *, widens: bool
) -> tuple[Mode, Prior, float]:
    """Find the mode; where the prior may give way to unusual figures, widen it first."""
    mode = _find_mode(constraints, edges, hazards)
    widened = _needed_widening(mode) if widens else 1.0
    if widened > 1.0:
        hazards = replace(hazards, covariance=widened * hazards.covariance)
        mode = _find_mode(constraints, edges, hazards)
    return mode, hazards, widened


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


def _needed_widening(mode: Mode) -> float:
    """Return by how much the prior's variances must grow for the figures to be nothing unusual."""
    usual = mode.figures + _UNUSUAL_SD * math.sqrt(2.0 * mode.figures)
    return min(mode.energy / max(mode.figures, 1), _MOST_WIDENED) if mode.energy > usual else 1.0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All figures of an analysis, linearised."""

    residual: Floats  # shape (m,); expected minus printed, in units of the figure's noise
    # shape (m, p); derivatives with respect to the log cell hazards, by arm, hazard and cell
    jacobian: Floats


def linearise(constraints: AnalysisConstraints, arms: list[Cells]) -> Observation:
    """Hold a population against every figure, with derivatives."""
    residuals = list(expect_figures(constraints, arms))
    return Observation(
        residual=_bounded(np.array([residual.value for residual in residuals])),
        jacobian=_bounded(differentiate([residual.gradients for residual in residuals], arms)),
    )


def differentiate(gradients: Sequence[Mapping[int, Floats]], arms: Sequence[Cells]) -> Floats:
    """
    Differentiate numbers of a population with respect to its log cell hazards.

    Parameters
    ----------
    gradients : sequence of mapping of int to ndarray
        For each number its gradient, shape (4, k), in the cells of each arm, by the arm's position;
        see `survkit.kernels.cells`.
    arms : sequence of Cells
        The arms in expectation.

    Returns
    -------
    ndarray of float, shape (m, p)
        A row for each number; columns by arm, hazard and cell.
    """
    rows = np.zeros((len(gradients), len(arms), *arms[0].no_gradient().shape))
    for number, by_arm in enumerate(gradients):
        for arm, gradient in by_arm.items():
            rows[number, arm] = gradient
    carried = [carry_back(rows[:, arm], cells) for arm, cells in enumerate(arms)]
    jacobian = np.stack(carried, axis=1)
    return jacobian.reshape(len(gradients), math.prod(jacobian.shape[1:]))


def _bounded(values: Floats) -> Floats:
    """Keep what contradicts all else by many powers of ten a number that can be squared."""
    return np.clip(np.nan_to_num(values), -_LARGEST, _LARGEST)


class Mode(NamedTuple):
    """
    Where the posterior density is highest.

    Log cell hazards of shape (arms, 2, cells), twice the negative log density there, and how many
    figures it meets: the latter follows about a chi-squared distribution with so many degrees.
    """

    log_hazards: Floats
    energy: float
    figures: int


def _find_mode(constraints: AnalysisConstraints, edges: Floats, prior: Prior) -> Mode:
    """Find the log cell hazards with the highest posterior density."""
    mean, covariance = prior.mean, prior.covariance
    dual = np.zeros(mean.size) if prior.start is None else prior.start
    start = mean + (covariance @ dual).reshape(mean.shape)
    observation = linearise(constraints, expect_arms(constraints, edges, start))
    most = _MOST_STEPS_WITH_AREAS if constraints.areas else _MOST_STEPS
    for noise, most_steps in (*((level, 1) for level in _COOLING), (1.0, most)):
        for _ in range(most_steps):
            jacobian = observation.jacobian / noise
            spread = jacobian @ covariance
            wanted = spread @ dual - observation.residual / noise
            system = spread @ jacobian.T + np.eye(observation.residual.size)
            direction = jacobian.T @ _solve(system, wanted) - dual
            change = covariance @ direction
            length = min(1.0, _LONGEST_STEP / max(float(np.abs(change).max()), 1e-300))
            before = _energy(observation, dual, covariance, noise)
            for _ in range(_MOST_HALVINGS):
                trial = dual + length * direction
                log_hazards = mean + (covariance @ trial).reshape(mean.shape)
                observation = linearise(constraints, expect_arms(constraints, edges, log_hazards))
                if _energy(observation, trial, covariance, noise) <= before + _SAME_ENERGY:
                    break
                length *= 0.5
            dual = trial
            if length * float(np.abs(change).max()) < _SETTLED:
                break
    return Mode(
        log_hazards=mean + (covariance @ dual).reshape(mean.shape),
        energy=_energy(observation, dual, covariance, 1.0),
        figures=observation.residual.size,
    )


def _solve(system: Floats, wanted: Floats) -> Floats:
    """Solve a system that contradictions of many powers of ten may have made singular."""
    try:
        found = np.linalg.solve(system, wanted)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, wanted)[0]
    return np.asarray(found)


def _energy(observation: Observation, dual: Floats, covariance: Floats, noise: float) -> float:
    """Twice the negative log posterior density."""
    fit = float((observation.residual**2).sum()) / noise**2
    return fit + float(dual @ covariance @ dual)


def expect_arms(
    constraints: AnalysisConstraints, edges: Floats, log_hazards: Floats
) -> list[Cells]:
    """Return the arms in expectation."""
    ends = arm_ends(constraints, float(edges[-1]))
    return [
        expect_cells(arm.n, edges, logs, end)
        for arm, logs, end in zip(constraints.arms, log_hazards, ends, strict=True)
    ]
