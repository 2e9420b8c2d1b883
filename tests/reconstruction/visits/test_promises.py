"""What the search at visits promises: printed numbers kept, and moves that do what they say."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survkit.kernels import ArmTimes, by_stratum, comparison_terms, fit_tied_arms
from survkit.kernels.violation import CURVE
from survkit.reconstruction.visits.counts import list_patients
from survkit.reconstruction.visits.evaluate import evaluate, violation_after_step
from survkit.reconstruction.visits.follow_up import lead_censored
from survkit.reconstruction.visits.moves import make_move, possible_moves
from survkit.reconstruction.visits.profiles.framing import find_comparator, frame_arm
from survkit.reconstruction.visits.profiles.profile import (
    Breadth,
    PartialProfiles,
    Profiles,
    empty_profile,
)
from survkit.reconstruction.visits.profiles.pruning import _bins, prune
from survkit.reconstruction.visits.search_grid import _is_in_vain
from survkit.reconstruction.visits.stratified import aim_within_strata, violation_within_strata
from tests.kernels.arms import sides
from tests.reconstruction.calibration.test_neighbours import asked_near
from tests.reconstruction.examples import few
from tests.reconstruction.visits.grids import leaving, visit_trial

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.visits.problem import Counts, Problem
    from survkit.reconstruction.visits.profiles.profile import ArmFrame

SEEDS = st.integers(0, 10_000)
SIZES = st.integers(30, 90)


@few(6)
@given(seed=SEEDS, n=SIZES)
def test_patients_on_the_grid_are_those_of_the_figures(seed: int, n: int) -> None:
    visited = visit_trial(seed, n)
    grid, counts = visited.problem.grid, visited.counts
    assert counts.valid
    for arm, asked in enumerate(visited.constraints.arms):
        assert int((counts.events[arm] + counts.censored[arm]).sum()) == asked.n
        assert int(counts.events[arm].sum()) == asked.events
        for time, at_risk in asked.at_risk:
            slot = int(np.searchsorted(grid.times, time))
            assert grid.times[slot] == time
            # who leaves at a printed time, or after it, is at risk then
            before = counts.events[arm, :slot].sum() + counts.censored[arm, :slot].sum()
            assert asked.n - int(before) == at_risk
        assert not counts.events[arm][~(grid.eventful[arm] & grid.planned)].any()
        assert not counts.censored[arm][~grid.open[arm]].any()


@few(6)
@given(seed=SEEDS, n=SIZES)
def test_slots_rise_and_events_lie_on_visits(seed: int, n: int) -> None:
    visited = visit_trial(seed, n)
    grid, schedule = visited.problem.grid, visited.constraints.schedule
    assert schedule is not None
    assert grid.ticks[0] == 0
    assert (np.diff(grid.ticks) > 0).all()
    np.testing.assert_allclose(grid.times, visited.clock.times(grid.ticks))
    np.testing.assert_array_equal(
        grid.planned[1:], schedule.is_visit(grid.times[1:], visited.clock.tick)
    )
    assert not grid.eventful[:, 0].any()
    assert (np.diff(grid.region, axis=1) >= 0).all()


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@few(3)
@given(seed=SEEDS)
def test_a_move_does_to_every_figure_what_it_is_said_to_do(ties: Ties, seed: int) -> None:
    visited = visit_trial(seed, 50, ties)
    problem, state = visited.problem, evaluate(visited.problem, visited.counts)
    (ratio,) = (math.exp(log_ratio) for log_ratio in state.log_ratios)
    for arm in (0, 1):
        moves = possible_moves(
            visited.counts, problem.grid, arm, problem.contrasts, [ratio], ties, 0
        )
        possible = np.flatnonzero(moves.alone)
        assert possible.size > 20
        for chosen in possible[:: max(1, possible.size // 25)].tolist():
            moved = make_move(visited.counts, moves, chosen)
            assert moved.valid
            assert moved.events[arm].sum() == visited.counts.events[arm].sum()
            np.testing.assert_array_equal(
                leaving(visited, moved, arm), leaving(visited, visited.counts, arm)
            )
            after = evaluate(problem, moved)
            np.testing.assert_allclose(
                after.curves[arm] - state.curves[arm], moves.curve[:, :, chosen], atol=1e-9
            )
            change = terms_of(moved, ratio, ties) - terms_of(visited.counts, ratio, ties)
            np.testing.assert_allclose(change, moves.comparison[0, :, chosen], atol=1e-9)


def terms_of(counts: Counts, ratio: float, ties: Ties) -> np.ndarray:
    """Score, information, difference and variance of both arms as they stand."""
    return comparison_terms(counts.events, counts.at_risk, ratio, ties).sum(axis=1)


@few(4)
@given(seed=SEEDS)
def test_several_moves_at_once_are_the_same_move_again(seed: int) -> None:
    visited = visit_trial(seed, 40)
    problem = visited.problem
    moves = possible_moves(visited.counts, problem.grid, 0, problem.contrasts, [1.0], "efron", 0)
    for chosen in range(0, moves.kind.size, 97):
        once = make_move(visited.counts, moves, chosen)
        twice = make_move(visited.counts, moves, chosen, 2)
        np.testing.assert_array_equal(
            twice.events - once.events, once.events - visited.counts.events
        )
        np.testing.assert_array_equal(
            twice.censored - once.censored, once.censored - visited.counts.censored
        )
        assert make_move(twice, moves, chosen, -2).key == visited.counts.key


@few(6)
@given(seed=SEEDS)
def test_a_state_is_at_the_root_of_its_scores(seed: int) -> None:
    visited = visit_trial(seed, 60)
    state = evaluate(visited.problem, visited.counts)
    terms = terms_of(visited.counts, math.exp(state.log_ratios[0]), "efron")
    assert terms == pytest.approx(state.comparisons[0], abs=1e-8)
    still = violation_after_step(visited.problem, state.log_ratios, state.comparisons[:, :, None])
    assert state.loss == pytest.approx(sum(state.missed) + float(still[0]), abs=1e-8)
    assert state.met <= (max(state.missed) <= CURVE.met)


@few(6)
@given(seed=SEEDS, n=SIZES)
def test_listed_patients_are_the_counted_ones_in_the_order_of_leaving(seed: int, n: int) -> None:
    visited = visit_trial(seed, n)
    grid = visited.problem.grid
    for arm, (ticks, event) in enumerate(list_patients(visited.counts, grid)):
        assert ticks.size == n
        assert (np.diff(ticks) >= 0).all()
        assert np.isin(ticks[event], grid.ticks).all()
        for slot, tick in enumerate(grid.ticks):
            assert int((event & (ticks == tick)).sum()) == visited.counts.events[arm, slot]
            assert int((ticks >= tick).sum()) == visited.counts.at_risk[arm, slot]
        led = lead_censored(visited.constraints.arms[arm], ticks, event, grid, visited.clock)
        np.testing.assert_array_equal(led[event], ticks[event])
        assert (np.diff(led) >= 0).all()
        for tick in grid.ticks:
            assert (led >= tick).sum() == (ticks >= tick).sum()


@few(6)
@given(seed=SEEDS)
def test_curves_within_their_bounds_miss_nothing(seed: int) -> None:
    (asked, _) = visit_trial(seed, 40).problem.grid.curves
    low = np.where(np.isfinite(asked.lower), asked.lower, asked.upper - 0.1)
    high = np.where(np.isfinite(asked.upper), asked.upper, asked.lower + 0.1)
    inside = np.random.default_rng(seed).uniform(low, high)[:, None]
    assert not asked.missed(inside).any()
    above, below = (high + 2.0 * asked.unit)[:, None], (low - 2.0 * asked.unit)[:, None]
    bounded_above, bounded_below = np.isfinite(asked.upper), np.isfinite(asked.lower)
    np.testing.assert_allclose(asked.beyond(above)[bounded_above, 0], 2.0)
    np.testing.assert_allclose(asked.beyond(below)[bounded_below, 0], -2.0)
    together = np.concatenate([asked.at(int(slot)).z for slot in np.unique(asked.slot)])
    assert together.size == asked.z.size
    np.testing.assert_array_equal(np.sign(asked.distance(above))[bounded_above], 1.0)


# ------------------------------------------------------------- profiles


def random_profiles(frame: ArmFrame, seed: int, size: int = 300) -> PartialProfiles:
    """Profiles in the making, many of which no figure tells apart."""
    generator = np.random.default_rng(seed)
    grown = empty_profile().pick(np.zeros(size, dtype=np.int64))
    events = frame.events // 2 + generator.integers(0, 3, size)
    hazard = 0.4 + 0.002 * generator.integers(0, 4, size) + 1e-9 * generator.random(size)
    return replace(
        grown,
        source=np.arange(size),
        all_events=events,
        all_censored=generator.integers(2, 4, size),
        hazard=hazard,
        variance=np.full(size, 0.005),
        roughness=generator.random(size).round(3),
    )


def framed(problem: Problem, counts: Counts) -> ArmFrame:
    point = np.stack((counts.events, counts.censored)).astype(float)
    comparator = find_comparator(point, problem.contrasts, 0)
    return frame_arm(point[:, 0], counts, problem.grid, 0, comparator)


@few(6)
@given(seed=SEEDS)
def test_pruning_keeps_the_smoothest_profile_of_every_kind(seed: int) -> None:
    visited = visit_trial(seed, 40)
    frame = framed(visited.problem, visited.counts)
    partial = random_profiles(frame, seed)
    widths = (*_bins(frame, partial, 1), 1.0 if frame.comparator is None else frame.comparator.unit)
    kinds: dict[tuple[int, ...], float] = {}
    for row in range(partial.events.size):
        sums = zip(
            (partial.hazard[row], partial.variance[row], partial.score[row]), widths, strict=True
        )
        bins = (int(np.floor(round(value / unit, 6))) for value, unit in sums)
        kind = int(partial.all_events[row]), int(partial.all_censored[row]), *bins
        kinds[kind] = min(kinds.get(kind, math.inf), float(partial.roughness[row]))
    assert 1 < len(kinds) < partial.events.size
    kept = prune(frame, partial, 1, len(kinds))
    assert sorted(kept.roughness.tolist()) == pytest.approx(sorted(kinds.values()))
    fewer = prune(frame, partial, 1, 3)
    assert fewer.roughness.tolist() == sorted(kinds.values())[:3]
    assert prune(frame, partial, 1, partial.events.size) is partial


@few(6)
@given(seed=SEEDS)
def test_what_is_missed_less_is_kept_before_what_is_smoother(seed: int) -> None:
    visited = visit_trial(seed, 40)
    frame = framed(visited.problem, visited.counts)
    partial = random_profiles(frame, seed)
    best = int(np.random.default_rng(seed).integers(0, partial.events.size))
    missed = np.ones(partial.events.size)
    missed[best] = 0.0
    kept = prune(frame, replace(partial, missed=missed), 1, 5)
    assert kept.source[0] == best


def test_the_frame_counts_what_all_profiles_keep() -> None:
    visited = visit_trial(5, 60)
    frame = framed(visited.problem, visited.counts)
    (asked, _) = visited.constraints.arms
    assert (frame.n, frame.events) == (asked.n, asked.events)
    assert frame.begins[0]
    assert frame.ends[-1]
    assert frame.begins.sum() == frame.ends.sum()
    assert frame.quota[frame.begins].sum() == frame.n
    assert (np.diff(frame.later) <= 0).all()
    assert frame.later[-1] == 0
    start = empty_profile()
    assert {field.name for field in fields(start)} >= {"source", "roughness", "score"}
    assert int(frame.most_events(start, 0)[0]) >= frame.events


def test_profiles_of_two_starts_are_joined_unless_one_is_worse() -> None:
    rows = np.arange(6).reshape(2, 3)
    met = Profiles(events=rows, censored=rows, missed=np.zeros(2))
    worse = replace(met, missed=np.full(2, 9.0))
    assert met.beside(None) is met
    assert met.beside(met).missed.size == 4
    assert met.beside(worse) is met
    assert worse.beside(met) is met
    assert Breadth(reach=1, partial=2, listed=3).listed == 3


# ------------------------------------------------------------- strata


@pytest.mark.parametrize("seed", range(3))
def test_aims_of_everybody_are_off_by_what_strata_add(seed: int) -> None:
    arms = sides(seed, strata=3)
    plain = fit_tied_arms([arms], "efron")
    within = fit_tied_arms(by_stratum(*arms), "efron")
    wanted = asked_near(plain, 0.02)
    aimed = aim_within_strata(wanted, arms, "efron")
    shift = within.cox.log_hazard_ratio - plain.cox.log_hazard_ratio
    assert wanted.ratio is not None
    assert aimed.ratio is not None
    assert aimed.ratio.middle == pytest.approx(wanted.ratio.middle - shift)
    assert aimed.ratio.half == pytest.approx(wanted.ratio.half)
    # everybody at the aim is the strata at what is printed
    assert violation_within_strata((wanted,), arms, "efron") == pytest.approx(
        violation_within_strata((aimed,), tuple(map(without_strata, arms)), "efron"), rel=1e-6
    )


def test_one_stratum_changes_no_aim() -> None:
    arms = sides(3)
    wanted = asked_near(fit_tied_arms([arms], "efron"), 0.02)
    assert aim_within_strata(wanted, arms, "efron") == wanted


def without_strata(arm: ArmTimes) -> ArmTimes:
    return replace(arm, stratum=None)


@pytest.mark.parametrize(
    ("losses", "vain"),
    [([2000.0], True), ([50.7], False), ([50.7, 0.06], False), ([94.0, 138.0], True)],
)
def test_a_wider_search_is_in_vain_where_two_breadths_leave_as_much(
    losses: list[float], vain: bool
) -> None:
    visited = visit_trial(3, 30)
    state = evaluate(visited.problem, visited.counts)
    assert _is_in_vain([replace(state, loss=loss) for loss in losses]) is vain
