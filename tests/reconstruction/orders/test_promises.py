"""What an order promises the placement: whole figures of its arm, and anchors that rise."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from survkit.arrays import sums_before
from survkit.interval import Interval
from survkit.kernels import single_event_terms
from survkit.kernels.violation import CURVE
from survkit.reconstruction.constraints.cut import Cut
from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.bounds import cost_of_bounds
from survkit.reconstruction.orders.build import order_patients, share_events
from survkit.reconstruction.orders.exchange import CurveReadings, Effort, exchange_events
from survkit.reconstruction.orders.plan import PartialOrder
from survkit.reconstruction.orders.planning import plan_order
from survkit.reconstruction.orders.sampling import draw, sigmoid, tilted, with_sum
from survkit.reconstruction.orders.segment_counts import likeliest_counts
from survkit.reconstruction.orders.segments import fill_segment, missed_by
from survkit.reconstruction.population.fit import fit_population
from tests.reconstruction.documents import analysis, arm
from tests.reconstruction.examples import few
from tests.reconstruction.printing import print_patients, random_patients

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.orders.plan import Plan

FEW = few(10)
SEEDS = st.integers(0, 10_000)
SHOWN = st.fixed_dictionaries(
    {"limits": st.booleans(), "curve": st.booleans(), "risk_table": st.booleans()}
)
WHOLE = replace(CURVE, comfort=0.999 + 1e-9)


def one_arm(seed: int, n: int, **shown: bool) -> AnalysisConstraints:
    return read_constraints(analysis(print_patients("all", random_patients(seed, n), **shown)))


def ordered(constraints: AnalysisConstraints) -> History:
    (history,) = order_patients(constraints, fit_population(constraints))
    return history


def sums_after(history: History, left: int) -> tuple[np.ndarray, np.ndarray]:
    """Cumulative hazard and Greenwood's sum after so many have left."""
    at_risk = history.event.size - np.arange(history.event.size, dtype=float)
    hazard, variance = (terms * history.event for terms in single_event_terms(at_risk))
    return hazard[:left].sum(keepdims=True), variance[:left].sum(keepdims=True)


def anchored_times(history: History) -> np.ndarray:
    """The earliest times that rise and respect all anchors; NaN where there are none such."""
    earliest = np.zeros(history.event.size)
    latest = np.full(history.event.size, np.inf)
    for anchor in history.anchors:
        earliest[anchor.position] = max(earliest[anchor.position], anchor.window.lower)
        latest[anchor.position] = min(latest[anchor.position], anchor.window.upper)
    times = np.maximum.accumulate(earliest)
    return np.where(times <= latest + 1e-12, times, np.nan)


@FEW
@given(seed=SEEDS, n=st.integers(20, 250), shown=SHOWN)
def test_patients_and_events_are_exact_and_anchors_leave_rising_times(
    seed: int, n: int, shown: dict[str, bool]
) -> None:
    constraints = one_arm(seed, n, **shown)
    history = ordered(constraints)
    assert history.event.size == n
    assert int(history.event.sum()) == constraints.arms[0].events
    assert (np.diff(history.natural) >= 0.0).all()
    positions = [anchor.position for anchor in history.anchors]
    assert positions == sorted(positions)
    assert all(0 <= position < n for position in positions)
    if history.faults == 0.0:
        assert np.isfinite(anchored_times(history)).all()


@FEW
@given(seed=SEEDS, n=st.integers(20, 250), limits=st.booleans())
def test_an_order_without_faults_meets_every_cut(seed: int, n: int, *, limits: bool) -> None:
    constraints = one_arm(seed, n, limits=limits)
    history = ordered(constraints)
    assume(history.faults == 0.0)
    for cut in collect_cuts(constraints.arms[0]):
        if cut.left is None or not np.isfinite(cut.time):
            continue
        anchored: dict[int, list[Interval]] = {}
        for anchor in history.anchors:
            anchored.setdefault(anchor.position, []).append(anchor.window)
        # who leaves last before, and first after, a printed number at risk is held to its time
        if cut.left > 0:
            assert any(window.upper == cut.time for window in anchored[cut.left - 1])
        on_time = sum(
            anchor.window.lower == anchor.window.upper == cut.time for anchor in history.anchors
        )
        if cut.left + on_time < n:
            assert any(window.lower == cut.time for window in anchored[cut.left + on_time])
        missed = cut.missed(*sums_after(history, cut.left + on_time), WHOLE)
        assert missed[0] == pytest.approx(0.0, abs=1e-8)


