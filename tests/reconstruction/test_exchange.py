"""Stage 4: what an exchange of neighbours is said to do is what it does."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from survkit.kernels import fit_two_arm_cox, tabulate_two_arms, two_arm_log_rank
from survkit.reconstruction.exchange import exchange_neighbours
from survkit.reconstruction.standing import Standing, compare_untied, excess_of
from survkit.reconstruction.targets import ContrastTargets, collect_targets
from tests.reconstruction.documents import analysis, arm, contrast
from tests.tolerances import EXACT


def patients(seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    ticks = [np.sort(order[:100]) + 1, np.sort(order[100:]) + 1]
    return ticks, [generator.random(100) < share for share in (0.7, 0.6)]


def stand(ticks: list[np.ndarray], events: list[np.ndarray]) -> Standing:
    return compare_untied((ticks[0], events[0]), (ticks[1], events[1]))


def asked_near(found: Standing, shift: float, p_value: Decimal | None = None) -> ContrastTargets:
    stated = contrast(f"{found.cox.hazard_ratio * (1.0 + shift):.3f}")
    if p_value is not None:
        stated["p_value"] = p_value
    arms = arm("old", 100, median="5"), arm("new", 100, median="5")
    return collect_targets(analysis(*arms, stated)).contrasts[0]


def free(ticks: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.zeros(own.size, dtype=int), np.full(own.size, 10**6)) for own in ticks]


def test_a_few_exchanges_bring_the_ratio_where_it_is_asked_for() -> None:
    for seed in range(20):
        ticks, events = patients(seed)
        before = stand(ticks, events)
        wanted = asked_near(before, 0.02)
        moved = exchange_neighbours(wanted, before, ticks, events, free(ticks))
        after = stand(moved, events)
        assert excess_of(wanted, after) < 1e-3 * excess_of(wanted, before)


def test_each_arm_keeps_its_order_and_all_keep_the_same_times() -> None:
    ticks, events = patients(3)
    before = stand(ticks, events)
    moved = exchange_neighbours(asked_near(before, 0.05), before, ticks, events, free(ticks))
    assert any((own != new).any() for own, new in zip(ticks, moved, strict=True))
    assert all(np.all(np.diff(own) > 0) for own in moved)
    np.testing.assert_array_equal(np.sort(np.concatenate(moved)), np.arange(1, 201))


def test_patients_stay_within_their_bounds() -> None:
    ticks, events = patients(5)
    before = stand(ticks, events)
    held = [(own, own) for own in ticks]
    moved = exchange_neighbours(asked_near(before, 0.05), before, ticks, events, held)
    for own, new in zip(ticks, moved, strict=True):
        np.testing.assert_array_equal(own, new)


def test_nothing_moves_where_everything_is_met() -> None:
    ticks, events = patients(7)
    before = stand(ticks, events)
    moved = exchange_neighbours(asked_near(before, 0.0), before, ticks, events, free(ticks))
    for own, new in zip(ticks, moved, strict=True):
        np.testing.assert_array_equal(own, new)


def test_untied_comparison_is_that_of_the_kernels() -> None:
    for seed in range(10):
        ticks, events = patients(seed)
        table = tabulate_two_arms(
            np.concatenate(ticks), np.concatenate(events), np.repeat([False, True], 100)
        )
        found = stand(ticks, events)
        assert found.cox.log_hazard_ratio == pytest.approx(
            fit_two_arm_cox(table).log_hazard_ratio, abs=EXACT
        )
        assert found.log_rank.z == pytest.approx(two_arm_log_rank(table).z, abs=EXACT)


def test_exchanges_reach_a_printed_p_value_along_with_the_ratio() -> None:
    ticks, events = patients(4)
    before = stand(ticks, events)
    printed = Decimal(f"{before.log_rank.p_value * 0.97:.2f}")
    wanted = asked_near(before, 0.0, printed)
    moved = exchange_neighbours(wanted, before, ticks, events, free(ticks))
    assert excess_of(wanted, stand(moved, events)) <= excess_of(wanted, before)
