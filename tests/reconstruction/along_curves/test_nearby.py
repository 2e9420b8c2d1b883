"""Exchanges that bring figures back and leave everything else alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.interval import Interval
from survkit.kernels.violation import CURVE
from survkit.reconstruction.along_curves.nearby import ANYWHERE, bring_back, exchange_nearby
from survkit.reconstruction.constraints.cut import Cut
from survkit.reconstruction.orders.exchange import CurveReadings

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def readings(amounts: Floats, hazard: float) -> CurveReadings:
    """A curve that is to lie within 0.01 of the survival with some cumulative hazard."""
    share = math.exp(-hazard)
    window = Interval(max(share - 0.01, 0.0), min(share + 0.01, 1.0))
    cut = Cut(time=1.0, left=None, survival=window, z=1.96, transform="log-log")
    return CurveReadings(cuts=(cut,), amounts=np.stack((amounts, 0 * amounts)), settled=np.zeros(2))


@st.composite
def problems(draw: DrawFn) -> tuple[CurveReadings, Flags, NDArray[np.int64]]:
    """An order, hazards that rise as fewer are at risk, and a sum that another order has."""
    n = draw(st.integers(3, 10))
    event = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    other = np.array(draw(st.permutations(event.tolist())))
    amounts = 1.0 / np.arange(n, 0, -1)
    blocks = np.sort(np.array(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))))
    return readings(amounts, float(amounts @ other)), event, blocks


@settings(max_examples=20, deadline=None)
@given(problems(), st.sampled_from([0, 1, ANYWHERE]))
def test_exchanges_keep_events_and_never_miss_more(
    problem: tuple[CurveReadings, Flags, NDArray[np.int64]], reach: int
) -> None:
    asked, event, blocks = problem
    before = event.copy()
    found = exchange_nearby(asked, event, np.arange(event.size), blocks, reach)
    assert found.sum() == event.sum()
    assert asked.missed_by(found) <= max(asked.missed_by(before), CURVE.met)
    assert np.array_equal(event, before)  # what was given stays as it was


@settings(max_examples=20, deadline=None)
@given(problems())
def test_within_blocks_every_block_keeps_its_events(
    problem: tuple[CurveReadings, Flags, NDArray[np.int64]],
) -> None:
    asked, event, blocks = problem
    found = exchange_nearby(asked, event, np.arange(event.size), blocks, 0)
    for block in np.unique(blocks):
        assert found[blocks == block].sum() == event[blocks == block].sum()


@settings(max_examples=20, deadline=None)
@given(problems())
def test_what_is_met_already_is_left_alone(
    problem: tuple[CurveReadings, Flags, NDArray[np.int64]],
) -> None:
    asked, event, blocks = problem
    met = readings(asked.amounts[0], float(asked.amounts[0] @ event))
    found = exchange_nearby(met, event, np.arange(event.size), blocks, ANYWHERE)
    assert np.array_equal(found, event)


@settings(max_examples=15, deadline=None)
@given(problems())
def test_all_goes_back_where_nothing_is_asked(
    problem: tuple[CurveReadings, Flags, NDArray[np.int64]],
) -> None:
    asked, event, _ = problem
    anything = CurveReadings(cuts=(), amounts=asked.amounts, settled=asked.settled)
    moved, places = event[::-1].copy(), np.arange(event.size)
    back = bring_back(anything, (moved, event), places, np.zeros_like(places))
    assert np.array_equal(back, event)