@FEW
@given(seed=SEEDS, n=st.integers(20, 250))
def test_the_event_that_passes_a_share_is_held_to_the_printed_time(seed: int, n: int) -> None:
    constraints = one_arm(seed, n, curve=False)
    history = ordered(constraints)
    assume(history.faults == 0.0)
    positions = np.flatnonzero(history.event)
    terms = single_event_terms((n - positions).astype(float))
    for quantile in constraints.arms[0].quantiles:
        passing = quantile.passing(*terms)
        assert bool(passing.steps.size) == quantile.window.reached
        if quantile.window.reached:
            place = int(positions[passing.steps[0]])
            held = [one.window for one in history.anchors if one.position == place]
            assert quantile.window in held


@FEW
@given(seed=SEEDS, n=st.integers(20, 120))
def test_orders_are_the_same_every_time(seed: int, n: int) -> None:
    constraints = one_arm(seed, n)
    first, second = ordered(constraints), ordered(constraints)
    np.testing.assert_array_equal(first.event, second.event)
    assert first.anchors == second.anchors


# ------------------------------------------------------------- events shared out and drawn


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.one_of(st.none(), st.floats(0.0, 1.0)), st.floats(0, 1)),
        min_size=1,
        max_size=4,
    ),
    st.one_of(st.none(), st.floats(0.0, 1.0)),
)
def test_events_are_as_printed_and_add_up_to_a_printed_total(
    rows: list[tuple[int, float | None, float]], share: float | None
) -> None:
    arms = tuple(
        read_constraints(
            analysis(arm("all", n, None if stated is None else round(stated * n)))
        ).arms[0]
        for n, stated, _ in rows
    )
    expected = [guess * n for n, _, guess in rows]
    total = None if share is None else round(share * sum(n for n, _, _ in rows))
    found = share_events(arms, expected, total)
    assert all(0 <= events <= one.n for events, one in zip(found, arms, strict=True))
    printed = [(events, one.events) for events, one in zip(found, arms, strict=True)]
    assert all(wanted is None or events == wanted for events, wanted in printed)
    free = sum(one.n for one in arms if one.events is None)
    known = sum(one.events for one in arms if one.events is not None)
    if total is not None and known <= total <= known + free:
        assert sum(found) == total
    if total is None:
        assert all(
            abs(events - guess) <= 0.5 + 1e-6
            for events, guess, one in zip(found, expected, arms, strict=True)
            if one.events is None
        )


@given(st.lists(st.floats(-8.0, 8.0), min_size=1, max_size=80), st.floats(0.0, 1.0))
def test_probabilities_add_up_to_whole_events_and_as_many_are_drawn(
    odds: list[float], share: float
) -> None:
    total = round(share * len(odds))
    probability = with_sum(np.array(odds), total)
    assert ((probability >= 0.0) & (probability <= 1.0)).all()
    assume(abs(float(probability.sum()) - total) < 1e-7)
    for phase in (0.5, 0.1, 0.9):
        assert int(draw(probability, phase).sum()) == total


@given(st.lists(st.floats(0.0, 1.0), max_size=60), st.floats(0.05, 0.95))
def test_a_systematic_draw_never_strays_from_its_running_sum(
    probability: list[float], phase: float
) -> None:
    drawn = draw(np.array(probability), phase)
    ahead = np.cumsum(drawn) - np.cumsum(probability)
    assert np.abs(ahead).max(initial=0.0) <= 1.0 + 1e-6


@given(SEEDS, st.floats(0.2, 0.8))
def test_a_tilt_leads_sums_where_they_are_wanted(seed: int, share: float) -> None:
    generator = np.random.default_rng(seed)
    odds = generator.normal(0.0, 1.0, 60)
    features = np.stack((np.ones(60), np.linspace(0.0, 1.0, 60)))
    goal = sigmoid(odds + generator.normal(0.0, 0.5))
    wanted = features @ goal * (0.9 + 0.2 * share)
    tilt = tilted(odds, features, wanted, slack=1e-6)
    np.testing.assert_allclose(features @ sigmoid(tilt), wanted, rtol=1e-3)
    # the least tilt is a combination of the features
    rest = np.linalg.lstsq(features.T, tilt - odds, rcond=None)[0]
    np.testing.assert_allclose(features.T @ rest, tilt - odds, atol=1e-6)


def test_where_nothing_needs_to_change_nothing_is_tilted() -> None:
    odds = np.linspace(-1.0, 1.0, 20)
    wanted = np.array([sigmoid(odds).sum()])
    np.testing.assert_allclose(tilted(odds, np.ones((1, 20)), wanted, 1e-9), odds, atol=1e-6)


# ------------------------------------------------------------- exchanges and choices


