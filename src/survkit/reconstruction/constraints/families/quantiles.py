"""Quantiles of time, their limits and the median follow-up: when a curve comes down to a share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import (
    EventTable,
    Transform,
    error_of_quantile,
    follow_curve,
    quantile_interval,
    quantile_of_rest,
    quantile_time,
    rest_on,
    symmetric_limits,
    tabulate_arm,
    two_sided_quantile,
)
from survkit.kernels.cells import limit_after_cells
from survkit.quantity import FOLLOW_UP, SHARES, FigureKey
from survkit.reconstruction.constraints.residual import CURVE_SD, ROUNDING_SD, Residual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from survkit.arrays import Floats, Positions
    from survkit.kernels.cells import Cells
    from survkit.reconstruction.constraints.sample import ArmSample
    from survkit.trial import Figure

__all__ = [
    "AT_THE_END",
    "MEASURES",
    "Passing",
    "QuantileConstraint",
    "Rest",
    "SymmetricInterval",
    "expect_quantiles",
    "read_quantiles",
]

_ON_SHARE = 1e-9
"""Distance at which a curve rests on a share, and has passed it."""
_USUAL_SLOPE = 0.35
"""Fall of a curve per multiple of the median, at the median of an exponential curve."""
_LEAST_SD = 1e-3
AT_THE_END = 0.995
"""Share of the follow-up of an arm from which on a printed time is its end."""
_CLEAR = 0.3
"""How far above a share, in units of 1 / sqrt(n), a curve that does not reach it should end."""
_NOT_REACHED_SD = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """Where a curve, or a limit of it, has passed a share."""

    # the curve's steps that are at or below the share; none where it is not reached
    steps: Positions
    rests: bool  # whether the first of them is exactly on the share

    @property
    def ends(self) -> Positions:
        """The first such step; where the curve rests on the share, the end of the rest as well."""
        return self.steps[: 2 if self.rests else 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileConstraint:
    """When a curve, or a limit of it, comes down to a share."""

    share: float  # survival probability, 0.5 for a median
    window: Interval  # the printed time; infinite where the curve must stay above the share
    z: float  # normal quantile of the limit, negative for the lower one; 0 for the curve itself
    transform: Transform  # scale of the limits
    # whether it is the reverse curve, whose events are the patients who leave without one
    # (Schemper and Smith 1996), as for a median follow-up
    reverse: bool = False

    def above(self, edge: float) -> Interval:
        """Return the values of a curve that has not come down to the share, by a distance."""
        return Interval(self.share + edge, math.inf)

    def below(self, edge: float) -> Interval:
        """Return the values of a curve that is below the share, by a distance."""
        return Interval(-math.inf, self.share - edge)

    def narrow(self, asked: Interval, time: float, edge: float) -> Interval:
        """Bound what is asked of the curve at a time, given when it passes the share."""
        if time <= self.window.lower:
            return asked.intersect(self.above(edge))
        if time >= self.window.upper:
            return asked.intersect(self.below(edge))
        return asked

    def passing(self, hazard: Floats, variance: Floats) -> Passing:
        """
        Find where the curve, or its limit, passes the share.

        Parameters
        ----------
        hazard, variance : ndarray of float, shape (d,)
            What each of the curve's events adds to the cumulative hazard and to Greenwood's sum.

        Returns
        -------
        Passing
            The events after which the share is passed.
        """
        curve = follow_curve(hazard, variance, self.z, self.transform)
        steps = np.flatnonzero(curve <= self.share + _ON_SHARE)
        rests = bool(steps.size) and bool(curve[steps[0]] > self.share - _ON_SHARE)
        return Passing(steps=steps, rests=rests)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymmetricInterval:
    """A quantile with limits estimate ± z · error."""

    share: float  # survival probability, 0.5 for a median
    estimate: Interval  # the printed quantile
    lower: Interval | None  # its printed limits, where they are finite
    upper: Interval | None
    z: float  # normal quantile of the level

    @property
    def target(self) -> float:
        """The quantile that leaves its error most room."""
        if self.lower is None or self.upper is None or self.lower.lower <= 0.0:
            return self.estimate.middle
        middle = 0.5 * (self.lower.middle + self.upper.middle)
        return self.estimate.clip(middle, share=0.9)

    def errors(self, estimate: float) -> Interval:
        """Return the errors of an estimate whose limits print as asked."""
        low, high = 0.0, math.inf
        if self.upper is not None:
            low = (self.upper.lower - estimate) / self.z
            high = (self.upper.upper - estimate) / self.z
        if self.lower is not None:
            low = max(low, (estimate - self.lower.upper) / self.z)
            if self.lower.lower > 0.0:
                high = min(high, (estimate - self.lower.lower) / self.z)
        return Interval(max(low, 0.0), high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A curve that rests on a share, the middle of the rest being the printed quantile."""

    share: float
    window: Interval


