"""Survival percentages: the curve and its limits at printed times."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import (
    Transform,
    greenwood_variance,
    survival_at,
    survival_limits,
    two_sided_quantile,
)
from survkit.kernels.cells import EVENT, limit_after_cells
from survkit.printed import Printed
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.residual import CURVE_SD, ROUNDING_SD, Residual
from survkit.trial import as_survival

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from survkit.arrays import Floats
    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.sample import ArmSample, ContrastSample
    from survkit.trial import Figure

__all__ = ["MEASURES", "SurvivalConstraint", "events_at_start", "expect_survival", "read_survival"]

_ALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalConstraint:
    """What is asked of an arm's curve at one point in time."""

    time: float  # the point in time
    value: Interval | None  # the curve and its confidence limits, as probabilities
    lower: Interval | None
    upper: Interval | None
    z: float  # normal quantile of the confidence level
    transform: Transform  # scale of the limits


def read_survival(
    figures: Mapping[FigureKey, Figure], arm: str, transform: Transform
) -> tuple[SurvivalConstraint, ...]:
    """Read the curve and its limits at every printed time; percent become probabilities."""
    estimates = {
        key.estimate
        for key in figures
        if (key.quantity, key.subject) == ("survival", arm) and key.time is not None
    }
    found = []
    for estimate in sorted(estimates, key=lambda key: key.instant):
        printed = [figures.get(key) for key in (estimate, *estimate.limits)]
        value, lower, upper = (
            None if figure is None else Interval.of(figure.printed).scaled(0.01)
            for figure in printed
        )
        lower, upper = _cut_off(lower, upper, transform)
        level = 95.0 if printed[1] is None else printed[1].level
        found.append(
            SurvivalConstraint(
                time=estimate.instant,
                value=value,
                lower=lower,
                upper=upper,
                z=two_sided_quantile(level),
                transform=transform,
            )
        )
    return tuple(found)


def with_survival_of_differences(
    figures: Mapping[FigureKey, Figure],
) -> dict[FigureKey, Figure]:
    """
    Add the survival of one arm that follows from that of the other and their difference.

    It is added where it is not printed itself, with the digits of the difference.
    """
    found = dict(figures)
    for key, figure in figures.items():
        if key.quantity != "survival_difference" or key.is_limit or figure.printed.number is None:
            continue
        experimental, reference = (
            FigureKey("survival", arm, key.time) for arm in key.subject.split(" vs ")
        )
        for wanted, other, sign in ((experimental, reference, 1), (reference, experimental, -1)):
            known = figures.get(other)
            if wanted in figures or known is None or known.printed.number is None:
                continue
            percent = known.printed.number + sign * figure.printed.number
            if 0 <= percent <= _ALL:
                found[wanted] = replace(figure, key=wanted, printed=Printed("=", percent))
    return found


def _cut_off(
    lower: Interval | None, upper: Interval | None, transform: Transform
) -> tuple[Interval | None, Interval | None]:
    """Open the windows of limits that print as 0 or 1, where programs cut them off."""
    if upper is not None and transform != "log-log" and upper.upper >= 1.0:
        upper = Interval(upper.lower, math.inf)
    if lower is not None and transform == "plain" and lower.lower <= 0.0:
        lower = Interval(-math.inf, lower.upper)
    return lower, upper


def events_at_start(points: Sequence[SurvivalConstraint], n: int) -> int:
    """Count the patients who have the event at time 0, as a percentage there tells."""
    asked = [point.value for point in points if point.time == 0.0 and point.value is not None]
    return round(n * (1.0 - min(asked[0].middle, 1.0))) if asked else 0


def expect_survival(
    arm: int, points: Sequence[SurvivalConstraint], counted: set[float], n: int, cells: Cells
) -> Iterator[Residual]:
    """
    Yield the population's curve and its limits against the printed ones, figure by figure.

    At time 0 no population has an event. At `counted` times a number at risk is printed, which says
    all that the limits say.
    """
    for point in (one for one in points if one.time > 0.0):
        until = cells.until(point.time)
        asked = [(point.value, 0.0)]
        if point.time not in counted:
            asked += [(point.lower, -point.z), (point.upper, point.z)]
        for window, z in asked:
            if window is not None and window.bounded:
                value, gradient = _value(cells, until, z, point.transform)
                sd = max(ROUNDING_SD * window.half, CURVE_SD / n)
                yield Residual(value=(value - window.middle) / sd, gradients={arm: gradient / sd})


def _value(cells: Cells, until: int, z: float, transform: Transform) -> tuple[float, Floats]:
    if z != 0.0:
        return limit_after_cells(cells, until, z, transform)
    survival = math.exp(-float(np.cumsum(cells.event)[until - 1]))
    gradient = cells.no_gradient()
    gradient[EVENT, :until] = -survival
    return survival, gradient


def _measure(arm: ArmSample, figure: Figure) -> float:
    """Return the curve at a point in time, or a limit of it, in percent."""
    time = figure.key.instant
    if not figure.key.is_limit:
        return 100.0 * float(survival_at(arm.table, [time])[0])
    lower, upper = survival_limits(
        arm.table, z=two_sided_quantile(figure.level), transform=arm.survival_scale
    )
    row = int(np.searchsorted(arm.table.time, time, side="right")) - 1
    limits = upper if figure.key.side == "upper" else lower
    return 100.0 * (float(limits[row]) if row >= 0 else 1.0)


def _measure_incidence(arm: ArmSample, figure: Figure) -> float:
    """Return what survival, or the other limit of it, leaves to 100 %."""
    return 100.0 - _measure(arm, as_survival(figure))


def difference_at(contrast: ContrastSample, time: float) -> tuple[float, float]:
    """Return the difference of survival at a time and its error, in percentage points."""
    curves, errors = [], []
    for table in (contrast.experimental, contrast.reference):
        survival = float(survival_at(table, [time])[0])
        row = int(np.searchsorted(table.time, time, side="right")) - 1
        variance = float(greenwood_variance(table)[row]) if row >= 0 else 0.0
        curves.append(survival)
        errors.append(survival * math.sqrt(variance) if survival > 0.0 else 0.0)
    return 100.0 * (curves[0] - curves[1]), 100.0 * math.hypot(*errors)


def _measure_difference(contrast: ContrastSample, figure: Figure) -> float:
    difference, error = difference_at(contrast, figure.key.instant)
    if not figure.key.is_limit:
        return difference
    half = two_sided_quantile(figure.level) * error
    return difference + (half if figure.key.side == "upper" else -half)


def _measure_p_value(contrast: ContrastSample, figure: Figure) -> float:
    difference, error = difference_at(contrast, figure.key.instant)
    return math.erfc(abs(difference) / error / math.sqrt(2.0)) if error > 0.0 else math.nan


CONTRAST_MEASURES: dict[str, Callable[[ContrastSample, Figure], float]] = {
    "survival_difference": _measure_difference,
    "survival_p_value": _measure_p_value,
}
"""How differences of the curves at a point in time are computed from patients."""

MEASURES: dict[str, Callable[[ArmSample, Figure], float]] = {
    "survival": _measure,
    "incidence": _measure_incidence,
}
"""How each quantity of an arm is computed from patients."""
