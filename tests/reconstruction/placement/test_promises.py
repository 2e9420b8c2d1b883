"""What the placement promises: times that rise, in their windows, each arm on ticks of its own."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.interval import Interval
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.build import order_patients
from survkit.reconstruction.orders.history import Anchor, History
from survkit.reconstruction.placement.anchoring import pin
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.placement.knots import place_patients, set_knots
from survkit.reconstruction.placement.precision import choose_clock
from survkit.reconstruction.placement.timeline import begin, tie
from survkit.reconstruction.population.fit import fit_population
from tests.reconstruction.examples import few
from tests.reconstruction.printing import print_two_arms
from tests.reconstruction.timelines import assert_bounded, begin_trial

if TYPE_CHECKING:
    from survkit.reconstruction.placement.timeline import Timeline

FEW = few(6)
SEEDS = st.integers(0, 10_000)
KNOTS = st.sampled_from([0, 10, 24])
END = 10.0
"""Earlier than some patients would leave, and later than others."""


@st.composite
def histories(draw: st.DrawFn) -> History:
    """An order whose anchors rise, with windows that may touch."""
    n = draw(st.integers(3, 40))
    natural = np.cumsum(draw(st.lists(st.floats(0.05, 2.0), min_size=n, max_size=n)))
    held = sorted(draw(st.sets(st.integers(0, n - 1), max_size=5)))
    anchors, earliest = [], 0.0
    for position in held:
        lower = max(earliest, float(natural[position])) + draw(st.floats(0.0, 1.0))
        anchors.append(Anchor(position, Interval(lower, lower + draw(st.floats(0.3, 2.0)))))
        earliest = anchors[-1].window.upper
    return History(
        event=np.ones(n, dtype=bool), natural=natural, faults=0.0, anchors=tuple(anchors)
    )


@given(histories(), KNOTS, st.integers(1, 3))
def test_times_rise_in_their_windows_on_the_ticks_of_their_arm(
    history: History, fillers: int, arms: int
) -> None:
    clock = Clock(decimals=4, arms=arms)
    knots, times = set_knots(history, clock, fillers, END)
    assert (np.diff(knots.position) > 0).all()
    assert (knots.lower <= times + 1e-9).all()
    assert (times <= knots.upper + 1e-9).all()
    for index in range(arms):
        ticks = place_patients(knots, times, clock, index)
        assert (np.diff(ticks) > 0).all()
        assert ticks[0] > 0
        assert set((ticks % arms).tolist()) == {index}
        for anchor in history.anchors:
            time = float(clock.times(ticks)[anchor.position])
            assert anchor.window.lower < time < anchor.window.upper


@FEW
@given(seed=SEEDS, n=st.integers(30, 150), fillers=KNOTS)
def test_arms_of_random_trials_share_no_tick(seed: int, n: int, fillers: int) -> None:
    arms = begin_trial(print_two_arms(seed, n), fillers)
    for index, one in enumerate(arms):
        steps = np.diff(one.ticks)
        on_time = one.knots.position[one.knots.lower == one.knots.upper]
        apart = np.setdiff1d(np.arange(one.ticks.size), on_time)
        assert (steps[np.setdiff1d(np.arange(steps.size), on_time)] > 0).all()
        assert (one.ticks[apart] % 2 == index).all()
        assert_bounded(one)
    assert not np.intersect1d(*(one.ticks for one in arms)).size


@FEW
@given(seed=SEEDS, n=st.integers(30, 150))
def test_anchors_of_orders_hold_in_time(seed: int, n: int) -> None:
    constraints = read_constraints(print_two_arms(seed, n))
    population = fit_population(constraints)
    clock = choose_clock(constraints, population.end)
    for index, history in enumerate(order_patients(constraints, population)):
        if history.faults > 0.0:
            continue
        laid = set_knots(history, clock, 10, population.end)
        times = clock.times(begin(index, clock, laid, history, None).ticks)
        for anchor in history.anchors:
            assert anchor.window.lower <= times[anchor.position] <= anchor.window.upper


@FEW
@given(seed=SEEDS, n=st.integers(30, 400))
def test_the_clock_is_finer_than_windows_and_gaps(seed: int, n: int) -> None:
    constraints = read_constraints(print_two_arms(seed, n))
    clock = choose_clock(constraints, 60.0)
    assert clock.arms == 2
    assert clock.tick == 10.0**-clock.decimals
    assert clock.tick <= 60.0 / n / 40.0
    windows = [one.window for asked in constraints.arms for one in asked.quantiles]
    for window in (window for window in windows if window.reached):
        assert clock.tick <= 2.0 * window.half / 400.0 + 1e-12
    ticks = np.array([1, 12, 123456])
    np.testing.assert_array_equal(
        clock.times(ticks), [float(f"{tick}e-{clock.decimals}") for tick in ticks]
    )


def moves_within(arm: Timeline, seed: int) -> np.ndarray:
    """Random knot times that leave room between all knots."""
    down = 0.5 * arm.slack
    up = np.append(down[1:], 1.0)
    return arm.times + np.random.default_rng(seed).uniform(-down, up)


@FEW
@given(seed=SEEDS, n=st.integers(30, 150))
def test_moving_knots_keeps_order_windows_and_ticks(seed: int, n: int) -> None:
    for index, one in enumerate(begin_trial(print_two_arms(seed, n), 10)):
        moved = one.at(moves_within(one, seed))
        np.testing.assert_array_equal(moved.event, one.event)
        on_time = one.knots.lower == one.knots.upper
        if not on_time.any():
            assert (np.diff(moved.ticks) > 0).all()
            assert (moved.ticks % 2 == index).all()
        assert (moved.times >= one.knots.lower).all()
        assert (moved.times <= one.knots.upper).all()
        np.testing.assert_array_equal(moved.at(one.times).ticks, one.ticks)


@FEW
@given(seed=SEEDS, n=st.integers(30, 150))
def test_probes_of_knots_are_where_they_would_move_everybody(seed: int, n: int) -> None:
    for one in begin_trial(print_two_arms(seed, n), 10):
        shifts = 0.2 * one.units
        rows = one.moved(shifts)
        assert rows.shape == (one.times.size + 1, n)
        step = one.clock.arms
        assert np.abs(rows[0] - one.ticks).mean() <= 2.0 * step
        np.testing.assert_allclose(
            rows[1:] - rows[0], shifts[:, None] * one.hats / one.clock.tick, atol=1e-6
        )
        # the hats of all knots together move everybody between the first and the last
        together = one.hats.sum(axis=0)
        assert ((together > 0.0) & (together <= 1.0 + 1e-9)).all()


@FEW
@given(seed=SEEDS, size=st.integers(2, 9), share=st.floats(0.0, 1.0))
def test_ties_lie_within_runs_of_events_alone(seed: int, size: int, share: float) -> None:
    for one in begin_trial(print_two_arms(seed, 80), 10):
        tied = tie(one, size, share)
        assert (np.diff(tied.ticks) >= 0).all()
        np.testing.assert_array_equal(tied.event, one.event)
        for first, second in pairwise(range(one.event.size)):
            if tied.ticks[first] == tied.ticks[second] and one.ticks[first] != one.ticks[second]:
                assert tied.event[first]
                assert tied.event[second]
        assert_bounded(tied)


@given(histories(), st.lists(st.tuples(st.integers(0, 39), st.floats(0.0, 40.0)), max_size=6))
def test_whoever_is_pinned_leaves_all_others_their_turn(
    history: History, wanted: list[tuple[int, float]]
) -> None:
    n = history.event.size
    anchors = [Anchor(place % n, Interval(time, time + 0.5)) for place, time in wanted]
    pinned = pin(history, anchors)
    assert set(history.anchors) <= set(pinned.anchors) <= {*history.anchors, *anchors}
    positions = [anchor.position for anchor in pinned.anchors]
    assert positions == sorted(positions)
    for first, second in pairwise(pinned.anchors):
        if first.position < second.position:
            assert first.window.lower < second.window.upper
    np.testing.assert_array_equal(pinned.natural, history.natural)


def test_an_arm_without_anchors_keeps_the_times_of_the_population() -> None:
    natural = np.array([1.0, 2.5, 2.6, 7.0, 9.9])
    history = History(event=np.ones(5, dtype=bool), natural=natural, faults=0.0, anchors=())
    clock = Clock(decimals=3, arms=1)
    knots, times = set_knots(history, clock, 4, END)
    placed = clock.times(place_patients(knots, times, clock, 0))
    assert placed == pytest.approx(natural, abs=0.001)


def test_nobody_moves_beyond_the_end_of_follow_up() -> None:
    natural = np.array([1.0, 2.5, 2.6, 7.0, 9.0])
    history = History(event=np.ones(5, dtype=bool), natural=natural, faults=0.0, anchors=())
    clock = Clock(decimals=3, arms=1)
    arm = begin(0, clock, set_knots(history, clock, 4, END), history, None)
    far = arm.at(np.append(arm.times[:-1], 140.0))
    assert clock.times(far.ticks).max() == pytest.approx(END)
