"""Figures that had no part in the members, beside what these say of them."""

from __future__ import annotations

import numpy as np
import pytest

import survkit
from survkit.ensembles import (
    crossvalidate_members,
    draw_members,
    list_kept_out,
    predict_figures,
    prepare_draws,
)
from survkit.errors import SurvkitError
from survkit.quantity import FigureKey
from survkit.refit import refit_ipd
from tests.ensembles.example import small_trial
from tests.tolerances import EXACT

SMALL = small_trial().analyses[0]
RATIO = FigureKey("hazard_ratio", "treated vs control")
RADIANT_3 = survkit.load_trial("radiant-3").analysis("pfs-investigator")


def test_what_is_left_out_need_not_be_printed() -> None:
    without = frozenset([RATIO, *RATIO.limits])
    draws = prepare_draws(SMALL, without=without)
    ratios = set()
    for member in draw_members(draws, [1, 2, 3], workers=1):
        assert member.reconstruction.met
        assert not without & {match.figure.key for match in member.reconstruction.matches}
        estimates = refit_ipd(member.reconstruction.ipd, SMALL).estimates
        pairs = zip(SMALL.figures, estimates, strict=True)
        ratios |= {round(one.value, 2) for figure, one in pairs if figure.key == RATIO}
    assert len(ratios) > 1


@pytest.mark.slow
def test_each_input_figure_is_predicted_without_it() -> None:
    found = crossvalidate_members(SMALL, 4, workers=1)
    keys = {one.figure.key for one in found.predictions}
    assert keys == {one.key for one in SMALL.figures if one.key.quantity != "n"}
    assert all(one.lower <= one.middle <= one.upper for one in found.predictions)
    assert all(0.0 < one.probability <= 1.0 for one in found.predictions)
    again = crossvalidate_members(SMALL, 4, workers=1)
    assert again.to_frame().equals(found.to_frame())


def test_checks_are_kept_out_once_each() -> None:
    kept = [str(figure.key) for figure in list_kept_out(RADIANT_3)]
    assert len(kept) == len(set(kept))
    assert "placebo: survival at 18" in kept
    assert not {figure.key for figure in RADIANT_3.figures if figure.role == "input"} & {
        figure.key for figure in list_kept_out(RADIANT_3)
    }


def test_members_say_what_they_measure() -> None:
    members = survkit.ensemble(SMALL, members=3, workers=1).members
    ratio = [figure for figure in SMALL.figures if figure.key == RATIO]
    (predicted,) = predict_figures(SMALL, members, ratio, 0.5)
    refitted = [
        estimate.value
        for member in members
        for figure, estimate in zip(
            SMALL.figures, refit_ipd(member.reconstruction.ipd, SMALL).estimates, strict=True
        )
        if figure.key == RATIO
    ]
    assert predicted.middle == pytest.approx(np.median(refitted), rel=1e-6)
    assert predicted.probability == pytest.approx(1.0, abs=EXACT)


def test_percentages_stay_percentages() -> None:
    members = survkit.ensemble(RADIANT_3, members=4, workers=1).members
    found = [*predict_figures(RADIANT_3, members, list_kept_out(RADIANT_3), 0.95)]
    shares = [one for one in found if one.figure.key.quantity == "survival"]
    assert shares
    assert all(0.0 <= one.lower <= one.middle <= one.upper <= 100.0 for one in shares)


@pytest.mark.parametrize(("members", "seed"), [(1, 1), (5, -1)])
def test_numbers_out_of_range_are_refused(members: int, seed: int) -> None:
    with pytest.raises(SurvkitError, match=r"must be|must have"):
        crossvalidate_members(SMALL, members, seed, workers=1)
