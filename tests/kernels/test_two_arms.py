"""Comparisons of two arms in ticks: those of event tables, with ties of one arm and with strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import (
    ArmTimes,
    by_stratum,
    fit_tied_arms,
    fit_two_arm_cox,
    fit_two_arms,
    moved_risk_sets,
    risk_sets,
    tabulate_two_arms,
    two_arm_log_rank,
)
from tests.kernels.arms import sides, values
from tests.tolerances import EXACT


def by_tables(reference: ArmTimes, experimental: ArmTimes) -> tuple[float, float, float]:
    time = np.concatenate((reference.time, experimental.time))
    event = np.concatenate((reference.event, experimental.event))
    treated = np.repeat([False, True], [reference.time.size, experimental.time.size])
    strata = np.zeros(time.size, dtype=int)
    if reference.stratum is not None and experimental.stratum is not None:
        strata = np.concatenate((reference.stratum, experimental.stratum))
    tables = [
        tabulate_two_arms(time[inside], event[inside], treated[inside])
        for inside in (strata == stratum for stratum in np.unique(strata))
    ]
    cox = fit_two_arm_cox(*tables)
    return cox.log_hazard_ratio, cox.standard_error, two_arm_log_rank(*tables).z


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("strata", [1, 3])
def test_a_comparison_is_that_of_event_tables(*, tied: bool, strata: int) -> None:
    for seed in range(10):
        arms = sides(seed, tied=tied, strata=strata)
        assert values(fit_two_arms(*arms)) == pytest.approx(by_tables(*arms), abs=EXACT)


@pytest.mark.parametrize("tied", [False, True])
def test_risk_sets_are_counted_one_by_one(*, tied: bool) -> None:
    reference, experimental = sides(3, tied=tied)
    found = risk_sets(reference, experimental)
    when = np.concatenate([arm.time[arm.event] for arm in (reference, experimental)])
    # events come in the order of leaving: of tied ones the first still has the others at risk
    position = np.concatenate([np.flatnonzero(arm.event) for arm in (reference, experimental)])
    first = int(reference.event.sum())
    for row, (time, place) in enumerate(zip(when, position, strict=True)):
        zero, one = (int((arm.time >= time).sum()) for arm in (reference, experimental))
        alone = 100 - int(place)
        assert found.reference[row] == (alone if row < first else zero)
        assert found.experimental[row] == (one if row < first else alone)
    assert found.observed == experimental.event.sum()
    assert found.tied.sum() == when.size


@given(seed=st.integers(0, 1000))
def test_many_moves_of_an_arm_have_the_risk_sets_of_each(seed: int) -> None:
    moving, resting = sides(seed)
    generator = np.random.default_rng(seed)
    times = np.sort(generator.permutation(10_000)[:300].reshape(3, 100) + 0.5, axis=1)
    together = moved_risk_sets(moving, resting, times)
    for row in range(3):
        alone = risk_sets(ArmTimes(time=times[row], event=moving.event), resting)
        np.testing.assert_array_equal(together.reference[row], alone.reference)
        np.testing.assert_array_equal(together.experimental[row], alone.experimental)
        assert together.observed == alone.observed


@given(seed=st.integers(0, 1000), strata=st.sampled_from([1, 3]))
def test_arms_that_change_places_turn_the_comparison_over(seed: int, strata: int) -> None:
    arms = sides(seed, strata=strata)
    ratio, error, z = values(fit_two_arms(*arms))
    turned = values(fit_two_arms(*reversed(arms)))
    assert turned == pytest.approx((-ratio, error, -z), abs=1e-8)


@given(seed=st.integers(0, 1000), strata=st.sampled_from([1, 3]))
def test_without_ties_both_ways_to_compare_are_one(seed: int, strata: int) -> None:
    arms = sides(seed, strata=strata)
    pairs = by_stratum(*arms)
    for ties in ("efron", "breslow"):
        assert values(fit_tied_arms(pairs, ties)) == pytest.approx(
            values(fit_two_arms(*arms)), abs=1e-8
        )


def test_strata_hold_everybody_once() -> None:
    arms = sides(5, strata=3)
    pairs = by_stratum(*arms)
    assert len(pairs) == 3
    for side, arm in enumerate(arms):
        times = np.concatenate([pair[side].time for pair in pairs])
        np.testing.assert_array_equal(np.sort(times), arm.time)
        assert sum(int(pair[side].event.sum()) for pair in pairs) == arm.event.sum()
    without = ArmTimes(time=arms[0].time, event=arms[0].event)
    assert by_stratum(without, arms[1]) == [(without, arms[1])]
    assert without.of(1) is without


def test_the_wald_statistic_is_the_ratio_over_its_error() -> None:
    fit = fit_two_arms(*sides(9))
    ratio, error, _ = values(fit)
    assert fit.wald() == pytest.approx(ratio / error)
