"""What the population promises the orders: the figures hold in expectation, within their noise."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import experimental_share
from survkit.kernels.cells import Cells, expect_cells
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.table import expect_figures
from survkit.reconstruction.population.fit import cell_edges, fit_population
from survkit.reconstruction.population.follow_up import (
    administrative_censoring,
    arm_ends,
    expected_total_events,
    follow_up_end,
    median_scale,
)
from survkit.reconstruction.population.priors import DEFAULT_PRIOR, SMOOTH, find_prior
from survkit.reconstruction.population.smooth_prior import smooth_prior
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.examples import few
from tests.reconstruction.printing import print_two_arms

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.population import Population
    from survkit.reconstruction.population.prior import Prior

SEEDS = st.integers(0, 10_000)
FEW = few(8)


def cells_of(constraints: AnalysisConstraints, population: Population) -> list[Cells]:
    """A fitted population in expectation, cell by cell."""
    ends = arm_ends(constraints, population.end)
    arms = []
    for asked, fitted, end in zip(constraints.arms, population.arms, ends, strict=True):
        leaving = np.diff(fitted.removal)
        hazards = np.stack((leaving * fitted.event_share, leaving * (1.0 - fitted.event_share)))
        arms.append(expect_cells(asked.n, fitted.edges, np.log(hazards), end))
    return arms


def residuals(constraints: AnalysisConstraints, population: Population) -> np.ndarray:
    found = expect_figures(constraints, cells_of(constraints, population))
    return np.array([residual.value for residual in found])


@FEW
@given(seed=SEEDS, n=st.integers(60, 300))
def test_every_figure_of_random_trials_holds_within_its_noise(seed: int, n: int) -> None:
    constraints = read_constraints(print_two_arms(seed, n))
    found = residuals(constraints, fit_population(constraints))
    assert found.size >= 20
    assert np.abs(found).max() < 4.0
    assert math.sqrt(float((found**2).mean())) < 1.0


@FEW
@given(seed=SEEDS)
def test_events_numbers_at_risk_and_curve_are_as_printed_in_patients(seed: int) -> None:
    constraints = read_constraints(print_two_arms(seed, 150))
    population = fit_population(constraints)
    for asked, fitted in zip(constraints.arms, population.arms, strict=True):
        assert asked.events is not None
        assert fitted.expected_events == pytest.approx(asked.events, abs=1.0)
        for time, count in asked.at_risk:
            removed = float(np.interp(time, fitted.edges, fitted.removal))
            assert asked.n * math.exp(-removed) == pytest.approx(count, abs=2.0)
        hazard = np.concatenate(([0.0], np.cumsum(np.diff(fitted.removal) * fitted.event_share)))
        for point in asked.survival:
            assert point.value is not None
            curve = math.exp(-float(np.interp(point.time, fitted.edges, hazard)))
            assert asked.n * abs(curve - point.value.middle) < 2.0
        median = asked.median
        if median is not None and median.reached:
            half = math.exp(-float(np.interp(median.middle, fitted.edges, hazard)))
            assert asked.n * abs(half - 0.5) < 3.0


@FEW
@given(seed=SEEDS)
def test_the_printed_ratio_is_the_root_of_the_expected_score(seed: int) -> None:
    constraints = read_constraints(print_two_arms(seed, 150))
    reference, experimental = cells_of(constraints, fit_population(constraints))
    (pair,) = constraints.contrasts
    assert pair.log_ratio is not None
    assert pair.standard_error is not None
    share = experimental_share(reference.at_risk, experimental.at_risk, math.exp(pair.log_ratio))
    events = reference.events + experimental.events
    score = float((experimental.events - events * share).sum())
    information = float((events * share * (1.0 - share)).sum())
    assert abs(score / information) < 0.02
    assert information**-0.5 == pytest.approx(pair.standard_error.middle, rel=0.05)


@FEW
@given(seed=SEEDS)
def test_more_figures_leave_the_earlier_ones_met(seed: int) -> None:
    shown: list[dict[str, Any]] = [
        {"limits": False, "curve": False, "risk_table": False},
        {"limits": True, "curve": False, "risk_table": False},
        {"limits": True, "curve": True, "risk_table": False},
        {"limits": True, "curve": True, "risk_table": True},
    ]
    asked = [read_constraints(print_two_arms(seed, 150, **figures)) for figures in shown]
    for later, constraints in enumerate(asked):
        population = fit_population(constraints)
        for earlier in asked[: later + 1]:
            assert np.abs(residuals(earlier, population)).max() < 4.0


@FEW
@given(seed=SEEDS)
def test_a_population_is_one_of_hazards(seed: int) -> None:
    population = fit_population(read_constraints(print_two_arms(seed, 100)))
    for fitted in population.arms:
        assert fitted.end == population.end
        assert fitted.removal[0] == 0.0
        assert (np.diff(fitted.removal) > 0.0).all()
        assert ((fitted.event_share > 0.0) & (fitted.event_share < 1.0)).all()
        middles = 0.5 * (fitted.edges[1:] + fitted.edges[:-1])
        np.testing.assert_array_equal(fitted.cell_of(middles), np.arange(middles.size))
        np.testing.assert_array_equal(fitted.event_share_at(middles), fitted.event_share)
        np.testing.assert_array_equal(fitted.cell_of(fitted.edges[1:]), np.arange(middles.size))


def test_without_figures_the_population_is_its_prior() -> None:
    constraints = read_constraints(analysis(arm("old", 90), arm("new", 90)))

    def prior(asked: AnalysisConstraints, edges: np.ndarray, scale: float) -> Prior:
        usual = smooth_prior(asked, edges, scale)
        return replace(usual, mean=usual.mean + 0.3)

    plain, raised = (
        fit_population(constraints, prior=one) for one in (SMOOTH, replace(SMOOTH, hazards=prior))
    )
    for low, high in zip(plain.arms, raised.arms, strict=True):
        np.testing.assert_allclose(high.removal, math.exp(0.3) * low.removal)
        np.testing.assert_allclose(high.event_share, low.event_share)


def test_a_prior_that_is_sure_leaves_figures_nothing_to_say() -> None:
    printed = analysis(arm("all", 90, 60, "5.0", end="20"))
    constraints = read_constraints(printed)

    def sure(asked: AnalysisConstraints, edges: np.ndarray, scale: float) -> Prior:
        usual = smooth_prior(asked, edges, scale)
        return replace(usual, covariance=1e-12 * usual.covariance)

    unmoved = fit_population(constraints, prior=replace(SMOOTH, hazards=sure)).arms[0]
    edges, scale = unmoved.edges, median_scale(constraints)
    mean = smooth_prior(constraints, edges, scale).mean[0]
    np.testing.assert_allclose(np.diff(unmoved.removal), np.exp(mean).sum(axis=0), rtol=1e-6)


def test_the_usual_prior_is_an_argument_like_any_other() -> None:
    constraints = read_constraints(print_two_arms(3, 80))
    usual = fit_population(constraints)
    stated = fit_population(constraints, prior=find_prior(DEFAULT_PRIOR))
    for one, other in zip(usual.arms, stated.arms, strict=True):
        np.testing.assert_array_equal(one.removal, other.removal)


@FEW
@given(seed=SEEDS)
def test_the_covariance_of_the_prior_is_one(seed: int) -> None:
    constraints = read_constraints(print_two_arms(seed, 60))
    scale = median_scale(constraints)
    edges = cell_edges(constraints, scale, follow_up_end(constraints, scale))
    prior = smooth_prior(constraints, edges, scale)
    assert prior.mean.shape == (2, 2, edges.size - 1)
    np.testing.assert_allclose(prior.covariance, prior.covariance.T)
    assert np.linalg.eigvalsh(prior.covariance).min() > 0.0


@FEW
@given(seed=SEEDS)
def test_every_printed_time_is_an_edge_of_cells(seed: int) -> None:
    constraints = read_constraints(print_two_arms(seed, 60))
    scale = median_scale(constraints)
    end = follow_up_end(constraints, scale)
    edges = cell_edges(constraints, scale, end)
    assert edges[0] == 0.0
    assert edges[-1] == end
    assert (np.diff(edges) > 0.0).all()
    for time in (time for one in constraints.arms for time in one.landmarks if time < end):
        assert np.abs(edges - time).min() <= end / 500.0
    censoring = administrative_censoring(constraints, edges, scale)
    assert censoring.shape == (2, edges.size - 1)
    assert (censoring > 0.0).all()


def test_how_long_patients_were_followed_where_nobody_says_so() -> None:
    arms = arm("old", 100, 70, "6.0"), arm("new", 100, 55, "9.0")
    printed = read_constraints(analysis(*arms, contrast("0.67", ("0.47", "0.95"))))
    scale = median_scale(printed)
    assert scale == pytest.approx(math.sqrt(54.0))
    end = follow_up_end(printed, scale)
    # with everybody followed from 0 to the end, exponential arms come to the printed events
    shares = [
        1.0 + math.expm1(-math.log(2.0) * end / median) / (math.log(2.0) * end / median)
        for median in (6.0, 9.0)
    ]
    assert 100.0 * sum(shares) == pytest.approx(125.0, abs=0.1)
    assert expected_total_events(printed) == 125.0
    known = printed.followed({"old": 30.0, "new": 24.0})
    assert follow_up_end(known, scale) == pytest.approx(30.0, rel=0.01)
    assert arm_ends(known, 99.0) == pytest.approx([29.85, 23.88])


def test_events_follow_from_the_width_of_an_interval() -> None:
    arms = arm("old", 200, None, "7.0"), arm("new", 200, None, "9.9")
    printed = read_constraints(analysis(*arms, contrast("0.70", ("0.55", "0.89"))))
    found = expected_total_events(printed)
    error = math.log(0.89 / 0.55) / 2.0 / 1.96
    assert found == pytest.approx(4.0 / error**2, rel=0.05)
    assert expected_total_events(read_constraints(analysis(*arms))) is None
