"""What the calibration promises: arms as they were, but in time, and a loss that is true."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import comparison_terms, fit_two_arms, tabulate_arm, tabulate_two_arms
from survkit.reconstruction.calibration.aims import Aims, fit_contrast, members_of_arm
from survkit.reconstruction.calibration.calibrate import calibrate
from survkit.reconstruction.calibration.displacement import displace_knots
from survkit.reconstruction.calibration.neighbours import _neighbours, exchange_neighbours
from survkit.reconstruction.calibration.sensitivity import probe_moves
from survkit.reconstruction.calibration.ties import calibrate_with_ties
from survkit.reconstruction.constraints.read import read_constraints
from tests.kernels.arms import sides, values
from tests.reconstruction.calibration.test_neighbours import asked_near, evaluate
from tests.reconstruction.examples import few
from tests.reconstruction.printing import print_two_arms
from tests.reconstruction.timelines import assert_bounded, begin_trial, patients

if TYPE_CHECKING:
    from survkit.kernels import TwoArmFit
    from survkit.reconstruction.placement.timeline import Timeline

SEEDS = st.integers(0, 10_000)
FEW = few(4)


def terms_at(arms: tuple[Timeline, ...], ratio: float) -> np.ndarray:
    """Score, information, difference and variance of two arms at a hazard ratio."""
    reference, experimental = arms
    table = tabulate_two_arms(
        np.concatenate((reference.ticks, experimental.ticks)),
        np.concatenate((reference.event, experimental.event)),
        np.repeat((False, True), (reference.ticks.size, experimental.ticks.size)),
    )
    return comparison_terms(table.events, table.at_risk, ratio, "efron").sum(axis=1)


def exchanged(arms: tuple[Timeline, ...], place: int) -> tuple[Timeline, ...]:
    """Exchange the times of the patients at a place in the order of all, and at the next one."""
    times = np.concatenate([arm.ticks for arm in arms])
    first, second = np.argsort(times, kind="stable")[place : place + 2]
    times[[first, second]] = times[[second, first]]
    moved = np.split(times, [arms[0].ticks.size])
    return tuple(arm.placed(ticks) for arm, ticks in zip(arms, moved, strict=True))


@few(8)
@given(seed=SEEDS)
def test_what_an_exchange_of_neighbours_is_said_to_add_is_what_it_adds(seed: int) -> None:
    arms = patients(seed)
    fit = evaluate(arms)
    number, event = np.repeat((0, 1), 100), np.concatenate([arm.event for arm in arms])
    order = np.argsort(np.concatenate([arm.ticks for arm in arms]), kind="stable")
    stratum = np.zeros(200, dtype=np.int64)
    pairs = _neighbours(asked_near(fit, 0.0), fit, number[order], event[order], stratum)
    before = terms_at(arms, fit.cox.hazard_ratio)
    assert pairs.place.size > 20
    for row in range(0, pairs.place.size, 7):
        after = terms_at(exchanged(arms, int(pairs.place[row])), fit.cox.hazard_ratio)
        said = [
            part[row] for part in (pairs.score, pairs.information, pairs.difference, pairs.variance)
        ]
        assert said == pytest.approx((after - before).tolist(), abs=1e-9)


@few(8)
@given(seed=SEEDS, shift=st.floats(-0.06, 0.06))
def test_exchanges_never_miss_more_than_before(seed: int, shift: float) -> None:
    arms = patients(seed)
    before = evaluate(arms)
    aims = Aims(contrasts=(asked_near(before, shift),), areas=())
    moved = exchange_neighbours(aims.contrasts[0], before, arms)
    assert aims.missed(moved) <= aims.missed(arms)
    for old, new in zip(arms, moved, strict=True):
        assert (np.diff(new.ticks) > 0).all()
        np.testing.assert_array_equal(old.event, new.event)


@FEW
@given(seed=SEEDS, n=st.integers(40, 120))
def test_a_calibrated_arm_is_the_same_arm_and_its_loss_the_true_one(seed: int, n: int) -> None:
    asked = print_two_arms(seed, n)
    aims, arms = Aims.of(read_constraints(asked)), begin_trial(asked, 10)
    found = calibrate(aims, arms)
    assert found.loss == aims.missed(found.arms)
    assert found.loss <= aims.missed(arms)
    for before, after in zip(arms, found.arms, strict=True):
        np.testing.assert_array_equal(before.event, after.event)
        assert (np.diff(after.ticks) > 0).all()
        assert_bounded(after)
        tables = [tabulate_arm(arm.ticks, arm.event) for arm in (before, after)]
        np.testing.assert_array_equal(tables[0].at_risk, tables[1].at_risk)
        np.testing.assert_array_equal(tables[0].events, tables[1].events)


@FEW
@given(seed=SEEDS, within=st.sampled_from((0.0, 0.5)))
def test_a_step_of_the_knots_is_taken_only_where_it_helps(seed: int, within: float) -> None:
    asked = print_two_arms(seed, 60)
    aims, arms = Aims.of(read_constraints(asked)), begin_trial(asked, 10)
    before = aims.missed(arms)
    moved, after = displace_knots(aims, arms, 1.0, before, within=within)
    assert after == aims.missed(moved)
    assert after < before or moved is arms


@FEW
@given(seed=SEEDS)
def test_ties_leave_curve_and_order_alone(seed: int) -> None:
    arms = begin_trial(print_two_arms(seed, 80), 10)
    fit = evaluate(arms)
    # the ratio as it is, and a log-rank statistic that only ties can bring about
    wanted = asked_near(fit, 0.0)
    z = fit.log_rank.z + 0.03
    window = replace(wanted.figures[0].window, lower=z - 0.005, upper=z + 0.005)
    aims = Aims(contrasts=(replace(wanted, log_rank=window),), areas=())
    untied = calibrate(aims, arms)
    found = calibrate_with_ties(aims, untied)
    assert found.loss <= untied.loss
    assert found.loss == aims.missed(found.arms)
    for before, after in zip(arms, found.arms, strict=True):
        np.testing.assert_array_equal(before.event, after.event)
        assert (np.diff(after.ticks) >= 0).all()
        assert after.event[after.tied].all()


@pytest.mark.parametrize("mover", [0, 1], ids=["reference", "experimental"])
@pytest.mark.parametrize("strata", [1, 3])
def test_probes_are_linear_in_the_fit_as_well(mover: int, strata: int) -> None:
    """Numbers at risk change by whole patients: a probe is exact where no Newton step is short."""
    arms = sides(4, strata=strata)
    moving, resting = arms[mover], arms[1 - mover]
    fit = fit_two_arms(*arms)
    places = np.flatnonzero(moving.event)[5:60:9]
    rows = np.repeat(moving.time[None].astype(float), places.size, axis=0)
    rows[np.arange(places.size), places] -= 9.0  # past neighbours of the other arm alone
    rows = np.maximum.accumulate(rows, axis=1)
    found = probe_moves(fit, moving, resting, rows, reference_moves=mover == 0)
    now = values(fit)
    for row, times in enumerate(rows):
        moved = replace(moving, time=times)
        exact = values(fit_two_arms(*((moved, resting) if mover == 0 else (resting, moved))))
        probed = (found.log_ratio[row], found.error[row], found.z[row])
        assert probed == pytest.approx(exact, abs=1e-7)
        slopes = [(after - before) / 9.0 for after, before in zip(exact, now, strict=True)]
        said = [(after - before) / 9.0 for after, before in zip(probed, now, strict=True)]
        assert said == pytest.approx(slopes, abs=1e-7)


def fit_of(members: tuple[np.ndarray, ...], arms: tuple[Timeline, ...]) -> TwoArmFit:
    return fit_two_arms(
        *(arm.patients.only(inside) for arm, inside in zip(arms, members, strict=True))
    )


def test_a_comparison_of_some_is_that_of_these_alone() -> None:
    arms = patients(11)
    members = tuple(np.arange(100) % 3 != index for index in range(2))
    some = replace(asked_near(evaluate(arms), 0.0), members=members)
    assert fit_contrast(some, arms) == fit_of(members, arms)
    assert members_of_arm(some, arms, 1).time.size == members[1].sum()
    everybody = replace(some, members=None)
    assert fit_contrast(everybody, arms) == evaluate(arms)


def test_aims_without_a_test_ask_for_the_rest_alone() -> None:
    arms = patients(12)
    wanted = asked_near(evaluate(arms), 0.01)
    tested = replace(wanted, log_rank=replace(wanted.figures[0].window, lower=3.0, upper=4.0))
    aims = Aims(contrasts=(tested,), areas=())
    assert aims.without_test(tested).missed(arms) == Aims(contrasts=(wanted,), areas=()).missed(
        arms
    )
    alone = replace(tested, figures=())
    assert Aims(contrasts=(alone,), areas=()).without_test(alone).contrasts == ()