def random_readings(seed: int, size: int = 40) -> tuple[CurveReadings, np.ndarray]:
    """One printed cut at the end of an arm, near to what some random events give."""
    generator = np.random.default_rng(seed)
    terms = single_event_terms(60.0 - np.arange(size, dtype=float))
    event = generator.random(size) < 0.5
    goal = generator.permutation(event)
    survival = float(np.exp(-(terms[0] @ goal)))
    cut = Cut(
        time=5.0,
        left=None,
        survival=Interval(survival - 0.0005, survival + 0.0005),
        z=1.96,
        transform="log-log",
        printed=True,
    )
    readings = CurveReadings(cuts=(cut,), amounts=np.stack(terms), settled=np.zeros(2))
    return readings, event


@few(30)
@given(seed=SEEDS)
def test_exchanges_keep_the_events_and_never_miss_more(seed: int) -> None:
    readings, event = random_readings(seed)
    found = exchange_events(readings, event, Effort(left=10**9))
    assert found.event.sum() == event.sum()
    assert found.missed <= readings.missed_by(event)
    assert found.missed == pytest.approx(readings.missed_by(found.event), abs=1e-8)
    assert found.missed <= CURVE.met  # another order of so many events prints it


@few(30)
@given(seed=SEEDS)
def test_exchanges_spend_no_more_than_one_turn_beyond_their_effort(seed: int) -> None:
    readings, event = random_readings(seed)
    effort = Effort(left=1)
    exchange_events(readings, event, effort)
    assert effort.left <= 1
    np.testing.assert_array_equal(event, random_readings(seed)[1])  # the input is left alone


@given(SEEDS, st.integers(1, 10))
def test_bounds_cost_nothing_for_what_so_many_events_can_give(seed: int, events: int) -> None:
    generator = np.random.default_rng(seed)
    terms = single_event_terms(40.0 - np.arange(40, dtype=float))
    start, leaving = int(generator.integers(0, 8)), int(generator.integers(12, 28))
    places = start + generator.permutation(leaving)[:events]
    hazard, variance = (np.array([float(one[places].sum())]) for one in terms)
    cost = cost_of_bounds(
        terms, start, np.array([leaving]), np.array([[events]]), hazard, variance, 1e-6
    )
    assert cost[0, 0] == pytest.approx(0.0, abs=1e-6)


@given(st.lists(st.floats(-1.0, 1.0), max_size=30))
def test_running_sums_begin_with_nothing(values: list[float]) -> None:
    sums = sums_before(np.array(values))
    assert sums[0] == 0.0
    np.testing.assert_allclose(np.diff(sums), values, atol=1e-12)


def plan_of(constraints: AnalysisConstraints) -> tuple[ArmConstraints, Plan]:
    (asked,) = constraints.arms
    assert asked.events is not None
    population = fit_population(constraints)
    return asked, plan_order(asked, population.arms[0], asked.events, collect_cuts(asked))


@FEW
@given(seed=SEEDS, n=st.integers(30, 200), risk_table=st.booleans())
def test_a_plan_divides_everybody_among_its_segments(
    seed: int, n: int, *, risk_table: bool
) -> None:
    asked, plan = plan_of(one_arm(seed, n, risk_table=risk_table))
    segments = plan.segments
    assert plan.n == n
    assert segments[-1].last
    assert not any(segment.last for segment in segments[:-1])
    assert segments[0].before == 0
    assert segments[-1].left == n
    for segment, following in pairwise(segments):
        assert segment.left == following.before
    for segment in segments:
        assert segment.before <= segment.left
        assert segment.earliest <= segment.left <= segment.latest
        assert segment.free == (segment.end is not None and segment.end.left is None)
    assert ((plan.probability > 0.0) & (plan.probability < 1.0)).all()
    assert plan.probability.sum() == pytest.approx(asked.events, abs=1.0)


@FEW
@given(seed=SEEDS, n=st.integers(30, 200), risk_table=st.booleans())
def test_segments_are_filled_with_the_numbers_that_were_chosen(
    seed: int, n: int, *, risk_table: bool
) -> None:
    _, plan = plan_of(one_arm(seed, n, risk_table=risk_table))
    order = PartialOrder(event=np.zeros(n, dtype=bool))
    for segment in plan.segments:
        choices = likeliest_counts(plan, order, segment, 6)
        assert [choice.cost for choice in choices[:1]] == [min(one.cost for one in choices)]
        for choice in choices:
            assert 0 <= choice.events <= choice.leaving
            rest = plan.events - order.events - choice.events - choice.on_time
            assert 0 <= rest <= n - order.start - choice.leaving - choice.on_time
        counts = choices[0]
        filled = fill_segment(plan, order, segment, counts, Effort(left=10**6))
        assert filled.start == order.start + counts.leaving + counts.on_time
        assert filled.events == order.events + counts.events + counts.on_time
        np.testing.assert_array_equal(filled.event[: order.start], order.event[: order.start])
        assert filled.missed >= order.missed
        order = filled
    assert order.events == plan.events
    assert order.start == n
    assert missed_by(plan, order.event, order.ends) == pytest.approx(order.missed, abs=1e-6)
