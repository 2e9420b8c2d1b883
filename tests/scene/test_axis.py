from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.scene.axis import Axis, choose_log_ticks, choose_times


@pytest.mark.parametrize(
    ("end", "unit", "last", "step"),
    [
        (33.5, "month", 36.0, 6.0),
        (30.9, "month", 30.0, 6.0),
        (9.6, "month", 10.0, 2.0),
        (80.0, "week", 78.0, 13.0),
        (4.2, "year", 4.0, 1.0),
        (900.0, "day", 900.0, 180.0),
        (1000.0, "month", 960.0, 240.0),
        (0.5, "month", 0.5, 0.1),
        (1.0, "day", 1.0, 0.2),
    ],
)
def test_times_are_round(end: float, unit: str, last: float, step: float) -> None:
    ticks = choose_times(end, unit)
    assert ticks[0] == 0.0
    assert ticks[1] == pytest.approx(step)
    assert ticks[-1] == pytest.approx(last)
    assert len(ticks) <= 9


@pytest.mark.parametrize(
    ("printed", "end", "ticks"),
    [
        ((0, 8, 16), 17.0, (0, 8, 16)),
        ((0, 8, 16), 23.0, (0, 8, 16, 24)),
        ((12, 24, 36), 36.0, (0, 12, 24, 36)),
        (tuple(range(25)), 24.0, (0, 3, 6, 9, 12, 15, 18, 21, 24)),
        (tuple(range(0, 44, 2)), 41.0, (0, 6, 12, 18, 24, 30, 36, 42)),
        ((0, 1, 2), 100.0, (0, 24, 48, 72, 96)),
        ((6, 12), 24.0, (0, 3, 6, 9, 12, 15, 18, 21, 24)),
    ],
)
def test_printed_times_are_taken_and_carried_on_to_the_end(
    printed: tuple[float, ...], end: float, ticks: tuple[float, ...]
) -> None:
    assert choose_times(end, "month", printed) == ticks


@given(
    end=st.floats(0.01, 1e5),
    unit=st.sampled_from(["day", "week", "month", "year"]),
    printed=st.lists(st.floats(0.0, 1e5), unique=True, max_size=30).map(sorted),
)
def test_times_reach_to_the_end_and_leave_room(end: float, unit: str, printed: list[float]) -> None:
    ticks = choose_times(end, unit, printed)
    gaps = [after - before for before, after in itertools.pairwise(ticks)]
    assert ticks[0] == 0.0
    assert min(gaps) > 0.0
    assert len(ticks) <= 10
    assert end - ticks[-1] <= 0.25 * gaps[-1] * (1.0 + 1e-9)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.17, 1.12, (0.2, 0.3, 0.5, 0.7, 1.0)),
        (0.53, 1.12, (0.6, 0.7, 0.8, 0.9, 1.0)),
        (0.05, 20.0, (0.1, 0.3, 1.0, 3.0, 10.0)),
        (1e-4, 1e4, (1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)),
    ],
)
def test_ratios_are_round(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert choose_log_ticks(low, high) == expected


def test_places_on_an_axis() -> None:
    axis = Axis(label="", low=0.0, high=8.0, ticks=(0.0, 4.0), factor=100.0)
    assert [axis.fraction(value) for value in (-1.0, 2.0, float("inf"))] == [0.0, 0.25, 1.0]
    assert axis.texts == ("0", "400")
    ratios = Axis(label="", low=0.1, high=10.0, ticks=(1.0,), logarithmic=True)
    assert [ratios.fraction(value) for value in (0.1, 1.0, 20.0)] == pytest.approx([0.0, 0.5, 1.0])
