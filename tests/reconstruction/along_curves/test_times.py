"""Times of an order along a decoded curve, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survkit.interval import Interval
from survkit.reconstruction.along_curves.times import times_along, times_of_steps, within_windows
from survkit.reconstruction.constraints.cut import Cut
from survkit.reconstruction.curves import DecodedHistory
from survkit.reconstruction.orders.history import Anchor

DECODED = DecodedHistory(
    time=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    event=np.array([True, False, True, False, True]),
    decoder="noisy",
)
NEAR = 1e-3


def cut(time: float, left: int | None) -> Cut:
    return Cut(time=time, left=left, z=1.96, transform="log-log")


def test_the_decoded_order_keeps_its_times() -> None:
    times = times_along(DECODED, DECODED.event, ((), (), ()), None)
    assert times == pytest.approx(DECODED.time)


def test_events_of_another_order_take_the_times_where_the_curve_passes_their_steps() -> None:
    event = np.array([False, True, True, False, True])
    times = times_along(DECODED, event, ((), (), ()), None)
    assert times[event] == pytest.approx([1.0, 3.0, 5.0], abs=NEAR)
    assert times[0] == pytest.approx(1.0, abs=NEAR)  # censored at 2, but before the first event
    assert np.all(np.diff(times) > 0.0)


def test_one_event_more_leaves_the_later_ones_where_they_are() -> None:
    # decoded: 1 to 0.8 to 0.53 to 0, at 1, 3 and 5; steps to 0.8, 0.6, 0.4 and 0
    event = np.array([True, True, True, False, True])
    assert times_of_steps(DECODED, event).tolist() == [1.0, 3.0, 5.0, 5.0]
    # one event less: steps to 0.67 and 0, whose middles are 0.83 and 0.33
    event = np.array([False, False, True, False, True])
    assert times_of_steps(DECODED, event).tolist() == [1.0, 5.0]


def test_who_is_on_the_wrong_side_of_a_number_at_risk_goes_to_the_other_and_no_further() -> None:
    event = np.array([True, False, True, False, True])
    late = times_along(DECODED, event, ((cut(2.5, 3),), (3,), (0,)), None)
    assert 2.5 - NEAR < late[2] < 2.5
    early = times_along(DECODED, event, ((cut(3.5, 2),), (2,), (0,)), None)
    assert 3.5 < early[2] < 3.5 + NEAR
    assert late[[0, 1, 3, 4]] == pytest.approx(DECODED.time[[0, 1, 3, 4]])


def test_events_at_exactly_a_printed_time_stay_there() -> None:
    times = times_along(DECODED, DECODED.event, ((cut(3.0, 2),), (2,), (1,)), None)
    assert times[2] == 3.0
    assert times[3] > 3.0 > times[1]


def test_who_is_followed_to_the_end_leaves_within_its_window() -> None:
    decoded = DecodedHistory(
        time=np.array([1.0, 9.0, 9.0, 9.0]),
        event=np.array([True, False, False, False]),
        decoder="noisy",
    )
    times = times_along(decoded, decoded.event, ((), (), ()), Interval(9.95, 10.05))
    assert times[0] == 1.0
    assert 9.95 < times[-1] < 10.05
    assert np.all(times[1:] > 9.9)
    assert np.all(np.diff(times) > 0.0)


def test_cuts_without_a_number_at_risk_move_nobody() -> None:
    cuts = (cut(2.5, None), cut(math.inf, 5))
    times = times_along(DECODED, DECODED.event, (cuts, (1, 5), (0, 0)), None)
    assert times == pytest.approx(DECODED.time)


def test_a_longest_follow_up_moves_the_last_patient_alone() -> None:
    moved = within_windows(DECODED.time, [Anchor(4, Interval(9.95, 10.05))])
    assert moved[:-1].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert moved[-1] == pytest.approx(9.955)


def test_who_goes_into_a_window_takes_along_only_who_is_in_the_way() -> None:
    moved = within_windows(DECODED.time, [Anchor(2, Interval(4.5, math.inf))])
    assert moved.tolist() == [1.0, 2.0, 4.5, 4.5, 5.0]
    moved = within_windows(DECODED.time, [Anchor(2, Interval(-math.inf, 1.5))])
    assert moved.tolist() == [1.0, 1.5, 1.5, 4.0, 5.0]
