"""Hostile arrays are refused by sentences."""

import pickle

import numpy as np
import pytest

from survkit.errors import SurvkitError
from survkit.reconstruction.curves import (
    CurveError,
    ObservedArm,
    ObservedCurve,
    ObservedTable,
    decode_curve,
    decode_exact,
    decode_guyot,
    decode_liu,
    decode_noisy,
)

DECODERS = [decode_curve, decode_exact, decode_noisy, decode_guyot, decode_liu]
GOOD = {"time": [0.0, 1.0, 2.0], "survival": [1.0, 0.5, 0.25]}


def _arm(n=4, events=None, end=None, table=None, **curve):
    return ObservedArm(
        n=n, curve=ObservedCurve(**{**GOOD, **curve}), table=table, events=events, end=end
    )


def _table(time, lower, upper):
    return ObservedTable(time=time, lower=lower, upper=upper)


BAD = {
    "n must be a whole number of patients, 1 to 200000, got 0": _arm(n=0),
    "n must be a whole number of patients, 1 to 200000, got 2.5": _arm(n=2.5),
    "events must be a whole number between 0 and n = 4, got 5": _arm(events=5),
    "the curve must have as many times as probabilities": _arm(time=[1.0]),
    "the curve must have as many times": _arm(survival=[1.0, np.nan, 0.5]),
    "the curve must have as many times as probabilities, at": _arm(time=[], survival=[]),
    "the curve must have as many": _arm(time=["a", "b", "c"]),
    "times of the curve must not be negative, got -1": _arm(time=[-1.0, 1.0, 2.0]),
    "the curve must have a point after time 0": _arm(time=[0.0, 0.0, 0.0]),
    "survival must be probabilities between 0 and 1, not percentages, got 100": _arm(
        survival=[100.0, 50.0, 25.0]
    ),
    "noise must be a standard deviation, not negative, got -1": _arm(noise=-1.0),
    "censoring marks must be times": _arm(marks=[np.inf]),
    "end must be a positive time, got 0": _arm(end=0),
    "the risk table must have as many times": _arm(table=_table([0, 1], [4], [4])),
    "times of the risk table must rise": _arm(table=_table([1, 1], [4, 3], [4, 3])),
    "numbers at risk must be whole numbers": _arm(table=_table([0], [3.5], [4])),
    "numbers at risk at 0 must not exceed their upper limit, got 4 to 3": _arm(
        table=_table([0], [4], [3])
    ),
}


@pytest.mark.parametrize("decode", DECODERS)
@pytest.mark.parametrize(("sentence", "arm"), BAD.items(), ids=range(len(BAD)))
def test_refuses_with_a_sentence(decode, sentence, arm):
    with pytest.raises(CurveError) as caught:
        decode(arm)
    assert isinstance(caught.value, SurvkitError)
    assert any(fault.startswith(sentence) for fault in caught.value.faults)


def test_names_all_faults_at_once():
    with pytest.raises(CurveError) as caught:
        decode_curve(_arm(n=0, noise=-1.0, end=-2.0))
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("decode", DECODERS)
def test_order_of_the_points_does_not_matter(decode):
    forwards = decode(_arm(events=3))
    backwards = decode(_arm(time=[2.0, 1.0, 0.0], survival=[0.25, 0.5, 1.0], events=3))
    assert np.array_equal(forwards.time, backwards.time)
    assert np.array_equal(forwards.event, backwards.event)


def test_all_faults_arrive_from_another_process_a_line_each() -> None:
    error = pickle.loads(pickle.dumps(CurveError(("the curve rises", "nobody is at risk"))))
    assert isinstance(error, CurveError)
    assert error.faults == ("the curve rises", "nobody is at risk")
    assert str(error) == "the curve rises\nnobody is at risk"
