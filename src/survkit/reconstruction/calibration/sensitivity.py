"""What moving the knots of an arm does to a contrast, for all knots of the arm at once.

A knot moves the times of the patients around it, and with them the numbers at risk in both arms.
The log hazard ratio follows by two Newton steps from where it stands: enough for a derivative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.contrast import Side, by_stratum, count_tied, log_rank_sums

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.contrast import Standing

__all__ = ["Probes", "probe_moves"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_NEWTON_STEPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """
    A contrast under several moves of one arm, each array of shape (k,).

    Parameters
    ----------
    log_ratio, error : ndarray of float
        Log hazard ratio, experimental over reference, and its standard error.
    z : ndarray of float
        Log-rank statistic.
    """

    log_ratio: Floats
    error: Floats
    z: Floats


def probe_moves(
    standing: Standing, own: Side, other: Side, times: Floats, *, own_is_reference: bool
) -> Probes:
    """
    Compare two arms for several sets of times of one of them.

    Parameters
    ----------
    standing : Standing
        The comparison as it stands, where Newton's steps begin.
    own : Side
        The arm that moves.
    other : Side
        The arm that stays.
    times : ndarray of float, shape (k, n)
        Times of the arm that moves, in ticks, each row rising.
    own_is_reference : bool
        Whether the arm that moves is the reference.

    Returns
    -------
    Probes
        One comparison per row.
    """
    parts = [
        _risk_sets(part, rest, times if own.stratum is None else times[:, own.stratum == stratum])
        for stratum, (part, rest) in _strata(own, other)
    ]
    at_risk = [np.concatenate([part[side] for part in parts], axis=1) for side in (0, 1)]
    tied = np.concatenate([part[2] for part in parts])
    reference, experimental = at_risk if own_is_reference else reversed(at_risk)
    observed = int((other if own_is_reference else own).event.sum())
    log_ratio = np.full(times.shape[0], standing.cox.log_hazard_ratio)
    for _ in range(_NEWTON_STEPS):
        share = _share(reference, experimental, np.exp(log_ratio)[:, None])
        information = (share * (1.0 - share)).sum(axis=1)
        log_ratio = log_ratio + (observed - share.sum(axis=1)) / information
    expected, variance = log_rank_sums(reference, experimental, tied)
    return Probes(
        log_ratio=log_ratio,
        error=1.0 / np.sqrt(information),
        z=(observed - expected) / np.sqrt(np.maximum(variance, 1e-12)),
    )


def _strata(own: Side, other: Side) -> list[tuple[int, tuple[Side, Side]]]:
    """Pair the patients by stratum, with the stratum's number."""
    pairs = by_stratum(own, other)
    if own.stratum is None or other.stratum is None:
        return [(0, pairs[0])]
    return list(zip(np.union1d(own.stratum, other.stratum).tolist(), pairs, strict=True))


def _risk_sets(own: Side, other: Side, times: Floats) -> tuple[Floats, Floats, Ticks]:
    """Return the numbers at risk of the moving and the resting arm, and who is tied."""
    rows, size = times.shape
    mine, theirs = np.flatnonzero(own.event), np.flatnonzero(other.event)
    when = other.ticks[theirs].astype(np.float64)
    crossing = other.ticks.size - np.searchsorted(other.ticks, times[:, mine])
    # one search for all rows: each lies beyond all rows before it
    beyond = 1.0 + max(float(times.max(initial=0.0)), float(other.ticks.max(initial=0)))
    offset = beyond * np.arange(rows)[:, None]
    found = np.searchsorted((times + offset).ravel(), (when + offset).ravel())
    meeting = size - (found.reshape(rows, theirs.size) - size * np.arange(rows)[:, None])
    at_risk = (
        np.broadcast_to(size - mine, (rows, mine.size)),
        meeting,
        crossing,
        np.broadcast_to(other.ticks.size - theirs, (rows, theirs.size)),
    )
    return (
        np.concatenate(at_risk[:2], axis=1).astype(np.float64),
        np.concatenate(at_risk[2:], axis=1).astype(np.float64),
        np.concatenate((count_tied(own.ticks[mine]), count_tied(other.ticks[theirs]))),
    )


def _share(reference: Floats, experimental: Floats, ratio: Floats | float) -> Floats:
    weighted: Floats = experimental * ratio
    return weighted / (reference + weighted)
