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
    Transform,
    fit_two_arm_cox,
    median_interval,
    median_time,
    survival_at,
    survival_limits,
    tabulate_arm,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.reconstruction.targets import normal_quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survkit.trial import Analysis, Figure, PValue

__all__ = ["measure_figures"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arm:
    """One arm's patients and their event table."""

    time: Floats
    event: Flags
    table: EventTable
    transform: Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contrast:
    """Two arms' Cox fit and log-rank test."""

    cox: CoxFit
    log_rank: LogRank
    p_value: PValue | None


def measure_figures(
    analysis: Analysis, times: Sequence[Floats], events: Sequence[Flags], figures: Sequence[Figure]
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

    Returns
    -------
    list of float
        Values in the printed units, in the order of `figures`; infinite for "not reached".
    """
    arms = {
        arm.id: _Arm(
            time=time,
            event=event,
            table=tabulate_arm(time, event),
            transform=analysis.median_interval,
        )
        for arm, time, event in zip(analysis.arms, times, events, strict=True)
    }
    contrasts = {
        contrast.subject: _compare(
            arms[contrast.reference], arms[contrast.experimental], analysis, contrast.p_value
        )
        for contrast in analysis.contrasts
    }
    return [_measure(figure, arms, contrasts) for figure in figures]


def _compare(
    reference: _Arm, experimental: _Arm, analysis: Analysis, p_value: PValue | None
) -> _Contrast:
    table = tabulate_two_arms(
        np.concatenate((reference.time, experimental.time)),
        np.concatenate((reference.event, experimental.event)),
        np.repeat((False, True), (reference.time.size, experimental.time.size)),
    )
    return _Contrast(
        cox=fit_two_arm_cox(table, ties=analysis.ties),
        log_rank=two_arm_log_rank(table),
        p_value=p_value,
    )


def _measure(figure: Figure, arms: dict[str, _Arm], contrasts: dict[str, _Contrast]) -> float:
    quantity, subject = figure.key.quantity, figure.key.subject
    if subject in arms:
        return _OF_ARM[quantity](arms[subject], figure)
    if subject in contrasts:
        return _OF_CONTRAST[quantity](contrasts[subject], figure)
    return float(
        sum(_OF_ARM[quantity.removeprefix("total_")](arm, figure) for arm in arms.values())
    )


def _median_limit(side: str) -> Callable[[_Arm, Figure], float]:
    def limit(arm: _Arm, figure: Figure) -> float:
        interval = median_interval(
            arm.table, z=normal_quantile(figure.level), transform=arm.transform
        )
        return interval.lower if side == "lower" else interval.upper

    return limit


def _survival_limit(side: int) -> Callable[[_Arm, Figure], float]:
    def limit(arm: _Arm, figure: Figure) -> float:
        limits = survival_limits(
            arm.table, z=normal_quantile(figure.level), transform=arm.transform
        )
        row = int(np.searchsorted(arm.table.time, figure.key.instant, side="right")) - 1
        return 100.0 * (float(limits[side][row]) if row >= 0 else 1.0)

    return limit


def _ratio_limit(side: int) -> Callable[[_Contrast, Figure], float]:
    def limit(contrast: _Contrast, figure: Figure) -> float:
        return contrast.cox.limits(normal_quantile(figure.level))[side]

    return limit


def _p_value(contrast: _Contrast, _: Figure) -> float:
    """Return the p-value of the printed test; one-sided against a better experimental arm."""
    test = contrast.p_value
    if test is None:
        return math.nan
    cox = contrast.cox
    z = (
        contrast.log_rank.z
        if test.test == "log-rank"
        else cox.log_hazard_ratio / cox.standard_error
    )
    return math.erfc((abs(z) if test.sided == 2 else -z) / math.sqrt(2.0)) / (3 - test.sided)


_OF_ARM: dict[str, Callable[[_Arm, Figure], float]] = {
    "n": lambda arm, _: float(arm.time.size),
    "events": lambda arm, _: float(arm.event.sum()),
    "median": lambda arm, _: median_time(arm.table),
    "median_lower": _median_limit("lower"),
    "median_upper": _median_limit("upper"),
    "survival": lambda arm, figure: 100.0 * float(survival_at(arm.table, [figure.key.instant])[0]),
    "survival_lower": _survival_limit(0),
    "survival_upper": _survival_limit(1),
    "at_risk": lambda arm, figure: float((arm.time >= figure.key.instant).sum()),
    "max_follow_up": lambda arm, _: float(arm.time.max()),
}

_OF_CONTRAST: dict[str, Callable[[_Contrast, Figure], float]] = {
    "hazard_ratio": lambda contrast, _: contrast.cox.hazard_ratio,
    "hazard_ratio_lower": _ratio_limit(0),
    "hazard_ratio_upper": _ratio_limit(1),
    "p_value": _p_value,
}
