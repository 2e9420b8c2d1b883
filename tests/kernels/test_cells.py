"""Populations in expectation: closed forms, and gradients that are slopes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import two_sided_quantile
from survkit.kernels.cells import (
    EVENT,
    Cells,
    area_of_cells,
    carry_back,
    expect_cells,
    limit_after_cells,
)
from tests.tolerances import EXACT

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.kernels import Transform

Z = two_sided_quantile(95.0)
N = 120
EDGES = np.array([0.0, 1.0, 1.5, 3.0, 5.0, 8.0, 12.0])
SEEDS = st.integers(0, 10_000)
TRANSFORMS = pytest.mark.parametrize("transform", ["log-log", "log", "plain"])


def random_logs(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(-2.0, 0.7, (2, EDGES.size - 1))


def constant(event: float, censoring: float, edges: np.ndarray = EDGES) -> Cells:
    """A population whose hazards never change, per time unit."""
    widths = np.diff(edges)
    return expect_cells(N, edges, np.log(np.stack((event * widths, censoring * widths))))


def assert_slopes(measure: Callable[[Cells], tuple[float, np.ndarray]], logs: np.ndarray) -> None:
    """Hold a gradient, carried back to the log hazards, against finite differences."""
    cells = expect_cells(N, EDGES, logs)
    _, gradient = measure(cells)
    slopes = carry_back(gradient[None], cells)[0]
    allowance = 1e-6 * max(1e-3, float(np.abs(slopes).max()))
    for place in np.ndindex(*logs.shape):
        ahead, behind = logs.copy(), logs.copy()
        ahead[place] += 1e-5
        behind[place] -= 1e-5
        high, low = (measure(expect_cells(N, EDGES, near))[0] for near in (ahead, behind))
        assert slopes[place] == pytest.approx((high - low) / 2e-5, abs=allowance)


@given(st.floats(1e-7, 0.6), st.floats(1e-7, 0.6))
def test_constant_hazards_lose_patients_as_exponential_times_do(
    event: float, censoring: float
) -> None:
    cells = constant(event, censoring)
    together = event + censoring
    left = N * np.exp(-together * EDGES)
    np.testing.assert_allclose(
        cells.events, (left[:-1] - left[1:]) * event / together, rtol=1e-6, atol=1e-9
    )
    assert cells.events.sum() == pytest.approx(
        N * -math.expm1(-12.0 * together) * event / together, rel=1e-6
    )


@given(SEEDS)
def test_everybody_who_leaves_a_cell_has_the_event_or_is_censored(seed: int) -> None:
    logs = random_logs(seed)
    cells = expect_cells(N, EDGES, logs)
    left = N * np.exp(-np.concatenate(([0.0], np.cumsum(cells.leaving))))
    censored = cells.events * np.exp(logs[1] - logs[0])
    np.testing.assert_allclose(cells.events + censored, left[:-1] - left[1:], atol=EXACT)
    assert (cells.at_risk <= left[:-1] + EXACT).all()
    assert (cells.at_risk >= left[1:] - EXACT).all()


def test_finer_cells_tell_the_same() -> None:
    finer = np.sort(np.concatenate((EDGES, 0.5 * (EDGES[1:] + EDGES[:-1]))))
    coarse, fine = constant(0.1, 0.05), constant(0.1, 0.05, finer)
    np.testing.assert_allclose(coarse.events, fine.events.reshape(-1, 2).sum(axis=1))


def test_nobody_is_at_risk_after_the_end_of_follow_up() -> None:
    cells = expect_cells(N, EDGES, random_logs(1), end=5.0)
    assert (cells.at_risk[:4] > 1.0).all()
    assert (cells.events[4:] < 1e-6).all()
    np.testing.assert_array_equal(
        cells.events[:4], expect_cells(N, EDGES, random_logs(1)).events[:4]
    )


@pytest.mark.parametrize(("time", "cells"), [(0.0, 1), (1.2, 1), (1.3, 2), (5.0, 4), (99.0, 6)])
def test_a_time_counts_the_cells_up_to_the_nearest_edge(time: float, cells: int) -> None:
    assert constant(0.1, 0.1).until(time) == cells


@given(SEEDS)
def test_the_number_of_events_has_its_slopes(seed: int) -> None:
    def measure(cells: Cells) -> tuple[float, np.ndarray]:
        gradient = cells.no_gradient()
        gradient[2] = 1.0
        return float(cells.events.sum()), gradient

    assert_slopes(measure, random_logs(seed))


@TRANSFORMS
@pytest.mark.parametrize("reverse", [False, True], ids=["curve", "reverse curve"])
@pytest.mark.parametrize("z", [-Z, Z])
def test_limits_have_their_slopes(transform: Transform, z: float, *, reverse: bool) -> None:
    for seed in range(4):
        for until in (1, 4):
            assert_slopes(
                lambda cells, until=until: limit_after_cells(
                    cells, until, z, transform, reverse=reverse
                ),
                random_logs(seed),
            )


@TRANSFORMS
@given(SEEDS, st.integers(1, 6))
def test_limits_enclose_the_curve(transform: Transform, seed: int, until: int) -> None:
    cells = expect_cells(N, EDGES, random_logs(seed))
    lower, curve, upper = (limit_after_cells(cells, until, z, transform)[0] for z in (-Z, 0.0, Z))
    assert lower < curve < upper
    assert curve == pytest.approx(math.exp(-float(cells.event[:until].sum())))


@given(SEEDS, st.integers(1, 6))
def test_curve_and_reverse_curve_multiply_to_the_share_left(seed: int, until: int) -> None:
    cells = expect_cells(N, EDGES, random_logs(seed))
    both = [
        limit_after_cells(cells, until, 0.0, "log-log", reverse=reverse)[0]
        for reverse in (False, True)
    ]
    assert math.prod(both) == pytest.approx(math.exp(-float(cells.leaving[:until].sum())))


@pytest.mark.parametrize("part", ["area", "variance"])
@pytest.mark.parametrize("until", [1, 3, 6])
def test_areas_and_their_variance_have_their_slopes(part: str, until: int) -> None:
    def measure(cells: Cells) -> tuple[float, np.ndarray]:
        found = area_of_cells(cells, until)
        return getattr(found, part), getattr(found, f"by_{part}")

    for seed in range(4):
        assert_slopes(measure, random_logs(seed))


@given(st.floats(0.02, 0.4))
def test_the_area_of_an_exponential_curve_has_a_closed_form(hazard: float) -> None:
    fine = np.linspace(0.0, 12.0, 601)
    found = area_of_cells(constant(hazard, 0.05, fine), 600)
    assert found.area == pytest.approx(-math.expm1(-12.0 * hazard) / hazard, rel=1e-4)


def test_without_censoring_the_variance_of_the_area_is_that_of_patients() -> None:
    hazard, fine = 0.15, np.linspace(0.0, 12.0, 1201)
    found = area_of_cells(constant(hazard, 1e-9, fine), 1200)
    mean = -math.expm1(-12.0 * hazard) / hazard
    square = 2.0 / hazard * (mean - 12.0 * math.exp(-12.0 * hazard))
    assert found.variance == pytest.approx((square - mean**2) / N, rel=1e-3)


def test_a_gradient_of_nothing_carries_back_nothing() -> None:
    cells = constant(0.1, 0.1)
    assert not carry_back(cells.no_gradient()[None], cells).any()
    ones = cells.no_gradient()
    ones[EVENT] = 1.0
    slopes = carry_back(np.stack((ones, 2.0 * ones)), cells)
    np.testing.assert_allclose(slopes[0, 0], cells.event)  # a log hazard's own derivative
    np.testing.assert_allclose(slopes[1], 2.0 * slopes[0])
