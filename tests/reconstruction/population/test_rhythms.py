"""Rhythms of assessment: clocks by hand, and which rhythm figures tell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.draws import draw_prior
from survkit.reconstruction.population.fit import cell_edges, fit_population
from survkit.reconstruction.population.follow_up import median_scale
from survkit.reconstruction.population.priors import find_prior
from survkit.reconstruction.population.rhythms import AT_ANY_TIME, WEEK, Clock, Rhythm
from tests.reconstruction.documents import analysis, arm, contrast

SHARP = Rhythm(weeks=8.0, share=0.75, spread=0.1, growth=0.0, delay=0.0)
AT_WEEKS_12_AND_24 = analysis(
    arm("old", 200, 160, "2.8", ("2.7", "2.8"), end="30"),
    arm("new", 200, 120, "5.5", ("5.4", "5.6"), end="30"),
    contrast("0.55", ("0.43", "0.70")),
).model_copy(update={"endpoint": "PFS"})


def clock_of(asked: object, prior: str = "learned") -> Clock | None:
    constraints = read_constraints(asked)  # type: ignore[arg-type]
    chosen, scale = find_prior(prior), median_scale(constraints)
    edges = cell_edges(constraints, scale, 30.0, chosen.late)
    return chosen.clock(constraints, edges, chosen.hazards(constraints, edges, scale)).clock


def test_a_quarter_passes_between_visits_and_the_rest_at_them() -> None:
    passed = SHARP.passed(np.array([0.0, 6.0, 10.0, 14.0, 18.0]))
    assert passed == pytest.approx([0.0, 1.5, 8.5, 9.5, 16.5], abs=1e-6)


def test_time_passes_evenly_without_a_rhythm_and_after_three_years() -> None:
    weeks = np.array([0.0, 1.0, 50.0, 300.0])
    assert AT_ANY_TIME.passed(weeks).tolist() == weeks.tolist()
    late = SHARP.passed(np.array([200.0, 250.0]))
    assert late[1] - late[0] == pytest.approx(50.0)


def test_a_clock_is_the_mean_of_its_rhythms_in_units_of_the_analysis() -> None:
    clock = Clock(rhythms=(AT_ANY_TIME, SHARP), weights=(0.25, 0.75), weeks=1.0 / WEEK)
    months = 6.0 * WEEK
    assert clock.passed(np.array([months])) == pytest.approx((0.25 * 6 + 0.75 * 1.5) * WEEK)
    assert clock.drawn(0.2).rhythms == (AT_ANY_TIME,)
    assert clock.drawn(0.3).rhythms == (SHARP,)
    assert clock.drawn(1.0).rhythms == (SHARP,)


def test_medians_and_limits_on_visits_tell_their_interval() -> None:
    clock = clock_of(AT_WEEKS_12_AND_24)
    assert clock is not None
    assert sum(clock.weights) == pytest.approx(1.0)
    weights = zip(clock.rhythms, clock.weights, strict=True)
    assert sum(weight for rhythm, weight in weights if rhythm.weeks in {6.0, 12.0}) > 0.8


def test_rhythms_that_figures_rule_out_weigh_next_to_nothing() -> None:
    clock = clock_of(AT_WEEKS_12_AND_24)
    assert clock is not None
    weights = zip(clock.rhythms, clock.weights, strict=True)
    assert sum(weight for rhythm, weight in weights if rhythm.weeks in {8.0, 9.0}) < 0.02


@pytest.mark.parametrize("endpoint", ["OS", "DFS", ""])
def test_other_endpoints_have_no_rhythm(endpoint: str) -> None:
    assert clock_of(AT_WEEKS_12_AND_24.model_copy(update={"endpoint": endpoint})) is None


def test_the_smooth_prior_has_no_rhythm() -> None:
    assert clock_of(AT_WEEKS_12_AND_24, "smooth") is None


def test_curves_of_progression_fall_at_visits_and_print_their_figures() -> None:
    made = reconstruct_analysis(AT_WEEKS_12_AND_24)
    assert made.met
    assert any("events gather at visits" in line for line in made.assumptions)
    rows = made.ipd[made.ipd["arm"] == "old"]
    table = tabulate_arm(rows["time"], rows["event"] == 1)
    weeks = np.array([0.0, 4.0, 8.0, 10.0, 14.0, 16.0])
    soon, _, _, at_visit, later = -np.diff(survival_at(table, weeks * WEEK))
    assert at_visit > 4.0 * max(soon, later)


def test_events_go_by_time_where_visits_do_not_lead_to_all_figures() -> None:
    arms = arm("old", 25, 24, "6.8"), arm("new", 25, 24, "8.9")
    made = reconstruct_analysis(
        analysis(*arms, contrast("0.80", ("0.45", "1.43")), endpoint="PFS"),
    )
    assert made.met
    assert not any("visits" in line for line in made.assumptions)
    assert not any("no way was found" in line for line in made.assumptions)


def test_cells_within_a_rhythm_are_short_and_nobody_comes_back() -> None:
    months = fit_population(read_constraints(AT_WEEKS_12_AND_24)).arms[0]
    assert months.edges.size > 60
    assert np.isfinite(months.removal).all()
    assert (np.diff(months.removal) > 0.0).all()
    assert math.isclose(months.end, 30.0)


def test_draws_have_one_rhythm_each() -> None:
    constraints = read_constraints(AT_WEEKS_12_AND_24)
    scale = median_scale(constraints)
    found = set()
    for seed in range(3):
        prior = draw_prior(find_prior("learned"), np.random.SeedSequence(seed))
        edges = cell_edges(constraints, scale, 30.0, prior.late, prior.cells)
        hazards = prior.hazards(constraints, edges, scale)
        clock = prior.clock(constraints, edges, hazards).clock
        assert clock is not None
        assert clock.weights == (1.0,)
        found.add(clock.rhythms[0].weeks)
    assert found <= {4.0, 6.0, 12.0}
