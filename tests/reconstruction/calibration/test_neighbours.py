"""Stage 4: what an exchange of neighbours is said to do is what it does."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import TwoArmFit, fit_two_arms
from survkit.reconstruction.calibration.neighbours import exchange_neighbours
from survkit.reconstruction.constraints.families.contrast import fit_violation
from survkit.reconstruction.constraints.read import read_constraints
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.timelines import patients

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.placement.timeline import Timeline


def evaluate(arms: tuple[Timeline, ...]) -> TwoArmFit:
    return fit_two_arms(arms[0].patients, arms[1].patients)


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
