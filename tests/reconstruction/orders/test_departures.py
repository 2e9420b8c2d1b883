"""When patients leave: events along the population's curve where only percentages are printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.departures import natural_times, times_along_population
from survkit.reconstruction.population.fit import fit_population
from tests.reconstruction.documents import analysis, arm

POINT = {"time": 12, "percent": Decimal("62.0")}
LEFT = 58
"""Patients who leave before the percentage, more than the population has."""


def placed(**stated: Any) -> tuple[Any, Any, np.ndarray, np.ndarray, np.ndarray]:
    """Place 120 patients, three of four leaving by an event early on and every other one late."""
    asked = read_constraints(
        analysis(arm("all", 120, None, "20.0", end="48.0") | {"survival": [POINT]} | stated)
    )
    (own,), (population,) = asked.arms, fit_population(asked).arms
    cuts = collect_cuts(own)
    number = np.arange(own.n)
    event = np.where(number < LEFT, number % 4 < 3, number % 2 == 0)
    left = tuple(LEFT if cut.time == 12.0 else own.n for cut in cuts)
    on_time = (0,) * len(cuts)
    times = times_along_population(own, population, cuts, event, left, on_time)
    return population, event, times, natural_times(own, population, cuts, left), cuts


def test_between_percentages_events_stand_where_the_curve_has_fallen_as_far() -> None:
    population, event, times, natural, _ = placed()
    assert (np.diff(times) >= 0.0).all()
    assert (times[:LEFT] < 12.0).all()
    assert (times[LEFT:] > 12.0).all()
    # each event in the middle of its step down, as a share of all that the curve falls
    steps = -np.log1p(-1.0 / (event.size - np.arange(LEFT))) * event[:LEFT]
    shares = (np.cumsum(steps) - 0.5 * steps) / steps.sum()
    hazard = np.interp(times, population.edges, population.hazard)
    until = np.interp(12.0, population.edges, population.hazard)
    is_event = event[:LEFT]
    np.testing.assert_allclose(hazard[:LEFT][is_event], until * shares[is_event], rtol=1e-9)
    assert np.abs(times - natural).max() > 0.1


def test_where_the_number_at_risk_is_printed_all_are_spread_as_the_population_leaves() -> None:
    _, _, times, natural, cuts = placed(at_risk=[{"time": 12, "n": 120 - LEFT}])
    assert any(cut.left == LEFT for cut in cuts)
    np.testing.assert_array_equal(times, natural)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_stretches_without_events_or_censorings_keep_to_their_times(share: float) -> None:
    asked = read_constraints(
        analysis(arm("all", 40, None, "20.0", end="48.0") | {"survival": [POINT]})
    )
    (own,), (population,) = asked.arms, fit_population(asked).arms
    cuts = collect_cuts(own)
    event = np.full(own.n, share == 1.0)
    left = tuple(15 if cut.time == 12.0 else own.n for cut in cuts)
    times = times_along_population(own, population, cuts, event, left, (0,) * len(cuts))
    assert (np.diff(times) >= 0.0).all()
    assert np.isfinite(times).all()
    assert (times[:15] <= 12.0).all()
    assert (times[15:] >= 12.0).all()
