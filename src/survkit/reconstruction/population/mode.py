"""The mode of the hazards, given a prior and what is printed, and what figures tell of their clock.

Event and censoring hazards are constant within cells of time. Their logarithms have a Gaussian
prior; the printed figures are observations of them, with the rounding as noise; the mode is found
by iterated linearisation (the Gauss-Newton form of the extended Kalman update), which needs one
small linear system per step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels.cells import Cells, carry_back, expect_cells
from survkit.reconstruction.constraints.table import expect_figures
from survkit.reconstruction.population.follow_up import arm_ends
from survkit.reconstruction.population.rhythms import WEEK, Clock
from survkit.reconstruction.population.shapes import is_progression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import ClockFinder, Prior, PriorFactory
    from survkit.reconstruction.population.rhythms import Rhythm

__all__ = [
    "Mode",
    "Observation",
    "clock_by_figures",
    "differentiate",
    "expect_arms",
    "find_mode",
    "linearise",
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
_LARGEST = 1e12
"""Residuals beyond it say no more, and their squares are numbers still."""
_SAME_ENERGY = 1e-7
"""What is no rise: below it, machines that round differently would decide differently."""


def settle(
    constraints: AnalysisConstraints, edges: Floats, hazards: Prior, *, widens: bool
) -> tuple[Mode, Prior, float]:
    """Find the mode; where the prior may give way to unusual figures, widen it first."""
    mode = find_mode(constraints, edges, hazards)
    widened = _needed_widening(mode) if widens else 1.0
    if widened > 1.0:
        hazards = replace(hazards, covariance=widened * hazards.covariance)
        mode = find_mode(constraints, edges, hazards)
    return mode, hazards, widened


def _needed_widening(mode: Mode) -> float:
    """Return by how much the prior's variances must grow for the figures to be nothing unusual."""
    usual = mode.figures + _UNUSUAL_SD * math.sqrt(2.0 * mode.figures)
    return min(mode.energy / max(mode.figures, 1), _MOST_WIDENED) if mode.energy > usual else 1.0


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


def find_mode(constraints: AnalysisConstraints, edges: Floats, prior: Prior) -> Mode:
    """
    Find the log cell hazards with the highest posterior density.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    prior : Prior
        What is expected of the hazards.

    Returns
    -------
    Mode
        The mode, and how far it is from figures and prior.
    """
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


def _log_evidence(
    constraints: AnalysisConstraints, edges: Floats, prior: Prior, near: Floats
) -> float:
    """
    Return how likely figures are under a prior, by Laplace's approximation near the mode.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    prior : Prior
        What is expected of the hazards.
    near : ndarray of float, shape (arms, 2, k)
        Log cell hazards near the mode, which is one step away.

    Returns
    -------
    float
        Log density, up to a constant that figures and their noise alone decide.
    """
    for last in (False, True):
        observation = linearise(constraints, expect_arms(constraints, edges, near))
        jacobian, away = observation.jacobian, near - prior.mean
        spread = jacobian @ prior.covariance
        at_mean = observation.residual - jacobian @ away.ravel()
        system = spread @ jacobian.T + np.eye(at_mean.size)
        weights = _solve(system, at_mean)
        if last:
            break
        change = -(spread.T @ weights).reshape(near.shape) - away
        near = near + change * min(1.0, _LONGEST_STEP / max(float(np.abs(change).max()), 1e-300))
    return -0.5 * float(at_mean @ weights) - 0.5 * float(np.linalg.slogdet(system).logabsdet)


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


def clock_by_figures(rhythms: tuple[Rhythm, ...], hazards: PriorFactory) -> ClockFinder:
    """
    Find the clock of an analysis by how well each rhythm goes together with its figures.

    Medians and their limits are times of visits where there are any, and percentages at a time
    shortly before a visit, or after it, differ. Beforehand each rhythm is as likely as the next.

    Parameters
    ----------
    rhythms : tuple of Rhythm
        What the rhythm may be.
    hazards : callable
        What makes the prior of hazards.

    Returns
    -------
    callable
        From printed figures, cell edges and time scale to the clock; None where time passes evenly:
        where the endpoint is not progression, or the visits are printed.
    """
    return partial(_find, rhythms, hazards)


def _find(
    rhythms: tuple[Rhythm, ...],
    hazards: PriorFactory,
    constraints: AnalysisConstraints,
    edges: Floats,
    scale: float,
) -> Clock | None:
    """Weigh rhythms by the evidence, each at the mode of hazards on its clock."""
    if not rhythms or constraints.schedule or not is_progression(constraints.endpoint):
        return None
    prior = hazards(constraints, edges, scale)
    evidence = []
    for rhythm in rhythms:
        clock = Clock(rhythms=(rhythm,), weights=(1.0,), weeks=constraints.months / WEEK)
        clocked = prior.on_clock(clock, edges)
        mode = find_mode(constraints, edges, clocked).log_hazards
        evidence.append(_log_evidence(constraints, edges, clocked, mode))
    weights = np.exp(np.array(evidence) - max(evidence))
    return Clock(
        rhythms=rhythms,
        weights=tuple((weights / weights.sum()).tolist()),
        weeks=constraints.months / WEEK,
    )
