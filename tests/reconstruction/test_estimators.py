"""Hazard ratios from the sums of the log-rank test, printed from known patients."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from survkit.kernels import LogRankSums, ratio_by_sums
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.printing import Patients, random_patients
from tests.reconstruction.reprinting import missed_figures, print_like

ESTIMATORS = pytest.mark.parametrize("estimator", ["peto", "pike"])


def template(n: int, estimator: str, **keys: Any) -> Any:
    both = [arm(name, n, 10, "12.0", ("8.0", "16.0"), "50.0") for name in ("old", "new")]
    stated = contrast("0.50", ("0.40", "0.60")) | {"estimator": estimator}
    return analysis(*both, stated | {"p_value": {"value": Decimal("0.010")}}, **keys)


def trial(seed: int, n: int, scale: float) -> tuple[Patients, Patients]:
    return random_patients(seed, n), random_patients(seed + 30, n, scale)


@pytest.mark.slow
@ESTIMATORS
@pytest.mark.parametrize("scale", [28.0, 90.0])
@pytest.mark.parametrize(("seed", "n"), [(1, 60), (2, 150), (3, 400)])
def test_a_ratio_from_the_log_rank_test_is_met(
    estimator: str, scale: float, seed: int, n: int
) -> None:
    assert missed_figures(print_like(template(n, estimator), trial(seed, n, scale))) == []


@ESTIMATORS
def test_small_arms(estimator: str) -> None:
    printed = print_like(template(20, estimator), trial(5, 20, 30.0))
    assert missed_figures(printed) == []


def test_estimates_worked_by_hand() -> None:
    """Ten of thirty events where fourteen are expected, with a variance of 7.5."""
    sums = LogRankSums(-4.0, 7.5, 10.0, 30.0)
    peto, pike = (ratio_by_sums(name, sums) for name in ("peto", "pike"))  # type: ignore[arg-type]
    assert peto.log_ratio == pytest.approx(-4.0 / 7.5)
    assert peto.error == pytest.approx(1.0 / math.sqrt(7.5))
    assert pike.log_ratio == pytest.approx(math.log(10.0 / 14.0) - math.log(20.0 / 16.0))
    assert pike.error == pytest.approx(math.sqrt(1.0 / 14.0 + 1.0 / 16.0))
