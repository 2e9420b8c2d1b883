"""Times along a curve, whatever was decoded and whichever order is to take them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.interval import Interval
from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.along_curves.times import times_along, times_of_steps, within_windows
from survkit.reconstruction.constraints.cut import Cut
from survkit.reconstruction.curves import DecodedHistory
from survkit.reconstruction.orders.history import Anchor

Flags = NDArray[np.bool_]
FEW = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 10_000)
SIZES = st.integers(3, 25)


def decoded(seed: int, n: int) -> DecodedHistory:
    generator = np.random.default_rng(seed)
    event = generator.random(n) < 0.6
    event[generator.integers(n)] = True
    time = np.sort(generator.uniform(0.5, 20.0, n).round(3)) + 1e-3 * np.arange(n)
    return DecodedHistory(time=time, event=event, decoder="noisy")


def another_order(history: DecodedHistory, seed: int) -> Flags:
    return np.random.default_rng(seed + 1).permutation(history.event)


@FEW
@given(SEEDS, SIZES)
def test_any_order_has_rising_times_within_the_follow_up(seed: int, n: int) -> None:
    history = decoded(seed, n)
    event = another_order(history, seed)
    times = times_along(history, event, ((), (), ()), None)
    together = np.diff(times) == 0.0
    assert np.all(np.diff(times) >= 0.0)
    assert np.all((event[:-1] & event[1:])[together])  # nobody shares a time but events
    assert times[-1] <= history.time[-1] * (1 + 1e-9)


@FEW
@given(SEEDS, SIZES)
def test_the_decoded_order_takes_its_own_times(seed: int, n: int) -> None:
    history = decoded(seed, n)
    assert times_of_steps(history, history.event) == pytest.approx(history.time[history.event])
    times = times_along(history, history.event, ((), (), ()), None)
    assert times == pytest.approx(history.time, rel=1e-3)


@FEW
@given(SEEDS, SIZES, st.sampled_from([0.25, 64.0]))
def test_another_unit_of_time_is_another_unit_alone(seed: int, n: int, factor: float) -> None:
    history = decoded(seed, n)
    event = another_order(history, seed)
    other = replace(history, time=history.time * factor)
    one = times_along(history, event, ((), (), ()), None)
    two = times_along(other, event, ((), (), ()), None)
    assert two / factor == pytest.approx(one, rel=1e-9)


@FEW
@given(SEEDS, SIZES)
def test_no_event_is_further_from_the_curve_than_a_step(seed: int, n: int) -> None:
    """At its new time the decoded curve passes the event's step: it is above, then below it."""
    history = decoded(seed, n)
    event = another_order(history, seed)
    falls = times_of_steps(history, event)
    curve = tabulate_arm(history.time, history.event)
    after = np.cumprod(1.0 - event / np.arange(n, 0, -1))
    middle = (np.append(1.0, after[:-1]) + after)[event] / 2.0
    beyond = falls >= history.time[-1]
    before_it, by_it = survival_at(curve, falls - 1e-9), survival_at(curve, falls)
    assert np.all(before_it >= middle - 1e-9)
    assert np.all((by_it <= middle + 1e-9) | beyond)


@FEW
@given(SEEDS, SIZES, st.floats(0.1, 0.9))
def test_numbers_at_risk_hold_in_any_order(seed: int, n: int, share: float) -> None:
    history = decoded(seed, n)
    event = another_order(history, seed)
    left = int(share * n)
    time = float(history.time[left]) - 5e-4  # as many have left before it
    cut = Cut(time=time, left=left, z=1.96, transform="log-log")
    times = times_along(history, event, ((cut,), (left,), (0,)), None)
    assert np.all(np.diff(times) >= 0.0)
    assert int(np.sum(times < time)) == left


@FEW
@given(SEEDS, SIZES, st.data())
def test_windows_move_those_alone_who_are_outside_or_in_the_way(
    seed: int, n: int, data: st.DataObject
) -> None:
    times = decoded(seed, n).time
    position = data.draw(st.integers(0, n - 1))
    middle = data.draw(st.floats(0.5, 20.0))
    window = Interval(middle - 0.4, middle + 0.4)
    moved = within_windows(times, [Anchor(position=position, window=window)])
    assert np.all(np.diff(moved) >= 0.0)
    assert window.lower < moved[position] < window.upper
    if times[position] < window.lower:
        assert np.array_equal(moved[:position], times[:position])
    elif times[position] > window.upper:
        assert np.array_equal(moved[position + 1 :], times[position + 1 :])
    assert np.array_equal(within_windows(moved, [Anchor(position=position, window=window)]), moved)
