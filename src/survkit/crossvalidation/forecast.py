"""One figure of a population in expectation, on the scale on which its errors are nearly normal.

Survival, quantiles of time and numbers at risk are taken as log cumulative hazards, events as log
odds, ratios as logs, p-values as standard normal statistics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from survkit.arrays import Floats
from survkit.interval import Interval
from survkit.kernels.cells import EVENTS, LEAVING, area_of_cells, limit_after_cells
from survkit.quantity import SHARES
from survkit.reconstruction.constraints.residual import ROUNDING_SD

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.crossvalidation.comparison import ExpectedRatio
    from survkit.kernels import Transform
    from survkit.kernels.cells import Cells
    from survkit.kernels.hypothesis import Hypothesis

__all__ = [
    "ArmInExpectation",
    "Forecast",
    "forecast_area",
    "forecast_events",
    "forecast_p_value",
    "forecast_quantile",
    "forecast_ratio",
    "forecast_risk",
    "forecast_survival",
]

Gradients = dict[int, Floats]

_LEAST_AT_RISK = 0.3
_STEP = 0.5
"""A curve falls in steps: half of one is the noise at any time, in patients."""
_COUNT_SD = 0.3
"""Noise of a printed count, in patients."""
_RATIO_SD = 0.003
"""Distance, on the log scale, of a population's ratio from that of its samples without noise."""
_STRATA_SD = 0.08
"""What strata or covariates do to a log hazard ratio."""
_TEST_SD = 0.03
"""Distance of a population's test statistic from that of its samples without noise."""
_TOGETHER = 0.3
"""Events happen together, as at visits: standard deviation of their times, in months."""
_AWAY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One figure as a population has it, beside what is printed."""

    value: float  # of the population, on the figure's scale
    distance: float  # what is printed, minus the value; 0 where the value prints like the figure
    noise: float  # standard deviation of a printed figure about that of its population
    gradients: Gradients  # of the value, by the arm's position, shape (4, k) each
    # from the scale to the printed unit; falling for some, as survival falls with its hazard
    shown: Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmInExpectation:
    """One arm that is forecast."""

    position: int  # among the arms
    n: int  # its patients
    cells: Cells  # the population
    end: float  # end of its follow-up, in time units
    month: float  # a month, in time units

    def hazard_near(self, until: int, hazards: Floats) -> float:
        """Return a hazard in the cells around an edge, per time unit."""
        first, last = max(until - 2, 0), min(until + 2, hazards.size)
        width = float(self.cells.edges[last] - self.cells.edges[first])
        return float(hazards[first:last].sum()) / width


def _log_hazard(share: float, n: int) -> float:
    """Return the log cumulative hazard behind a share, at most half a patient from 0 and 1."""
    edge = _STEP / max(n, 1)
    return math.log(-math.log(min(max(share, edge), 1.0 - edge)))


def _share(log_hazard: float) -> float:
    return math.exp(-math.exp(min(log_hazard, 30.0)))


def _distance(value: float, window: Interval) -> tuple[float, float]:
    """Return how far a value is from a window, and half its width; 0 within an open one."""
    if window.bounded:
        return window.middle - value, ROUNDING_SD * window.half
    return window.clip(value) - value, 0.0


def forecast_survival(
    arm: ArmInExpectation, time: float, window: Interval, z: float, transform: Transform
) -> Forecast:
    """Forecast a percentage, or a limit of it with the normal quantile z, at a time."""
    shares = window.scaled(0.01)
    logs = [_log_hazard(share, arm.n) for share in (shares.upper, shares.lower)]
    return _on_curve(arm, time, Interval(*logs), _Curve(z, transform, reverse=False))


def _percent(log_hazard: float) -> float:
    return 100.0 * _share(log_hazard)


def forecast_quantile(
    arm: ArmInExpectation, quantity: str, window: Interval, z: float, transform: Transform
) -> Forecast:
    """Forecast a quantile of time, or a limit of it: how low the curve is at the printed time."""
    level = math.log(-math.log(SHARES[quantity]))
    curve = _Curve(z, transform, quantity == "median_follow_up")
    if window.reached:
        until = arm.cells.until(window.middle)
        fall = arm.hazard_near(until, curve.hazards(arm.cells)) / -math.log(SHARES[quantity])
        half = fall * window.half
        found = _on_curve(arm, window.middle, Interval(level - half, level + half), curve)
    else:
        found = _on_curve(arm, arm.end, Interval(-math.inf, level), curve)
    value = found.value
    return replace(found, shown=lambda moved: _passes(arm, curve, level - (moved - value)))


class _Curve(NamedTuple):
    """Which curve of an arm is meant."""

    z: float  # normal quantile of a limit; 0 for the curve itself
    transform: Transform  # scale of the limits
    reverse: bool  # whether its events are the patients who leave without one

    def hazards(self, cells: Cells) -> Floats:
        """Return its hazards, cell by cell."""
        return cells.leaving - cells.event if self.reverse else cells.event

    def log_hazard(self, cells: Cells, until: int) -> tuple[float, Floats]:
        """Return the log of minus its logarithm after some cells, with its gradient."""
        share, gradient = limit_after_cells(
            cells, until, self.z, self.transform, reverse=self.reverse
        )
        share = min(max(share, _AWAY), 1.0 - _AWAY)
        hazard = -math.log(share)
        return math.log(hazard), -gradient / (share * hazard)


def _on_curve(arm: ArmInExpectation, time: float, window: Interval, curve: _Curve) -> Forecast:
    """Forecast how low a curve, or a limit of it, is at a time."""
    cells, until = arm.cells, arm.cells.until(time)
    value, gradient = curve.log_hazard(cells, until)
    hazard = max(math.exp(value), math.exp(window.clip(value)))
    step = _STEP / max(float(cells.at_risk[until - 1]), _LEAST_AT_RISK)
    together = _TOGETHER * arm.month * arm.hazard_near(until, curve.hazards(cells))
    distance, rounding = _distance(value, window)
    return Forecast(
        value=value,
        distance=distance,
        noise=math.hypot(step / hazard, together / hazard, rounding),
        gradients={arm.position: gradient},
        shown=_percent,
    )


def _passes(arm: ArmInExpectation, curve: _Curve, level: float) -> float:
    """Return when a curve has come down so low; infinite where it has not before the end."""
    before, edges = -math.inf, arm.cells.edges
    for until in range(1, arm.cells.until(arm.end) + 1):
        value, _ = curve.log_hazard(arm.cells, until)
        if value >= level:
            weight = (math.exp(level) - math.exp(before)) / (math.exp(value) - math.exp(before))
            return float(edges[until - 1] + weight * (edges[until] - edges[until - 1]))
        before = max(before, value)
    return math.inf


def forecast_events(arms: list[ArmInExpectation], window: Interval) -> Forecast:
    """Forecast the events of one arm, or of several together."""
    n = sum(arm.n for arm in arms)
    share = (sum(float(arm.cells.events.sum()) for arm in arms) + 0.5) / (n + 1.0)
    share = min(share, 1.0 - 0.25 / (n + 1.0))
    printed = (min(max(window.middle, 0.0), n) + 0.5) / (n + 1.0)
    slope = 1.0 / ((n + 1.0) * share * (1.0 - share))
    gradients = {}
    for arm in arms:
        gradients[arm.position] = arm.cells.no_gradient()
        gradients[arm.position][EVENTS] = slope
    value = _log_odds(share)
    return Forecast(
        value=value,
        distance=_log_odds(printed) - value,
        noise=_COUNT_SD / ((n + 1.0) * printed * (1.0 - printed)),
        gradients=gradients,
        shown=lambda scale: (n + 1.0) / (1.0 + math.exp(-scale)) - 0.5,
    )


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))


def forecast_risk(arm: ArmInExpectation, time: float, window: Interval) -> Forecast:
    """Forecast a number at risk."""
    cells, until = arm.cells, arm.cells.until(time)
    left = float(cells.leaving[:until].sum())
    printed = _log_hazard(window.middle / arm.n, arm.n)
    gradient = cells.no_gradient()
    gradient[LEAVING, :until] = 1.0 / left
    floor = max(left, math.exp(printed))
    # whoever is left at the end of follow-up leaves there, and not together at visits
    near = min(arm.hazard_near(until, cells.leaving), 2.0 / arm.month)
    step = _STEP / max(window.middle, _STEP) / floor
    value = math.log(left)
    return Forecast(
        value=value,
        distance=printed - value,
        noise=math.hypot(step, 0.5 * _TOGETHER * arm.month * near / floor),
        gradients={arm.position: gradient},
        shown=lambda scale: arm.n * _share(scale),
    )


def forecast_area(arm: ArmInExpectation, time: float, window: Interval, z: float) -> Forecast:
    """Forecast a restricted mean, or a limit of it with the normal quantile z."""
    found = area_of_cells(arm.cells, arm.cells.until(time))
    error = math.sqrt(max(found.variance, _AWAY))
    value = found.area + z * error
    distance, rounding = _distance(value, window)
    return Forecast(
        value=value,
        distance=distance,
        noise=math.hypot(rounding, _TOGETHER * arm.month * 0.1, _STEP / arm.n * time),
        gradients={arm.position: found.by_area + 0.5 * z / error * found.by_variance},
        shown=float,
    )


def forecast_ratio(
    ratio: ExpectedRatio, window: Interval, z: float, *, adjusted: bool, reduction: bool = False
) -> Forecast:
    """Forecast a log hazard ratio, or a limit of it with the normal quantile z."""
    value, gradients = ratio.limit(z)
    if reduction:
        window = Interval(1.0 - 0.01 * window.upper, 1.0 - 0.01 * window.lower)
    distance, rounding = _distance(value, Interval(max(window.lower, _AWAY), window.upper).log())
    model = math.hypot(_RATIO_SD, _STRATA_SD if adjusted else 0.0, 0.01 * z * ratio.error)
    return Forecast(
        value=value,
        distance=distance,
        noise=math.hypot(model, rounding),
        gradients=gradients,
        shown=_reduction if reduction else math.exp,
    )


def _reduction(log_ratio: float) -> float:
    return 100.0 * (1.0 - math.exp(log_ratio))


def forecast_p_value(
    ratio: ExpectedRatio, window: Interval, hypothesis: Hypothesis, *, adjusted: bool
) -> Forecast:
    """Forecast the statistic behind a p-value; a two-sided one has the sign of the ratio."""
    value, gradients = ratio.statistic()
    windows = [
        hypothesis.statistics(window.lower, window.upper, below=below) for below in (True, False)
    ]
    distance, rounding = min((_distance(value, one) for one in windows), key=_size)
    model = math.hypot(_TEST_SD, _STRATA_SD / ratio.error if adjusted else 0.0)
    return Forecast(
        value=value,
        distance=distance,
        noise=math.hypot(model, rounding),
        gradients=gradients,
        shown=hypothesis.p_value,
    )


def _size(found: tuple[float, float]) -> float:
    return abs(found[0])
