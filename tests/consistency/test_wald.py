"""What a hazard ratio with its interval leaves of coefficient and standard error."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survkit.consistency.wald import wald_fit
from tests.consistency.sheets import ratio, sheet


def test_the_bounds_are_those_of_all_unrounded_values() -> None:
    """Thousands of unrounded pairs that print as 0.60 (0.35 to 1.03) stay inside and fill it."""
    own = sheet(ratio("0.60", "0.35", "1.03"))
    fit = wald_fit(own, own.pairs[0])
    assert fit is not None
    assert fit.symmetric
    generator = np.random.default_rng(1)
    lower, upper = (
        np.log(generator.uniform(*ends, 200_000)) for ends in ((0.345, 0.355), (1.025, 1.035))
    )
    beta, error = (lower + upper) / 2.0, (upper - lower) / (2.0 * 1.959964)
    prints = (np.exp(beta) >= 0.595) & (np.exp(beta) <= 0.605)
    for bounds, values in ((fit.error, error[prints]), (fit.z, (beta / error)[prints])):
        assert bounds.lower <= values.min()
        assert values.max() <= bounds.upper
        assert values.min() - bounds.lower < 0.01 * (bounds.upper - bounds.lower) + 1e-4
        assert bounds.upper - values.max() < 0.01 * (bounds.upper - bounds.lower) + 1e-4


def test_no_interval_no_fit() -> None:
    own = sheet({"hazard_ratio": "0.60"})
    assert wald_fit(own, own.pairs[0]) is None
    own = sheet(ratio("0.60", "1.03", "0.35"))
    assert wald_fit(own, own.pairs[0]) is None


def test_off_centre_is_told() -> None:
    own = sheet(ratio("0.70", "0.50", "0.72"))
    fit = wald_fit(own, own.pairs[0])
    assert fit is not None
    assert not fit.symmetric
    assert not fit.outside


def test_a_lower_limit_of_nought_leaves_the_upper_one_to_tell() -> None:
    own = sheet(ratio("0.05", "0.00", "1.20"))
    fit = wald_fit(own, own.pairs[0])
    assert fit is not None
    assert fit.error.upper == pytest.approx(math.log(1.205 / 0.045) / 1.959964, rel=1e-6)
    assert fit.error.lower == pytest.approx(math.log(1.195 / 0.055) / 1.96, rel=1e-6)
