r"""
Numbers at risk between the risk times, from the curve in closed form.

In a block from node a to node z with R patients at risk at its start, censoring weights w that add
up to 1 and survival S, the patients at risk just after node m are
:math:`S_m (R / S_a - C \sum_{i \le m} w_i / S_i)`, so that the number at risk at the block's end
gives the censorings C, and the rest are events. The weights are tilted by one exponential in the
cumulative hazard for the whole arm: what conditioning on a total of events does to censorings that
are uniform otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.censoring import (
    candidate_ends,
    cost_of_ends,
    even_censoring,
    late_censoring,
    middle_end,
    weight_of_shape,
)

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.curves.axis import Axis

__all__ = ["AtRiskPath", "fit_at_risk_path", "settle_table"]

_TILTS = np.linspace(-6.0, 6.0, 25)
_SMALL = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskPath:
    """
    Expected numbers between the nodes of an axis.

    Parameters
    ----------
    at_risk : ndarray of float, shape (j + 1,)
        Patients at risk just after each node.
    events : ndarray of float, shape (j,)
        Events in each gap, its right node included.
    """

    at_risk: Floats
    events: Floats


@dataclass(frozen=True, slots=True)
class _Blocks:
    """One block under several tilts and several numbers at its end: arrays (tilts, ends, gaps)."""

    at_risk: Floats
    events: Floats
    cost: Floats


def settle_table(axis: Axis, survival: Floats) -> Counts:
    """
    Choose whole numbers at risk inside their intervals.

    An entry that is known only as an interval takes what its neighbours and the curve let expect,
    with censorings spread evenly between them.

    Parameters
    ----------
    axis : Axis
        Nodes, blocks and the intervals.
    survival : ndarray of float, shape (j + 1,)
        Curve at the nodes.

    Returns
    -------
    ndarray of int, shape (b,)
        Patients at risk at each block's start, falling.
    """
    chosen = (axis.lower + axis.upper) // 2
    chosen = np.minimum.accumulate(chosen)
    curve = np.maximum(survival, _SMALL)
    starts = axis.starts
    for _ in range(3):
        for b in range(1, chosen.size):
            if axis.lower[b] == axis.upper[b]:
                continue
            a, m, z = (axis.time[starts[b + k]] for k in (-1, 0, 1))
            before = np.log(max(chosen[b - 1], 0.5) / curve[starts[b - 1]])
            final = chosen[b + 1] if b + 1 < chosen.size else (axis.at_end or 1)
            after = np.log(max(final, 0.5) / curve[starts[b + 1]])
            share = (m - a) / max(z - a, _SMALL)
            expected = curve[starts[b]] * np.exp(before + share * (after - before))
            most = min(axis.upper[b], chosen[b - 1])
            chosen[b] = np.clip(round(float(expected)), min(axis.lower[b], most), most)
    return np.minimum.accumulate(chosen)


def fit_at_risk_path(
    axis: Axis, survival: Floats, at_risk: Counts, events: int | None
) -> AtRiskPath:
    """
    Fit the tilt of the censorings and the number followed to the end.

    Parameters
    ----------
    axis : Axis
        Nodes and blocks.
    survival : ndarray of float, shape (j + 1,)
        Curve at the nodes, positive and falling.
    at_risk : ndarray of int, shape (b,)
        Patients at risk at each block's start.
    events : int or None
        Total events, where known.

    Returns
    -------
    AtRiskPath
        The path of smallest cost: tilts and impossible blocks cost, and so does missing `events`.
    """
    tilts = np.zeros(1) if events is None else _TILTS
    ends = np.array([axis.at_end]) if axis.at_end is not None else candidate_ends(int(at_risk[-1]))
    fall = _final_fall(axis, survival, at_risk)
    held = np.where(np.arange(survival.size) < fall, survival, survival[fall - 1])
    parts = []
    for b, (a, z) in enumerate(axis.blocks):
        final = ends if b + 1 == at_risk.size else at_risk[b + 1 : b + 2]
        parts.append(_fill_block(axis, held, (a, z), int(at_risk[b]), final, tilts))
    straight = axis.straight_end(held, at_risk)
    cost = sum(part.cost for part in parts) + cost_of_ends(ends, int(at_risk[-1]), straight)
    if events is not None:
        total = sum(part.events.sum(axis=2) for part in parts)
        total = total + (ends if fall < survival.size else 0)
        cost = cost + (total - events) ** 2 / (2.0 * (0.25 + (8e-4 * at_risk[0]) ** 2))
    # without a table it is the shape of all that decides, with one the end alone is open
    alone = len(parts) == 1
    least = int(np.argmin(cost.min(axis=0)))
    k = least if alone else middle_end(np.exp(cost.min() - cost).sum(axis=0), ends)
    i = int(np.argmin(cost[:, k]))
    last = [0] * (len(parts) - 1) + [int(k)]
    left = [part.at_risk[i, e] for part, e in zip(parts, last, strict=True)]
    path = np.concatenate([at_risk[:1].astype(float), *left])
    happened = np.concatenate([part.events[i, e] for part, e in zip(parts, last, strict=True)])
    if fall < survival.size:
        happened[fall - 1] += ends[k]
        path[fall:] = 0.0
    return AtRiskPath(at_risk=path, events=happened)


def _final_fall(axis: Axis, survival: Floats, at_risk: Counts) -> int:
    """
    Return the node at which the last patients have the event; one past the last where none do.

    A Kaplan-Meier estimate that is not 0 is at least one over the patients. How many fall at once
    does not show, so that they are weighed as those who are followed to the end are elsewhere.
    """
    nobody = np.flatnonzero(survival < 0.5 / at_risk[0])
    nobody = nobody[nobody > axis.starts[-2]]
    return int(nobody[0]) if nobody.size else survival.size


def _fill_block(
    axis: Axis, survival: Floats, nodes: tuple[int, int], start: int, ends: Counts, tilts: Floats
) -> _Blocks:
    """Numbers at risk and events of one block, and what they cost."""
    a, z = nodes
    curve = survival[a : z + 1]
    whole = axis.starts.size == 2
    weight, tilted = _weights(axis.width[a:z], curve, tilts, whole=whole)
    final = ends[None, :, None].astype(float)
    sums = np.cumsum(weight / curve[1:], axis=1)
    wanted = (start / curve[0] - final[..., 0] / curve[-1]) / sums[:, -1:]
    leave = np.maximum(start - final[..., 0], 0.0)
    censored = np.clip(wanted, 0.0, leave)
    left = curve[1:] * (start / curve[0] - censored[..., None] * sums[:, None, :])
    left = np.maximum(left, 0.0)
    before = np.concatenate((np.full((*left.shape[:2], 1), float(start)), left[..., :-1]), axis=2)
    events = before * (1.0 - curve[1:] / curve[:-1])
    total = events.sum(axis=2)
    scale = np.where((censored != wanted) & (total > 0), (leave - censored), total)
    events *= (scale / np.where(total > 0, total, 1.0))[..., None]
    left[..., -1] = final[..., 0]
    excess = np.minimum(wanted, 0.0) / (0.5 + 0.003 * start / curve[0])
    told = weight_of_shape(censored) if whole else censored
    return _Blocks(left, events, told * tilted[:, None] + excess**2 / 2.0)


def _weights(width: Floats, curve: Floats, tilts: Floats, *, whole: bool) -> tuple[Floats, Floats]:
    """Censoring weights of the gaps under each tilt, and their divergence from even ones."""
    hazard = -np.log(np.maximum(curve[:-1], 1e-3) / max(curve[0], 1e-3))
    even = even_censoring(width, curve)
    if whole:
        late = late_censoring(even, width)
        if tilts.size == 1:  # neither table nor total: follow-up may be cut off from any time on
            even = np.mean(np.concatenate((even[None], late)), axis=0)
    weight = even * np.exp(tilts[:, None] * hazard)
    if whole and tilts.size > 1:
        weight = np.concatenate((weight, late))
    weight /= weight.sum(axis=1, keepdims=True)
    share = np.where(even > 0, weight / np.where(even > 0, even, 1.0), 1.0)
    return weight, np.sum(weight * np.log(np.maximum(share, _SMALL)), axis=1)
