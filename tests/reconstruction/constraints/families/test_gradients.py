"""Every family's expectation in a population: its gradient is the slope, and 0 is as printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.kernels.cells import Cells, carry_back, expect_cells
from survkit.reconstruction.constraints.families.areas import AreaConstraint, expect_area
from survkit.reconstruction.constraints.families.contrast import (
    ContrastConstraint,
    expect_contrast,
)
from survkit.reconstruction.constraints.families.counts import (
    expect_at_risk,
    expect_events,
    expect_total_events,
)
from survkit.reconstruction.constraints.families.quantiles import (
    QuantileConstraint,
    expect_quantiles,
)
from survkit.reconstruction.constraints.families.survival import (
    SurvivalConstraint,
    expect_survival,
)
from survkit.reconstruction.constraints.families.wald import WaldFigure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.residual import Residual

Z = two_sided_quantile(95.0)
EDGES = np.array([0.0, 1.0, 2.0, 4.0, 7.0, 11.0])
SIZES = (90, 110)
TRANSFORMS = pytest.mark.parametrize("transform", ["log-log", "log", "plain"])


def population(logs: np.ndarray) -> list[Cells]:
    return [expect_cells(n, EDGES, rows) for n, rows in zip(SIZES, logs, strict=True)]


def assert_slopes(
    expect: Callable[[list[Cells]], Iterator[Residual]], count: int, seed: int = 1
) -> None:
    """Hold the gradients of all residuals, arm by arm, against finite differences."""
    logs = np.random.default_rng(seed).normal(-1.8, 0.4, (2, 2, EDGES.size - 1))
    arms = population(logs)
    residuals = list(expect(arms))
    assert len(residuals) == count
    for place in np.ndindex(*logs.shape):
        ahead, behind = logs.copy(), logs.copy()
        ahead[place] += 1e-5
        behind[place] -= 1e-5
        values = [[one.value for one in expect(population(near))] for near in (ahead, behind)]
        for residual, high, low in zip(residuals, *values, strict=True):
            carried = {
                arm: carry_back(rows[None], arms[arm])[0]
                for arm, rows in residual.gradients.items()
            }
            slope = carried[place[0]][place[1:]] if place[0] in carried else 0.0
            largest = max(float(np.abs(rows).max()) for rows in carried.values())
            assert slope == pytest.approx((high - low) / 2e-5, abs=1e-6 * max(largest, 1.0))


def value_of(residuals: Iterator[Residual]) -> float:
    (residual,) = residuals
    return residual.value


def test_events() -> None:
    assert_slopes(lambda arms: expect_events(1, 60, arms[1]), 1)
    assert_slopes(lambda arms: expect_total_events(100, arms), 1)
    assert not list(expect_events(0, None, population(np.full((2, 2, 5), -2.0))[0]))
    assert not list(expect_total_events(None, population(np.full((2, 2, 5), -2.0))))


def test_numbers_at_risk() -> None:
    table = ((0.0, 90), (2.0, 60), (7.0, 20), (30.0, 0))
    assert_slopes(lambda arms: expect_at_risk(0, table, 90, arms[0]), 2)


@pytest.mark.parametrize("counted", [set(), {4.0}], ids=["without", "with a number at risk"])
@TRANSFORMS
def test_survival(transform: Transform, counted: set[float]) -> None:
    point = SurvivalConstraint(
        time=4.0,
        value=Interval(0.545, 0.555),
        lower=Interval(0.445, 0.455),
        upper=Interval(0.645, 0.655),
        z=Z,
        transform=transform,
    )
    assert_slopes(
        lambda arms: expect_survival(0, (point,), counted, 90, arms[0]), 1 if counted else 3
    )


@pytest.mark.parametrize("reverse", [False, True], ids=["of events", "of follow-up"])
@TRANSFORMS
def test_quantiles_and_their_limits(transform: Transform, *, reverse: bool) -> None:
    asked = [
        QuantileConstraint(
            share=0.5,
            window=Interval(middle - 0.05, middle + 0.05),
            z=z,
            transform=transform,
            reverse=reverse,
        )
        for middle, z in ((2.0, -Z), (4.0, 0.0), (7.0, Z))
    ]
    assert_slopes(lambda arms: expect_quantiles(1, asked, 110, 11.0, arms[1]), 3)


def test_what_is_not_reached_is_a_residual_only_below_its_share() -> None:
    never = QuantileConstraint(
        share=0.5, window=Interval(math.inf, math.inf), z=0.0, transform="log"
    )
    high, low = (population(np.full((2, 2, 5), level))[0] for level in (-5.0, 0.0))
    assert not list(expect_quantiles(0, (never,), 90, 11.0, high))
    assert value_of(expect_quantiles(0, (never,), 90, 11.0, low)) < 0.0


def test_restricted_means_and_their_difference() -> None:
    windows = (Interval(4.4, 4.6), Interval(3.9, 4.1), Interval(4.9, 5.1))
    figures = tuple(map(WaldFigure, windows, (0.0, -Z, Z)))
    for terms in (((0, 1),), ((1, 1), (0, -1))):
        area = AreaConstraint(horizon=7.0, arms=terms, figures=figures, standard_error=None)
        assert_slopes(lambda arms, area=area: expect_area(area, SIZES, arms), 2)
        alone = AreaConstraint(horizon=7.0, arms=terms, figures=figures[:1], standard_error=None)
        assert_slopes(lambda arms, area=alone: expect_area(area, SIZES, arms), 1)


def ratio(log_ratio: float | None, error: Interval | None) -> ContrastConstraint:
    return ContrastConstraint(
        subject="new vs old",
        reference=0,
        experimental=1,
        figures=(),
        rounding=0.01,
        log_ratio=log_ratio,
        standard_error=error,
    )


def test_hazard_ratio_and_its_information() -> None:
    for seed in range(3):
        both = ratio(-0.3, Interval(0.14, 0.15))
        assert_slopes(lambda arms: expect_contrast(both, arms), 2, seed)  # noqa: B023
        assert_slopes(lambda arms: expect_contrast(ratio(0.2, None), arms), 1, seed)
    assert not list(expect_contrast(ratio(None, None), population(np.full((2, 2, 5), -2.0))))


@pytest.mark.parametrize("log_ratio", [-0.7, 0.0, 0.4])
def test_proportional_hazards_have_the_score_of_their_ratio(log_ratio: float) -> None:
    logs = np.full((2, 2, 5), -2.0) + 0.1 * np.arange(5)
    logs[1, 0] += log_ratio
    value = value_of(expect_contrast(ratio(log_ratio, None), population(logs)))
    # what is left is that the numbers at risk of a cell are those of its middle
    assert abs(value) * 0.0058 < 0.002


def test_a_population_that_is_as_printed_has_no_residual() -> None:
    arms = population(np.full((2, 2, 5), -2.0))
    events = float(arms[0].events.sum())
    assert value_of(expect_events(0, round(events), arms[0])) == pytest.approx(
        (events - round(events)) / 0.3
    )
    curve = math.exp(-float(arms[0].event[:3].sum()))
    point = SurvivalConstraint(
        time=4.0,
        value=Interval(curve - 0.005, curve + 0.005),
        lower=None,
        upper=None,
        z=Z,
        transform="log",
    )
    assert value_of(expect_survival(0, (point,), set(), 90, arms[0])) == pytest.approx(
        0.0, abs=1e-9
    )
