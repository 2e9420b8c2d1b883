"""What given patients print, by survkit's own kernels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import (
    CoxFit,
    EventTable,
    LogRank,
    Rmst,
    Transform,
    TwoArmTable,
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
    survival_limits,
    tabulate_arm,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.quantity import SHARES
from survkit.reconstruction.constraints.read import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survkit.trial import Analysis, Contrast, Figure, PValue

__all__ = ["measure_figures"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arm:
    """One arm's patients, their event table, and the scales of the printed intervals."""

    time: Floats
    event: Flags
    stratum: Codes | None
    table: EventTable
    median_scale: Transform
    survival_scale: Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contrast:
    """The event tables of two arms, the Cox fit of the hazard ratio and the printed test's fits."""

    reference: EventTable
    experimental: EventTable
    cox: CoxFit
    tested_cox: CoxFit
    log_rank: LogRank
    p_value: PValue | None


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
        arm.id: _Arm(
            time=times[position],
            event=events[position],
            stratum=None if strata is None else strata[position],
            table=tabulate_arm(times[position], events[position]),
            median_scale=analysis.median_interval,
            survival_scale=analysis.survival_scale,
        )
        for position, arm in enumerate(analysis.arms)
    }
    contrasts = {
        contrast.subject: _compare(contrast, analysis, arms) for contrast in analysis.contrasts
    }
    return [_measure(figure, arms, contrasts) for figure in figures]


def _compare(contrast: Contrast, analysis: Analysis, arms: dict[str, _Arm]) -> _Contrast:
    """Fit what the figures of a contrast need; one fit serves model and test where it can."""
    reference, experimental = arms[contrast.reference], arms[contrast.experimental]
    test = contrast.p_value
    in_model, in_test = analysis.stratified, test is not None and test.stratified
    tables = {
        stratified: _tabulate(reference, experimental, stratified=stratified)
        for stratified in (in_model, in_test)
    }
    fits = {
        stratified: fit_two_arm_cox(*strata, ties=analysis.ties)
        for stratified, strata in tables.items()
    }
    return _Contrast(
        reference=reference.table,
        experimental=experimental.table,
        cox=fits[in_model],
        tested_cox=fits[in_test],
        log_rank=two_arm_log_rank(*tables[in_test]),
        p_value=test,
    )


def _tabulate(reference: _Arm, experimental: _Arm, *, stratified: bool) -> list[TwoArmTable]:
    """Tabulate two arms, one table per stratum where strata are asked for and known."""
    arms = (reference, experimental)
    time = np.concatenate([arm.time for arm in arms])
    event = np.concatenate([arm.event for arm in arms])
    in_experimental = np.repeat((False, True), [arm.time.size for arm in arms])
    known = [arm.stratum for arm in arms if arm.stratum is not None]
    if not stratified or len(known) < len(arms):
        return [tabulate_two_arms(time, event, in_experimental)]
    strata = np.concatenate(known)
    return [
        tabulate_two_arms(time[own], event[own], in_experimental[own])
        for own in (strata == stratum for stratum in np.unique(strata))
    ]


def _measure(figure: Figure, arms: dict[str, _Arm], contrasts: dict[str, _Contrast]) -> float:
    """Compute one figure; limits are read where their estimate is."""
    quantity, subject = figure.key.quantity, figure.key.subject
    if subject in arms:
        return _OF_ARM[quantity](arms[subject], figure)
    if subject in contrasts:
        return _OF_CONTRAST[quantity](contrasts[subject], figure)
    return float(
        sum(_OF_ARM[quantity.removeprefix("total_")](arm, figure) for arm in arms.values())
    )


def _quantile(arm: _Arm, figure: Figure) -> float:
    return _read_quantile(arm.table, arm.median_scale, figure)


def _median_follow_up(arm: _Arm, figure: Figure) -> float:
    """Return the median of the reverse curve, whose events are the censored patients."""
    return _read_quantile(tabulate_arm(arm.time, ~arm.event), arm.median_scale, figure)


def _read_quantile(table: EventTable, scale: Transform, figure: Figure) -> float:
    share = SHARES[figure.key.quantity]
    if not figure.key.is_limit:
        return quantile_time(table, share)
    interval = quantile_interval(table, share, z=normal_quantile(figure.level), transform=scale)
    return interval.upper if _is_upper(figure) else interval.lower


def _survival(arm: _Arm, figure: Figure) -> float:
    """Return the curve at a point in time, or a limit of it, in percent."""
    time = figure.key.instant
    if not figure.key.is_limit:
        return 100.0 * float(survival_at(arm.table, [time])[0])
    limits = survival_limits(
        arm.table, z=normal_quantile(figure.level), transform=arm.survival_scale
    )
    row = int(np.searchsorted(arm.table.time, time, side="right")) - 1
    return 100.0 * (float(limits[_is_upper(figure)][row]) if row >= 0 else 1.0)


def _restricted_mean(arm: _Arm, figure: Figure) -> float:
    return _read_mean(restricted_mean(arm.table, figure.key.instant), figure)


def _restricted_mean_difference(contrast: _Contrast, figure: Figure) -> float:
    """Return the area between the curves, experimental minus reference, or a limit of it."""
    area = restricted_mean_difference(contrast.reference, contrast.experimental, figure.key.instant)
    return _read_mean(area, figure)


def _read_mean(area: Rmst, figure: Figure) -> float:
    if not figure.key.is_limit:
        return area.mean
    return area.limits(normal_quantile(figure.level))[_is_upper(figure)]


def _hazard_ratio(contrast: _Contrast, figure: Figure) -> float:
    if not figure.key.is_limit:
        return contrast.cox.hazard_ratio
    return contrast.cox.limits(normal_quantile(figure.level))[_is_upper(figure)]


def _p_value(contrast: _Contrast, _: Figure) -> float:
    """Return the p-value of the printed test; one-sided against a better experimental arm."""
    test = contrast.p_value
    if test is None:
        return math.nan
    cox = contrast.tested_cox
    z = (
        contrast.log_rank.z
        if test.test == "log-rank"
        else cox.log_hazard_ratio / cox.standard_error
    )
    return math.erfc((abs(z) if test.sided == 2 else -z) / math.sqrt(2.0)) / (3 - test.sided)


def _is_upper(figure: Figure) -> bool:
    return figure.key.side == "upper"


_OF_ARM: dict[str, Callable[[_Arm, Figure], float]] = {
    "n": lambda arm, _: float(arm.time.size),
    "events": lambda arm, _: float(arm.event.sum()),
    "median": _quantile,
    "lower_quartile": _quantile,
    "upper_quartile": _quantile,
    "survival": _survival,
    "at_risk": lambda arm, figure: float((arm.time >= figure.key.instant).sum()),
    "rmst": _restricted_mean,
    "median_follow_up": _median_follow_up,
    "max_follow_up": lambda arm, _: float(arm.time.max()),
}

_OF_CONTRAST: dict[str, Callable[[_Contrast, Figure], float]] = {
    "hazard_ratio": _hazard_ratio,
    "risk_reduction": lambda contrast, _: 100.0 * (1.0 - contrast.cox.hazard_ratio),
    "p_value": _p_value,
    "rmst_difference": _restricted_mean_difference,
}
