"""Normal quantiles against the distribution function, and the values that everybody knows."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import normal_quantile, two_sided_quantile
from tests.tolerances import EXACT


@given(st.floats(1e-12, 1.0 - 1e-12))
def test_a_quantile_is_where_the_distribution_function_has_its_probability(share: float) -> None:
    z = normal_quantile(share)
    assert 0.5 * math.erfc(-z / math.sqrt(2.0)) == pytest.approx(share, rel=EXACT)


@given(st.floats(1e-6, 0.5))
def test_quantiles_are_symmetric(share: float) -> None:
    assert normal_quantile(1.0 - share) == pytest.approx(-normal_quantile(share), abs=1e-6)


@given(st.floats(1e-9, 0.999), st.floats(1e-9, 0.999))
def test_quantiles_rise(one: float, other: float) -> None:
    lower, upper = sorted((one, other))
    assert normal_quantile(lower) <= normal_quantile(upper)


@pytest.mark.parametrize(("share", "z"), [(0.0, -math.inf), (-1.0, -math.inf), (1.0, math.inf)])
def test_beyond_both_ends_quantiles_are_infinite(share: float, z: float) -> None:
    assert normal_quantile(share) == z


@pytest.mark.parametrize(
    ("level", "z"),
    [
        (80.0, 1.2815515655446004),
        (90.0, 1.6448536269514722),
        (95.0, 1.959963984540054),
        (99.0, 2.5758293035489004),
    ],
)
def test_two_sided_levels(level: float, z: float) -> None:
    assert two_sided_quantile(level) == pytest.approx(z, rel=1e-12)
    assert two_sided_quantile(level) == pytest.approx(-normal_quantile(0.5 - level / 200.0))
