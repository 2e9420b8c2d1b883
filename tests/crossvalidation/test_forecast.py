"""Forecasts: gradients are those of the values, and scales lead back to what is printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.crossvalidation.comparison import expect_ratio
from survkit.crossvalidation.forecast import (
    ArmInExpectation,
    forecast_area,
    forecast_events,
    forecast_p_value,
    forecast_quantile,
    forecast_ratio,
    forecast_risk,
    forecast_survival,
)
from survkit.interval import Interval
from survkit.kernels.cells import carry_back, expect_cells
from survkit.kernels.hypothesis import Hypothesis

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from survkit.crossvalidation.forecast import Forecast

EDGES = np.linspace(0.0, 24.0, 25)
LOGS = np.stack(
    [np.log([np.full(24, 0.08), np.full(24, 0.03)]), np.log([np.full(24, 0.05), np.full(24, 0.03)])]
)
SIZES = (90, 110)
SHIFT = 1e-5


def arms_of(logs: NDArray[np.float64]) -> list[ArmInExpectation]:
    return [
        ArmInExpectation(
            position=place, n=n, cells=expect_cells(n, EDGES, own), end=24.0, month=1.0
        )
        for place, (n, own) in enumerate(zip(SIZES, logs, strict=True))
    ]


def ratio_of(arms: list[ArmInExpectation], window: Interval, z: float) -> Forecast:
    ratio = expect_ratio([arm.cells for arm in arms], (0, 1))
    return forecast_ratio(ratio, window, z, adjusted=False)


def p_value_of(arms: list[ArmInExpectation]) -> Forecast:
    ratio = expect_ratio([arm.cells for arm in arms], (0, 1))
    return forecast_p_value(ratio, Interval(0.0095, 0.0105), Hypothesis(), adjusted=False)


MEDIAN = Interval(8.0, 9.0)
FORECASTS: dict[str, Callable[[list[ArmInExpectation]], Forecast]] = {
    "survival": lambda arms: forecast_survival(arms[0], 12.0, Interval(40, 41), 0.0, "log-log"),
    "its limit": lambda arms: forecast_survival(arms[0], 12.0, Interval(30, 31), -1.96, "plain"),
    "median": lambda arms: forecast_quantile(arms[1], "median", MEDIAN, 0.0, "log-log"),
    "limit": lambda arms: forecast_quantile(arms[1], "median", MEDIAN, 1.96, "log"),
    "follow-up": lambda arms: forecast_quantile(arms[1], "median_follow_up", MEDIAN, 0.0, "log"),
    "events": lambda arms: forecast_events([arms[0]], Interval(49.5, 50.5)),
    "total": lambda arms: forecast_events(arms, Interval(99.5, 100.5)),
    "at risk": lambda arms: forecast_risk(arms[0], 6.0, Interval(49.5, 50.5)),
    "mean": lambda arms: forecast_area(arms[0], 18.0, Interval(8.95, 9.05), 1.96),
    "ratio": lambda arms: ratio_of(arms, Interval(0.595, 0.605), 0.0),
    "limit of the ratio": lambda arms: ratio_of(arms, Interval(0.595, 0.605), -1.96),
    "p-value": p_value_of,
}


@pytest.mark.parametrize("name", FORECASTS)
def test_gradients_are_those_of_the_value(name: str) -> None:
    arms = arms_of(LOGS)
    found = FORECASTS[name](arms)
    directions = np.random.default_rng(1).standard_normal(LOGS.shape)
    carried = sum(
        float((carry_back(rows[None], arms[arm].cells)[0] * directions[arm]).sum())
        for arm, rows in found.gradients.items()
    )
    ends = [FORECASTS[name](arms_of(LOGS + way * SHIFT * directions)).value for way in (1.0, -1.0)]
    assert carried == pytest.approx((ends[0] - ends[1]) / (2.0 * SHIFT), rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("name", FORECASTS)
def test_what_a_population_shows_prints_as_it_is(name: str) -> None:
    """A figure that is printed as the population has it lies within its own noise."""
    arms = arms_of(LOGS)
    found = FORECASTS[name](arms)
    assert found.noise > 0.0
    assert math.isfinite(found.shown(found.value))


def test_a_constant_hazard_has_its_median() -> None:
    found = forecast_quantile(arms_of(LOGS)[0], "median", MEDIAN, 0.0, "log-log")
    assert found.shown(found.value) == pytest.approx(math.log(2.0) / 0.08)
    assert found.shown(found.value + 0.1) < found.shown(found.value)
    assert found.shown(found.value - 5.0) == math.inf


def test_the_ratio_of_constant_hazards() -> None:
    ratio = expect_ratio([arm.cells for arm in arms_of(LOGS)], (0, 1))
    assert math.exp(ratio.log_ratio) == pytest.approx(0.05 / 0.08)


def test_a_median_that_is_not_reached_is_met_by_a_curve_above_one_half() -> None:
    high = LOGS.copy()
    high[0, 0] -= 2.0
    never = Interval(math.inf, math.inf)
    assert forecast_quantile(arms_of(high)[0], "median", never, 0.0, "log-log").distance == 0.0
    assert forecast_quantile(arms_of(LOGS)[0], "median", never, 0.0, "log-log").distance < -0.5


def test_a_p_value_below_a_threshold_is_met_by_any_that_is_smaller() -> None:
    ratio = expect_ratio([arm.cells for arm in arms_of(LOGS)], (0, 1))
    assert forecast_p_value(ratio, Interval(0.0, 0.5), Hypothesis(), adjusted=False).distance == 0.0
    assert forecast_p_value(ratio, Interval(0.0, 1e-6), Hypothesis(), adjusted=False).distance < 0.0
    for alternative, other in (("less", 1.0), ("greater", -1.0)):
        looking = Hypothesis(alternative=alternative, sided=1)
        found = forecast_p_value(ratio, Interval(0.0, 1e-6), looking, adjusted=False)
        assert found.distance * other < 0.0
