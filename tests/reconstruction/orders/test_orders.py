"""Whole patients in order: choices, exchanges, and that every search ends."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survkit.kernels import (
    quantile_interval,
    quantile_time,
    survival_at,
    survival_limits,
    tabulate_arm,
    two_sided_quantile,
)
from survkit.kernels.violation import CURVE
from survkit.printed import Printed
from survkit.reconstruction.constraints.cuts import collect_cuts
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.orders.bounds import cost_of_bounds
from survkit.reconstruction.orders.build import write_history
from survkit.reconstruction.orders.exchange import CurveReadings, Effort, exchange_events
from survkit.reconstruction.orders.plan import PartialOrder, Plan
from survkit.reconstruction.orders.planning import plan_order
from survkit.reconstruction.orders.sampling import draw, with_sum
from survkit.reconstruction.orders.segment_counts import likeliest_counts
from survkit.reconstruction.population.fit import fit_population
from tests.reconstruction.documents import analysis, arm, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis

Z = two_sided_quantile(95.0)
MARKS = (6.0, 12.0, 24.0, 36.0)
POINT = {"time": 6, "percent": Decimal("71.2"), "ci": [Decimal("63.9"), Decimal("77.3")]}


def printed(value: float, like: str) -> Any:
    return digits(Printed.parse(like).render(value))


def simulated(n: int, seed: int, *, risk_table: bool, decimals: str = "0.0") -> Analysis:
    """Print an exponential arm with staggered entry at four times."""
    generator = np.random.default_rng(seed)
    leaves, ends = generator.exponential(20.0, n), generator.uniform(10.0, 60.0, n)
    time, event = np.round(np.minimum(leaves, ends), 4) + 0.001, leaves <= ends
    table = tabulate_arm(time, event)
    interval, limits = quantile_interval(table, 0.5, z=Z), survival_limits(table, z=Z)
    ci = [Printed.parse("0.0").render(limit) for limit in (interval.lower, interval.upper)]
    stated = arm(
        "all",
        n,
        int(event.sum()),
        Printed.parse("0.0").render(quantile_time(table, 0.5)),
        (ci[0], ci[1]),
        Printed.parse("0.0").render(float(time.max())),
    )
    stated["survival"] = []
    for mark in (mark for mark in MARKS if float(survival_at(table, [mark])[0]) > 0.0):
        row = int(np.searchsorted(table.time, mark, side="right")) - 1
        value = printed(100.0 * float(survival_at(table, [mark])[0]), decimals)
        both = [printed(100.0 * float(limit[row]), decimals) for limit in limits]
        stated["survival"].append({"time": int(mark), "percent": value, "ci": both})
    if risk_table:
        stated["at_risk"] = [{"time": int(mark), "n": int((time >= mark).sum())} for mark in MARKS]
    return analysis(stated)


def planned(asked: Analysis, events: int) -> Plan:
    constraints = read_constraints(asked)
    population = fit_population(constraints)
    cuts = collect_cuts(constraints.arms[0])
    return plan_order(constraints.arms[0], population.arms[0], events, cuts)


@pytest.mark.parametrize("risk_table", [True, False], ids=["risk table", "no risk table"])
@pytest.mark.parametrize("n", [20, 40, 300, 5_000])
def test_orders_of_arms_of_every_size_are_free_of_faults(n: int, *, risk_table: bool) -> None:
    constraints = read_constraints(simulated(n, seed=n, risk_table=risk_table))
    population = fit_population(constraints)
    (own,) = constraints.arms
    assert own.events is not None
    history = write_history(own, population.arms[0], own.events)
    assert history.faults == 0.0
    assert int(history.event.sum()) == own.events


def test_pieces_end_where_the_curve_is_printed_and_with_the_last_patient() -> None:
    asked = analysis(
        arm("all", 200, 110, "11.0", end="30.0")
        | {"survival": [POINT], "at_risk": [{"time": 3, "n": 170}, {"time": 6, "n": 120}]}
    )
    first, last = planned(asked, 110).segments
    assert (first.left, first.free, first.last) == (80, False, False)
    assert (last.before, last.left, last.last) == (80, 200, True)


def test_odds_of_the_plan_give_the_figures_in_expectation() -> None:
    asked = analysis(arm("all", 200, 110, "11.0", end="30.0") | {"survival": [POINT]})
    plan = planned(asked, 110)
    left = plan.segments[0].left
    assert plan.probability.sum() == pytest.approx(110, abs=0.5)
    hazard = float((plan.hazard * plan.probability)[:left].sum())
    assert np.exp(-hazard) == pytest.approx(0.712, abs=0.002)


def test_likeliest_counts_come_first_and_leave_enough_patients_for_the_other_events() -> None:
    asked = analysis(arm("all", 200, 110, "11.0", end="30.0") | {"survival": [POINT]})
    plan = planned(asked, 110)
    empty = PartialOrder(event=np.zeros(200, dtype=bool))
    choices = likeliest_counts(plan, empty, plan.segments[0], 12)
    assert choices[0].cost == min(choice.cost for choice in choices)
    assert all(0 <= choice.events <= choice.leaving for choice in choices)
    assert all(110 - choice.events <= 200 - choice.leaving for choice in choices)
    assert len({choice.events for choice in choices}) > 1


def test_two_events_are_bound_to_the_variance_of_their_places() -> None:
    asked = analysis(arm("all", 20, 10, "11.0", end="30.0") | {"survival": [POINT]})
    plan = planned(asked, 10)
    places = np.array([2, 9])
    hazard, variance = (float(own[places].sum()) for own in (plan.hazard, plan.variance))
    asked_for = [
        cost_of_bounds(
            plan.terms,
            0,
            np.array([12]),
            np.array([[2]]),
            np.array([hazard]),
            np.array([other]),
            1e-5,
        )[0, 0]
        for other in (variance, 2.0 * variance, 0.2 * variance)
    ]
    assert asked_for[0] == 0.0
    assert min(asked_for[1:]) > 100.0


def test_exchanges_lead_to_the_figures_and_keep_the_events() -> None:
    asked = analysis(arm("all", 200, 110, "11.0", end="30.0") | {"survival": [POINT]})
    plan = planned(asked, 110)
    cut = plan.segments[0].end
    assert cut is not None
    event = draw(with_sum(np.zeros(80), 51))
    readings = CurveReadings(
        cuts=(cut,), amounts=np.stack((plan.hazard[:80], plan.variance[:80])), settled=np.zeros(2)
    )
    exchanged = exchange_events(readings, event, Effort(left=10**9))
    after = exchanged.event
    assert readings.missed_by(event) > 100.0 * CURVE.met
    assert readings.missed_by(after) == exchanged.missed <= CURVE.met
    assert after.sum() == event.sum()
    assert cut.missed(*readings.sums(after)[:, None])[0] <= CURVE.met


def test_without_effort_nothing_is_exchanged() -> None:
    asked = analysis(arm("all", 200, 110, "11.0", end="30.0") | {"survival": [POINT]})
    plan = planned(asked, 110)
    cut = plan.segments[0].end
    assert cut is not None
    event = draw(with_sum(np.zeros(80), 51))
    readings = CurveReadings(
        cuts=(cut,), amounts=np.stack((plan.hazard[:80], plan.variance[:80])), settled=np.zeros(2)
    )
    after = exchange_events(readings, event, Effort(left=0)).event
    np.testing.assert_array_equal(after, event)


def test_contradicting_percentages_end_in_the_nearest_order() -> None:
    # only ten of 200 have left at six months, and yet 40 percent are said to be without event
    low = [{"time": 6, "percent": 40}]
    asked = arm("all", 200, 110, end="30.0") | {"survival": low}
    constraints = read_constraints(analysis(asked | {"at_risk": [{"time": 6, "n": 190}]}))
    population = fit_population(constraints)
    history = write_history(constraints.arms[0], population.arms[0], 110)
    assert history.faults > 1.0
    assert int(history.event.sum()) == 110
