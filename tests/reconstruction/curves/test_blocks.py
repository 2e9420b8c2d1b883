"""A block's costs against the Kaplan-Meier estimate of the patients that it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.reconstruction.curves.blocks import Block

Floats = NDArray[np.float64]
NODES = np.array([0.0, 1.0, 3.0, 4.0, 8.0])
EVEN = np.array([0.0, 0.125, 0.375, 0.5, 1.0])


def block(start: int, ends: list[int], survival: Floats, *, counted_end: bool = False) -> Block:
    return Block(
        nodes=NODES,
        survival=survival,
        precision=np.full(4, 1e4),
        spreads=np.array([EVEN, EVEN**2]),
        cost_of_spread=np.array([0.0, 0.3]),
        start=start,
        ends=np.array(ends),
        cost_of_ends=np.zeros(len(ends)),
        whole=False,
        last=not counted_end,
        counted_end=counted_end,
    )


def kaplan_meier(events: Floats, start: int, censored: int, spread: Floats) -> float:
    """The estimate by hand: each event among those who are left, censorings rounded to whole."""
    estimate = 1.0
    for k, time in enumerate(events):
        gone = np.floor(censored * np.interp(time, NODES, spread) + 0.5)
        estimate *= 1.0 - 1.0 / max(start - k - gone, 1.0)
    return estimate


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.0, 8.0), max_size=6).map(sorted),
    st.integers(1, 30),
    st.integers(0, 6),
    st.floats(0.2, 1.0),
)
def test_survival_at_its_end_is_that_of_its_patients(
    times: list[float], start: int, end: int, before: float
) -> None:
    events = np.array(times)
    one = block(start, [end], np.full(4, 0.5))
    falls = one.place(events, 0, 8.0)
    ways = one.weigh(falls, 0, events.size, before)
    censored = start - events.size - end
    assert (ways is None) == (censored < 0)
    assume(ways is not None and censored >= 0)
    expected = [
        before * kaplan_meier(falls.time, start, censored, spread) for spread in one.spreads
    ]
    assert ways.survival[0] == pytest.approx(expected)


def test_the_way_of_the_curve_costs_least() -> None:
    """Of 10 patients four have the event at the nodes: the curve that shows it costs nothing."""
    events = np.array([1.0, 3.0, 4.0, 8.0])
    one = block(10, [6], np.array([0.9, 0.8, 0.7, 0.6]))
    falls = one.place(events, 0, 8.0)
    right = one.weigh(falls, 0, 4, 1.0)
    fewer = one.weigh(falls, 0, 3, 1.0)
    assert right is not None
    assert fewer is not None
    assert right.cost[0, 0] == pytest.approx(0.0, abs=1e-9)
    assert fewer.cost.min() > 1.0


def test_events_stay_before_a_number_at_risk_that_counts_who_is_left() -> None:
    one = block(10, [6], np.full(4, 0.5), counted_end=True)
    falls = one.place(np.array([-1.0, 2.0, 8.0, 9.0]), 0, 8.0)
    assert falls.time[0] == 0.0
    assert falls.time[1] == 2.0
    assert np.all(falls.time[2:] < 8.0)
    assert np.all(falls.time[2:] > 7.99)


def test_who_changes_sides_costs_more_than_who_stays() -> None:
    one = block(10, [6], np.full(4, 0.5), counted_end=True)
    assert one.place(np.array([2.0, 7.0]), 0, 8.0).moved.tolist() == [0.0, 0.0, 0.0]
    assert one.place(np.array([2.0, 9.0]), 0, 8.0).moved[-1] > 1.0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 3), st.integers(3, 6))
def test_a_slice_of_the_events_is_weighed_as_if_they_were_all(first: int, stop: int) -> None:
    events = np.array([0.5, 1.5, 2.5, 3.5, 5.0, 7.0])
    one = block(20, [3, 9], np.array([0.9, 0.8, 0.7, 0.6]))
    part = one.weigh(one.place(events, 4, 8.0), 4 + first, 4 + stop, 0.8)
    alone = one.weigh(one.place(events[first:stop], 0, 8.0), 0, stop - first, 0.8)
    assert part is not None
    assert alone is not None
    assert part.cost == pytest.approx(alone.cost)
    assert part.survival == pytest.approx(alone.survival)
