"""Censorings between drops: on marks, as many as are plausible, not beyond what is drawn."""

import numpy as np
import pytest
from lifelines.datasets import load_leukemia

from survkit.kernels import survival_steps, tabulate_arm
from survkit.reconstruction.curves import ObservedArm, ObservedCurve, ObservedTable, decode_exact
from survkit.reconstruction.curves.exact.censorings import cost_of_censorings
from survkit.reconstruction.curves.exact.follow_up import estimate_follow_up


def _observe(time, event, *, rows, digits=6, marked=True):
    table = tabulate_arm(time, event)
    steps = survival_steps(table)
    at_risk = np.array([np.count_nonzero(time >= row) for row in rows])
    return ObservedArm(
        n=time.size,
        curve=ObservedCurve(
            time=np.append(table.time, time.max()),
            survival=np.round(np.append(steps, steps[-1]), digits),
            marks=np.unique(time[~event]) if marked else None,
        ),
        table=ObservedTable(time=np.array(rows, dtype=float), lower=at_risk, upper=at_risk),
        events=int(event.sum()),
    )


@pytest.mark.parametrize("treated", [0, 1])
def test_marks_tell_who_is_at_risk(treated):
    # four digits alone leave several numbers at risk open; one patient per mark does not
    patients = load_leukemia()
    arm = patients[patients["Rx"] == treated]
    time, event = arm["t"].to_numpy(float), arm["status"].to_numpy(bool)
    history = decode_exact(_observe(time, event, rows=(0, 10, 20), digits=4))
    true, found = tabulate_arm(time, event), tabulate_arm(history.time, history.event)
    assert found.time.tolist() == true.time.tolist()
    assert found.events.tolist() == true.events.tolist()
    assert found.at_risk.tolist() == true.at_risk.tolist()


def test_marks_that_stand_for_one_patient_cost_least():
    costs = [cost_of_censorings(number, 3, 1.1) for number in range(7)]
    assert int(np.argmin(costs)) == 3
    assert cost_of_censorings(0, 0, 1.1) == 0.0
    assert cost_of_censorings(1, 0, 1.1) > 0.0
    # where marks stand for many patients each, many are expected at three of them
    assert cost_of_censorings(12, 3, 5.0) < cost_of_censorings(3, 3, 5.0)


def test_nobody_is_followed_beyond_the_end_of_the_curve():
    curve = ObservedCurve(time=np.array([2.0, 20.0]), survival=np.array([0.9, 0.9]))
    rows, counts = np.array([0.0, 12.0, 24.0]), np.array([20, 9, 0])
    table = ObservedTable(time=rows, lower=counts, upper=counts)
    history = decode_exact(ObservedArm(n=20, curve=curve, table=table, events=2))
    assert history.time.max() == 20.0
    assert np.count_nonzero(history.time >= 12.0) == 9


def test_where_the_axis_was_cut_off_patients_stay_to_its_end():
    # they left at 1 % per unit of time and go on so: most are there when the axis ends
    curve = ObservedCurve(time=np.array([1.0, 30.0]), survival=np.array([0.5, 0.5]))
    rows, counts = np.array([0.0, 10.0, 20.0]), np.array([200, 90, 81])
    table = ObservedTable(time=rows, lower=counts, upper=counts)
    history = decode_exact(ObservedArm(n=200, curve=curve, table=table, events=100))
    assert 65 <= np.count_nonzero(history.time == 30.0) <= 75


def test_the_share_not_censored_follows_the_table():
    curve = ObservedCurve(time=np.array([1.0, 30.0]), survival=np.array([0.5, 0.5]))
    rows, counts = np.array([0.0, 10.0, 20.0, 30.0]), np.array([200, 80, 40, 10])
    table = ObservedTable(time=rows, lower=counts, upper=counts)
    follow_up = estimate_follow_up(ObservedArm(n=200, curve=curve, table=table))
    assert follow_up.gone_by(np.array([10.0, 20.0, 30.0])) == pytest.approx(
        [0.2, 0.6, 0.9], abs=1e-3
    )
    times = follow_up.spread(10.0, 20.0, 40)
    assert times.size == 40
    assert np.all((times > 10.0) & (times < 20.0))
