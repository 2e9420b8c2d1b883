"""What is printed of two arms: met exactly where it prints, and aims that print."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.interval import Interval
from survkit.kernels import two_sided_quantile
from survkit.kernels.violation import CONTRAST
from survkit.printed import Printed
from survkit.reconstruction.constraints.families.contrast import (
    contrast_residuals,
    contrast_violation,
)
from survkit.reconstruction.constraints.families.p_values import error_behind
from survkit.reconstruction.constraints.read import read_constraints
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

Z = two_sided_quantile(95.0)
RATIO, LIMITS = "0.70", ("0.50", "0.99")


def read(stated: dict[str, Any], medians: tuple[str, str] = ("8.0", "11.0")) -> ContrastConstraint:
    arms = (
        arm(name, 100, 60, median) for name, median in zip(("old", "new"), medians, strict=True)
    )
    return read_constraints(analysis(*arms, stated)).contrasts[0]


def with_test(value: str, sided: int, test: str = "log-rank") -> dict[str, Any]:
    said = {"value": value if value[0] == "<" else Decimal(value), "sided": sided, "test": test}
    return contrast(RATIO) | {"p_value": said}


def missed(asked: ContrastConstraint, log_ratio: float, error: float, z: float = 0.0) -> float:
    values = (np.array([value]) for value in (log_ratio, error, z))
    return float(contrast_violation(asked, *values)[0])


@given(st.floats(-0.45, -0.25), st.floats(0.14, 0.21))
def test_what_is_missed_by_less_than_the_tolerance_prints_as_asked(
    log_ratio: float, error: float
) -> None:
    asked = read(contrast(RATIO, LIMITS))
    values = [log_ratio, log_ratio - Z * error, log_ratio + Z * error]
    prints = all(
        Printed.parse(text).admits(math.exp(value))
        for text, value in zip((RATIO, *LIMITS), values, strict=True)
    )
    found = missed(asked, log_ratio, error)
    if found <= CONTRAST.met:
        assert prints
    if not prints:
        assert found > CONTRAST.met


def test_the_most_comfortable_ratio_and_error_miss_nothing() -> None:
    asked = read(contrast(RATIO, LIMITS))
    assert asked.log_ratio is not None
    assert asked.standard_error is not None
    assert missed(asked, asked.log_ratio, asked.standard_error.middle) == 0.0
    residuals = contrast_residuals(
        asked, *(np.array([one]) for one in (asked.log_ratio, asked.standard_error.middle, 0.0))
    )
    assert np.abs(residuals).max() < 0.25  # deep within every half window


@pytest.mark.parametrize("test", ["log-rank", "wald"])
@pytest.mark.parametrize("sided", [1, 2])
@given(z=st.floats(-4.0, -0.5))
def test_statistics_of_a_p_value_are_those_that_print_it(sided: int, test: str, z: float) -> None:
    p_value = 0.5 * sided * math.erfc(-z / math.sqrt(2.0))
    text = Printed.parse("0.000").render(p_value)
    assume(0.0 < float(text) < 1.0)
    asked = read(with_test(text, sided, test))
    window = asked.log_rank if test == "log-rank" else asked.wald
    assert window is not None
    assert window.lower - 1e-9 <= z <= window.upper + 1e-9
    for end in (window.lower, window.upper):
        again = 0.5 * sided * math.erfc(-end / math.sqrt(2.0))
        assert Printed.parse(text).admits(again)


@pytest.mark.parametrize(("medians", "side"), [(("8.0", "11.0"), -1.0), (("11.0", "8.0"), 1.0)])
def test_a_two_sided_p_value_alone_points_where_the_medians_do(
    medians: tuple[str, str], side: float
) -> None:
    stated = with_test("0.03", 2)
    del stated["hazard_ratio"]
    asked = read(stated, medians)
    assert asked.log_ratio is not None
    assert asked.log_rank is not None
    assert math.copysign(1.0, asked.log_ratio) == side
    assert math.copysign(1.0, asked.log_rank.middle) == side
    # Schoenfeld: z over the root of a quarter of the events
    assert asked.log_ratio == pytest.approx(asked.log_rank.middle / math.sqrt(120.0 / 4.0))


def test_a_threshold_leaves_the_statistic_an_open_end() -> None:
    asked = read(with_test("<0.001", 1))
    assert asked.log_rank is not None
    assert asked.log_rank.lower == -math.inf
    assert asked.log_rank.upper == pytest.approx(-3.0902323, abs=1e-6)
    assert missed(asked, asked.log_ratio or 0.0, 0.2, z=-9.0) == 0.0
    assert missed(asked, asked.log_ratio or 0.0, 0.2, z=-3.0) > 0.0


@given(st.floats(-1.0, 1.0), st.floats(-4.0, 4.0))
def test_the_error_behind_a_statistic_has_the_sign_of_both(log_ratio: float, z: float) -> None:
    found = error_behind(log_ratio, 0.01, Interval(z - 0.01, z + 0.01))
    if log_ratio * z <= 0.0 or abs(z) < 0.5:
        assert found is None
    else:
        assert found is not None
        assert 0.0 < found.lower < log_ratio / z < found.upper


def test_the_error_behind_a_statistic_is_as_wide_as_rounding_leaves_it() -> None:
    ratio, statistic = Interval(0.10, 0.12), Interval(0.55, 0.60)
    found = error_behind(ratio.middle, ratio.half, statistic)
    assert found is not None
    assert found.lower < ratio.lower / statistic.upper
    assert found.upper > ratio.upper / statistic.lower


def test_a_ratio_is_narrowed_to_where_its_test_prints() -> None:
    asked = read(with_test("0.57", 2) | {"hazard_ratio": {"value": Decimal("0.89")}})
    assert asked.log_rank is not None
    error = 0.2133
    (narrowed,) = asked.narrowed(error).figures
    assert narrowed.window.lower == asked.figures[0].window.lower
    assert narrowed.window.upper == pytest.approx(asked.log_rank.upper * error)
    assert asked.narrowed(error).standard_error is None
    # where nothing is left, the ratio keeps its window
    assert asked.narrowed(0.1).figures == asked.figures


@given(st.lists(st.tuples(st.floats(-2.0, 2.0), st.floats(0.05, 1.0), st.floats(-5.0, 5.0))))
def test_many_comparisons_are_measured_as_each_of_them(rows: list[tuple[float, ...]]) -> None:
    asked = read(with_test("0.030", 2) | {"hazard_ratio": contrast(RATIO, LIMITS)["hazard_ratio"]})
    values = np.array(rows).reshape(-1, 3).T
    together = contrast_violation(asked, *values)
    residuals = contrast_residuals(asked, *values)
    for column, row in enumerate(rows):
        assert together[column] == pytest.approx(missed(asked, *row), abs=1e-12)
        alone = contrast_residuals(asked, *(np.array([value]) for value in row))
        np.testing.assert_allclose(residuals[:, column], alone[:, 0])


def test_a_ratio_without_end_is_missed_beyond_all_measure() -> None:
    asked = read(contrast(RATIO, LIMITS))
    assert missed(asked, math.inf, math.nan) >= 1e12
    assert missed(asked, math.nan, math.nan) >= 1e12


def test_two_intervals_of_one_ratio_are_both_asked_for() -> None:
    asked = read(contrast(RATIO, LIMITS))
    narrow = replace(asked, figures=asked.figures[:1])
    assert asked.z == pytest.approx(Z)
    assert narrow.ratio == asked.ratio
    assert missed(narrow, -0.3567, 5.0) < CONTRAST.met < missed(asked, -0.3567, 5.0)


def test_of_two_arms_each_has_the_other() -> None:
    asked = read(contrast(RATIO))
    assert asked.arms == (0, 1)
    assert [asked.other(one) for one in asked.arms] == [1, 0]
    assert asked.asks
    assert not replace(asked, figures=()).asks
    assert replace(asked, figures=(), log_rank=Interval(-2.0, -1.0)).without_test().asks is False
