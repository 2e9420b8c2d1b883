"""Joined orders are the same however many are read at a time: that is a matter of memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.tiny_trials import simulate
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.finite import assess, joins
from survkit.reconstruction.finite.assess import Assessment
from survkit.reconstruction.finite.exchanges import exchanged_labels, moved_patients

if TYPE_CHECKING:
    import pytest

SEED, NUMBER = 7, 4
"""A trial of five and two patients with a ratio."""


def joined() -> tuple[list[list[bytes]], list[float]]:
    """Join the orders next to one, and measure them."""
    constraints = read_constraints(simulate(SEED, NUMBER)[0])
    start = bytes([3, 0, 1, 1, 2, 1, 0])
    pool = list(dict.fromkeys([start, *moved_patients(start), *exchanged_labels(start, [0, 1])]))
    assessment = Assessment(constraints)
    assessment.begin(start, pool, 0.5)
    return list(joins.joined_orders(pool, assessment)), assessment.cost(pool).way


def test_a_few_at_a_time_are_joined_and_measured_as_all_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joins, "_NEAR", 20.0)  # of so few orders none is near
    together = joined()
    for module, name, few in (
        (joins, "_AT_ONCE", 3),
        (joins, "_MOST_SUMS", 5),
        (assess, "_AT_ONCE", 2),
    ):
        monkeypatch.setattr(module, name, few)
    assert any(together[0])
    assert joined() == together
