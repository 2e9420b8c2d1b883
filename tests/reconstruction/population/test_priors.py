"""Priors by name; the learned one is a distribution, and does not depend on the unit of time."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.errors import SurvkitError
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.fit import cell_edges, fit_population
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.priors import DEFAULT_PRIOR, PRIORS, SMOOTH, find_prior
from tests.reconstruction.documents import analysis, arm, contrast

TWO_ARMS = analysis(
    arm("old", 203, 165, "4.6", ("3.1", "5.4"), end="30"),
    arm("new", 207, 109, "11.0", ("8.4", "13.9"), end="30"),
    contrast("0.35", ("0.27", "0.45")),
)
ASKED = {
    "two arms": TWO_ARMS,
    "one arm": analysis(arm("all", 100, 60, "10.0")),
    "three arms": analysis(
        arm("old", 100, 80, "10.0"), arm("new", 100, 70, "12.0"), arm("newer", 100, 60, "14.0")
    ),
    "nobody reached": analysis(
        arm("old", 900, 90, "not reached", end="60"), arm("new", 900, 70, "not reached", end="60")
    ),
    "no times": analysis(arm("old", 100), arm("new", 100)),
}


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("name", ASKED)
def test_a_prior_is_a_distribution(name: str, prior: str) -> None:
    constraints = read_constraints(ASKED[name])
    chosen, scale = find_prior(prior), median_scale(constraints)
    end = chosen.follow_up(constraints, scale, 0.5).end
    edges = cell_edges(constraints, scale, end, chosen.late)
    hazards = chosen.hazards(constraints, edges, scale)
    assert hazards.mean.shape == (len(constraints.arms), 2, edges.size - 1)
    assert np.isfinite(hazards.mean).all()
    assert hazards.covariance == pytest.approx(hazards.covariance.T)
    assert np.linalg.eigvalsh(hazards.covariance).min() > 0.0


def test_a_prior_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(SurvkitError, match="no prior 'smoth'; did you mean 'smooth'"):
        find_prior("smoth")
    with pytest.raises(SurvkitError, match="it must be one of learned, smooth"):
        find_prior("zzz")
    assert find_prior(None).name == DEFAULT_PRIOR


def test_caller_comes_before_file_and_file_before_default() -> None:
    named = TWO_ARMS.model_copy(update={"prior": "smooth"})
    assert reconstruct_analysis(named).provenance.method == "numbers/4, smooth prior"
    learned = reconstruct_analysis(named, prior="learned").provenance
    assert learned.method.startswith("numbers/4, learned prior ")
    assert (
        reconstruct_analysis(TWO_ARMS, prior=SMOOTH).provenance.method == "numbers/4, smooth prior"
    )


def test_the_prior_is_part_of_the_digest() -> None:
    smooth, learned = (reconstruct_analysis(TWO_ARMS, prior=name) for name in ("smooth", "learned"))
    assert smooth.met
    assert learned.met
    assert smooth.provenance.spec_digest != learned.provenance.spec_digest


def test_who_is_left_leaves_when_follow_up_ends() -> None:
    constraints = read_constraints(TWO_ARMS)
    population = fit_population(constraints, prior=find_prior("learned"))
    for asked, found in zip(constraints.arms, population.arms, strict=True):
        assert asked.n * np.exp(-found.removal[-1]) <= 0.3 + 1e-9


def test_the_prior_widens_where_figures_are_far_from_real_trials() -> None:
    usual = fit_population(read_constraints(TWO_ARMS), prior=find_prior("learned"))
    assert usual.widened == 1.0
    cliff = analysis(
        arm("all", 2_000, 1_900, end="30")
        | {"survival": [{"time": time, "percent": 99 if time < 20 else 5} for time in (10, 19, 20)]}
    )
    found = fit_population(read_constraints(cliff), prior=find_prior("learned"))
    assert found.widened > 1.0
    said = reconstruct_analysis(cliff, prior="learned").assumptions
    assert any("far from what hazards of real trials would print" in one for one in said)


def test_days_and_months_have_the_same_prior() -> None:
    in_months, in_weeks = (
        analysis(arm("all", 100, 60, median, end=end), time_unit=unit)
        for median, end, unit in (("12.0", "36.0", "month"), ("52.2", "156.6", "week"))
    )
    means = []
    for asked in (in_months, in_weeks):
        constraints = read_constraints(asked)
        scale = median_scale(constraints)
        edges = np.linspace(0.0, 3.0 * scale, 20)
        means.append(find_prior("learned").hazards(constraints, edges, scale).mean)
    assert means[0] == pytest.approx(means[1], abs=1e-3)
