"""Stratified models where patients are assessed at visits.

The search counts patients without regard for strata. Patients of a stratum are spread evenly over
the order of leaving, so that a stratified ratio, its error and its test differ little from those of
all patients, and by nearly the same whatever the search does. `reading` therefore searches for
figures that are off by this difference, and takes the difference anew until the stratified ones
print as asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Window
from survkit.kernels import CoxFit, fit_two_arm_cox, tabulate_two_arms, two_arm_log_rank
from survkit.reconstruction.constraints.contrast import Side, Standing, by_stratum, excess_of

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.targets import ContrastTargets

__all__ = ["aim_beside", "compare_tied", "excess_within_strata"]


def compare_tied(pairs: list[tuple[Side, Side]], ties: Ties) -> Standing:
    """
    Compare two arms whose patients share times.

    Parameters
    ----------
    pairs : list of tuple of Side
        Reference and experimental arm, one pair per stratum.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    Standing
        Cox fit and log-rank test, stratified where there are several pairs.
    """
    tables = [
        tabulate_two_arms(
            np.concatenate([side.ticks for side in pair]),
            np.concatenate([side.event for side in pair]),
            np.repeat((False, True), [side.ticks.size for side in pair]),
        )
        for pair in pairs
    ]
    return Standing(cox=fit_two_arm_cox(*tables, ties=ties), log_rank=two_arm_log_rank(*tables))


def excess_within_strata(
    contrasts: tuple[ContrastTargets, ...], arms: tuple[Side, ...], ties: Ties
) -> float:
    """
    Measure how far the stratified figures of all contrasts are missed.

    Parameters
    ----------
    contrasts : tuple of ContrastTargets
        The printed figures.
    arms : tuple of Side
        The patients.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    float
        In half rounding windows, squared; 0 where all are met.
    """
    found = 0.0
    for contrast in contrasts:
        pair = arms[contrast.reference], arms[contrast.experimental]
        found += excess_of(contrast, compare_tied(by_stratum(*pair), ties))
    return round(found, 9)


def aim_beside(contrast: ContrastTargets, arms: tuple[Side, ...], ties: Ties) -> ContrastTargets:
    """
    Aim the figures of all patients so that the stratified ones come to print as asked.

    Parameters
    ----------
    contrast : ContrastTargets
        The printed, stratified figures.
    arms : tuple of Side
        Patients near to what is wanted.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    ContrastTargets
        The figures, shifted by what stratification changes in these patients.
    """
    pair = arms[contrast.reference], arms[contrast.experimental]
    plain, within = compare_tied([pair], ties), compare_tied(by_stratum(*pair), ties)
    shift = _shift(plain, within)
    if shift is None:
        return contrast
    return replace(
        contrast,
        ratio=_scaled(contrast.ratio, math.exp(-shift.log_ratio)),
        lower=_scaled(contrast.lower, math.exp(-shift.log_ratio)),
        upper=_scaled(contrast.upper, math.exp(-shift.log_ratio)),
        z=contrast.z * shift.error,
        log_ratio=None if contrast.log_ratio is None else contrast.log_ratio - shift.log_ratio,
        standard_error=_scaled(contrast.standard_error, 1.0 / shift.error),
        log_rank=_moved(contrast.log_rank, -shift.log_rank),
        wald=_moved(contrast.wald, -shift.wald),
        room=_scaled(contrast.room, 1.0 / shift.error),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """What strata add to the log ratio and the tests, and multiply the error with."""

    log_ratio: float
    error: float
    log_rank: float
    wald: float


def _shift(plain: Standing, within: Standing) -> _Shift | None:
    """Compare two models of the same patients; None where one of them has no finite ratio."""
    before, after = plain.cox, within.cox
    found = _Shift(
        log_ratio=after.log_hazard_ratio - before.log_hazard_ratio,
        error=after.standard_error / before.standard_error,
        log_rank=within.log_rank.z - plain.log_rank.z,
        wald=_wald(after) - _wald(before),
    )
    values = (found.log_ratio, found.error, found.log_rank, found.wald)
    return found if all(math.isfinite(value) for value in values) else None


def _wald(fit: CoxFit) -> float:
    return fit.log_hazard_ratio / fit.standard_error


def _scaled(window: Window | None, factor: float) -> Window | None:
    return None if window is None else window.scaled(factor)


def _moved(window: Window | None, by: float) -> Window | None:
    return None if window is None else Window(window.lower + by, window.upper + by)
