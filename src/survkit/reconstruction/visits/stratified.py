"""Stratified models where patients are assessed at visits.

The search counts patients without regard for strata. Patients of a stratum are spread evenly over
the order of leaving, so that a stratified ratio, its error and its test differ little from those of
all patients, and by nearly the same whatever the search does. `assess` therefore searches for
figures that are off by this difference, and takes the difference anew until the stratified ones
print as asked.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from survkit.kernels import ArmTimes, TwoArmFit, by_stratum, fit_tied_arms
from survkit.reconstruction.constraints.families.contrast import fit_violation
from survkit.reconstruction.constraints.families.wald import WaldFigure

if TYPE_CHECKING:
    from survkit.interval import Interval
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = ["aim_within_strata", "violation_within_strata"]


def violation_within_strata(
    contrasts: tuple[ContrastConstraint, ...], arms: tuple[ArmTimes, ...], ties: Ties
) -> float:
    """Measure how far the stratified figures of all contrasts are missed, as `fit_violation`."""
    pairs = ((contrast, [arms[arm] for arm in contrast.arms]) for contrast in contrasts)
    missed = (
        fit_violation(contrast, fit_tied_arms(by_stratum(*pair), ties)) for contrast, pair in pairs
    )
    return round(sum(missed), 9)


def aim_within_strata(
    contrast: ContrastConstraint, arms: tuple[ArmTimes, ...], ties: Ties
) -> ContrastConstraint:
    """Aim the figures of all patients so that the stratified ones come to print as asked."""
    reference, experimental = (arms[arm] for arm in contrast.arms)
    plain = fit_tied_arms([(reference, experimental)], ties)
    within = fit_tied_arms(by_stratum(reference, experimental), ties)
    shift = _shift(plain, within, contrast.margin)
    if shift is None:
        return contrast
    return replace(
        contrast,
        figures=tuple(
            WaldFigure(figure.window.shifted(-shift.log_ratio), figure.z * shift.error)
            for figure in contrast.figures
        ),
        log_ratio=None if contrast.log_ratio is None else contrast.log_ratio - shift.log_ratio,
        standard_error=_scaled(contrast.standard_error, 1.0 / shift.error),
        log_rank=_shifted(contrast.log_rank, -shift.log_rank),
        wald=_shifted(contrast.wald, -shift.wald),
        room=_scaled(contrast.room, 1.0 / shift.error),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """What strata add to the log ratio and the tests, and multiply the error with."""

    log_ratio: float
    error: float
    log_rank: float
    wald: float


def _shift(plain: TwoArmFit, within: TwoArmFit, margin: float) -> _Shift | None:
    """Compare two models of the same patients; None where one of them has no finite ratio."""
    shift = _Shift(
        log_ratio=within.cox.log_hazard_ratio - plain.cox.log_hazard_ratio,
        error=within.cox.standard_error / plain.cox.standard_error,
        log_rank=within.log_rank.z - plain.log_rank.z,
        wald=within.wald(margin) - plain.wald(margin),
    )
    return shift if all(map(math.isfinite, astuple(shift))) else None


def _scaled(window: Interval | None, factor: float) -> Interval | None:
    return None if window is None else window.scaled(factor)


def _shifted(window: Interval | None, by: float) -> Interval | None:
    return None if window is None else window.shifted(by)
