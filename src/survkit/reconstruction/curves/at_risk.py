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
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.reconstruction.curves.axis import Axis

__all__ = [
    "AtRiskPath",
    "candidate_ends",
    "cost_of_ends",
    "fit_at_risk_path",
    "late_censoring",
    "middle_end",
    "settle_table",
    "weight_of_shape",
]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_TILTS = np.linspace(-6.0, 6.0, 25)
_FIRST_OUT = np.arange(0.1, 0.95, 0.1)
"""Shares of the censorings' usual places before which few come, where follow-up is cut off late."""
_ANY_TIME = 0.1
"""Share of the censorings that come at any time even then."""
_AS_IF = 10.0
"""
Censorings that even ones over a whole follow-up are believed as if they had been seen of, at most.
"""
_SMALL = 1e-12
_SPREAD_OF_ENDS = 0.5
"""Standard deviation of the log of the number followed to the end, where a figure was cut off."""


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


def candidate_ends(last: int) -> Counts:
    """
    Numbers of patients that may be followed to the very end.

    Parameters
    ----------
    last : int
        Patients at risk at the last risk time.

    Returns
    -------
    ndarray of int, shape (k,)
        Distinct numbers from 1 to `last`, denser near 1.
    """
    spread = np.concatenate(([1, 2, 3, 4, 6, 8], last * np.linspace(0.1, 1.0, 10)))
    return np.unique(np.clip(np.round(spread), 1, max(last, 1)).astype(np.int64))


def late_censoring(even: Floats) -> Floats:
    """
    Weights of censorings that come evenly, but hardly before some time.

    Who was recruited evenly over some time is cut off evenly over as long, and nobody sooner.

    Parameters
    ----------
    even : ndarray of float, shape (g,)
        Weights of the gaps, of even censoring.

    Returns
    -------
    ndarray of float, shape (s, g)
        Weights for several first times, each with sum 1.
    """
    middle = np.cumsum(even) - even / 2.0
    late = even * (middle > _FIRST_OUT[:, None])
    late /= np.maximum(late.sum(axis=1, keepdims=True), _SMALL)
    return np.asarray(_ANY_TIME * even + (1.0 - _ANY_TIME) * late)


def weight_of_shape(censored: Floats | Counts) -> Floats:
    """
    Return how many of so many censorings the divergence from even ones is to count for.

    Between two numbers at risk each censoring may come at any time; over a whole follow-up it is
    the shape itself that nobody knows, and no number of patients makes it surer.
    """
    return np.asarray(censored / (1.0 + censored / _AS_IF))


def cost_of_ends(axis: Axis, survival: Floats, at_risk: Counts, ends: Counts) -> Floats:
    """
    How plausible numbers of patients followed to the very end are.

    Either follow-up ends with its last patients, and any order of magnitude is as likely as any
    other; or the figure was cut off, and patients had left at the rate of the block before.

    Parameters
    ----------
    axis : Axis
        Nodes and blocks.
    survival : ndarray of float, shape (j + 1,)
        Curve at the nodes.
    at_risk : ndarray of int, shape (b,)
        Patients at risk at each block's start.
    ends : ndarray of int, shape (k,)
        Candidates.

    Returns
    -------
    ndarray of float, shape (k,)
        Minus the log of their prior weight.
    """
    scale = np.log(ends + 0.5)
    if at_risk.size < 2 or axis.at_end is not None or at_risk[-1] < 1:
        return np.asarray(scale)
    a, z, end = (int(node) for node in axis.starts[-3:])
    events = (at_risk[-2] + at_risk[-1]) / 2.0 * (1.0 - survival[z] / max(survival[a], _SMALL))
    left = max(float(at_risk[-2] - at_risk[-1] - events), 0.5) / at_risk[-1]
    lengths = (axis.time[end] - axis.time[z]) / max(axis.time[z] - axis.time[a], _SMALL)
    stay = at_risk[-1] * survival[end] / max(survival[z], _SMALL)
    expected = stay * max(1.0 - left * lengths, 0.0)
    apart = np.log((ends + 0.5) / (expected + 0.5)) / _SPREAD_OF_ENDS
    cut_off = np.exp(-0.5 * apart**2) / (_SPREAD_OF_ENDS * np.sqrt(2.0 * np.pi))
    natural = 1.0 / np.log(2.0 * at_risk[-1] + 1.0)
    return np.asarray(scale - np.log(0.5 * natural + 0.5 * cut_off))


def middle_end(weight: Floats, ends: Counts) -> int:
    """
    Choose the number followed to the end in the middle of what is plausible.

    A number of patients that may be anything from a few to hundreds has no likeliest value to speak
    of: the density of the few is always higher. Half of the weight lies on either side of the one
    chosen.

    Parameters
    ----------
    weight : ndarray of float, shape (k,)
        Weight of each candidate, as a density over whole numbers.
    ends : ndarray of int, shape (k,)
        Candidates, rising.

    Returns
    -------
    int
        Index of the candidate.
    """
    edges = np.concatenate((ends[:1] - 0.5, (ends[1:] + ends[:-1]) / 2.0, ends[-1:] + 0.5))
    below = np.cumsum(weight * np.diff(edges))
    return int(np.searchsorted(below, below[-1] / 2.0))


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
    parts = []
    for b, (a, z) in enumerate(axis.blocks):
        final = ends if b + 1 == at_risk.size else at_risk[b + 1 : b + 2]
        parts.append(_fill_block(axis, survival, (a, z), int(at_risk[b]), final, tilts))
    cost = sum(part.cost for part in parts) + cost_of_ends(axis, survival, at_risk, ends)
    if events is not None:
        total = sum(part.events.sum(axis=2) for part in parts)
        cost = cost + (total - events) ** 2 / (2.0 * (0.25 + (8e-4 * at_risk[0]) ** 2))
    k = middle_end(np.exp(cost.min() - cost).sum(axis=0), ends)
    i = int(np.argmin(cost[:, k]))
    last = [0] * (len(parts) - 1) + [int(k)]
    left = [part.at_risk[i, e] for part, e in zip(parts, last, strict=True)]
    return AtRiskPath(
        at_risk=np.concatenate([at_risk[:1].astype(float), *left]),
        events=np.concatenate([part.events[i, e] for part, e in zip(parts, last, strict=True)]),
    )


def _fill_block(
    axis: Axis, survival: Floats, nodes: tuple[int, int], start: int, ends: Counts, tilts: Floats
) -> _Blocks:
    """Numbers at risk and events of one block, and what they cost."""
    a, z = nodes
    curve = survival[a : z + 1]
    whole = axis.starts.size == 2 and tilts.size > 1
    weight, tilted = _weights(axis.width[a:z] * (curve[1:] + curve[:-1]), curve, tilts, whole=whole)
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
    even = width / width.sum() if width.sum() > 0 else np.full(width.size, 1.0 / width.size)
    weight = even * np.exp(tilts[:, None] * hazard)
    if whole:
        weight = np.concatenate((weight, late_censoring(even)))
    weight /= weight.sum(axis=1, keepdims=True)
    share = np.where(even > 0, weight / np.where(even > 0, even, 1.0), 1.0)
    return weight, np.sum(weight * np.log(np.maximum(share, _SMALL)), axis=1)
