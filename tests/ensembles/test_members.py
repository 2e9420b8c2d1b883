"""Members: whole data sets that print every figure, the same wherever they are drawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

import survkit
from survkit.comparison import Verdict, compare_figures
from survkit.ensembles import draw_members, prepare_draws
from survkit.errors import SurvkitError
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.draws import draw_prior
from survkit.reconstruction.population.fit import fit_population
from survkit.reconstruction.population.priors import find_prior
from survkit.refit import refit_ipd
from survkit.trial import load_trial, trial_from_document
from tests.ensembles.example import document, small_trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from survkit.ensembles import Member
    from survkit.reconstruction.population.population import Population
    from survkit.trial import Analysis

SMALL = small_trial().analyses[0]
FOLLOWED = small_trial(max_follow_up=Decimal("24.0")).analyses[0]


def digests(members: Sequence[Member]) -> list[str]:
    return [member.reconstruction.provenance.ipd_digest for member in members]


@pytest.mark.slow
@pytest.mark.parametrize(
    "analysis",
    [SMALL, FOLLOWED, load_trial("radiant-3").analyses[0]],
    ids=["small", "followed", "radiant-3"],
)
def test_lifelines_prints_every_input_figure_of_every_member(analysis: Analysis) -> None:
    drawn = survkit.ensemble(analysis, members=8, workers=1)
    assert [member.number for member in drawn.members] == list(range(1, 9))
    for member in drawn.members:
        made = member.reconstruction
        assert made.met
        estimates = refit_ipd(made.ipd, analysis).estimates
        compared = compare_figures(analysis.figures, estimates)
        verdicts = {one.verdict for one in compared if one.figure.role == "input"}
        assert verdicts == {Verdict.REPRODUCED}


def test_no_two_members_are_the_same() -> None:
    assert len(set(digests(survkit.ensemble(SMALL, members=8, workers=1).members))) == 8


def test_workers_leave_no_trace() -> None:
    one, two = (survkit.ensemble(SMALL, members=6, workers=workers) for workers in (1, 2))
    assert digests(one.members) == digests(two.members)
    assert all(member.reconstruction.analysis is SMALL for member in two.members)


def test_a_longer_ensemble_begins_as_a_shorter_one_and_another_seed_otherwise() -> None:
    short, longer = (survkit.ensemble(SMALL, members=m, workers=1) for m in (2, 4))
    other = survkit.ensemble(SMALL, members=2, seed=2, workers=1)
    assert digests(longer.members)[:2] == digests(short.members)
    assert not set(digests(other.members)) & set(digests(short.members))


def test_members_can_be_drawn_in_any_order() -> None:
    draws = prepare_draws(SMALL)
    assert digests(list(draw_members(draws, [3, 1], workers=1))) == [
        digests(list(draw_members(draws, [number], workers=1)))[0] for number in (3, 1)
    ]


def test_unprinted_follow_up_varies_and_printed_follow_up_does_not() -> None:
    def ends(analysis: Analysis) -> set[float]:
        drawn = survkit.ensemble(analysis, members=5, workers=1)
        return {round(float(one.reconstruction.ipd["time"].max()), 1) for one in drawn.members}

    assert len(ends(SMALL)) > 3
    assert ends(FOLLOWED) == {24.0}


def test_a_seed_draws_the_same_however_often_it_is_asked() -> None:
    constraints = read_constraints(SMALL)
    drawn = draw_prior(find_prior("learned"), np.random.SeedSequence(5))
    first, again = (fit_population(constraints, prior=drawn) for _ in range(2))
    assert first.follow_up == again.follow_up
    for one, other in zip(first.arms, again.arms, strict=True):
        assert np.array_equal(one.removal, other.removal)


@pytest.mark.slow
def test_draws_of_a_population_lie_around_the_likeliest() -> None:
    constraints = read_constraints(FOLLOWED)
    prior = find_prior("learned")
    middle = _curve(fit_population(constraints, prior=prior))
    draws = np.array(
        [
            _curve(
                fit_population(constraints, prior=draw_prior(prior, np.random.SeedSequence(seed)))
            )
            for seed in range(40)
        ]
    )
    assert (draws.std(axis=0) > 0.0).all()
    assert (np.abs(np.median(draws, axis=0) - middle) < 0.08).all()


def _curve(population: Population) -> NDArray[np.float64]:
    arm = population.arms[0]
    times = np.array([3.0, 12.0, 18.0])
    events = np.concatenate(([0.0], np.cumsum(np.diff(arm.removal) * arm.event_share)))
    return np.exp(-np.interp(times, arm.edges, events))


def test_a_draw_is_not_replaced_by_the_smooth_prior() -> None:
    drawn = draw_prior(find_prior("learned"), np.random.SeedSequence(1))
    assert not drawn.replaceable
    assert not drawn.widens


def test_contradictions_have_no_ensemble() -> None:
    stated = document()
    stated["analysis"][0]["contrast"][0]["hazard_ratio"]["ci"] = [Decimal("0.64"), Decimal("0.68")]
    impossible = trial_from_document(stated, origin="impossible.toml").analyses[0]
    with pytest.raises(SurvkitError, match="pfs: every member of an ensemble must print all"):
        survkit.ensemble(impossible, members=2, workers=1)


@pytest.mark.parametrize(
    ("members", "seed", "sentence"),
    [(1, 1, "must have 2 members or more, got 1"), (2, -1, "seed must be 0 or more, got -1")],
)
def test_numbers_out_of_range_are_refused(members: int, seed: int, sentence: str) -> None:
    with pytest.raises(SurvkitError, match=sentence):
        survkit.ensemble(SMALL, members=members, seed=seed)


def test_a_trial_with_one_analysis_will_do_and_its_name_will_not() -> None:
    of_trial = survkit.ensemble(small_trial(), members=2, workers=1)  # type: ignore[arg-type]
    assert digests(of_trial.members) == digests(
        survkit.ensemble(SMALL, members=2, workers=1).members
    )
    with pytest.raises(SurvkitError, match="an analysis"):
        survkit.ensemble("radiant-3", members=2)  # type: ignore[arg-type]


def test_repeated_draws_are_counted() -> None:
    drawn = survkit.ensemble(SMALL, members=2, workers=1)
    missed = tuple(replace(member, redrawn=2) for member in drawn.members)
    assert replace(drawn, members=missed).redrawn == 4


def test_the_patients_of_all_members_stand_under_each_other() -> None:
    patients = survkit.ensemble(SMALL, members=3, workers=1).patients
    assert list(patients.columns) == ["member", "subject", "time", "event", "arm"]
    assert patients.groupby("member").size().tolist() == [122, 122, 122]
