"""Kaplan-Meier, its limits and its median against lifelines."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from survkit.kernels import (
    Transform,
    greenwood_variance,
    quantile_interval,
    quantile_time,
    survival_at,
    survival_limits,
    survival_steps,
    tabulate_arm,
)
from tests.reference.real_data import GROUPS, SETS, load_cohort
from tests.tolerances import EXACT

Z = {80: 1.2815515655446004, 95: 1.959963984540054}
"""Normal quantiles by confidence level in percent."""

ARMS = [(name, group) for name in SETS for group in GROUPS]


@cache
def by_lifelines(name: str, group: str, level: int = 95) -> KaplanMeierFitter:
    """The same curve in lifelines."""
    cohort = load_cohort(name)
    members = cohort.members(group)
    fitter = KaplanMeierFitter(alpha=1.0 - level / 100.0)
    return fitter.fit(cohort.time[members], cohort.event[members])


@pytest.mark.parametrize(("name", "group"), ARMS)
def test_the_curve_agrees_with_lifelines(name: str, group: str) -> None:
    table = load_cohort(name).table(group)
    expected = by_lifelines(name, group).survival_function_.iloc[:, 0]
    assert survival_steps(table) == pytest.approx(expected[table.time].to_numpy(), abs=EXACT)
    times = np.concatenate((expected.index, expected.index + 0.25, [0.0]))
    predicted = by_lifelines(name, group).predict(times).to_numpy()
    assert survival_at(table, times) == pytest.approx(predicted, abs=EXACT)


@pytest.mark.parametrize("level", [80, 95])
@pytest.mark.parametrize(("name", "group"), ARMS)
def test_log_log_limits_agree_with_lifelines(name: str, group: str, level: int) -> None:
    table = load_cohort(name).table(group)
    alive = survival_steps(table) > 0.0  # where the curve has ended, lifelines has limits of zero
    expected = by_lifelines(name, group, level).confidence_interval_
    found = survival_limits(table, z=Z[level], transform="log-log")
    for side, limits in enumerate(found):
        column = expected.iloc[:, side][table.time].to_numpy()
        assert limits[alive] == pytest.approx(column[alive], abs=EXACT)


@pytest.mark.parametrize(("name", "group"), ARMS)
def test_the_median_agrees_with_lifelines(name: str, group: str) -> None:
    # lifelines adds up logarithms: where the curve rests exactly on one half, a rounding error can
    # lift its curve above it, and its median to the right end of the rest.
    table = load_cohort(name).table(group)
    median = by_lifelines(name, group).median_survival_time_
    rest = table.time[np.isclose(survival_steps(table), 0.5, rtol=0.0, atol=1e-12)]
    ends = np.append(table.time, math.inf)
    right_ends = ends[np.searchsorted(table.time, rest) + 1]
    assert quantile_time(table, 0.5) in {median, *rest}
    assert median in {quantile_time(table, 0.5), *right_ends}


@pytest.mark.parametrize("level", [80, 95])
@pytest.mark.parametrize(("name", "group"), ARMS)
def test_the_interval_of_the_median_agrees_with_lifelines(
    name: str, group: str, level: int
) -> None:
    # Where the curve ends at zero, lifelines sets its limits to zero and reads an upper limit off
    # that; R and survkit have none there.
    table = load_cohort(name).table(group)
    interval = quantile_interval(table, 0.5, z=Z[level])
    limits = median_survival_times(by_lifelines(name, group, level).confidence_interval_)
    lower, upper = limits.iloc[0]
    ended = survival_steps(table)[-1] == 0.0
    assert interval.lower == lower
    assert interval.upper == upper or (ended and upper == table.time[-1])


@pytest.mark.parametrize("transform", ["log-log", "log", "plain"])
def test_one_patient_with_the_event(transform: Transform) -> None:
    table = tabulate_arm([3.0], [1])
    assert survival_steps(table).tolist() == [0.0]
    assert greenwood_variance(table).tolist() == [math.inf]
    assert quantile_time(table, 0.5) == 3.0
    lower, upper = survival_limits(table, z=1.96, transform=transform)
    assert math.isnan(lower[0])
    assert math.isnan(upper[0])
    interval = quantile_interval(table, 0.5, z=1.96, transform=transform)
    assert (interval.lower, interval.upper) == (math.inf, math.inf)


@pytest.mark.parametrize("transform", ["log-log", "log", "plain"])
def test_without_events_nothing_is_reached(transform: Transform) -> None:
    table = tabulate_arm([1.0, 2.0], [0, 0])
    assert survival_steps(table).shape == greenwood_variance(table).shape == (0,)
    assert survival_at(table, [0.0, 5.0]).tolist() == [1.0, 1.0]
    assert quantile_time(table, 0.5) == math.inf
    interval = quantile_interval(table, 0.5, z=1.96, transform=transform)
    assert (interval.lower, interval.upper) == (math.inf, math.inf)


def test_everybody_at_once() -> None:
    table = tabulate_arm([2.0] * 5, [1] * 5)
    assert survival_at(table, [1.999, 2.0]).tolist() == [1.0, 0.0]
    assert quantile_time(table, 0.5) == 2.0


def test_an_event_at_time_zero_counts_from_the_start() -> None:
    table = tabulate_arm([0.0, 1.0, 1.0, 2.0], [1, 0, 0, 0])
    assert survival_at(table, [0.0]).tolist() == [0.75]


def test_a_median_that_is_not_reached_may_have_a_lower_limit() -> None:
    table = tabulate_arm([1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 0, 0, 0])
    assert quantile_time(table, 0.5) == math.inf
    interval = quantile_interval(table, 0.5, z=1.96)
    assert (interval.lower, interval.upper) == (1.0, math.inf)


def test_the_scale_of_the_limits_matters() -> None:
    table = load_cohort("larynx").table("experimental")
    scales: tuple[Transform, ...] = ("log-log", "log", "plain")
    found = {quantile_interval(table, 0.5, z=Z[95], transform=scale) for scale in scales}
    assert len(found) > 1


def test_quartiles_of_four_patients() -> None:
    table = tabulate_arm([1.0, 2.0, 3.0, 4.0], [1, 1, 1, 1])
    assert [quantile_time(table, share) for share in (0.75, 0.5, 0.25)] == [1.0, 2.0, 3.0]


def test_a_quartile_that_is_not_reached() -> None:
    table = tabulate_arm([1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 1, 0, 0])
    assert quantile_time(table, 0.25) == math.inf
    interval = quantile_interval(table, 0.25, z=1.96)
    assert (interval.lower, interval.upper) == (1.0, math.inf)


@pytest.mark.parametrize("transform", ["log-log", "log", "plain"])
@pytest.mark.parametrize(("name", "group"), ARMS)
def test_the_quartiles_lie_about_the_median(name: str, group: str, transform: Transform) -> None:
    table = load_cohort(name).table(group)
    shares = (0.75, 0.5, 0.25)
    times = [quantile_time(table, share) for share in shares]
    assert times == sorted(times)
    for share, time in zip(shares, times, strict=True):
        interval = quantile_interval(table, share, z=Z[95], transform=transform)
        assert interval.lower <= time or math.isinf(interval.lower)
        assert interval.upper >= time
