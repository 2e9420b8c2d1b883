"""Areas under curves: restricted means, and their differences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import (
    Rmst,
    restricted_mean,
    restricted_mean_difference,
    restricted_means,
    two_sided_quantile,
)
from survkit.kernels.cells import area_of_cells
from survkit.reconstruction.constraints.families.wald import (
    WaldFigure,
    allowed_range,
    most_comfortable,
    wald_violation,
)
from survkit.reconstruction.constraints.residual import CURVE_SD, ROUNDING_SD, Residual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from survkit.arrays import Flags, Floats
    from survkit.kernels.cells import Cells
    from survkit.quantity import FigureKey
    from survkit.reconstruction.constraints.sample import ArmSample, ContrastSample
    from survkit.trial import Analysis, Figure

__all__ = [
    "ARM_MEASURES",
    "CONTRAST_MEASURES",
    "AreaConstraint",
    "area_residuals",
    "area_violation",
    "expect_area",
    "read_areas",
    "read_horizons",
]

_ERROR_SD = 0.004
"""Relative noise of the variance of a restricted mean, which later stages hardly change."""
_INSET = 0.25
"""Share of the areas that print as asked that is left free at each end by the aim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaConstraint:
    """What is asked of the area under a curve, or between two curves, up to a horizon."""

    horizon: float  # where the area ends, in time units
    # positions of the arms whose areas add up, each with 1, or with -1 if it is subtracted
    arms: tuple[tuple[int, int], ...]
    figures: tuple[WaldFigure, ...]  # the printed area and its limits, in time units
    standard_error: Interval | None  # the standard errors that let all of them print as they do

    @property
    def unit(self) -> float:
        """Half the widest rounding window."""
        return max(figure.window.half for figure in self.figures)

    @property
    def z(self) -> float:
        """Normal quantile of the limits."""
        return max(abs(figure.z) for figure in self.figures)


def read_areas(
    analysis: Analysis, position: Mapping[str, int], figures: Mapping[FigureKey, Figure]
) -> tuple[AreaConstraint, ...]:
    """Read restricted means of arms, then differences of contrasts; `position` is that of arms."""
    terms: dict[str, tuple[tuple[int, int], ...]]
    terms = {arm: ((place, 1),) for arm, place in position.items()}
    terms |= {
        contrast.subject: ((position[contrast.experimental], 1), (position[contrast.reference], -1))
        for contrast in analysis.contrasts
    }
    found = []
    for subject, arms in terms.items():
        quantity = "rmst" if subject in position else "rmst_difference"
        for estimate in _estimates(quantity, subject, figures):
            printed = tuple(_printed(estimate, figures))
            area = AreaConstraint(
                horizon=estimate.instant,
                arms=arms,
                figures=printed,
                standard_error=most_comfortable(printed)[1],
            )
            found.append(area)
    return tuple(found)


def read_horizons(
    arm: str, analysis: Analysis, figures: Mapping[FigureKey, Figure]
) -> tuple[float, ...]:
    """Read where the areas end that an arm has a part in, ascending."""
    pairs = (one for one in analysis.contrasts if arm in (one.reference, one.experimental))
    subjects = {arm, *(contrast.subject for contrast in pairs)}
    kinds = ARM_MEASURES.keys() | CONTRAST_MEASURES.keys()
    found = {key.instant for key in figures if key.quantity in kinds and key.subject in subjects}
    return tuple(sorted(found))


def _estimates(quantity: str, subject: str, figures: Mapping[FigureKey, Figure]) -> list[FigureKey]:
    """List the keys of the areas of which an estimate or a limit is printed."""
    found = {key.estimate for key in figures if (key.quantity, key.subject) == (quantity, subject)}
    return sorted(found, key=lambda key: key.instant)


def _printed(estimate: FigureKey, figures: Mapping[FigureKey, Figure]) -> Iterator[WaldFigure]:
    for key, sign in zip((estimate, *estimate.limits), (0.0, -1.0, 1.0), strict=True):
        if figure := figures.get(key):
            z = sign * two_sided_quantile(figure.level)
            yield WaldFigure(Interval.of(figure.printed), z)


