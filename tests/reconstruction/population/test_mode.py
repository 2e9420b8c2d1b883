"""The mode of hazards: no step leads away, and no looser prior leads farther from the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.fit import CONTRADICTORY, cell_edges, fit_population
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.mode import expect_mode, find_mode, settle
from survkit.reconstruction.population.priors import find_prior
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import Prior

END = 12.0
AT_ONE_VISIT = analysis(
    arm("old", 140, 90, "1.9", ("1.8", "1.9"), end="12"),
    arm("new", 270, 100, "4.0", ("3.7", "5.5"), end="12"),
    contrast("0.30", ("0.22", "0.40")),
).model_copy(update={"endpoint": "PFS"})
"""Half of an arm falls within a tenth of a month, as at a visit: far from all that is expected."""


@pytest.fixture
def asked() -> tuple[AnalysisConstraints, Floats, Prior]:
    constraints, prior = read_constraints(AT_ONE_VISIT), find_prior("learned")
    scale = median_scale(constraints)
    edges = cell_edges(constraints, scale, END, prior.late)
    return constraints, edges, prior.hazards(constraints, edges, scale)


def test_each_further_step_leads_nearer(asked: tuple[AnalysisConstraints, Floats, Prior]) -> None:
    energies = [find_mode(*asked, most_steps=steps).energy for steps in range(1, 8)]
    assert (np.diff(energies) <= 1e-6).all()
    assert energies[-1] < energies[0]


def test_a_prior_that_gives_way_leads_nearer(
    asked: tuple[AnalysisConstraints, Floats, Prior],
) -> None:
    strict, _, _ = settle(*asked, widens=False)
    loose, hazards, widened = settle(*asked, widens=True)
    assert widened > 1.0
    assert hazards.covariance == pytest.approx(widened * asked[2].covariance)
    assert loose.energy < strict.energy


def test_ratios_are_kept_where_half_an_arm_falls_at_one_visit() -> None:
    assert fit_population(read_constraints(AT_ONE_VISIT)).strain < CONTRADICTORY / 2.0


def test_the_expected_mode_of_a_mode_is_itself_and_near_it_at_another_pace() -> None:
    constraints = read_constraints(analysis(arm("new", 200, 120, "5.5", ("4.9", "6.2"), end="12")))
    edges, prior = cell_edges(constraints, 5.5, END), find_prior("learned")
    hazards = prior.hazards(constraints, edges, 5.5)
    found = find_mode(constraints, edges, hazards, most_steps=100)
    for uneven, nearer in ((0.0, 0.05), (0.5, 0.2)):
        pace = np.exp(uneven * np.sin(np.arange(edges.size - 1)))
        expected = expect_mode(found, hazards.covariance, pace).dual
        at_pace = find_mode(constraints, edges, hazards.at_pace(pace), most_steps=100)
        assert np.abs(hazards.covariance @ (expected - at_pace.dual)).max() < nearer


def test_evidence_is_against_a_pace_that_is_farther_from_the_figures(
    asked: tuple[AnalysisConstraints, Floats, Prior],
) -> None:
    constraints, edges, prior = asked
    found = find_mode(constraints, edges, prior)
    even, slower = (
        expect_mode(found, prior.covariance, np.full(edges.size - 1, pace)).log_evidence
        for pace in (1.0, 0.4)
    )
    assert slower < even
