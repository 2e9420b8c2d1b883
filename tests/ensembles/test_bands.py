"""Bands and intervals: what lies between which ends, worked by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import survkit
from survkit.ensembles.bands import band_curves, interval, reach_of_whole
from survkit.ensembles.curves import ArmCurves
from survkit.ensembles.intervals import round_down
from survkit.errors import SurvkitError
from survkit.kernels import restricted_mean, tabulate_arm
from tests.ensembles.example import small_trial
from tests.tolerances import EXACT

DRAWN = survkit.ensemble(small_trial().analyses[0], members=12, workers=1)


def made_up(survival: list[list[float]]) -> ArmCurves:
    values = np.array(survival)
    return ArmCurves(arm="a", n=100, time=np.arange(values.shape[1]) * 1.0, survival=values)


def test_ends_are_quantiles_at_one_more_than_there_are() -> None:
    assert interval(np.arange(1.0, 20.0), 0.9) == pytest.approx([1.0, 10.0, 19.0], abs=EXACT)


def test_a_spread_moves_ends_away_from_the_middle() -> None:
    ends = interval(np.arange(1.0, 20.0), 0.9, spread=2.0)
    assert ends == pytest.approx([-8.0, 10.0, 28.0], abs=EXACT)


def test_what_is_no_number_is_left_out() -> None:
    assert interval(np.array([1.0, np.nan, 3.0]), 0.5).tolist() == [1.0, 2.0, 3.0]
    assert np.isnan(interval(np.array([np.nan]), 0.5)).all()


def test_quantiles_that_are_not_reached_are_infinite_ends() -> None:
    ends = interval(np.array([1.0, 2.0, 3.0, np.inf]), 0.9)
    assert ends.tolist() == [1.0, 2.0, np.inf]


@pytest.mark.parametrize(("level", "patients"), [(0.5, 0.0), (0.95, 0.5), (0.99, 0.5)])
def test_bands_reach_a_step_beyond_the_members_and_stay_probabilities(
    level: float, patients: float
) -> None:
    band = band_curves([made_up([[1.0, 0.5, 0.0], [1.0, 0.5, 0.0]])], level)
    further = patients / 100.0
    assert band["lower"].tolist() == pytest.approx([1.0 - further, 0.5 - further, 0.0], abs=1e-8)
    assert band["upper"].tolist() == pytest.approx([1.0, 0.5 + further, further], abs=1e-8)
    assert band["members"].tolist() == [2, 2, 2]


def test_what_all_members_agree_on_lies_within_their_band() -> None:
    one = 1.0 - 0.1 * 3  # not quite what 7 / 10 is
    band = band_curves([made_up([[one, one], [one, one]])], 0.5)
    assert (band["lower"] < 7 / 10).all()
    assert (band["upper"] > 7 / 10).all()


def test_a_band_is_nested_in_those_of_higher_levels() -> None:
    random = np.random.default_rng(2)
    curves = made_up(np.clip(0.5 + 0.1 * random.standard_normal((40, 30)), 0.0, 1.0).tolist())
    bands = [band_curves([curves], level) for level in (0.5, 0.8, 0.9, 0.95)]
    for narrow, wide in itertools.pairwise(bands):
        assert (wide["lower"] <= narrow["lower"]).all()
        assert (wide["upper"] >= narrow["upper"]).all()


def test_whole_curves_reach_at_least_as_far_as_the_share_of_them_needs() -> None:
    random = np.random.default_rng(1)
    curves = made_up(np.clip(0.5 + 0.1 * random.standard_normal((200, 30)), 0.0, 1.0).tolist())
    middle, below, above = reach_of_whole(curves, 0.9)
    away = curves.survival - middle
    inside = ((-away <= below) & (away <= above)).all(axis=1)
    assert inside.mean() == pytest.approx(0.9, abs=0.01)


def test_bands_of_an_ensemble_hold_its_middle_and_pass_the_printed_median() -> None:
    band = DRAWN.bands(0.9)
    assert set(band["arm"]) == {"control", "treated"}
    for lower, upper in (("lower", "upper"), ("whole_lower", "whole_upper")):
        assert (band[lower] <= band["median"]).all()
        assert (band["median"] <= band[upper]).all()
    at = DRAWN.bands(0.9, times=[6.0, 6.2])
    control = at[at["arm"] == "control"]
    assert control["upper"].iloc[0] >= 0.5
    assert control["lower"].iloc[1] <= 0.5
    assert (control["upper"] - control["lower"] < 0.2).all()


def test_bands_take_an_array_of_times_and_end_where_no_member_is_followed() -> None:
    last = DRAWN.patients.groupby(["arm", "member"], observed=True)["time"].max()
    until = last["control"].min() * 1.0001
    band = DRAWN.bands(0.9, times=np.array([until, 10.0 * last.max()]))
    at = band[band["arm"] == "control"]
    assert 0 < at["members"].iloc[0] < len(DRAWN.members)
    assert at["whole_lower"].iloc[0] <= at["lower"].iloc[0] <= at["upper"].iloc[0]
    alone = DRAWN.bands(0.9, times=np.array([10.0 * last.max()]))
    for beyond in (at.iloc[1], alone.iloc[0]):
        assert beyond["members"] == 0
        assert beyond[["lower", "upper", "whole_lower", "whole_upper"]].isna().all()


@pytest.mark.parametrize("level", [0.0, 1.0, 90.0, -1.0, float("nan")])
def test_levels_that_are_no_share_are_refused(level: float) -> None:
    with pytest.raises(SurvkitError, match="level must be between 0 and 1"):
        DRAWN.bands(level)
    with pytest.raises(SurvkitError, match="level must be between 0 and 1"):
        DRAWN.intervals(level)


def test_printed_figures_are_named_and_hold_in_every_member() -> None:
    table = DRAWN.intervals(0.9)
    printed = table[table["printed"] != ""]
    assert set(printed["quantity"]) == {"median", "hazard_ratio"}
    ratio = printed[printed["quantity"] == "hazard_ratio"].iloc[0]
    assert ratio["printed"] == "0.66"
    assert 0.655 <= ratio["lower"] <= ratio["upper"] <= 0.665


def test_the_difference_of_restricted_means_is_experimental_less_reference() -> None:
    table = DRAWN.intervals(0.9)
    row = table[table["quantity"] == "rmst_difference"].iloc[0]
    differences = []
    for member in DRAWN.members:
        ipd = member.reconstruction.ipd
        areas = {
            arm: restricted_mean(tabulate_arm(rows["time"], rows["event"] == 1), row["time"]).mean
            for arm, rows in ipd.groupby("arm", observed=True)
            if rows["time"].max() >= row["time"]
        }
        if len(areas) == 2:
            differences.append(areas["treated"] - areas["control"])
    assert row["median"] == pytest.approx(np.median(differences), abs=EXACT)


@pytest.mark.parametrize(("time", "rounded"), [(18.7, 18.0), (123.4, 120.0), (0.567, 0.56)])
def test_horizons_have_two_digits(time: float, rounded: float) -> None:
    assert round_down(time) == rounded
