"""What printed figures ask for."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from survkit.comparison import Verdict
from survkit.interval import Interval
from survkit.kernels import normal_quantile
from survkit.printed import Printed
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.families.wald import allowed_estimates, most_comfortable
from survkit.reproduction import reproduce_analysis
from survkit.trial import load_trial
from tests.reconstruction.documents import analysis, arm, contrast

Z = normal_quantile(95.0)


def window(text: str) -> Interval:
    """The logarithms that print like a ratio."""
    return Interval.of(Printed.parse(text)).log()


def test_log_ratio_and_error_print_all_three_figures() -> None:
    ratio, lower, upper = window("0.35"), window("0.27"), window("0.45")
    log_ratio, errors = most_comfortable(ratio, lower, upper, Z)
    assert log_ratio is not None
    assert errors is not None
    for error in (errors.lower, errors.middle, errors.upper):
        floor, ceiling = allowed_estimates(ratio, lower, upper, Z * error)
        assert floor < ceiling
    half = Z * errors.middle
    for text, value in (("0.35", 0.0), ("0.27", -half), ("0.45", half)):
        assert Printed.parse(text).admits(math.exp(log_ratio + value))


def test_figures_that_do_not_fit_each_other_leave_no_ratio() -> None:
    # 0.60 lies far from the geometric middle of its interval, 0.78
    windows = window("0.60"), window("0.70"), window("0.87")
    _, errors = most_comfortable(*windows, Z)
    assert errors is not None
    assert errors.lower == errors.upper
    floor, ceiling = allowed_estimates(*windows, Z * errors.middle)
    assert floor > ceiling


def test_ratio_alone_tells_no_error() -> None:
    assert most_comfortable(window("0.50"), None, None, Z) == (
        pytest.approx(math.log(0.495 * 0.505) / 2.0),
        None,
    )
    assert most_comfortable(None, None, None, Z) == (None, None)


def test_a_reduction_of_the_risk_is_a_hazard_ratio() -> None:
    stated = contrast("0.4") | {"risk_reduction": {"value": Decimal(63)}}
    arms = arm("old", 90, median="5"), arm("new", 90, median="12")
    ratio = read_constraints(analysis(*arms, stated)).contrasts[0].ratio
    assert ratio is not None
    assert (ratio.lower, ratio.upper) == pytest.approx((0.365, 0.375))
    del stated["hazard_ratio"]
    found = reproduce_analysis(analysis(*arms, stated)).inputs
    assert [own.verdict for own in found] == [Verdict.REPRODUCED] * len(found)


def test_level_of_an_interval_sets_its_quantile() -> None:
    asked = analysis(arm("old", 90, median="5"), arm("new", 90, median="7"), contrast("0.7"))
    assert read_constraints(asked).contrasts[0].z == pytest.approx(1.959963984540054)
    assert normal_quantile(90.0) == pytest.approx(1.6448536269514722)


def test_checks_are_no_targets_but_tell_how_long_patients_were_followed() -> None:
    constraints = read_constraints(load_trial("radiant-3").analyses[0])
    assert constraints.last_printed_time == 18.0
    assert [own.events for own in constraints.arms] == [165, 109]
    assert {own.median.middle for own in constraints.arms if own.median} == {4.6, 11.0}
