"""The mode of the hazards, given a prior and what is printed.

Event and censoring hazards are constant within cells of time. Their logarithms have a Gaussian
prior; the printed figures are observations of them, with the rounding as noise; the mode is found
by iterated linearisation, which needs one small linear system per step. Where a whole step leads
away, shorter ones are tried as Levenberg and Marquardt have them, distances being those of the
prior.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels.cells import Cells, carry_back, expect_cells
from survkit.reconstruction.constraints.table import expect_figures
from survkit.reconstruction.population.follow_up import arm_ends

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import Prior

__all__ = [
    "LinearMode",
    "Mode",
    "Observation",
    "differentiate",
    "expect_arms",
    "expect_mode",
    "find_mode",
    "linearise",
    "settle",
]

_COOLING = (30.0, 8.0, 2.0)
"""The observations' noise is lowered in these steps, with one iteration each."""
_MOST_STEPS, _MOST_STEPS_WITH_AREAS = 12, 30
"""Iterations with the noise as it is; restricted means and their errors may lie far away."""
_LONGEST_STEP = 2.0
_MOST_TRIALS = 7
"""Lengths of a step that are tried."""
_FIRST_DAMPING, _MORE_DAMPING = 2.0, 4.0
"""Weight of the distance from where a step begins, beside the prior's, and its factors."""
_SETTLED = 1e-4
_NO_NEARER = 1e-6
"""A gain of energy that is nothing: whole patients follow the last digits of a population."""
_UNUSUAL_SD = 6.0
"""Standard deviations of the energy beyond which figures are far from all that was expected."""
_MOST_WIDENED = 16.0
_LARGEST = 1e12
"""Residuals beyond it say no more, and their squares are numbers still."""
_SAME_ENERGY = 1e-7
"""What is no rise: below it, machines that round differently would decide differently."""


def settle(
    constraints: AnalysisConstraints,
    edges: Floats,
    hazards: Prior,
    *,
    widens: bool,
    near: Floats | None = None,
) -> tuple[Mode, Prior, float]:
    """Find the mode; where the prior may give way to unusual figures, widen it first."""
    mode = find_mode(constraints, edges, hazards, near=near)
    widened = _needed_widening(mode) if widens else 1.0
    if widened > 1.0:
        hazards = replace(hazards, covariance=widened * hazards.covariance)
        mode = find_mode(constraints, edges, hazards, near=mode.dual / widened)
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

    Log cell hazards of shape (arms, 2, cells); twice the negative log density there, which follows
    about a chi-squared distribution with as many degrees as there are figures; the figures there;
    and the weights of the covariance's columns that lead there from the prior's mean, shape (p,).
    """

    log_hazards: Floats
    energy: float
    observation: Observation
    dual: Floats

    @property
    def figures(self) -> int:
        """Return how many figures it meets."""
        return self.observation.residual.size


def find_mode(
    constraints: AnalysisConstraints,
    edges: Floats,
    prior: Prior,
    *,
    near: Floats | None = None,
    most_steps: int | None = None,
) -> Mode:
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
    near : ndarray of float, shape (p,), optional
        Weights of the covariance's columns that lead near the mode. Without them the search begins
        where the prior says, with figures that weigh little and then more.
    most_steps : int, optional
        Steps with figures as they weigh, at most; as many as are usual where none are given.

    Returns
    -------
    Mode
        The mode, and how far it is from figures and prior.
    """
    if most_steps is None:
        most_steps = _MOST_STEPS_WITH_AREAS if constraints.areas else _MOST_STEPS
    search = _Search(constraints, edges, prior)
    cooling = _COOLING if near is None else ()
    if near is None:
        near = np.zeros(prior.mean.size) if prior.start is None else prior.start
    place = search.observe(near)
    for noise in cooling:
        place = search.step(place, noise, 0.0).place
    damping = 0.0
    for _ in range(most_steps):
        before = search.energy(place, 1.0)
        step = search.step(place, 1.0, damping)
        place = step.place
        if step.length < _SETTLED or before - search.energy(place, 1.0) < _NO_NEARER:
            break
        damping = step.damping / _MORE_DAMPING if step.damping > _FIRST_DAMPING else 0.0
    return Mode(
        log_hazards=search.log_hazards(place.dual),
        energy=search.energy(place, 1.0),
        observation=place.observation,
        dual=place.dual,
    )


class _Place(NamedTuple):
    """A place of the search, and the figures there."""

    dual: Floats  # shape (p,); weights of the covariance's columns that lead there from the mean
    observation: Observation


