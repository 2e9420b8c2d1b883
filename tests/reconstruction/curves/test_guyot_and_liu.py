"""Guyot's and Liu's algorithms, worked by hand, and their known failures as sentences."""

import numpy as np
import pytest

from survkit.reconstruction.curves import (
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    decode_guyot,
    decode_liu,
)


def _arm(n, time, survival, rows=None, at_risk=None, events=None):
    table = None
    if rows is not None:
        table = ObservedTable(time=np.array(rows), lower=np.array(at_risk), upper=np.array(at_risk))
    curve = ObservedCurve(time=np.array(time), survival=np.array(survival))
    return ObservedArm(n=n, curve=curve, table=table, events=events)


def test_guyot_by_hand():
    # First block: points at 0, 1, 2 and 10 at risk. First guess round(10 * 0.7875 / 1) - 6 = 2,
    # placed at 4 * 1/3 = 1.33 and 4 * 2/3 = 2.67. At 1, round(10 * 0.1) = 1 event leaves 9, less 1
    # censored: 8. At 2, round(8 * (1 - 0.7875 / 0.9)) = 1 event leaves 7, less 1 censored: 6.
    # Last block: at 4 nothing; at 5, 6 * (1 - 0.525 / 0.7875) = 2 events; at the earlier rate
    # 2 / 4 * 2 = 1 is censored, at 5; round(3 * ...) does not come; the rest stay to the end at 6.
    arm = _arm(
        10, [1.0, 2.0, 4.0, 5.0, 6.0], [0.9, 0.7875, 0.7875, 0.525, 0.525], [0.0, 4.0], [10, 6]
    )
    history = decode_guyot(arm)
    assert history.time[history.event].tolist() == [1.0, 2.0, 5.0, 5.0]
    assert history.time[~history.event].tolist() == [1.5, 3.0, 5.5, 6.0, 6.0, 6.0]
    assert history.inconsistencies == ()


def test_guyot_without_a_table():
    history = decode_guyot(_arm(4, [1.0, 2.0], [0.75, 0.25]))
    assert history.time[history.event].tolist() == [1.0, 2.0, 2.0]
    assert history.time[~history.event].tolist() == [2.0]


def test_guyot_without_a_table_meets_the_total():
    # 20 patients, ten drops of a tenth: without censorings 20 events, with ten asked for 10
    time = np.arange(1.0, 11.0)
    history = decode_guyot(_arm(40, time, 1.0 - time / 11.0, events=25))
    assert history.time.size == 40
    assert history.event.sum() == 25


@pytest.mark.parametrize("decode", [decode_guyot, decode_liu])
def test_a_number_at_risk_that_is_too_large_is_lowered_and_said(decode):
    history = decode(_arm(10, [1.0, 2.0, 3.0], [0.5, 0.4, 0.4], [0.0, 2.5], [10, 9]))
    assert history.inconsistencies == (
        "the number at risk at 3 is 9, the curve leaves 4; 4 was taken",
    )
    assert history.time.size == 10


@pytest.mark.parametrize("decode", [decode_guyot, decode_liu])
def test_a_block_without_a_point_is_said(decode):
    history = decode(_arm(10, [1.0, 5.0], [0.9, 0.5], [0.0, 2.0, 3.0], [10, 9, 8]))
    assert "the number at risk at 3 was left out: no point is before it" in history.inconsistencies


@pytest.mark.parametrize("decode", [decode_guyot, decode_liu])
def test_an_impossible_total_is_said(decode):
    history = decode(_arm(10, [1.0, 2.0], [0.9, 0.9], events=8))
    assert history.inconsistencies == (
        "8 total events were asked for, the curve and the table give 1",
    )


@pytest.mark.parametrize("decode", [decode_guyot, decode_liu])
def test_a_curve_that_reaches_zero_ends(decode):
    arm = _arm(5, [1.0, 2.0, 3.0], [0.5, 0.0, 0.0], [0.0, 2.5], [5, 0], events=5)
    history = decode(arm)
    assert history.time.size == 5
    assert np.all(np.isfinite(history.time))


def test_liu_takes_isolated_jumps_out():
    time = np.arange(1.0, 21.0)
    survival = 1.0 - time / 40.0
    spoilt = survival.copy()
    spoilt[9] = 0.2
    history = decode_liu(_arm(40, time, spoilt))
    clean = decode_liu(_arm(40, np.delete(time, 9), np.delete(survival, 9)))
    assert np.array_equal(history.time, clean.time)


def test_liu_drops_trailing_zeros():
    rows, at_risk = [0.0, 2.0, 3.0, 9.0], [10, 5, 0, 0]
    arm = _arm(10, [1.0, 2.0, 3.0], [0.7, 0.5, 0.3], rows, at_risk)
    shorter = _arm(10, [1.0, 2.0, 3.0], [0.7, 0.5, 0.3], rows[:2], at_risk[:2])
    assert np.array_equal(decode_liu(arm).time, decode_liu(shorter).time)


@pytest.mark.parametrize("decode", [decode_guyot, decode_liu])
def test_every_loop_ends(decode):
    generator = np.random.default_rng(1)
    for _ in range(200):
        n = int(generator.integers(1, 60))
        time = np.sort(generator.uniform(0.1, 10.0, 25))
        survival = np.clip(generator.uniform(0.0, 1.0, 25), 0.0, 1.0)
        at_risk = np.sort(generator.integers(0, n + 5, 4))[::-1]
        events = int(generator.integers(0, n + 1))
        history = decode(_arm(n, time, survival, [0.0, 2.0, 5.0, 9.0], at_risk, events))
        assert history.time.size == n
