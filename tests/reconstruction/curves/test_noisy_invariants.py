"""What a decoder must not depend on: units, order, copies, file layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.digitized import RiskTable, curve_from_points
from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.curves import (
    DecodedHistory,
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    decode_noisy,
    reconstruct_curve,
)

Floats = NDArray[np.float64]
ROWS = np.array([0.0, 4.0, 8.0, 12.0])


def patients(seed: int, n: int) -> tuple[Floats, NDArray[np.bool_]]:
    generator = np.random.default_rng([seed, n])
    events, censored = generator.exponential(10.0, n), generator.uniform(5.0, 20.0, n)
    return np.minimum(events, censored), events <= censored


def arm_of(seed: int, n: int = 40) -> ObservedArm:
    """An arm read at 40 times, with numbers at risk every four months."""
    generator = np.random.default_rng(seed)
    time, event = patients(seed, n)
    read = np.append(np.sort(generator.uniform(0.0, time.max(), 39)), time.max())
    level = survival_at(tabulate_arm(time, event), read) + generator.normal(0.0, 0.003, 40)
    at_risk = np.array([int(np.sum(time >= row)) for row in ROWS])
    return ObservedArm(
        n=n,
        curve=ObservedCurve(time=read, survival=np.round(np.clip(level, 0.0, 1.0), 3)),
        table=ObservedTable(time=ROWS, lower=at_risk, upper=at_risk),
        events=int(event.sum()),
    )


def at_risk(history: DecodedHistory, times: Floats) -> Floats:
    return history.time.size - np.searchsorted(history.time, times, side="left")


SEEDS = st.integers(0, 1000)
FEW = settings(max_examples=5, deadline=None)


@FEW
@given(SEEDS, st.integers(8, 80))
def test_patients_events_and_numbers_at_risk_are_kept(seed: int, n: int) -> None:
    arm = arm_of(seed, n)
    history = decode_noisy(arm)
    assert history.time.size == n
    assert np.all(np.diff(history.time) >= 0)
    if not history.inconsistencies:
        assert history.event.sum() == arm.events
        assert at_risk(history, ROWS).tolist() == arm.table.lower.tolist()
    assert history.time[-1] <= max(arm.curve.time[-1], ROWS[-1])


@FEW
@given(SEEDS, st.sampled_from([0.125, 8.0, 1024.0]))
def test_another_unit_of_time_gives_the_same_patients(seed: int, factor: float) -> None:
    """Powers of two are exact, so that nothing but the unit differs."""
    arm = arm_of(seed)
    other = replace(
        arm,
        curve=replace(arm.curve, time=arm.curve.time * factor),
        table=replace(arm.table, time=arm.table.time * factor),
    )
    one, two = decode_noisy(arm), decode_noisy(other)
    assert one.event.tolist() == two.event.tolist()
    assert two.time / factor == pytest.approx(one.time, rel=1e-6)


@FEW
@given(SEEDS)
def test_the_order_of_the_points_does_not_matter(seed: int) -> None:
    arm = arm_of(seed)
    order = np.random.default_rng(seed).permutation(arm.curve.time.size)
    shuffled = replace(arm.curve, time=arm.curve.time[order], survival=arm.curve.survival[order])
    one, two = decode_noisy(arm), decode_noisy(replace(arm, curve=shuffled))
    assert one.time.tobytes() == two.time.tobytes()
    assert one.event.tobytes() == two.event.tobytes()


@FEW
@given(SEEDS, st.integers(1, 39))
def test_a_point_that_stands_twice_keeps_all_that_is_printed(seed: int, k: int) -> None:
    arm = arm_of(seed)
    curve = replace(
        arm.curve,
        time=np.append(arm.curve.time, arm.curve.time[k]),
        survival=np.append(arm.curve.survival, arm.curve.survival[k]),
    )
    history = decode_noisy(replace(arm, curve=curve))
    assert history.event.sum() == arm.events
    assert at_risk(history, ROWS).tolist() == arm.table.lower.tolist()
    grid = np.linspace(0.0, arm.curve.time[-1], 100)
    once, twice = (
        survival_at(tabulate_arm(found.time, found.event), grid)
        for found in (decode_noisy(arm), history)
    )
    assert np.abs(once - twice).mean() < 0.006


@FEW
@given(SEEDS)
def test_percentages_are_the_same_curve(seed: int) -> None:
    arm = arm_of(seed)
    counts = tuple(arm.table.lower.tolist())
    table = RiskTable(times=tuple(ROWS.tolist()), counts=counts, lower=counts, upper=counts)
    one, two = (
        reconstruct_curve(
            curve_from_points(arm.curve.time, values, taken="mixed", percent=percent),
            risk_table=table,
            events=arm.events,
            method="noisy",
        )
        for values, percent in (
            (arm.curve.survival, False),
            (np.round(100 * arm.curve.survival, 1), True),
        )
    )
    apart = np.abs(one.time - two.time).max()
    assert one.event.tolist() == two.event.tolist()
    assert apart < 0.01 * arm.curve.time[-1]


@settings(max_examples=3, deadline=None)
@given(SEEDS)
def test_nothing_that_is_not_printed_is_needed(seed: int) -> None:
    arm, (time, event) = arm_of(seed), patients(seed, 40)
    grid = np.linspace(0.0, arm.curve.time[-1], 100)
    true = survival_at(tabulate_arm(time, event), grid)
    plain = replace(arm, table=None)
    for bare in (replace(arm, events=None), plain, replace(plain, events=None)):
        history = decode_noisy(bare)
        assert history.time.size == arm.n
        found = survival_at(tabulate_arm(history.time, history.event), grid)
        assert np.abs(found - true).mean() < 0.04


@pytest.mark.parametrize("seed", [11, 31, 44, 58])
def test_a_curve_that_falls_to_0_is_followed_without_a_table(seed: int) -> None:
    """The last fall is that of the last patient, not of all whom the total leaves."""
    arm, (time, event) = arm_of(seed), patients(seed, 40)
    assert arm.curve.survival[-1] < 0.01
    history = decode_noisy(replace(arm, table=None))
    grid = np.linspace(0.0, arm.curve.time[-1], 100)
    found, true = (
        survival_at(tabulate_arm(*each), grid)
        for each in ((history.time, history.event), (time, event))
    )
    assert np.abs(found - true).mean() < 0.02
    assert history.event.sum() == arm.events
