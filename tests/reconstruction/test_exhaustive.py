"""The oracle: whatever tiny arms print is met, of one arm in all orders, of two arms at random.

Everything is printed of patients that exist. `benchmarks/bench_exhaustive.py` goes through all
subsets of the figures of thousands of trials; here is a sample of them.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.tiny_trials import Patients, left_out, print_arm, simulate, subsets
from survkit.comparison import Verdict
from survkit.kernels import ArmTimes
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.finite.search import search_small_arms
from survkit.reconstruction.placement.clock import Clock
from survkit.reconstruction.population.priors import SMOOTH
from survkit.reconstruction.record.measurement import measure_figures
from survkit.reconstruction.solution import Solution, Task
from survkit.reproduction import reproduce_analysis
from tests.reconstruction.documents import analysis, arm, contrast, digits

if TYPE_CHECKING:
    from survkit.trial import Analysis

MARKS = (Decimal(3), Decimal(6))


def printed(labels: tuple[bool, ...]) -> Analysis:
    """Print an arm whose patients leave one after the other, over nine months."""
    time = np.round(np.linspace(0.7, 8.9, len(labels)), 2)
    patients = Patients(time=time, event=np.array(labels))
    return analysis(print_arm("old", patients, MARKS, percent_places=1, follow_up=True))


def searched(asked: Analysis) -> list[str]:
    """Search an arm from patients who are all censored early on; name what is missed."""
    constraints = read_constraints(asked)
    n = constraints.arms[0].n
    start = ArmTimes(time=np.arange(1, n + 1), event=np.zeros(n, dtype=bool))
    nearest = Solution(arms=(start,), clock=Clock(decimals=2, arms=1), end=10.0, loss=1.0)
    task = Task(constraints=constraints, strata=None, windows=[[]], prior=SMOOTH)
    found = search_small_arms(task, nearest)
    if found is None:
        return ["no order"]
    (arm,) = found.patients
    values = measure_figures(asked, [arm.time], [arm.event], asked.figures)
    return [
        f"{figure.key}: {figure.printed}, {value:g}"
        for figure, value in zip(asked.figures, values, strict=True)
        if not figure.printed.admits(value)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("n", range(1, 9))
def test_every_order_of_one_arm_is_met_by_the_search_alone(n: int) -> None:
    for labels in product((True, False), repeat=n):
        assert not searched(printed(labels)), labels


@pytest.mark.parametrize("n", range(1, 4))
def test_every_order_of_one_arm_is_met(n: int) -> None:
    for labels in product((True, False), repeat=n):
        made = reconstruct_analysis(printed(labels))
        assert [str(match.figure.key) for match in made.matches if not match.met] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [n for n in range(40) if n % 4 != 3])
def test_subsets_of_what_two_tiny_arms_print_are_met(number: int) -> None:
    asked, _ = simulate(1, number)
    chosen = list(subsets(asked))
    kept = chosen[(37 * number) % len(chosen)]
    made = reconstruct_analysis(asked, without=left_out(asked, kept))
    assert [f"{one.figure.key} {one.achieved:g}" for one in made.matches if not one.met] == []


@pytest.mark.parametrize("number", [0, 2, 4])
def test_the_referee_agrees_on_all_figures_of_two_tiny_arms(number: int) -> None:
    asked, _ = simulate(2, number)
    found = reproduce_analysis(asked).inputs
    assert {one.verdict for one in found} == {Verdict.REPRODUCED}


@pytest.mark.slow
def test_a_median_on_a_rest_is_read_as_printed_whatever_lifelines_rounds_to() -> None:
    """Half of eight patients leave one by one: logarithms add up to a little above one half."""
    old = arm("old", 8, 7, "0.4", ("0.1", "5.3"), end="9.6")
    new = arm("new", 8, 7, "3.8", ("0.7", "not reached"), end="8.1")
    tested = contrast("0.71", ("0.24", "2.03")) | {"p_value": {"value": digits("0.516")}}
    found = reproduce_analysis(analysis(old, new, tested)).inputs
    assert {one.verdict for one in found} == {Verdict.REPRODUCED}
