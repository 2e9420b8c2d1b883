"""Stage 1, the population: smooth hazards that meet the printed figures in expectation.

Event and censoring hazards are constant within cells of time. Their logarithms have a Gaussian
prior that prefers smooth curves with a constant ratio; the printed figures are observations of
them, with the rounding as noise; the mode is found by iterated linearisation (the Gauss-Newton form
of the extended Kalman update), which needs one small linear system per step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.population.expectation import ArmState, Observation, arm_state, observe
from survkit.reconstruction.population.follow_up import (
    administrative_censoring,
    arm_ends,
    follow_up_end,
    median_scale,
)

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.targets import Targets

__all__ = ["ArmPopulation", "Population", "fit_population"]

Floats = NDArray[np.float64]

_SHAPE = (1.0, 0.8)
"""Prior sd of the log hazard all arms share: of its level, and of its change over time."""
_DEPARTURE = (0.1, 0.25)
"""Prior sd of an arm's departure from proportional hazards: of its level, and over time."""
_UNPRINTED_RATIO = 0.3
"""Prior sd of the level of that departure for an arm without a printed hazard ratio."""
_LEAVING = (0.7, 0.7)
"""Prior sd of the log censoring hazard that all arms share."""
_LEAVING_APART = (0.5, 0.5)
"""Prior sd of an arm's departure from it."""
_COOLING = (30.0, 8.0, 2.0)
"""The observations' noise is lowered in these steps, with one iteration each."""
_MOST_STEPS, _MOST_STEPS_WITH_AREAS = 8, 30
"""Iterations with the noise as it is; restricted means and their errors may lie far away."""
_LONGEST_STEP = 2.0
_MOST_HALVINGS = 6
_SETTLED = 1e-4
_SAME_ENERGY = 1e-7
"""What is no rise: below it, machines that round differently would decide differently."""
_SAME_TIME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPopulation:
    """
    One arm of the population, cell by cell.

    Parameters
    ----------
    removal : ndarray of float, shape (k + 1,)
        Cumulative hazard of leaving, by event or censoring, at the cell edges.
    event_share : ndarray of float, shape (k,)
        Probability that who leaves in the cell leaves by an event.
    expected_events : float
        Expected events of the arm.
    """

    removal: Floats
    event_share: Floats
    expected_events: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """
    The fitted population.

    Parameters
    ----------
    edges : ndarray of float, shape (k + 1,)
        Cell edges, from 0 to the end of follow-up, in the analysis' time unit.
    arms : tuple of ArmPopulation
        One per arm.
    """

    edges: Floats
    arms: tuple[ArmPopulation, ...]


def fit_population(targets: Targets, *, stretch: float = 1.0) -> Population:
    """
    Find the smoothest population that prints the targets in expectation.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    stretch : float
        Multiple of the follow-up that would be assumed, where none is printed.

    Returns
    -------
    Population
        Hazards, cell by cell.
    """
    scale = median_scale(targets)
    edges = cell_edges(targets, scale, follow_up_end(targets, scale) * stretch)
    mean, covariance = _prior(targets, edges, scale)
    log_hazards = _posterior_mode(targets, edges, mean, covariance)
    arms = []
    ends = arm_ends(targets, float(edges[-1]))
    for arm, logs, end in zip(targets.arms, log_hazards, ends, strict=True):
        state = arm_state(arm.n, logs, edges[:-1] < end - _SAME_TIME)
        arms.append(
            ArmPopulation(
                removal=np.concatenate(([0.0], np.cumsum(state.leaving))),
                event_share=state.event / state.leaving,
                expected_events=float(state.events.sum()),
            )
        )
    return Population(edges=edges, arms=tuple(arms))


def cell_edges(targets: Targets, scale: float, end: float) -> Floats:
    """
    Cut the follow-up into cells at every printed time, with finer cells where curves fall.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    scale : float
        Time scale of the curves.
    end : float
        End of follow-up.

    Returns
    -------
    ndarray of float, shape (k + 1,)
        Cell edges from 0 to the end of follow-up.
    """
    printed = {time for arm in targets.arms for time in arm.landmarks if time < end}
    printed |= {time for time in arm_ends(targets, end) if time < end}
    filler = set(np.linspace(0.0, end, 13)[1:-1].tolist())
    filler |= set(np.linspace(0.0, min(1.6 * scale, end), 13)[1:-1].tolist())
    filler |= {0.95 * end}
    edges = [0.0, end]
    for candidates, apart in ((printed, end / 500.0), (filler, end / 60.0)):
        for time in sorted(candidates):
            if min(abs(time - edge) for edge in edges) > apart:
                edges.append(time)
    return np.array(sorted(edges))


def _smooth(positions: Floats, level: float, change: float) -> Floats:
    """Covariance of a curve with a random level that wanders as an Ornstein-Uhlenbeck process."""
    distance = np.abs(positions[:, None] - positions[None, :])
    return level**2 + change**2 * np.exp(-distance)


