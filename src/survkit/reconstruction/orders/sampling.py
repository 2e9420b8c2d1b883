"""Systematic draws of events, and the least tilt of probabilities that gives them wanted sums."""

from __future__ import annotations

import numpy as np

from survkit.arrays import Flags, Floats, sums_before

__all__ = ["SLACK", "draw", "sigmoid", "tilted", "with_sum"]

SLACK = 0.1
"""Variance that tilted sums may have, in halves of the rounding windows squared."""
_MOST_NEWTON_STEPS = 40
_STEEPEST = 30.0
_LONGEST_TILT = 3.0
_SETTLED = 1e-6
"""Change of log odds below which the next Newton step, its square, would not be seen."""


def draw(probability: Floats, phase: float = 0.5) -> Flags:
    """
    Draw systematically: an event wherever the running sum passes the next whole number.

    Parameters
    ----------
    probability : ndarray of float, shape (n,)
        Probability of an event at each position.
    phase : float
        Where the running sum begins, between 0 and 1.

    Returns
    -------
    ndarray of bool, shape (n,)
        Where the events are.
    """
    cumulative = np.round(sums_before(probability), 9)
    drawn: Flags = np.diff(np.floor(cumulative + phase)) > 0
    return drawn


def with_sum(logit: Floats, total: float) -> Floats:
    """
    Shift log odds by a constant so that the probabilities add up to a total.

    Parameters
    ----------
    logit : ndarray of float, shape (n,)
        Log odds.
    total : float
        The total.

    Returns
    -------
    ndarray of float, shape (n,)
        Probabilities.
    """
    if total <= 0 or total >= logit.size:
        return np.full(logit.size, float(total > 0))
    ones = np.ones((1, logit.size))
    probability = sigmoid(tilted(logit, ones, np.array([float(total)]), slack=1e-9))
    probability = probability * (total / probability.sum())
    bounded: Floats = np.minimum(probability, 1.0)
    return bounded


def tilted(
    logit: Floats,
    features: Floats,
    wanted: Floats,
    slack: float,
    most_steps: int = _MOST_NEWTON_STEPS,
) -> Floats:
    """
    Tilt log odds as little as possible so that features have wanted sums, with some slack.

    Newton's method on the dual of the least relative entropy; its Hessian is the covariance of the
    features plus the slack, so that there always is a solution.

    Parameters
    ----------
    logit : ndarray of float, shape (n,)
        Log odds to begin with.
    features : ndarray of float, shape (m, n)
        What an event at each position adds to each sum.
    wanted : ndarray of float, shape (m,)
        The sums.
    slack : float
        Variance that the sums may have.
    most_steps : int
        Newton steps at most.

    Returns
    -------
    ndarray of float, shape (n,)
        Log odds.

    References
    ----------
    .. [1] Csiszár, I., "I-divergence geometry of probability distributions and minimization
       problems", Ann Probab 3 (1975), 146-158.
    """
    dual = np.zeros(wanted.size)
    slacks = slack * np.eye(wanted.size)
    odds = logit
    for _ in range(most_steps):
        probability = sigmoid(odds)
        missing = wanted - features @ probability - slack * dual
        hessian = (features * (probability * (1.0 - probability))) @ features.T + slacks
        step = np.linalg.solve(hessian, missing)
        change = step @ features
        longest = max(float(change.max(initial=0.0)), -float(change.min(initial=0.0)))
        length = min(1.0, _LONGEST_TILT / max(longest, 1e-300))
        dual = dual + length * step
        odds = np.minimum(np.maximum(logit + dual @ features, -_STEEPEST), _STEEPEST)
        if longest < _SETTLED:
            break
    return odds


def sigmoid(logit: Floats) -> Floats:
    """
    Turn log odds into probabilities.

    Parameters
    ----------
    logit : ndarray of float
        Log odds.

    Returns
    -------
    ndarray of float
        Probabilities, in the same shape.
    """
    result: Floats = 1.0 / (1.0 + np.exp(-logit))
    return result
