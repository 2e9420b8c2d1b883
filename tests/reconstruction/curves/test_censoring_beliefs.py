"""What is believed of censorings before they are seen, by hand and by property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.reconstruction.curves.axis import Axis, lay_out
from survkit.reconstruction.curves.censoring import (
    candidate_ends,
    cost_of_ends,
    even_censoring,
    late_censoring,
    middle_end,
    place_in_time,
    weight_of_shape,
)
from survkit.reconstruction.curves.observed import (
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    check_arm,
)

WIDTHS = st.lists(st.floats(0.01, 5.0), min_size=1, max_size=8).map(np.array)


def cut_off(at_risk: list[int], times: list[float], end: float, survival: float = 1.0) -> Axis:
    """A level curve to an end that the table does not reach."""
    counts = np.array(at_risk)
    arm = ObservedArm(
        n=at_risk[0],
        curve=ObservedCurve(time=np.array([end / 2, end]), survival=np.array([survival] * 2)),
        table=ObservedTable(time=np.array(times), lower=counts, upper=counts),
    )
    return lay_out(check_arm(arm))


@settings(max_examples=30, deadline=None)
@given(WIDTHS, st.floats(0.05, 1.0))
def test_even_censorings_thin_out_as_the_curve_falls(widths: np.ndarray, final: float) -> None:
    level = even_censoring(widths, np.ones(widths.size + 1))
    assert level == pytest.approx(widths / widths.sum())
    falling = even_censoring(widths, np.linspace(1.0, final, widths.size + 1))
    assert falling.sum() == pytest.approx(1.0)
    per_time = falling / widths
    assert np.all(np.diff(per_time) <= 1e-12)


def test_gaps_without_length_have_a_weight() -> None:
    assert even_censoring(np.zeros(2), np.ones(3)).tolist() == [0.5, 0.5]


@settings(max_examples=30, deadline=None)
@given(WIDTHS)
def test_late_censorings_are_weights_that_come_later_than_even_ones(widths: np.ndarray) -> None:
    even, place = even_censoring(widths, np.ones(widths.size + 1)), place_in_time(widths)
    late = late_censoring(even, widths)
    possible = [k for k, share in enumerate(np.arange(0.1, 0.95, 0.1)) if place[-1] > share]
    assert np.all(late >= 0.0)
    for k in possible:
        assert late[k].sum() == pytest.approx(1.0)
        assert late[k] @ place >= even @ place - 1e-12


def test_the_middles_of_gaps_lie_between_0_and_1() -> None:
    assert place_in_time(np.array([1.0, 3.0])).tolist() == [0.125, 0.625]


@given(st.integers(0, 10**6))
def test_a_shape_is_not_believed_more_for_many_patients(censored: int) -> None:
    told = float(weight_of_shape(np.array(censored)))
    assert told <= min(censored, 10.0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5000))
def test_candidates_are_numbers_of_patients(last: int) -> None:
    ends = candidate_ends(last)
    assert ends[0] == 1
    assert ends[-1] == max(last, 1)
    assert np.all(np.diff(ends) > 0)


def test_the_share_not_censored_falls_on_in_a_straight_line() -> None:
    """20 of 100 leave in 10 months, nobody has the event: 60 are left after 10 more, 70 after 5."""
    for end, left in ((30.0, 60.0), (25.0, 70.0)):
        axis = cut_off([100, 100, 80], [0.0, 10.0, 20.0], end)
        at_risk = np.array([100, 100, 80])
        assert axis.straight_end(np.ones(axis.time.size), at_risk) == pytest.approx(left)


def test_a_line_that_meets_0_stays_there() -> None:
    axis = cut_off([100, 100, 40], [0.0, 10.0, 20.0], 30.0)
    assert axis.straight_end(np.ones(axis.time.size), np.array([100, 100, 40])) == 0.0


def test_a_printed_end_needs_no_line() -> None:
    axis = cut_off([100, 80], [0.0, 20.0], 20.0)
    assert axis.at_end == 80
    assert axis.straight_end(np.ones(axis.time.size), np.array([100])) is None


@settings(max_examples=50, deadline=None)
@given(st.integers(10, 900), st.floats(0.0, 1.0))
def test_the_end_that_the_line_leads_to_is_more_plausible_with_it(last: int, share: float) -> None:
    ends = candidate_ends(last)
    without, with_line = cost_of_ends(ends, last, None), cost_of_ends(ends, last, share * last)
    gain = without - with_line
    nearest = np.argmin(np.abs(np.log((ends + 0.5) / (share * last + 0.5))))
    assert np.argmax(gain) == nearest


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 900), st.integers(0, 10_000))
def test_half_of_the_weight_lies_on_either_side_of_the_middle(last: int, seed: int) -> None:
    ends = candidate_ends(last)
    weight = np.random.default_rng(seed).uniform(0.0, 1.0, ends.size) / (ends + 0.5)
    k = middle_end(weight, ends)
    edges = np.concatenate((ends[:1] - 0.5, (ends[1:] + ends[:-1]) / 2.0, ends[-1:] + 0.5))
    mass = weight * np.diff(edges)
    assert mass[:k].sum() <= mass.sum() / 2 + 1e-12
    assert mass[k + 1 :].sum() <= mass.sum() / 2 + 1e-12


def test_a_number_of_any_size_is_not_taken_for_the_smallest() -> None:
    """As likely per order of magnitude: the candidate next to the root of the largest, not one."""
    ends = candidate_ends(900)
    k = middle_end(1.0 / (ends + 0.5), ends)
    assert ends[k] > 1
    assert (ends[k] + ends[k - 1]) / 2 < 30 < (ends[k] + ends[k + 1]) / 2
