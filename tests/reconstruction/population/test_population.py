"""Stage 1: the population meets the figures in expectation, and its gradients are right."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from survkit.kernels.cells import expect_cells
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.population.fit import cell_edges, fit_population
from survkit.reconstruction.population.follow_up import arm_ends, follow_up_end, median_scale
from survkit.reconstruction.population.mode import Observation, linearise
from tests.reconstruction.documents import analysis, arm, contrast

ASKED = {
    "proportional": analysis(
        arm("old", 203, 165, "4.6", ("3.1", "5.4")),
        arm("new", 207, 109, "11.0", ("8.4", "13.9")),
        contrast("0.35", ("0.27", "0.45")),
    ),
    "everything": analysis(
        arm("old", 203, 165, "4.6", end="30")
        | {
            "lower_quartile": {"value": Decimal("2.3"), "ci": [Decimal("1.9"), Decimal("2.8")]},
            "median_follow_up": {"value": Decimal(17), "ci": [Decimal(15), Decimal(19)]},
            "rmst": [{"time": 12, "value": Decimal("5.8"), "ci": [Decimal("5.2"), Decimal("6.4")]}],
        },
        arm("new", 207, 109, "11.0", end="30") | {"upper_quartile": "not reached"},
        contrast("0.35", ("0.27", "0.45"))
        | {
            "rmst_difference": [
                {"time": 12, "value": Decimal("2.6"), "ci": [Decimal("1.8"), Decimal("3.5")]}
            ]
        },
    ),
    "crossing": analysis(
        arm("old", 220, 170, "10.4", end="40"),
        arm("new", 220, 150, "8.9", end="38"),
        contrast("0.80", ("0.64", "0.99")),
    ),
}


@pytest.mark.parametrize("transform", ["log-log", "log", "plain"])
@pytest.mark.parametrize("name", ASKED)
def test_gradients_are_the_slopes_of_the_figures(name: str, transform: str) -> None:
    constraints = read_constraints(ASKED[name].model_copy(update={"median_interval": transform}))
    scale = median_scale(constraints)
    edges = cell_edges(constraints, scale, follow_up_end(constraints, scale))
    ends = arm_ends(constraints, float(edges[-1]))
    logs = np.random.default_rng(1).normal(-3.0, 0.5, (len(constraints.arms), 2, edges.size - 1))

    def observed(values: np.ndarray) -> Observation:
        arms = [
            expect_cells(arm.n, edges, cells, end)
            for arm, cells, end in zip(
                constraints.arms, values.reshape(logs.shape), ends, strict=True
            )
        ]
        return linearise(constraints, arms)

    jacobian = observed(logs.ravel()).jacobian
    step = 1e-5
    for column in range(0, logs.size, 5):
        ahead, behind = logs.ravel().copy(), logs.ravel().copy()
        ahead[column] += step
        behind[column] -= step
        slope = (observed(ahead).residual - observed(behind).residual) / (2.0 * step)
        allowance = 1e-6 * np.abs(jacobian).max(axis=1)
        assert np.all(np.abs(slope - jacobian[:, column]) <= allowance)


@pytest.mark.parametrize("name", ASKED)
def test_population_has_the_printed_events(name: str) -> None:
    population = fit_population(read_constraints(ASKED[name]))
    for fitted, printed in zip(population.arms, ASKED[name].arms, strict=True):
        assert printed.events is not None
        assert fitted.expected_events == pytest.approx(printed.events.printed.value, abs=1.0)


def test_figures_of_one_arm_leave_the_arithmetic_of_the_other_alone() -> None:
    logs, edges = np.full((2, 6), -2.0), np.arange(7.0)
    alone = expect_cells(100, edges, logs)
    again = expect_cells(100, edges, logs.copy(), 6.0)
    np.testing.assert_array_equal(alone.at_risk, again.at_risk)


def test_cells_end_where_follow_up_ends() -> None:
    constraints = read_constraints(ASKED["crossing"])
    edges = fit_population(constraints).arms[0].edges
    assert edges[0] == 0.0
    assert edges[-1] == 40.0
    assert 38.0 in edges
    assert np.all(np.diff(edges) > 0)