def read_quantiles(
    figures: Mapping[FigureKey, Figure],
    arm: str,
    transform: Transform,
    apart: frozenset[FigureKey] = frozenset(),
) -> tuple[QuantileConstraint, ...]:
    """Read the printed quantiles of an arm and their limits, but some; earlier ones first."""
    found = []
    for quantity, share in SHARES.items():
        estimate = FigureKey(quantity, arm)
        lower, upper = estimate.limits
        for key, sign in ((lower, -1.0), (estimate, 0.0), (upper, 1.0)):
            figure = figures.get(key)
            if figure is not None and key not in apart:
                constraint = QuantileConstraint(
                    share=share,
                    window=Interval.of(figure.printed),
                    z=sign * two_sided_quantile(figure.level),
                    transform=transform,
                    reverse=quantity in FOLLOW_UP,
                )
                found.append(constraint)
    return tuple(found)


def expect_quantiles(
    arm: int, quantiles: Sequence[QuantileConstraint], n: int, end: float, cells: Cells
) -> Iterator[Residual]:
    """
    Yield where the population's curve and its limits are at printed quantiles of an arm.

    One residual per figure; none for what is not reached and clearly above its share at the end of
    follow-up.
    """
    for quantile in quantiles:
        window, share = quantile.window, quantile.share
        until = cells.until(window.middle if window.reached else end)
        value, gradient = limit_after_cells(
            cells, until, quantile.z, quantile.transform, reverse=quantile.reverse
        )
        if window.reached:
            slope = _USUAL_SLOPE * window.half / max(window.middle, window.half)
            sd = max(math.hypot(CURVE_SD / (0.4 * n), ROUNDING_SD * slope), _LEAST_SD)
            off = value - share
        else:
            sd = _NOT_REACHED_SD
            off = value - share - _CLEAR / math.sqrt(n)
        # who is left at the end leaves then: a follow-up that ends there has only to last so long
        lasts = quantile.reverse and window.reached and window.upper >= AT_THE_END * end
        if (window.reached and not lasts) or off < 0.0:
            yield Residual(value=off / sd, gradients={arm: gradient / sd})


def _measure(arm: ArmSample, figure: Figure) -> float:
    return _quantile_of(arm, arm.table, figure)


def _measure_follow_up(arm: ArmSample, figure: Figure) -> float:
    """Return the median of the reverse curve, whose events are the censored patients."""
    return _quantile_of(arm, tabulate_arm(arm.time, ~arm.event), figure)


def _quantile_of(arm: ArmSample, table: EventTable, figure: Figure) -> float:
    share = SHARES[figure.key.quantity]
    rest = rest_on(table, share, float(arm.time.max()))
    if not figure.key.is_limit:
        left = quantile_time(table, share)
        return left if rest is None else quantile_of_rest(rest, arm.plateau, figure.printed)
    z = two_sided_quantile(figure.level)
    if arm.median_interval == "symmetric":
        estimate = quantile_time(table, share)
        if rest is not None:
            estimate = quantile_of_rest(rest, arm.plateau, None)
        both = symmetric_limits(estimate, error_of_quantile(table, share), z)
        return both[1 if figure.key.side == "upper" else 0]
    limits = quantile_interval(table, share, z=z, transform=arm.median_scale)
    return limits.upper if figure.key.side == "upper" else limits.lower


MEASURES: dict[str, Callable[[ArmSample, Figure], float]] = {
    "median": _measure,
    "lower_quartile": _measure,
    "upper_quartile": _measure,
    "median_follow_up": _measure_follow_up,
}
"""How each quantity is computed from patients."""