def _prior(targets: Targets, edges: Floats, scale: float) -> tuple[Floats, Floats]:
    """
    Mean and covariance of the log cell hazards, ordered arm by arm, events before censorings.

    The mean is exponential survival and uniform administrative censoring. Each cell has noise of
    its own besides, log(1 + 1 / d) with d its expected events: printed figures describe a sample.
    """
    middles = 0.5 * (edges[1:] + edges[:-1])
    widths = np.diff(edges)
    on_events = 2.0 * np.log(middles / scale + 0.25)
    on_leaving = 6.0 * middles / edges[-1]
    arms = len(targets.arms)
    cells = middles.size
    censoring = administrative_censoring(targets, edges, scale)
    ratios = _log_hazards_relative(targets)
    blocks = np.zeros((arms, 2, cells, arms, 2, cells))
    mean = np.zeros((arms, 2, cells))
    blocks[:, 0, :, :, 0, :] += _smooth(on_events, *_SHAPE)[None, :, None, :]
    blocks[:, 1, :, :, 1, :] += _smooth(on_leaving, *_LEAVING)[None, :, None, :]
    for arm, (wanted, ratio) in enumerate(zip(targets.arms, ratios, strict=True)):
        level = _DEPARTURE[0] if ratio is not None else _UNPRINTED_RATIO
        blocks[arm, 0, :, arm, 0, :] += _smooth(on_events, level, _DEPARTURE[1])
        blocks[arm, 1, :, arm, 1, :] += _smooth(on_leaving, *_LEAVING_APART)
        mean[arm, 0] = np.log(math.log(2.0) * widths / scale) + (ratio or 0.0)
        mean[arm, 1] = np.log(censoring[arm])
        state = arm_state(wanted.n, mean[arm])
        for row, expected in ((0, state.events), (1, state.events * censoring[arm] / state.event)):
            own = np.log1p(1.0 / np.maximum(expected, 0.1))
            blocks[arm, row, :, arm, row, :] += np.diag(own)
    size = arms * 2 * cells
    return mean, blocks.reshape(size, size)


def _log_hazards_relative(targets: Targets) -> list[float | None]:
    """Log hazard of each arm against the arms' middle, where hazard ratios tie it to others."""
    known: dict[int, float] = {}
    for contrast in targets.contrasts:
        if contrast.log_ratio is not None:
            reference = known.setdefault(contrast.reference, 0.0)
            known.setdefault(contrast.experimental, reference + contrast.log_ratio)
    centre = sum(known.values()) / len(known) if known else 0.0
    return [known[arm] - centre if arm in known else None for arm in range(len(targets.arms))]


def _posterior_mode(targets: Targets, edges: Floats, mean: Floats, covariance: Floats) -> Floats:
    """
    Log cell hazards with the highest posterior density, shape (arms, 2, cells).

    The hazards are y = mean + C a. Each step solves the linearised problem exactly in the space of
    the observations, a = J' (J C J' + I)^-1 (J (y - mean) - r), with residuals r in units of their
    noise, and is halved until the posterior density rises.
    """
    dual = np.zeros(mean.size)
    observation = _stack(targets, edges, mean)
    most = _MOST_STEPS_WITH_AREAS if targets.areas else _MOST_STEPS
    for noise, most_steps in (*((own, 1) for own in _COOLING), (1.0, most)):
        for _ in range(most_steps):
            jacobian = observation.jacobian / noise
            spread = jacobian @ covariance
            wanted = spread @ dual - observation.residual / noise
            system = spread @ jacobian.T + np.eye(observation.residual.size)
            direction = jacobian.T @ np.linalg.solve(system, wanted) - dual
            change = covariance @ direction
            length = min(1.0, _LONGEST_STEP / max(float(np.abs(change).max()), 1e-300))
            before = _energy(observation, dual, covariance, noise)
            for _ in range(_MOST_HALVINGS):
                trial = dual + length * direction
                hazards = mean + (covariance @ trial).reshape(mean.shape)
                observation = _stack(targets, edges, hazards)
                if _energy(observation, trial, covariance, noise) <= before + _SAME_ENERGY:
                    break
                length *= 0.5
            dual = trial
            if length * float(np.abs(change).max()) < _SETTLED:
                break
    return mean + (covariance @ dual).reshape(mean.shape)


def _energy(observation: Observation, dual: Floats, covariance: Floats, noise: float) -> float:
    """Twice the negative log posterior density."""
    fit = float((observation.residual**2).sum()) / noise**2
    return fit + float(dual @ covariance @ dual)


def _stack(targets: Targets, edges: Floats, logs: Floats) -> Observation:
    ends = arm_ends(targets, float(edges[-1]))
    states: list[ArmState] = [
        arm_state(arm.n, own, edges[:-1] < end - _SAME_TIME)
        for arm, own, end in zip(targets.arms, logs, ends, strict=True)
    ]
    return observe(targets, edges, states)
