"""Another prior for all analyses of a trial."""

from __future__ import annotations

from typing import get_args

import pytest

import survkit
from survkit.errors import SurvkitError
from survkit.reconstruction.population.priors import PRIORS
from survkit.trial.conduct import PriorName


def test_every_prior_of_the_registry_can_be_named_in_a_file() -> None:
    assert set(get_args(PriorName)) == set(PRIORS)


def test_a_trial_with_another_prior_differs_in_nothing_else() -> None:
    trial = survkit.load_trial("radiant-3")
    smooth = trial.with_prior("smooth")
    assert [one.prior for one in smooth.analyses] == ["smooth"] * len(trial.analyses)
    assert all(one.trial is smooth for one in smooth.analyses)
    assert all(one.prior is None and one.trial is trial for one in trial.analyses)
    assert (smooth.digest, smooth.origin) == (trial.digest, trial.origin)


def test_an_analysis_with_another_prior_stays_part_of_its_trial() -> None:
    analysis = survkit.load_trial("radiant-3").analyses[0].with_prior("smooth")
    assert analysis.trial is not None
    assert {one.prior for one in analysis.trial.analyses} == {"smooth"}


def test_an_unknown_prior_is_refused() -> None:
    with pytest.raises(SurvkitError, match="prior must be one of learned, smooth, got 'flat'"):
        survkit.load_trial("radiant-3").with_prior("flat")
