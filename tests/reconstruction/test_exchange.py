"""Stage 4: what an exchange of neighbours is said to do is what it does."""

from __future__ import annotations

import numpy as np

from survkit.kernels import CoxFit, fit_two_arm_cox, tabulate_two_arms
from survkit.reconstruction.exchange import excess_of_fit, exchange_neighbours
from survkit.reconstruction.targets import ContrastTargets, collect_targets
from tests.reconstruction.documents import analysis, arm, contrast


def patients(seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    ticks = [np.sort(order[:100]) + 1, np.sort(order[100:]) + 1]
    return ticks, [generator.random(100) < share for share in (0.7, 0.6)]


def fit(ticks: list[np.ndarray], events: list[np.ndarray]) -> CoxFit:
    return fit_two_arm_cox(
        tabulate_two_arms(
            np.concatenate(ticks), np.concatenate(events), np.repeat([False, True], 100)
        )
    )


def asked_near(found: CoxFit, shift: float) -> ContrastTargets:
    ratio = found.hazard_ratio * (1.0 + shift)
    return collect_targets(
        analysis(arm("old", 100, median="5"), arm("new", 100, median="5"), contrast(f"{ratio:.3f}"))
    ).contrasts[0]


def free(ticks: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(np.zeros(own.size, dtype=int), np.full(own.size, 10**6)) for own in ticks]


def test_a_few_exchanges_bring_the_ratio_where_it_is_asked_for() -> None:
    for seed in range(20):
        ticks, events = patients(seed)
        before = fit(ticks, events)
        wanted = asked_near(before, 0.02)
        moved = exchange_neighbours(wanted, before, ticks, events, free(ticks))
        after = fit(moved, events)
        assert excess_of_fit(wanted, after) < 1e-3 * excess_of_fit(wanted, before)


def test_each_arm_keeps_its_order_and_all_keep_the_same_times() -> None:
    ticks, events = patients(3)
    before = fit(ticks, events)
    moved = exchange_neighbours(asked_near(before, 0.05), before, ticks, events, free(ticks))
    assert any((own != new).any() for own, new in zip(ticks, moved, strict=True))
    assert all(np.all(np.diff(own) > 0) for own in moved)
    np.testing.assert_array_equal(np.sort(np.concatenate(moved)), np.arange(1, 201))


def test_patients_stay_within_their_bounds() -> None:
    ticks, events = patients(5)
    before = fit(ticks, events)
    held = [(own, own) for own in ticks]
    moved = exchange_neighbours(asked_near(before, 0.05), before, ticks, events, held)
    for own, new in zip(ticks, moved, strict=True):
        np.testing.assert_array_equal(own, new)


def test_nothing_moves_where_everything_is_met() -> None:
    ticks, events = patients(7)
    before = fit(ticks, events)
    moved = exchange_neighbours(asked_near(before, 0.0), before, ticks, events, free(ticks))
    for own, new in zip(ticks, moved, strict=True):
        np.testing.assert_array_equal(own, new)