def expect_area(
    area: AreaConstraint, sizes: Sequence[int], arms: Sequence[Cells]
) -> Iterator[Residual]:
    """
    Yield a population's restricted mean, or difference, and the variance behind its limits.

    One residual for the area, one for the logarithm of its variance, as far as they are printed;
    `sizes` are the patients of every arm of the analysis.
    """
    parts = {
        index: area_of_cells(arms[index], arms[index].until(area.horizon)) for index, _ in area.arms
    }
    by_z = {figure.z: figure.window for figure in area.figures}
    if (window := by_z.get(0.0)) is not None:
        smallest = min(sizes[index] for index in parts)
        sd = max(ROUNDING_SD * window.half, CURVE_SD * area.horizon / smallest)
        off = sum(sign * parts[index].area for index, sign in area.arms) - window.middle
        yield Residual(
            value=off / sd,
            gradients={index: sign * parts[index].by_area / sd for index, sign in area.arms},
        )
    lower, upper = by_z.get(-area.z), by_z.get(area.z)
    if area.z > 0.0 and lower is not None and upper is not None:
        variance = sum(part.variance for part in parts.values())
        rounding = lower.half + upper.half
        width = max(upper.middle - lower.middle, 0.5 * rounding)
        sd = max(_ERROR_SD, 2.0 * ROUNDING_SD * rounding / width)
        off = math.log(variance) - 2.0 * math.log(0.5 * width / area.z)
        yield Residual(
            value=off / sd,
            gradients={index: part.by_variance / (sd * variance) for index, part in parts.items()},
        )


def area_violation(area: AreaConstraint, arms: Sequence[tuple[Floats, Flags]]) -> float:
    """
    Measure how far an area and its limits are missed, in half rounding windows, squared.

    Parameters
    ----------
    area : AreaConstraint
        What is printed.
    arms : sequence of (ndarray of float, ndarray of bool)
        Times and events of every arm of the analysis.

    Returns
    -------
    float
        0 where everything is met with a little to spare.
    """
    total, variance = 0.0, 0.0
    for index, sign in area.arms:
        time, event = arms[index]
        mean, spread = restricted_means(time[None], event, area.horizon)
        total, variance = total + sign * float(mean[0]), variance + float(spread[0])
    missed = wald_violation(area.figures, np.array([total]), np.array([variance**0.5]))
    return float(missed[0])


def area_residuals(area: AreaConstraint, means: Floats, error: Floats) -> Floats:
    """
    Hold areas against what is printed, scaled by rounding.

    The aims are those nearest to the first row: in the middle half of the areas that print as asked
    with its standard error, and among the standard errors that leave room for them.

    Parameters
    ----------
    area : AreaConstraint
        What is printed.
    means, error : ndarray of float, shape (k,)
        Areas and their standard errors.

    Returns
    -------
    ndarray of float, shape (rows, k)
        Distances of the areas, and of the errors where limits are printed.
    """
    allowed = allowed_range(area.figures, float(error[0]))
    inset = _INSET * max(2.0 * allowed.half, 0.0)
    middle = allowed.middle
    aim = Interval(min(allowed.lower + inset, middle), max(allowed.upper - inset, middle))
    rows = [(means - aim.clip(float(means[0]))) / area.unit]
    if area.standard_error is not None:
        nearest = area.standard_error.clip(float(error[0]))
        rows.append(area.z * (error - nearest) / area.unit)
    return np.stack(rows)


def _measure(arm: ArmSample, figure: Figure) -> float:
    return _mean_or_limit(restricted_mean(arm.table, figure.key.instant), figure)


def _measure_difference(contrast: ContrastSample, figure: Figure) -> float:
    """Return the area between the curves, experimental minus reference, or a limit of it."""
    area = restricted_mean_difference(contrast.reference, contrast.experimental, figure.key.instant)
    return _mean_or_limit(area, figure)


def _mean_or_limit(area: Rmst, figure: Figure) -> float:
    if not figure.key.is_limit:
        return area.mean
    lower, upper = area.limits(two_sided_quantile(figure.level))
    return upper if figure.key.side == "upper" else lower


ARM_MEASURES: dict[str, Callable[[ArmSample, Figure], float]] = {"rmst": _measure}
CONTRAST_MEASURES: dict[str, Callable[[ContrastSample, Figure], float]] = {
    "rmst_difference": _measure_difference
}
"""How each quantity is computed from patients."""
