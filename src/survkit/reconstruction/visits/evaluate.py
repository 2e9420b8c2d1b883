"""Where the figures stand, given counts of patients: the only judge of the search at visits.

`assess` states the problem, `search` moves patients and comes back here with what it has found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import LogRankSums, LogRatio, event_terms, fit_two_arm_cox, two_arm_log_rank
from survkit.kernels.violation import CONTRAST, CURVE
from survkit.reconstruction.constraints.families.contrast import contrast_violation
from survkit.reconstruction.visits.problem import State

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.visits.problem import Counts, Problem

__all__ = ["evaluate", "violation_after_step"]

_SMALLEST_VARIANCE = 1e-12


def evaluate(problem: Problem, counts: Counts) -> State:
    """Compute all figures."""
    at_risk = counts.at_risk
    curves, missed = [], []
    for arm, curve in enumerate(problem.grid.curves):
        sums = np.cumsum(event_terms(counts.events[arm], at_risk[arm]), axis=1)
        curves.append(sums[:, curve.slot])
        missed.append(float(curve.missed(curve.read(*curves[-1][:, :, None]))[0]))
    comparisons, log_ratios = np.zeros((len(problem.contrasts), 4)), []
    for row, contrast in enumerate(problem.contrasts):
        table = counts.table(contrast.reference, contrast.experimental, problem.grid.times)
        fit, test = fit_two_arm_cox(table, ties=problem.ties), two_arm_log_rank(table)
        comparisons[row] = 0.0, fit.standard_error**-2, test.difference, test.variance
        log_ratios.append(fit.log_hazard_ratio)
    apart = float(violation_after_step(problem, tuple(log_ratios), comparisons[:, :, None])[0])
    return State(
        counts=counts,
        curves=tuple(curves),
        comparisons=comparisons,
        log_ratios=tuple(log_ratios),
        missed=tuple(missed),
        met=max(missed) <= CURVE.met and apart <= _spare(problem),
        loss=round(sum(missed) + apart, 9),
    )


def _spare(problem: Problem) -> float:
    """Return what contrasts may miss; nothing where a p-value is printed as a threshold."""
    tests = [contrast.log_rank for contrast in problem.contrasts if contrast.log_rank is not None]
    return CONTRAST.met if all(window.bounded for window in tests) else 0.0


def violation_after_step(
    problem: Problem, log_ratios: tuple[float, ...], comparisons: Floats
) -> Floats:
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
            fitted = LogRatio(log_ratio + score / information, 1.0 / np.sqrt(information))
            missed = missed + contrast_violation(
                contrast,
                *contrast.ratio_of(fitted, LogRankSums(difference, variance)),
                difference / np.sqrt(np.maximum(variance, _SMALLEST_VARIANCE)),
            )
    return missed
