"""What printed figures ask for."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from survkit.comparison import Verdict
from survkit.kernels import two_sided_quantile
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reproduction import reproduce_analysis
from survkit.trial import load_trial
from tests.reconstruction.documents import analysis, arm, contrast


def test_a_reduction_of_the_risk_is_a_hazard_ratio() -> None:
    stated = contrast("0.4") | {"risk_reduction": {"value": Decimal(63)}}
    arms = arm("old", 90, median="5"), arm("new", 90, median="12")
    ratio = read_constraints(analysis(*arms, stated)).contrasts[0].ratio
    assert ratio is not None
    assert (math.exp(ratio.lower), math.exp(ratio.upper)) == pytest.approx((0.365, 0.375))
    del stated["hazard_ratio"]
    found = reproduce_analysis(analysis(*arms, stated)).inputs
    assert [own.verdict for own in found] == [Verdict.REPRODUCED] * len(found)


def test_level_of_an_interval_sets_its_quantile() -> None:
    asked = analysis(arm("old", 90, median="5"), arm("new", 90, median="7"), contrast("0.7"))
    assert read_constraints(asked).contrasts[0].z == pytest.approx(1.959963984540054)
    assert two_sided_quantile(90.0) == pytest.approx(1.6448536269514722)


def test_checks_are_no_targets_but_tell_how_long_patients_were_followed() -> None:
    constraints = read_constraints(load_trial("radiant-3").analyses[0])
    assert constraints.last_printed_time == 18.0
    assert [own.events for own in constraints.arms] == [165, 109]
    assert {own.median.middle for own in constraints.arms if own.median} == {4.6, 11.0}
