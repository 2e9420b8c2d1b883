"""What moving the knots of an arm does to a contrast, for all knots of the arm at once.

A knot moves the times of the patients around it, and with them the numbers at risk in both arms.
The log hazard ratio follows by two Newton steps from where it stands: enough for a derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import (
    ArmTimes,
    LogRankSums,
    RiskSets,
    TwoArmFit,
    log_rank_sums,
    moved_risk_sets,
    newton_steps,
    ratio_by_sums,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Floats
    from survkit.kernels import Estimator

__all__ = ["Probes", "probe_moves"]

_NO_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """A contrast under several moves of one arm, each array of shape (k,)."""

    log_ratio: Floats  # log hazard ratio, experimental over reference, and its standard error
    error: Floats
    z: Floats  # log-rank statistic


def probe_moves(
    fit: TwoArmFit,
    moving: ArmTimes,
    resting: ArmTimes,
    times: Floats,
    *,
    reference_moves: bool,
    estimator: Estimator = "cox",
) -> Probes:
    """
    Compare two arms for several sets of times of one of them.

    Parameters
    ----------
    fit : TwoArmFit
        The comparison as it stands, where Newton's steps begin.
    moving, resting : ArmTimes
        The arm that moves, and the one that stays.
    times : ndarray of float, shape (k, n)
        Times of the arm that moves, in ticks, each row rising.
    reference_moves : bool
        Whether the arm that moves is the reference.
    estimator : {"cox", "peto", "pike"}
        How the ratio is estimated.

    Returns
    -------
    Probes
        One comparison per row.
    """
    parts = list(_within_strata(moving, resting, times))
    reference, experimental = (
        np.concatenate([getattr(part, arm) for part in parts], axis=1)
        for arm in ("reference", "experimental")
    )
    tied = np.concatenate([part.tied for part in parts])
    if not reference_moves:
        reference, experimental = experimental, reference
    observed = int((resting if reference_moves else moving).event.sum())
    start = np.full(times.shape[0], fit.cox.log_hazard_ratio)
    expected, variance = log_rank_sums(reference, experimental, tied)
    if estimator == "cox":
        found = newton_steps(reference, experimental, observed, start)
        log_ratio, error = found.log_ratio, found.error
    else:
        sums = LogRankSums(observed - expected, variance, observed, reference.shape[1])
        log_ratio, error = ratio_by_sums(estimator, sums)
    return Probes(
        log_ratio=log_ratio,
        error=error,
        z=(observed - expected) / np.sqrt(np.maximum(variance, _NO_VARIANCE)),
    )


def _within_strata(moving: ArmTimes, resting: ArmTimes, times: Floats) -> Iterator[RiskSets]:
    """Yield the risk sets, stratum by stratum where both arms have some."""
    if moving.stratum is None or resting.stratum is None:
        yield moved_risk_sets(moving, resting, times)
        return
    for stratum in np.union1d(moving.stratum, resting.stratum).tolist():
        inside = times[:, moving.stratum == stratum]
        yield moved_risk_sets(moving.of(stratum), resting.of(stratum), inside)
