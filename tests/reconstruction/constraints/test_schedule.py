"""Schedules: from a trial file to the dates of visits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.reconstruction.constraints.schedule import Schedule, read_schedule
from tests.reconstruction.documents import analysis, arm


def schedule(stated: Any, unit: str = "month") -> Schedule:
    found = read_schedule(analysis(arm("all", 50), time_unit=unit, assessment_every=stated))
    assert found is not None
    return found


def test_an_analysis_without_a_schedule_has_none() -> None:
    assert read_schedule(analysis(arm("all", 50))) is None


def test_a_bare_number_is_in_the_unit_of_the_analysis() -> None:
    np.testing.assert_allclose(schedule(3).visits(10.0), [3.0, 6.0, 9.0])


@pytest.mark.parametrize(
    ("value", "unit", "in_unit", "expected"),
    [
        (8, "week", "month", 56 * 12 / 365.25),
        (8, "week", "day", 56.0),
        (3, "month", "year", 0.25),
        (1, "year", "month", 12.0),
        (91, "day", "week", 13.0),
    ],
)
def test_units_convert(value: int, unit: str, in_unit: str, expected: float) -> None:
    first = schedule({"value": value, "unit": unit}, in_unit).visits(400.0)[0]
    assert first == pytest.approx(expected, rel=1e-12)


def test_visits_may_become_rarer() -> None:
    stated = {"value": 8, "until": 48, "then_every": 12}
    np.testing.assert_allclose(schedule(stated).visits(84), [8, 16, 24, 32, 40, 48, 60, 72, 84])


def test_a_window_lets_visits_take_place_before_and_after_their_date() -> None:
    stated = {"value": 8, "unit": "week", "window": Decimal("0.5")}
    found = schedule(stated, "week")
    times = np.array([7.4, 7.5, 8.0, 8.5, 8.6, 16.4])
    assert found.is_visit(times, 1e-9).tolist() == [False, True, True, True, False, True]
    assert found.visits(15.6).tolist() == [8.0, 16.0]
