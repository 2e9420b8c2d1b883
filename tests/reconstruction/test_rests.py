"""Symmetric intervals, and curves that rest on one half, printed from known patients."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survkit.kernels import error_of_quantile, quantile_time, rest_on, tabulate_arm
from survkit.reconstruction.patients import reconstruct_analysis
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.printing import Patients, random_patients
from tests.reconstruction.reprinting import missed_figures, print_like

if TYPE_CHECKING:
    from survkit.trial import Analysis

MEDIAN = ("12.0", ("8.0", "16.0"))


def one_arm(patients: Patients, **keys: Any) -> Analysis:
    template = arm("all", patients.time.size, 10, *MEDIAN, "50.0")
    printed = print_like(analysis(template, plateau="left end", **keys), [patients])
    return printed.model_copy(update={"plateau": None})


@pytest.mark.parametrize("n", [24, 60, 150])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_symmetric_interval_of_a_median_is_met(n: int, seed: int) -> None:
    printed = one_arm(random_patients(seed, n), median_interval="symmetric")
    ci = printed.arms[0].median.ci  # type: ignore[union-attr]
    estimate = printed.arms[0].median.printed.value  # type: ignore[union-attr]
    assert ci is not None
    if ci.lower.value > 0.0:
        assert estimate == pytest.approx(0.5 * (ci.lower.value + ci.upper.value), abs=0.11)
    assert missed_figures(printed) == []


@pytest.mark.parametrize("seed", [4, 5])
def test_symmetric_intervals_beside_a_hazard_ratio_are_met(seed: int) -> None:
    old, new = random_patients(seed, 120), random_patients(seed + 50, 120, 29.0)
    both = [arm(name, 120, 80, *MEDIAN, "50.0") for name in ("old", "new")]
    template = analysis(*both, contrast("0.75", ("0.50", "0.99")), median_interval="symmetric")
    assert missed_figures(print_like(template, (old, new))) == []


def test_a_lower_limit_prints_as_zero() -> None:
    times = np.array([0.5, 1.0, 2.0, 4.0, 9.0, 14.0, 30.0, 41.0, 55.0, 60.0])
    patients = Patients(time=times, event=np.ones(10, dtype=bool))
    printed = one_arm(patients, median_interval="symmetric")
    assert str(printed.arms[0].median.ci.lower) == "0.0"  # type: ignore[union-attr]
    assert missed_figures(printed) == []


def test_the_error_of_a_median_worked_by_hand() -> None:
    """Ten events: S = .5 at 5 with error sqrt(.025), S = .6 at 4 and .4 at 6."""
    table = tabulate_arm(np.arange(1.0, 11.0), np.ones(10, dtype=bool))
    assert error_of_quantile(table, 0.5) == pytest.approx(np.sqrt(0.025) * 2.0 / 0.2)


def resting(seed: int, n: int, gap: float = 1.3) -> Patients:
    """Patients of whom nobody is censored before half of them have had the event, then a rest."""
    generator = np.random.default_rng(seed)
    time = np.sort(np.round(generator.exponential(20.0, n), 3) + 0.001)
    time[n // 2 :] += gap
    event = np.ones(n, dtype=bool)
    event[n // 2 + 1 :] = generator.random(n - n // 2 - 1) < 0.5
    return Patients(time=time, event=event)


@pytest.mark.parametrize("plateau", [None, "middle", "not estimable"])
@pytest.mark.parametrize("n", [20, 60, 178])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_middle_of_a_rest_is_met(plateau: str | None, n: int, seed: int) -> None:
    patients = resting(seed, n)
    begin, end, ended = rest_on(tabulate_arm(patients.time, patients.event), 0.5, 99.0) or (0, 0, 0)
    assert ended
    keys = {"plateau": plateau} if plateau else {}
    with_point = arm("all", n, 10, "12.000", None, "50.0") | {
        "survival": [{"time": Decimal(f"{begin + 0.1:.3f}"), "percent": Decimal("50.00")}]
    }
    printed = print_like(analysis(with_point, plateau="middle"), [patients])
    printed = printed.model_copy(update={"plateau": plateau} if keys else {"plateau": None})
    shown = printed.arms[0].median.printed.value  # type: ignore[union-attr]
    assert shown == pytest.approx(0.5 * (begin + end), abs=0.0006)
    assert missed_figures(printed) == []
    said = " ".join(reconstruct_analysis(printed).assumptions)
    assert ("rests" in said) == (plateau is None)


@pytest.mark.parametrize(("plateau", "shown"), [("not estimable", "NE"), ("middle", "39.0")])
def test_a_rest_until_the_end_of_follow_up(plateau: str, shown: str) -> None:
    time = np.array([2.0, 5.0, 11.0, 17.0, 28.0, 31.0, 35.0, 40.0, 44.0, 50.0])
    patients = Patients(time=time, event=np.arange(10) < 5)
    template = arm("all", 10, 5, "39.0", None, "50.0")
    template["survival"] = [{"time": 36, "percent": Decimal("50.0")}]
    printed = print_like(analysis(template, plateau=plateau), [patients])
    assert str(printed.arms[0].median.printed) in {shown, "not reached"}  # type: ignore[union-attr]
    assert missed_figures(printed) == []
    assert missed_figures(printed.model_copy(update={"plateau": None})) == []


def test_median_time_is_the_left_end() -> None:
    patients = resting(7, 20)
    table = tabulate_arm(patients.time, patients.event)
    begin, _, _ = rest_on(table, 0.5, 99.0) or (0.0, 0.0, False)
    assert quantile_time(table, 0.5) == begin
