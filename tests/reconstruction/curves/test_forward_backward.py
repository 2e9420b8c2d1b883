"""Forwards and backwards against every path there is, on chains small enough to list them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survkit.reconstruction.curves.forward_backward import Moves, run_backwards, run_forwards

Floats = NDArray[np.float64]
VALUES = 3
EVENTS = 3


def chain(seed: int, gaps: int) -> tuple[Moves, Floats, Floats]:
    """Every number of events in every gap, landing anywhere, also beside the grid."""
    generator = np.random.default_rng(seed)
    gap, events = (part.ravel() for part in np.indices((gaps, EVENTS)))
    lower = generator.integers(0, VALUES + 2, (gap.size, VALUES))
    upper = generator.uniform(0.0, 1.0, (gap.size, VALUES))
    moves = Moves(
        gap=gap,
        events=events,
        target=np.stack((lower, lower + 1), axis=1),
        share=np.stack((1.0 - upper, upper), axis=1),
    )
    probability = generator.dirichlet(np.ones(EVENTS), gaps)
    return moves, probability, generator.uniform(0.1, 2.0, (gaps + 1, VALUES))


def every_path(moves: Moves, probability: Floats, density: Floats) -> tuple[Floats, Floats]:
    """Weight of each value at each node, and of each number of events, summed over all paths."""
    gaps = probability.shape[0]
    at_node, in_gap = np.zeros((gaps + 1, VALUES)), np.zeros((gaps, EVENTS))
    step = np.zeros((gaps, EVENTS, VALUES, VALUES))
    for row, (gap, events) in enumerate(zip(moves.gap, moves.events, strict=True)):
        for side, value in itertools.product(range(2), range(VALUES)):
            landing = moves.target[row, side, value] - 1
            if 0 <= landing < VALUES:
                step[gap, events, value, landing] += moves.share[row, side, value]
    for values in itertools.product(range(VALUES), repeat=gaps):
        nodes = (VALUES - 1, *values)
        for counts in itertools.product(range(EVENTS), repeat=gaps):
            weight = 1.0
            for gap, events in enumerate(counts):
                before, after = nodes[gap], nodes[gap + 1]
                weight *= probability[gap, events] * step[gap, events, before, after]
                weight *= density[gap + 1, after]
            at_node[range(gaps + 1), nodes] += weight
            in_gap[range(gaps), counts] += weight
    return at_node, in_gap


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_both_runs_weigh_every_path(seed: int, gaps: int) -> None:
    moves, probability, density = chain(seed, gaps)
    at_node, in_gap = every_path(moves, probability, density)
    total = at_node[0].sum()
    if total <= 0.0:
        return
    forward = run_forwards(moves, probability, density)
    back = run_backwards(moves, probability, density, forward.weight)
    posterior = forward.weight * back.weight
    posterior /= posterior.sum(axis=1, keepdims=True)
    assert forward.log_likelihood == pytest.approx(math.log(total), abs=1e-9)
    assert posterior == pytest.approx(at_node / total, abs=1e-9)
    assert back.chance == pytest.approx(in_gap / total, abs=1e-9)


def test_a_grid_that_no_path_reaches_begins_anew() -> None:
    beside = np.full((1, 2, VALUES), 0)
    moves = Moves(
        gap=np.array([0]),
        events=np.array([0]),
        target=beside,
        share=np.full((1, 2, VALUES), 0.5),
    )
    probability, density = np.ones((1, 1)), np.ones((2, VALUES))
    forward = run_forwards(moves, probability, density)
    back = run_backwards(moves, probability, density, forward.weight)
    assert forward.weight[1].tolist() == [1 / VALUES] * VALUES
    assert forward.log_likelihood < -100
    assert back.chance.tolist() == [[0.0]]


def test_a_gap_without_rows_has_none() -> None:
    moves = Moves(
        gap=np.array([0, 2, 2]),
        events=np.zeros(3, dtype=np.int64),
        target=np.ones((3, 2, VALUES), dtype=np.int64),
        share=np.full((3, 2, VALUES), 0.5),
    )
    assert moves.rows(3) == [slice(0, 1), slice(1, 1), slice(1, 3)]
