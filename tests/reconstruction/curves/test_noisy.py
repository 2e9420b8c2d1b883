"""The noisy decoder keeps the totals and follows the curve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.curves import (
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    decode_guyot,
    decode_noisy,
)


def _patients(n, seed):
    generator = np.random.default_rng(seed)
    event_time = generator.exponential(10.0, n)
    censoring = generator.uniform(5.0, 30.0, n)
    return np.minimum(event_time, censoring), event_time <= censoring


def _digitize(time, event, seed, points=120, noise=0.003):
    generator = np.random.default_rng(seed)
    end = time.max()
    true = np.sort(generator.uniform(0.0, end, points))
    true[-1] = end
    survival = survival_at(tabulate_arm(time, event), true)
    survival = np.clip(survival + generator.normal(0.0, noise, points), 0.0, 1.0)
    rows = np.arange(0.0, end, 5.0)
    at_risk = np.array([np.count_nonzero(time >= row) for row in rows])
    return ObservedArm(
        n=time.size,
        curve=ObservedCurve(time=true, survival=np.round(survival, 3)),
        table=ObservedTable(time=rows, lower=at_risk, upper=at_risk),
        events=int(event.sum()),
    )


def _error(history, time, event):
    grid = np.linspace(0.0, time.max(), 500)
    true = survival_at(tabulate_arm(time, event), grid)
    found = survival_at(tabulate_arm(history.time, history.event), grid)
    return float(np.mean(np.abs(found - true)))


@pytest.mark.parametrize("n", [12, 60, 250, 900])
def test_keeps_n_events_and_numbers_at_risk(n):
    time, event = _patients(n, seed=n)
    observed = _digitize(time, event, seed=1)
    history = decode_noisy(observed)
    assert history.time.size == n
    assert history.event.sum() == event.sum()
    at_risk = n - np.searchsorted(history.time, observed.table.time)
    assert np.array_equal(at_risk, observed.table.lower)
    assert _error(history, time, event) < 0.01
    assert history.inconsistencies == ()


def test_is_nearer_than_guyot():
    errors = []
    for seed in range(6):
        time, event = _patients(150, seed)
        observed = _digitize(time, event, seed)
        errors.append(
            [_error(decode(observed), time, event) for decode in (decode_noisy, decode_guyot)]
        )
    ours, guyot = np.mean(errors, axis=0)
    assert ours < 0.75 * guyot


def test_same_input_same_patients():
    observed = _digitize(*_patients(80, 3), seed=2)
    first, second = decode_noisy(observed), decode_noisy(observed)
    assert np.array_equal(first.time, second.time)
    assert np.array_equal(first.event, second.event)


def test_estimates_the_noise():
    time, event = _patients(300, 5)
    coarse = decode_noisy(_digitize(time, event, seed=3, noise=0.01))
    fine = decode_noisy(_digitize(time, event, seed=3, noise=0.002))
    assert 0.007 < coarse.noise < 0.013
    assert fine.noise < 0.004


def test_large_drops_are_followed():
    # visits every 2 months: hundreds of events at once, more than a gap is counted in ones
    event_time, event = _patients(4000, 8)
    time = np.where(event, 2.0 * np.ceil(event_time / 2.0), event_time)
    history = decode_noisy(_digitize(time, event, seed=9))
    assert _error(history, time, event) < 0.015


def test_intervals_of_the_table_hold():
    time, event = _patients(200, 7)
    observed = _digitize(time, event, seed=4)
    wide = ObservedTable(
        time=observed.table.time,
        lower=np.maximum(observed.table.lower - 3, 0),
        upper=observed.table.upper + 2,
    )
    history = decode_noisy(
        ObservedArm(n=200, curve=observed.curve, table=wide, events=observed.events)
    )
    at_risk = 200 - np.searchsorted(history.time, wide.time)
    assert np.all((at_risk >= wide.lower) & (at_risk <= wide.upper))


@pytest.mark.parametrize("off", [-0.003, 0.0, 0.003])
def test_a_risk_time_at_the_end_of_the_curve_holds(off):
    time, event = _patients(100, 11)
    end = 15.0
    time, event = np.minimum(time, end), event & (time <= end)
    observed = _digitize(time, event, seed=5)
    curve = ObservedCurve(time=observed.curve.time * (1.0 + off), survival=observed.curve.survival)
    at_risk = np.array([np.count_nonzero(time >= row) for row in (0.0, 5.0, 10.0, end)])
    table = ObservedTable(time=np.array([0.0, 5.0, 10.0, end]), lower=at_risk, upper=at_risk)
    history = decode_noisy(ObservedArm(n=100, curve=curve, table=table, events=observed.events))
    found = 100 - np.searchsorted(history.time, table.time)
    assert np.array_equal(found, at_risk)
    assert history.time[-1] == end


def test_a_table_that_contradicts_the_events_is_said():
    curve = ObservedCurve(time=np.array([1.0, 2.0, 3.0]), survival=np.array([0.9, 0.8, 0.7]))
    table = ObservedTable(
        time=np.array([0.0, 3.0]), lower=np.array([10, 8]), upper=np.array([10, 8])
    )
    history = decode_noisy(ObservedArm(n=10, curve=curve, table=table, events=9))
    assert history.time.size == 10
    assert history.event.sum() == 9
    assert any("exclude each other" in sentence for sentence in history.inconsistencies)


def test_a_table_that_rises_is_said():
    curve = ObservedCurve(time=np.array([1.0, 2.0, 3.0]), survival=np.array([0.9, 0.8, 0.7]))
    counts = np.array([10, 6, 8])
    table = ObservedTable(time=np.array([0.0, 1.5, 2.5]), lower=counts, upper=counts)
    history = decode_noisy(ObservedArm(n=10, curve=curve, table=table))
    assert history.inconsistencies[0].startswith("number at risk 8 at 2.5 does not agree with 6")


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 40),
    st.lists(st.tuples(st.floats(0.01, 50.0), st.floats(0.0, 1.0)), min_size=1, max_size=30),
    st.booleans(),
    st.data(),
)
def test_any_curve_gives_all_patients(n, points, known, data):
    events = data.draw(st.integers(0, n)) if known else None
    curve = ObservedCurve(
        time=np.array([point[0] for point in points]),
        survival=np.array([point[1] for point in points]),
    )
    history = decode_noisy(ObservedArm(n=n, curve=curve, events=events))
    assert history.time.size == n
    assert np.all(np.diff(history.time) >= 0)
    assert np.all(np.isfinite(history.time))
    if events is not None:
        assert history.event.sum() == events
