"""Counts on a grid of visits: fractions that meet the figures, and whole patients near to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.kernels.violation import CURVE
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.constraints.schedule import Schedule
from survkit.reconstruction.orders.build import share_events, write_history
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.visits.counts import count_patients, list_patients
from survkit.reconstruction.visits.evaluate import evaluate
from survkit.reconstruction.visits.grid import lay_slots, visit_clock
from survkit.reconstruction.visits.problem import Counts, Grid, Problem
from survkit.reconstruction.visits.profiles.enumerate import list_profiles
from survkit.reconstruction.visits.profiles.pairing import pair_profiles
from survkit.reconstruction.visits.profiles.profile import Breadth, Profiles
from survkit.reconstruction.visits.relaxation import relax_counts
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints

BREADTH = Breadth(reach=3, partial=1000, listed=200)


@pytest.fixture(scope="module")
def constraints() -> AnalysisConstraints:
    return read_constraints(
        analysis(
            arm("old", 100, 70, "4.0", end="14.0")
            | {"at_risk": [{"time": 6, "n": 24}], "survival": [{"time": 6, "percent": 28}]},
            arm("new", 100, 60, "6.0", end="14.0") | {"at_risk": [{"time": 6, "n": 41}]},
            contrast("0.70", ("0.50", "0.99")),
            assessment_every=2,
        )
    )


@pytest.fixture(scope="module")
def problem(constraints: AnalysisConstraints) -> Problem:
    schedule = constraints.schedule
    assert isinstance(schedule, Schedule)
    grid = lay_slots(constraints, schedule, visit_clock(constraints, 14.0), 14.0, free=False)
    return Problem(contrasts=constraints.contrasts, grid=grid, ties="efron")


@pytest.fixture(scope="module")
def counts(constraints: AnalysisConstraints, problem: Problem) -> Counts:
    population = fit_population(constraints, stretch=1.0)
    expected = [arm.expected_events for arm in population.arms]
    shared = share_events(constraints.arms, expected, None)
    histories = [
        write_history(own, curve, events)
        for own, curve, events in zip(constraints.arms, population.arms, shared, strict=True)
    ]
    return count_patients(constraints, histories, problem.grid, 0.0)


@pytest.fixture(scope="module")
def profiles(problem: Problem, counts: Counts) -> list[Profiles]:
    point = relax_counts(problem.contrasts, problem.grid, counts, 0.4, 0.5)
    return [
        list_profiles(point, counts, problem.grid, problem.contrasts, arm, BREADTH)
        for arm in (0, 1)
    ]


def leaving(grid: Grid, arm: int, events: np.ndarray, censored: np.ndarray) -> list[int]:
    """Count who leaves in each stretch between two printed numbers at risk."""
    region = grid.region[arm]
    return [int((events + censored)[region == own].sum()) for own in np.unique(region)]


def test_fractions_keep_events_and_numbers_at_risk(problem: Problem, counts: Counts) -> None:
    point = relax_counts(problem.contrasts, problem.grid, counts, 0.4, 0.5)
    assert point.min() >= 0.0
    np.testing.assert_allclose(point[0].sum(axis=1), counts.events.sum(axis=1), atol=0.2)
    for row in (0, 1):
        wanted = leaving(problem.grid, row, counts.events[row], counts.censored[row])
        region = problem.grid.region[row]
        found = [point[:, row, region == own].sum() for own in np.unique(region)]
        np.testing.assert_allclose(found, wanted, atol=0.2)


def test_profiles_meet_the_curve_and_keep_the_numbers(
    problem: Problem, counts: Counts, profiles: list[Profiles]
) -> None:
    for row, found in enumerate(profiles):
        wanted = leaving(problem.grid, row, counts.events[row], counts.censored[row])
        assert found.missed.size > 10
        for events, censored, missed in zip(
            found.events, found.censored, found.missed, strict=True
        ):
            assert leaving(problem.grid, row, events, censored) == wanted
            assert events.sum() == counts.events[row].sum()
            assert not events[~problem.grid.eventful[row]].any()
            changed = replace(counts, events=counts.events.copy(), censored=counts.censored.copy())
            changed.events[row], changed.censored[row] = events, censored
            assert evaluate(problem, changed).missed[row] == pytest.approx(missed, abs=1e-8)
            assert missed <= CURVE.met


def test_profiles_are_different_from_each_other(profiles: list[Profiles]) -> None:
    for found in profiles:
        rows = np.concatenate((found.events, found.censored), axis=1)
        assert np.unique(rows, axis=0).shape == rows.shape


def test_a_pair_of_profiles_prints_the_contrast(problem: Problem, profiles: list[Profiles]) -> None:
    assert pair_profiles(problem, profiles).met


def test_patients_are_those_that_were_counted(problem: Problem, counts: Counts) -> None:
    for row, (ticks, event) in enumerate(list_patients(counts, problem.grid)):
        assert (np.diff(ticks) >= 0).all()
        for slot, tick in enumerate(problem.grid.ticks):
            assert (event & (ticks == tick)).sum() == counts.events[row, slot]
            assert (ticks >= tick).sum() == counts.at_risk[row, slot]
