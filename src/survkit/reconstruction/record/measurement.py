"""What given patients print, by survkit's own kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.kernels import tabulate_arm
from survkit.reconstruction.constraints.sample import ArmSample, ContrastSample, compare_samples
from survkit.reconstruction.constraints.table import (
    ARM_MEASURES,
    CONTRAST_MEASURES,
    OVERALL_MEASURES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.arrays import Codes, Flags, Floats
    from survkit.trial import Analysis, Figure

__all__ = ["measure_figures"]


def measure_figures(
    analysis: Analysis,
    times: Sequence[Floats],
    events: Sequence[Flags],
    figures: Sequence[Figure],
    strata: Sequence[Codes] | None = None,
) -> list[float]:
    """
    Compute figures from patients.

    Parameters
    ----------
    analysis : Analysis
        The analysis, whose conventions apply.
    times : sequence of ndarray of float
        Each arm's times, in the file's order of arms.
    events : sequence of ndarray of bool
        Each arm's events.
    figures : sequence of Figure
        Which figures.
    strata : sequence of ndarray of int, optional
        Each arm's strata as numbers, where they are known. The hazard ratio of a stratified
        analysis and a test printed as stratified are then stratified; without them, both are those
        of the patients as a whole.

    Returns
    -------
    list of float
        Values in the printed units, in the order of `figures`; infinite for "not reached".
    """
    arms = {
        arm.id: ArmSample(
            time=times[position],
            event=events[position],
            stratum=None if strata is None else strata[position],
            table=tabulate_arm(times[position], events[position]),
            median_interval=analysis.median_interval,
            plateau=analysis.plateau,
            median_scale=analysis.median_scale,
            survival_scale=analysis.survival_scale,
            year=analysis.year,
        )
        for position, arm in enumerate(analysis.arms)
    }
    contrasts = {
        contrast.subject: compare_samples(
            contrast, analysis, arms[contrast.reference], arms[contrast.experimental]
        )
        for contrast in analysis.contrasts
    }
    return [_measure(figure, arms, contrasts) for figure in figures]


def _measure(
    figure: Figure, arms: Mapping[str, ArmSample], contrasts: Mapping[str, ContrastSample]
) -> float:
    """Compute one figure; limits are read where their estimate is."""
    quantity, subject = figure.key.quantity, figure.key.subject
    if subject in arms:
        return ARM_MEASURES[quantity](arms[subject], figure)
    if subject in contrasts:
        return CONTRAST_MEASURES[quantity](contrasts[subject], figure)
    return OVERALL_MEASURES[quantity](list(arms.values()), figure)
