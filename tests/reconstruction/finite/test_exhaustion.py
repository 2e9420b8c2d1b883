"""Tiny arms: what patients print is never proved impossible, what none can print is."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.tiny_trials import Patients, draw_patients, print_arm, print_trial
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.families.rests import certain_rests
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.finite import search
from survkit.reconstruction.finite.exhaustion import cannot_be_met, has_no_order
from tests.reconstruction.documents import analysis, arm, contrast, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis


def impossible(asked: Analysis) -> bool:
    with np.errstate(all="ignore"):
        return cannot_be_met(read_constraints(asked, frozenset(), certain_rests(asked)))


@pytest.mark.parametrize("clock", [0.01, 1.0])
def test_what_patients_print_is_not_impossible(clock: float) -> None:
    for number in range(60):
        size = 2 + number % 9
        patients = draw_patients(np.random.default_rng((3, number)), (size, size), clock)
        assert not impossible(print_trial(patients, follow_up=True, p_value=False)), number


def test_ties_pass_by_limits() -> None:
    patients = Patients(time=np.ones(4), event=np.ones(4, dtype=bool))
    assert not impossible(analysis(print_arm("old", patients, (), follow_up=True)))


def at(*percentages: tuple[str, str]) -> dict[str, Any]:
    points = [{"time": digits(time), "percent": digits(share)} for time, share in percentages]
    return {"survival": points}


@pytest.mark.parametrize(
    "asked",
    [
        arm("old", 4) | at(("3", "60")),  # 75 or 50, 66.7 after a censoring, but never 60
        arm("old", 3, 0, "5.0"),
        arm("old", 5, 2, "5.0", end="4.0"),
        arm("old", 3, 4),
        arm("old", 6, 3) | at(("3", "50"), ("6", "67")),
    ],
)
def test_what_no_patients_print_is_impossible(asked: dict[str, Any]) -> None:
    assert impossible(analysis(asked))


def test_every_order_is_looked_at() -> None:
    """Of four patients, each percentage that some order has after two of them, and no other."""
    curves = [
        np.cumprod(1.0 - np.array(labels) / np.arange(4, 0, -1))
        for labels in product((True, False), repeat=4)
    ]
    shares = np.append(np.concatenate(curves), 1.0)
    for percent in range(101):
        (asked,) = read_constraints(analysis(arm("old", 4) | at(("3", str(percent))))).arms
        prints = np.abs(100.0 * shares - percent) < 0.5 + 1e-6
        assert has_no_order(asked) == (not prints.any()), percent


def test_many_patients_are_not_looked_at() -> None:
    assert not impossible(analysis(arm("old", 40, 20) | at(("3", "60"), ("6", "80"))))


def test_nobody_is_sought_for_what_is_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        pytest.fail("orders were searched")

    monkeypatch.setattr(search, "search_orders", never)
    old, new = arm("old", 4) | at(("3", "60")), arm("new", 4, 3, "5.0")
    made = reconstruct_analysis(analysis(old, new, contrast("0.6", ("0.1", "9.9"))))
    assert "old: survival at 3" in {str(key) for key in made.missed_keys}
