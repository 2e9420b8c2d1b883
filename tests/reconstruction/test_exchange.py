"""Stage 4: what an exchange of neighbours is said to do is what it does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import TwoArmFit
from survkit.reconstruction.calibration.neighbours import exchange_neighbours
from survkit.reconstruction.constraints.families.contrast import compare, fit_violation
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.placement.knots import Knots
from survkit.reconstruction.placement.timeline import Timeline
from tests.reconstruction.documents import analysis, arm, contrast

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint


def patients(seed: int, *, held: bool = False) -> tuple[Timeline, Timeline]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    ticks = [np.sort(order[:100]) + 1, np.sort(order[100:]) + 1]
    events = [generator.random(100) < share for share in (0.7, 0.6)]
    reference, experimental = (
        timeline(index, own, event, held=held)
        for index, (own, event) in enumerate(zip(ticks, events, strict=True))
    )
    return reference, experimental


def timeline(index: int, ticks: np.ndarray, event: np.ndarray, *, held: bool) -> Timeline:
    position = np.arange(ticks.size) if held else np.array([], dtype=np.int64)
    times = ticks[position].astype(np.float64)
    return Timeline(
        index=index,
        clock=Clock(decimals=0, arms=2),
        knots=Knots(
            natural=ticks.astype(np.float64),
            position=position,
            at=times,
            lower=times,
            upper=times,
        ),
        hats=np.zeros((position.size, ticks.size)),
        times=times,
        event=event,
        leader=np.arange(ticks.size),
        ticks=ticks,
    )


def evaluate(arms: tuple[Timeline, ...]) -> TwoArmFit:
    return compare(arms[0].side, arms[1].side)


def asked_near(
    found: TwoArmFit, shift: float, p_value: Decimal | None = None
) -> ContrastConstraint:
    stated = contrast(f"{found.cox.hazard_ratio * (1.0 + shift):.3f}")
    if p_value is not None:
        stated["p_value"] = p_value
    arms = arm("old", 100, median="5"), arm("new", 100, median="5")
    return read_constraints(analysis(*arms, stated)).contrasts[0]


def test_a_few_exchanges_bring_the_ratio_where_it_is_asked_for() -> None:
    for seed in range(20):
        arms = patients(seed)
        before = evaluate(arms)
        wanted = asked_near(before, 0.02)
        after = evaluate(exchange_neighbours(wanted, before, arms))
        assert fit_violation(wanted, after) < 1e-3 * fit_violation(wanted, before)


def test_each_arm_keeps_its_order_and_all_keep_the_same_times() -> None:
    arms = patients(3)
    before = evaluate(arms)
    moved = exchange_neighbours(asked_near(before, 0.05), before, arms)
    assert any((own.ticks != new.ticks).any() for own, new in zip(arms, moved, strict=True))
    assert all(np.all(np.diff(own.ticks) > 0) for own in moved)
    everybody = np.sort(np.concatenate([own.ticks for own in moved]))
    np.testing.assert_array_equal(everybody, np.arange(1, 201))


def test_patients_stay_within_their_bounds() -> None:
    arms = patients(5, held=True)
    before = evaluate(arms)
    moved = exchange_neighbours(asked_near(before, 0.05), before, arms)
    for own, new in zip(arms, moved, strict=True):
        np.testing.assert_array_equal(own.ticks, new.ticks)


def test_nothing_moves_where_everything_is_met() -> None:
    arms = patients(7)
    before = evaluate(arms)
    moved = exchange_neighbours(asked_near(before, 0.0), before, arms)
    for own, new in zip(arms, moved, strict=True):
        np.testing.assert_array_equal(own.ticks, new.ticks)


def test_exchanges_reach_a_printed_p_value_along_with_the_ratio() -> None:
    arms = patients(4)
    before = evaluate(arms)
    printed = Decimal(f"{before.log_rank.p_value * 0.97:.2f}")
    wanted = asked_near(before, 0.0, printed)
    moved = exchange_neighbours(wanted, before, arms)
    assert fit_violation(wanted, evaluate(moved)) <= fit_violation(wanted, before)
