"""Restricted mean survival time: the area against lifelines, its error against quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from survkit.kernels import (
    greenwood_variance,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
    tabulate_arm,
)
from tests.reference.real_data import GROUPS, SETS, load_cohort
from tests.tolerances import ENGINE, EXACT


@pytest.mark.parametrize("share", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", SETS)
def test_the_area_agrees_with_lifelines(name: str, group: str, share: float) -> None:
    cohort = load_cohort(name)
    members = cohort.members(group)
    fitter = KaplanMeierFitter().fit(cohort.time[members], cohort.event[members])
    horizon = share * cohort.horizon
    expected = restricted_mean_survival_time(fitter, t=horizon)
    assert restricted_mean(cohort.table(group), horizon).mean == pytest.approx(expected, rel=ENGINE)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", ["leukemia", "waltons", "rossi", "psychiatric_patients"])
def test_the_error_is_that_of_the_curve_summed_over_pairs_of_times(name: str, group: str) -> None:
    # The variance of an area is the integral of the covariances S(s) S(t) V(min(s, t)), here over
    # a fine grid; the kernel uses one sum over the event times.
    cohort = load_cohort(name)
    table = cohort.table(group)
    grid = (np.arange(4000) + 0.5) * cohort.horizon / 4000
    survival = survival_at(table, grid)
    variance = np.append(0.0, greenwood_variance(table))
    until = variance[np.searchsorted(table.time, grid, side="right")]
    ahead = np.cumsum((survival * cohort.horizon / 4000)[::-1])[::-1]
    expected = 2.0 * np.sum(ahead * survival * until) * cohort.horizon / 4000
    error = restricted_mean(table, cohort.horizon).standard_error
    assert error**2 == pytest.approx(expected, rel=2e-3)


def test_beyond_the_last_time_the_curve_goes_on_as_it_is() -> None:
    table = tabulate_arm([1.0, 2.0], [1, 0])
    assert restricted_mean(table, 10.0).mean == pytest.approx(1.0 + 0.5 * 9.0, rel=EXACT)


def test_a_curve_that_ends_at_zero_adds_nothing_more() -> None:
    table = tabulate_arm([1.0, 3.0], [1, 1])
    found = restricted_mean(table, 50.0)
    assert found.mean == pytest.approx(2.0, rel=EXACT)
    assert found.standard_error == pytest.approx(math.sqrt(0.5), rel=EXACT)


def test_one_patient() -> None:
    found = restricted_mean(tabulate_arm([4.0], [1]), 3.0)
    assert (found.mean, found.standard_error) == (3.0, 0.0)
    found = restricted_mean(tabulate_arm([4.0], [1]), 5.0)
    assert (found.mean, found.standard_error) == (4.0, 0.0)


def test_without_events_the_mean_is_the_horizon() -> None:
    found = restricted_mean(tabulate_arm([4.0, 5.0], [0, 0]), 7.0)
    assert (found.mean, found.standard_error) == (7.0, 0.0)


@pytest.mark.parametrize("horizon", [0.0, -1.0, math.nan, math.inf])
def test_a_horizon_that_is_none(horizon: float) -> None:
    with pytest.raises(ValueError, match=r"^horizon must be positive and finite, got"):
        restricted_mean(tabulate_arm([1.0], [1]), horizon)


def test_limits_are_symmetric() -> None:
    found = restricted_mean(tabulate_arm([1.0, 3.0], [1, 1]), 50.0)
    lower, upper = found.limits(1.96)
    assert (lower + upper) / 2.0 == pytest.approx(found.mean, rel=EXACT)
    assert upper - lower == pytest.approx(2.0 * 1.96 * found.standard_error, rel=EXACT)


@pytest.mark.parametrize("name", SETS)
def test_the_difference_is_that_of_independent_means(name: str) -> None:
    cohort = load_cohort(name)
    tables = [cohort.table(group) for group in GROUPS]
    reference, experimental = (restricted_mean(table, cohort.horizon) for table in tables)
    found = restricted_mean_difference(*tables, cohort.horizon)
    assert found.mean == pytest.approx(experimental.mean - reference.mean, rel=EXACT)
    squares = experimental.standard_error**2 + reference.standard_error**2
    assert found.standard_error**2 == pytest.approx(squares, rel=EXACT)
    swapped = restricted_mean_difference(*reversed(tables), cohort.horizon)
    assert swapped.mean == -found.mean
