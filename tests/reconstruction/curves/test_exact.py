"""The exact decoder finds the history that a curve was made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.kernels import survival_steps, tabulate_arm
from survkit.reconstruction.curves import (
    CurveError,
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    decode_curve,
    decode_exact,
)


def _observe(time, event, digits, rows=()):
    table = tabulate_arm(time, event)
    steps = survival_steps(table)
    rows = np.array(rows, dtype=float)
    at_risk = np.array([np.count_nonzero(time >= row) for row in rows], dtype=int)
    return ObservedArm(
        n=time.size,
        curve=ObservedCurve(
            time=np.append(table.time, time.max()),
            survival=np.round(np.append(steps, steps[-1]), digits),
        ),
        table=ObservedTable(time=rows, lower=at_risk, upper=at_risk) if rows.size else None,
        events=int(event.sum()),
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=25).filter(
        lambda patients: any(event for _, event in patients)
    )
)
def test_recovers_small_histories(patients):
    time = np.array([float(t) for t, _ in patients])
    event = np.array([e for _, e in patients])
    observed = _observe(time, event, 6, rows=range(13))
    history = decode_exact(observed)
    true, found = tabulate_arm(time, event), tabulate_arm(history.time, history.event)
    assert np.array_equal(found.time, true.time)
    assert np.array_equal(found.events, true.events)
    assert np.array_equal(found.at_risk, true.at_risk)
    at_risk = [np.count_nonzero(history.time >= row) for row in range(13)]
    assert at_risk == observed.table.lower.tolist()


def test_one_history_is_told_from_several():
    # of 8 patients, a drop to 0.5 is 4 of 8, or 3 of 6 after two censorings, or 2 of 4, or 1 of 2
    curve = ObservedCurve(time=np.array([1.0, 2.0]), survival=np.array([0.5, 0.5]))
    assert decode_exact(ObservedArm(n=8, curve=curve)).solutions == 4
    history = decode_exact(ObservedArm(n=8, curve=curve, events=3))
    assert history.solutions == 1
    assert not history.several
    assert history.time[history.event].tolist() == [1.0, 1.0, 1.0]


def test_marks_carry_the_censorings():
    curve = ObservedCurve(
        time=np.array([2.0, 3.0]), survival=np.array([0.5, 0.5]), marks=np.array([0.5, 0.7])
    )
    history = decode_exact(ObservedArm(n=4, curve=curve, events=1))
    assert history.time.tolist() == [0.5, 0.7, 2.0, 3.0]


def test_impossible_figures_are_named():
    curve = ObservedCurve(time=np.array([1.0, 2.0]), survival=np.array([0.5, 0.5]))
    with pytest.raises(CurveError, match=r"the curve add up to 3 to 4 events, not to 5"):
        decode_exact(ObservedArm(n=8, curve=curve, events=5))
    with pytest.raises(CurveError, match=r"no whole numbers of events explain"):
        decode_exact(
            ObservedArm(
                n=3, curve=ObservedCurve(time=np.array([1.0]), survival=np.array([0.51234]))
            )
        )


def test_a_curve_that_stays_at_one_has_no_event():
    curve = ObservedCurve(time=np.array([5.0]), survival=np.array([1.0]))
    history = decode_exact(ObservedArm(n=3, curve=curve, events=0))
    assert not history.event.any()
    assert history.time.tolist() == [5.0, 5.0, 5.0]


def test_the_coordinates_choose_the_decoder():
    time = np.arange(1.0, 41.0)
    event = np.arange(40) % 3 > 0
    assert decode_curve(_observe(time, event, 6)).decoder == "exact"
    coarse = decode_curve(_observe(time, event, 2))
    assert coarse.decoder == "noisy"
    assert coarse.several
    observed = _observe(time, event, 6)
    wrong = ObservedArm(n=23, curve=observed.curve, events=23)
    history = decode_curve(wrong)
    assert history.decoder == "noisy"
    assert "the coordinates were taken as uncertain" in history.inconsistencies
