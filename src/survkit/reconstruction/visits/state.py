"""Where the figures stand, given counts of patients: the only judge of the search at visits.

`reading` states the problem, `search` moves patients and comes back here with what it has found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import fit_two_arm_cox, two_arm_log_rank
from survkit.reconstruction.constraints.contrast import excess
from survkit.reconstruction.visits.terms import slot_terms

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.targets import ContrastTargets
    from survkit.reconstruction.visits.counts import Counts
    from survkit.reconstruction.visits.grid import Grid

__all__ = ["MET", "Problem", "State", "excess_after", "stand"]

Floats = NDArray[np.float64]

MET, _MET_APART = 0.0015, 0.0099
"""What an arm and the contrasts miss at most where every figure lies within its rounding."""
_SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    What is asked, and where patients may go.

    Parameters
    ----------
    contrasts : tuple of ContrastTargets
        The comparisons that count.
    grid : Grid
        The slots.
    ties : {"efron", "breslow"}
        How tied events share a risk set.
    """

    contrasts: tuple[ContrastTargets, ...]
    grid: Grid
    ties: Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    Where the figures stand.

    Parameters
    ----------
    counts : Counts
        The patients on the grid.
    curves : tuple of ndarray of float, each of shape (2, questions)
        Each arm's cumulative hazard and Greenwood's sum where its curve is read.
    comparisons : ndarray of float, shape (contrasts, 4)
        Score (0 at the fitted ratio), information, difference and variance of each contrast.
    log_ratios : tuple of float
        The fitted log hazard ratios.
    missed : tuple of float
        What each arm's curve misses.
    met : bool
        Whether every figure lies within its rounding.
    loss : float
        What all figures miss together, in half rounding windows, squared.
    """

    counts: Counts
    curves: tuple[Floats, ...]
    comparisons: Floats
    log_ratios: tuple[float, ...]
    missed: tuple[float, ...]
    met: bool
    loss: float


def stand(problem: Problem, counts: Counts) -> State:
    """
    Compute all figures.

    Parameters
    ----------
    problem : Problem
        What is asked.
    counts : Counts
        The patients on the grid.

    Returns
    -------
    State
        Figures and loss.
    """
    at_risk = counts.at_risk
    curves, missed = [], []
    for arm, questions in enumerate(problem.grid.questions):
        sums = np.cumsum(slot_terms(counts.events[arm], at_risk[arm]), axis=1)
        curves.append(sums[:, questions.slot])
        missed.append(float(questions.missed(questions.read(*curves[-1][:, :, None]))[0]))
    comparisons, log_ratios = np.zeros((len(problem.contrasts), 4)), []
    for row, contrast in enumerate(problem.contrasts):
        table = counts.table(contrast.reference, contrast.experimental, problem.grid.times)
        fit, test = fit_two_arm_cox(table, ties=problem.ties), two_arm_log_rank(table)
        comparisons[row] = 0.0, fit.standard_error**-2, test.difference, test.variance
        log_ratios.append(fit.log_hazard_ratio)
    apart = float(excess_after(problem, tuple(log_ratios), comparisons[:, :, None])[0])
    return State(
        counts=counts,
        curves=tuple(curves),
        comparisons=comparisons,
        log_ratios=tuple(log_ratios),
        missed=tuple(missed),
        met=max(missed) <= MET and apart <= _spare(problem),
        loss=round(sum(missed) + apart, 9),
    )


def _spare(problem: Problem) -> float:
    """Return what contrasts may miss; nothing where a p-value is printed as a threshold."""
    tests = [contrast.log_rank for contrast in problem.contrasts if contrast.log_rank is not None]
    return _MET_APART if all(window.bounded for window in tests) else 0.0


def excess_after(problem: Problem, log_ratios: tuple[float, ...], comparisons: Floats) -> Floats:
    """
    Measure how far contrasts miss their figures, one Newton step from a known ratio.

    Parameters
    ----------
    problem : Problem
        What is asked.
    log_ratios : tuple of float
        The fitted log hazard ratios before the patients moved.
    comparisons : ndarray of float, shape (contrasts, 4, m)
        Score at that ratio, information, difference and variance of each contrast after m moves.

    Returns
    -------
    ndarray of float, shape (m,)
        Sums of squares, in half rounding windows.
    """
    missed: Floats = np.zeros(comparisons.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        for contrast, log_ratio, terms in zip(
            problem.contrasts, log_ratios, comparisons, strict=True
        ):
            score, information, difference, variance = terms
            missed = missed + excess(
                contrast,
                log_ratio + score / information,
                1.0 / np.sqrt(information),
                difference / np.sqrt(np.maximum(variance, _SMALLEST_VARIANCE)),
            )
    return missed
