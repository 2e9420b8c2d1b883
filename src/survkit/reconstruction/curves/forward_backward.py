"""Forwards and backwards through a hidden chain of survival, gap by gap (Rabiner, 1989)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats

__all__ = ["Backward", "Forward", "Moves", "run_backwards", "run_forwards"]

_NO_REACH = 460.0
"""Log-likelihood that a point out of the grid's reach costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """
    Jumps between neighbouring grids of `v` values: a row for each gap and number of events.

    Parameters
    ----------
    gap : ndarray of int, shape (p,)
        Gap of each row, rising.
    events : ndarray of int, shape (p,)
        Its number of events.
    target : ndarray of int, shape (p, 2, v)
        The two values between which a jump from each value lands, counted from 1; 0, v + 1 and
        v + 2 lie beside the grid.
    share : ndarray of float, shape (p, 2, v)
        How much of it lands on either.
    """

    gap: Counts
    events: Counts
    target: Counts
    share: Floats

    def rows(self, gaps: int) -> list[slice]:
        """Return the rows of each of so many gaps."""
        first = np.searchsorted(self.gap, np.arange(gaps + 1)).tolist()
        return [slice(a, z) for a, z in pairwise(first)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """
    One run forwards.

    Parameters
    ----------
    weight : ndarray of float, shape (j + 1, v)
        Distribution at each node, given the points up to it.
    log_likelihood : float
        Of all points.
    """

    weight: Floats
    log_likelihood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backward:
    """
    One run backwards.

    Parameters
    ----------
    weight : ndarray of float, shape (j + 1, v)
        How well each value agrees with the points after it; adds up to 1 at all but the last node.
    chance : ndarray of float, shape (j, m)
        Posterior probability of each number of events in each gap; adds up to 1, or to 0 where the
        grid has no path.
    """

    weight: Floats
    chance: Floats


def run_forwards(moves: Moves, probability: Floats, density: Floats) -> Forward:
    """
    Run forwards from survival 1, the last value of the first grid.

    Parameters
    ----------
    moves : Moves
        What each gap may do.
    probability : ndarray of float, shape (j, m)
        Of each number of events in each gap.
    density : ndarray of float, shape (j + 1, v)
        Of each node's point under each value.

    Returns
    -------
    Forward
        Distributions and the log-likelihood.
    """
    nodes, values = density.shape
    prior = probability[moves.gap, moves.events]
    forward = np.zeros_like(density)
    forward[0, -1] = 1.0
    likelihood = 0.0
    for j, rows in enumerate(moves.rows(nodes - 1)):
        leaving = prior[rows, None] * forward[j]
        landing = np.bincount(
            moves.target[rows].reshape(-1),
            (leaving[:, None, :] * moves.share[rows]).reshape(-1),
            values + 3,
        )
        weight = landing[1:-2] * density[j + 1]
        total = float(weight.sum())
        if total > 0.0:
            forward[j + 1] = weight / total
            likelihood += math.log(total)
        else:  # the grid does not reach: begin anew
            forward[j + 1] = 1.0 / values
            likelihood -= _NO_REACH
    return Forward(weight=forward, log_likelihood=likelihood)


def run_backwards(moves: Moves, probability: Floats, density: Floats, forward: Floats) -> Backward:
    """
    Run backwards, and weigh each gap's events with what comes before and after.

    Parameters
    ----------
    moves : Moves
        What each gap may do.
    probability : ndarray of float, shape (j, m)
        Of each number of events in each gap.
    density : ndarray of float, shape (j + 1, v)
        Of each node's point under each value.
    forward : ndarray of float, shape (j + 1, v)
        Distributions of the run forwards.

    Returns
    -------
    Backward
        Weights and the chances of each number of events.
    """
    nodes, values = density.shape
    prior = probability[moves.gap, moves.events]
    joint = np.zeros_like(prior)
    backward = np.ones_like(density)
    later = np.zeros(values + 3)
    for j, rows in reversed(list(enumerate(moves.rows(nodes - 1)))):
        later[1:-2] = density[j + 1] * backward[j + 1]
        reached = (later[moves.target[rows]] * moves.share[rows]).sum(axis=1)
        weight = prior[rows] @ reached
        total = float(weight.sum())
        backward[j] = weight / total if total > 0.0 else 1.0
        joint[rows] = prior[rows] * (reached @ forward[j])
    chance = np.zeros_like(probability)
    chance[moves.gap, moves.events] = joint
    sums = chance.sum(axis=1, keepdims=True)
    return Backward(weight=backward, chance=chance / np.where(sums > 0.0, sums, 1.0))
