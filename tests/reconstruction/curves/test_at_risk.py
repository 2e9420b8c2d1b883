"""Numbers at risk between risk times: patients are conserved whatever the curve does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.reconstruction.curves.at_risk import fit_at_risk_path, settle_table
from survkit.reconstruction.curves.axis import Axis, lay_out
from survkit.reconstruction.curves.observed import (
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    check_arm,
)

Floats = NDArray[np.float64]
TIMES = np.array([0.0, 4.0, 8.0])


def arm_of(at_risk: list[int], width: int = 0, events: int | None = None) -> ObservedArm:
    counts = np.array(at_risk)
    lower, upper = np.maximum(counts - width, 0), counts + width
    lower[0] = upper[0] = counts[0]
    time = np.linspace(0.5, 11.0, 22)
    return check_arm(
        ObservedArm(
            n=at_risk[0],
            curve=ObservedCurve(time=time, survival=np.exp(-0.05 * time)),
            table=ObservedTable(time=TIMES, lower=lower, upper=upper),
            events=events,
        )
    )


def curve_on(axis: Axis, rate: float) -> Floats:
    return np.exp(-rate * axis.time)


FALLING = st.tuples(st.integers(20, 300), st.floats(0.3, 0.8), st.floats(0.3, 0.8)).map(
    lambda drawn: [drawn[0], int(drawn[0] * drawn[1]), int(drawn[0] * drawn[1] * drawn[2])]
)


@settings(max_examples=25, deadline=None)
@given(FALLING, st.floats(0.005, 0.08), st.booleans())
def test_a_path_meets_its_numbers_at_risk(at_risk: list[int], rate: float, known: bool) -> None:
    axis = lay_out(arm_of(at_risk))
    events = at_risk[0] // 3 if known else None
    path = fit_at_risk_path(axis, curve_on(axis, rate), np.array(at_risk), events)
    inside = [start for start, _ in axis.blocks]
    assert path.at_risk[inside] == pytest.approx(at_risk)
    assert np.all(path.events >= 0.0)
    assert np.all(path.at_risk >= 0.0)
    for b, (a, z) in enumerate(axis.blocks[:-1]):
        left = at_risk[b] - at_risk[b + 1]
        assert path.events[a:z].sum() <= left + 1e-6


def test_without_censoring_every_fall_is_an_event() -> None:
    """100 patients, a tenth and another tenth of all have the event, and nobody else leaves."""
    axis = lay_out(arm_of([100, 90, 80]))
    survival = np.interp(axis.time, [0.0, 4.0, 8.0, 11.0], [1.0, 0.9, 0.8, 0.8])
    path = fit_at_risk_path(axis, survival, np.array([100, 90, 80]), None)
    (a, m), (_, z) = axis.blocks[:2]
    assert path.events[a:m].sum() == pytest.approx(10.0, abs=1e-6)
    assert path.events[m:z].sum() == pytest.approx(10.0, abs=1e-6)


def test_a_total_is_believed_where_the_end_is_open() -> None:
    axis = lay_out(arm_of([200, 150, 100]))
    survival = curve_on(axis, 0.06)
    few, many = (
        fit_at_risk_path(axis, survival, np.array([200, 150, 100]), events).events.sum()
        for events in (70, 85)
    )
    assert few < many


@settings(max_examples=25, deadline=None)
@given(FALLING, st.integers(0, 5), st.floats(0.005, 0.08))
def test_entries_stay_in_their_intervals_and_fall(
    at_risk: list[int], width: int, rate: float
) -> None:
    axis = lay_out(arm_of(at_risk, width))
    chosen = settle_table(axis, curve_on(axis, rate))
    assert np.all(np.diff(chosen) <= 0)
    assert np.all((axis.lower <= chosen) & (chosen <= axis.upper))
    if width == 0:
        assert chosen.tolist() == at_risk


@pytest.mark.parametrize(("events", "left"), [(13, 1), (17, 5)])
def test_a_curve_that_falls_to_0_takes_as_many_as_the_total_asks_for(
    events: int, left: int
) -> None:
    """
    Of 20 patients 12 have the event one by one; then the last ones, however many, all at once.

    Nobody is censored where 17 have it, and three late ones where only 13 do.
    """
    time = np.linspace(0.5, 12.5, 25)
    survival = np.where(time < 12.4, 1.0 - time / 12.4 * 0.6, 0.0)
    arm = check_arm(
        ObservedArm(n=20, curve=ObservedCurve(time=time, survival=survival), events=events)
    )
    axis = lay_out(arm)
    curve = np.interp(axis.time, np.append(0.0, time), np.append(1.0, survival))
    path = fit_at_risk_path(axis, np.maximum(curve, 1e-3), np.array([20]), events)
    assert path.at_risk[-1] == 0.0
    assert path.events.sum() == pytest.approx(events, abs=1.0)
    assert path.events[-1] <= left + 3