class _Step(NamedTuple):
    """A step of the search."""

    place: _Place  # where it leads
    length: float  # the largest change of a log hazard
    damping: float  # with which it led nearer


@dataclass(frozen=True, slots=True)
class _Search:
    """What the mode is sought of: figures, cells and prior."""

    constraints: AnalysisConstraints
    edges: Floats
    prior: Prior

    def log_hazards(self, dual: Floats) -> Floats:
        """Return the log cell hazards, shape (arms, 2, k)."""
        mean = self.prior.mean
        return mean + (self.prior.covariance @ dual).reshape(mean.shape)

    def observe(self, dual: Floats) -> _Place:
        """Hold a population against the figures."""
        arms = expect_arms(self.constraints, self.edges, self.log_hazards(dual))
        return _Place(dual, linearise(self.constraints, arms))

    def energy(self, place: _Place, noise: float) -> float:
        """Twice the negative log posterior density."""
        fit = float((place.observation.residual**2).sum()) / noise**2
        return fit + float(place.dual @ self.prior.covariance @ place.dual)

    def step(self, place: _Place, noise: float, damping: float) -> _Step:
        """Go towards the mode that the figures would have if they were linear, and not away."""
        jacobian = place.observation.jacobian / noise
        residual = place.observation.residual / noise
        spread = jacobian @ self.prior.covariance
        system, known = spread @ jacobian.T, spread @ place.dual
        before = self.energy(place, noise)
        for _ in range(_MOST_TRIALS):
            held = 1.0 + damping
            weights = _solve(system + held * np.eye(residual.size), held * residual - known)
            direction = -(jacobian.T @ weights + place.dual) / held
            change = float(np.abs(self.prior.covariance @ direction).max())
            share = min(1.0, _LONGEST_STEP / max(change, 1e-300))
            trial = self.observe(place.dual + share * direction)
            if self.energy(trial, noise) <= before + _SAME_ENERGY:
                return _Step(trial, share * change, damping)
            damping = max(_MORE_DAMPING * damping, _FIRST_DAMPING)
        return _Step(place, 0.0, damping)


class LinearMode(NamedTuple):
    """
    Where the mode of hazards at another pace is expected.

    Weights of the covariance's columns that lead there from the mean at that pace, shape (p,), and
    the log density of the figures, up to a constant that they and their noise alone decide.
    """

    dual: Floats
    log_evidence: float


def expect_mode(mode: Mode, covariance: Floats, pace: Floats) -> LinearMode:
    """
    Find the mode of hazards at another pace as if figures were linear in them about a known mode.

    Parameters
    ----------
    mode : Mode
        The known mode.
    covariance : ndarray of float, shape (p, p)
        The prior's, which is the same at every pace.
    pace : ndarray of float, shape (k,)
        By how many times the hazards of events that are expected are higher, cell by cell.

    Returns
    -------
    LinearMode
        Where the mode would be, and its evidence by Laplace's approximation. Figures follow the
        hazards, not their logarithms: curves are exponentials of sums of these, and a pace may well
        be ten times another.
    """
    times = np.ones_like(mode.log_hazards)
    times[:, 0] = pace
    jacobian = mode.observation.jacobian * times.ravel()
    spread = jacobian @ covariance
    system = spread @ jacobian.T + np.eye(mode.figures)
    at_pace = mode.observation.residual + mode.observation.jacobian @ (times.ravel() - 1.0)
    at_mean = at_pace - spread @ mode.dual
    weights = _solve(system, at_mean)
    volume = float(np.linalg.slogdet(system).logabsdet)
    return LinearMode(-(jacobian.T @ weights), -0.5 * (float(at_mean @ weights) + volume))


def _solve(system: Floats, wanted: Floats) -> Floats:
    """Solve a system that contradictions of many powers of ten may have made singular."""
    try:
        found = np.linalg.solve(system, wanted)
    except np.linalg.LinAlgError:
        found = np.linalg.lstsq(system, wanted)[0]
    return np.asarray(found)


def expect_arms(
    constraints: AnalysisConstraints, edges: Floats, log_hazards: Floats
) -> list[Cells]:
    """Return the arms in expectation."""
    ends = arm_ends(constraints, float(edges[-1]))
    return [
        expect_cells(arm.n, edges, logs, end)
        for arm, logs, end in zip(constraints.arms, log_hazards, ends, strict=True)
    ]
