"""How usual a division is: members from all stretches, and what an exchange does to that."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import ArmTimes
from survkit.reconstruction.subgroups.composition import expect_composition

POOL = ArmTimes(time=np.arange(1.0, 49.0), event=np.arange(48) % 3 > 0)
HALF = np.full((3, 48), 1.0 / 3.0)


def test_a_group_without_late_events_is_unlikelier_than_one_spread_over_all() -> None:
    composition = expect_composition([POOL], [HALF], 0.5)
    spread = (np.arange(48) + np.arange(48) // 3) % 3
    early = np.arange(48) // 16
    assert composition.unlikeliness([spread]) < 0.2 * composition.unlikeliness([early])


def test_the_change_by_an_exchange_is_the_difference_of_two_divisions() -> None:
    composition = expect_composition([POOL], [HALF], 0.5)
    labels = np.random.default_rng(1).integers(0, 3, 48)
    members = [np.flatnonzero(labels == 0), np.flatnonzero(labels == 2)]
    change = composition.after_exchange(labels, 0, (0, 2), members)
    before = composition.unlikeliness([labels])
    for row, one in enumerate(members[0]):
        for column, other in enumerate(members[1]):
            swapped = labels.copy()
            swapped[[one, other]] = swapped[[other, one]]
            after = composition.unlikeliness([swapped])
            assert change[row, column] == pytest.approx(after - before, abs=1e-9)


def test_likelihood_counts_for_more_where_more_is_missed_up_to_a_bound() -> None:
    composition = expect_composition([POOL], [HALF], 0.5)
    assert composition.weight_beside(0.0) == 0.0
    assert composition.weight_beside(0.1) < composition.weight_beside(0.5)
    assert composition.weight_beside(9.0) == composition.weight_beside(0.5)
