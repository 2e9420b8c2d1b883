"""Greenwood's terms, the limits of a curve, and their inverse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.kernels import (
    EventTable,
    Transform,
    confidence_limit,
    event_terms,
    follow_curve,
    greenwood_variance,
    log_limit,
    root_behind_limit,
    single_event_terms,
    survival_limits,
    survival_steps,
    tabulate_arm,
    two_sided_quantile,
)
from tests.tolerances import EXACT

Z = two_sided_quantile(95.0)


def test_limits_are_those_of_event_tables() -> None:
    generator = np.random.default_rng(2)
    table = tabulate_arm(generator.permutation(80) + 1.0, generator.random(80) < 0.6)
    hazard = -np.log(survival_steps(table))[:-1]
    root = np.sqrt(np.cumsum(table.events / (table.at_risk * (table.at_risk - 1.0))))[:-1]
    for transform in ("log-log", "log", "plain"):
        limits = survival_limits(table, z=Z, transform=transform)
        for side, limit in zip((-Z, Z), limits, strict=True):
            found = np.clip(confidence_limit(hazard, root, side, transform), 0.0, 1.0)
            np.testing.assert_allclose(found, limit[:-1], atol=EXACT)


SEEDS = st.integers(0, 10_000)
TRANSFORMS = pytest.mark.parametrize("transform", ["log-log", "log", "plain"])


def random_arm(seed: int) -> EventTable:
    """Thirty patients with ties, the last of them censored."""
    generator = np.random.default_rng(seed)
    time, event = generator.integers(1, 15, 30), generator.random(30) < 0.7
    return tabulate_arm(np.append(time, 20), np.append(event, False))


@given(seed=SEEDS)
def test_terms_add_up_to_the_curve_and_its_variance(seed: int) -> None:
    table = random_arm(seed)
    hazard, variance = event_terms(table.events, table.at_risk)
    np.testing.assert_allclose(np.exp(-np.cumsum(hazard)), survival_steps(table), atol=EXACT)
    np.testing.assert_allclose(np.cumsum(variance), greenwood_variance(table), atol=EXACT)


@given(st.integers(2, 500))
def test_a_single_event_has_the_terms_of_one_tied_with_nobody(at_risk: int) -> None:
    single = single_event_terms(np.array([float(at_risk)]))
    tied = event_terms(np.array([1]), np.array([at_risk]))
    np.testing.assert_allclose(np.array(single), tied, rtol=1e-12)


@given(st.integers(2, 40), st.integers(1, 39))
def test_events_one_after_the_other_end_where_tied_ones_do(at_risk: int, events: int) -> None:
    assume(events < at_risk)
    one_by_one = single_event_terms(np.arange(at_risk, at_risk - events, -1, dtype=float))
    tied = event_terms(np.array([events]), np.array([at_risk]))[:, 0]
    assert [float(terms.sum()) for terms in one_by_one] == pytest.approx(tied.tolist())


def test_where_nobody_stays_the_terms_are_capped() -> None:
    np.testing.assert_array_equal(event_terms(np.array([3, 0]), np.array([3, 0])), [[50, 0]] * 2)
    hazard, variance = single_event_terms(np.array([1.0]))
    assert (hazard[0], variance[0]) == (50.0, 50.0)


def test_terms_worked_by_hand() -> None:
    # two of eight, then one of five: 6/8 * 4/5 = 0.6, and 2/(8*6) + 1/(5*4)
    hazard, variance = event_terms(np.array([2, 1]), np.array([8, 5])).sum(axis=1)
    assert np.exp(-hazard) == pytest.approx(0.6)
    assert variance == pytest.approx(2.0 / 48.0 + 1.0 / 20.0)


@TRANSFORMS
@given(seed=SEEDS)
def test_a_curve_is_followed_as_its_table_has_it(transform: Transform, seed: int) -> None:
    table = random_arm(seed)
    terms = event_terms(table.events, table.at_risk)
    lower, upper = survival_limits(table, z=Z, transform=transform)
    for z, wanted in ((0.0, survival_steps(table)), (-Z, lower), (Z, upper)):
        found = np.clip(follow_curve(*terms, z, transform), 0.0, 1.0)
        np.testing.assert_allclose(found, wanted, atol=EXACT)


@TRANSFORMS
@given(st.floats(0.01, 5.0), st.floats(0.01, 1.0), st.floats(0.1, 3.0))
def test_the_root_behind_a_limit_leads_back_to_it(
    transform: Transform, hazard: float, root: float, z: float
) -> None:
    for side in (-z, z):
        log = log_limit(np.array([hazard]), np.array([root]), side, transform)[0]
        assume(-100.0 < log < -1e-9)
        found = root_behind_limit(hazard, math.exp(log), side, transform)
        assert found == pytest.approx(root, rel=1e-5, abs=1e-7)


@TRANSFORMS
@given(st.floats(0.01, 5.0), st.floats(0.0, 1.0))
def test_limits_rise_with_z_and_enclose_the_curve(
    transform: Transform, hazard: float, root: float
) -> None:
    at = np.array([-2.6, -1.0, 0.0, 1.0, 2.6])
    limits = confidence_limit(np.full(5, hazard), np.full(5, root), at, transform)
    assert (np.diff(limits) >= -1e-12).all()
    assert limits[2] == pytest.approx(math.exp(-hazard))


@TRANSFORMS
def test_a_curve_at_zero_has_no_limits(transform: Transform) -> None:
    limits = confidence_limit(np.array([1.0, 50.0]), np.array([0.2, 7.0]), -Z, transform)
    assert np.isfinite(limits[0])
    assert np.isnan(limits[1])
