"""One block between two risk times: what its patients may do, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from survkit.arrays import Counts, Floats, sums_before
from survkit.reconstruction.curves.axis import NEAR
from survkit.reconstruction.curves.censoring import (
    candidate_ends,
    cost_of_ends,
    even_censoring,
    late_censoring,
    place_in_time,
    weight_of_shape,
)

if TYPE_CHECKING:
    from survkit.reconstruction.curves.axis import Axis

__all__ = ["Block", "CurveAtNodes", "Falls", "Weighed", "open_block"]

_TILTS = np.array(
    [-16.0, -11.0, -8.0, -6.0, -4.0, -2.5, -1.5, -0.8, -0.4, 0.0, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0, 8.0]
)
_FLOOR = 0.002
"""Standard deviation that the smoothed curve has at least, as far as whole patients go."""
_FAR_OFF = 25.0
_MOST_MOVED = 10.0
"""Cost of events that change sides of a risk time, however many they are."""
_NEVER = 1e9
_BEFORE = 1e-7
"""Share of the axis by which an event stays before a risk time that it must not reach."""
_BESIDE_MARKS = 0.05
"""Censorings where no mark stands, as a share of all."""


class CurveAtNodes(Protocol):
    """A smoothed curve: its mean and variance at the nodes of an axis."""

    @property
    def survival(self) -> Floats:
        """Survival, shape (j + 1,)."""

    @property
    def variance(self) -> Floats:
        """Its variance, shape (j + 1,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """
    What a block costs with given events.

    Parameters
    ----------
    cost : ndarray of float, shape (k, t)
        Of each possible number at its end, under each tilt of its censorings.
    possible : ndarray of int, shape (k,)
        Indices of these numbers.
    survival : ndarray of float, shape (k, t)
        Kaplan-Meier estimate at the block's end, likewise.
    """

    cost: Floats
    possible: Counts
    survival: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """
    Events that may lie in a block, in turn.

    Parameters
    ----------
    first : int
        How many events of the arm come before them.
    time : ndarray of float, shape (d,)
        Where they lie if they do: inside.
    moved : ndarray of float, shape (d + 1,)
        Cost of bringing the first so many inside.
    share : ndarray of float, shape (t, d)
        Share of the block's censorings before each, under each tilt.
    """

    first: int
    time: Floats
    moved: Floats
    share: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    One block.

    Parameters
    ----------
    nodes : ndarray of float, shape (g + 1,)
        Times of its nodes.
    survival : ndarray of float, shape (g,)
        The curve at all but the first.
    precision : ndarray of float, shape (g,)
        One over its variance there.
    spreads : ndarray of float, shape (t, g + 1)
        Share of the censorings up to each node, under each tilt.
    cost_of_spread : ndarray of float, shape (t,)
        Divergence of these from even ones.
    start : int
        Patients at risk at its start.
    ends : ndarray of int, shape (k,)
        How many there may be at its end, rising.
    cost_of_ends : ndarray of float, shape (k,)
        Minus the log of their prior weight.
    whole : bool
        Whether it is the only one.
    last : bool
        Whether follow-up ends with it.
    counted_end : bool
        Whether the number at its end is printed.
    """

    nodes: Floats
    survival: Floats
    precision: Floats
    spreads: Floats
    cost_of_spread: Floats
    start: int
    ends: Counts
    cost_of_ends: Floats
    whole: bool
    last: bool
    counted_end: bool

    def place(self, natural: Floats, first: int, end: float) -> Falls:
        """
        Bring events inside, and see how many censorings come before each.

        Parameters
        ----------
        natural : ndarray of float, shape (d,)
            Times of the events, rising.
        first : int
            How many events of the arm come before them.
        end : float
            End of the axis.

        Returns
        -------
        Falls
            The events.
        """
        nodes = self.nodes
        stop = nodes[-1] - (_BEFORE * end if self.counted_end else 0.0)
        time = np.clip(natural, nodes[0], max(stop, nodes[0]))
        i = np.clip(np.searchsorted(nodes, time, side="right") - 1, 0, nodes.size - 2)
        width = nodes[i + 1] - nodes[i]
        part = np.where(width > 0, (time - nodes[i]) / np.where(width > 0, width, 1.0), 0.0)
        moved = np.maximum(np.abs(time - natural) / end - NEAR, 0.0) / (NEAR / 2.0)
        return Falls(
            first=first,
            time=time,
            moved=sums_before(moved),
            share=self.spreads[:, i] * (1.0 - part) + self.spreads[:, i + 1] * part,
        )

    def weigh(self, falls: Falls, first: int, stop: int, before: float) -> Weighed | None:
        """
        Weigh all that the block may do with given events.

        Parameters
        ----------
        falls : Falls
            Events that may lie in it.
        first : int
            First event that does, counted from the arm's first.
        stop : int
            First event after it that does not.
        before : float
            Kaplan-Meier estimate at the block's start.

        Returns
        -------
        Weighed or None
            Costs; None where there are more events than patients.
        """
        inside = slice(first - falls.first, stop - falls.first)
        time = falls.time[inside]
        leaving = self.start - time.size - self.ends
        possible = np.flatnonzero(leaving >= 0)
        if not possible.size:
            return None
        leaving = leaving[possible]
        gone = np.floor(leaving[:, None, None] * falls.share[:, inside] + 0.5)
        risk = self.start - np.arange(time.size) - gone
        survival = np.empty((*risk.shape[:2], time.size + 1))
        survival[:, :, 0] = before
        np.cumprod(1.0 - 1.0 / np.maximum(risk, 1.0), axis=2, out=survival[:, :, 1:])
        survival[:, :, 1:] *= before
        curve = survival[:, :, np.searchsorted(time, self.nodes[1:], side="right")]
        off = np.minimum((curve - self.survival) ** 2 * self.precision, _FAR_OFF)
        told = weight_of_shape(leaving) if self.whole else leaving
        cost = 0.5 * off.sum(axis=2) + told[:, None] * self.cost_of_spread
        cost += np.where(np.all(risk >= 1, axis=2), 0.0, _NEVER)
        cost += self.cost_of_ends[possible][:, None]
        cost += min(float(falls.moved[inside.stop] - falls.moved[inside.start]), _MOST_MOVED)
        return Weighed(cost=cost, possible=possible, survival=survival[:, :, -1])


def open_block(
    axis: Axis, curve: CurveAtNodes, at_risk: Counts, b: int, marks: Floats | None
) -> Block:
    """
    Say what may happen in one block.

    Parameters
    ----------
    axis : Axis
        Nodes and blocks.
    curve : CurveAtNodes
        The curve that patients are to follow.
    at_risk : ndarray of int, shape (b,)
        Patients at risk at each block's start.
    b : int
        Which block.
    marks : ndarray of float or None
        Censoring marks, where shown.

    Returns
    -------
    Block
        The block.
    """
    a, z = axis.blocks[b]
    last, whole = b + 1 == at_risk.size, at_risk.size == 1
    plausible = np.zeros(1)
    if not last:
        ends = at_risk[b + 1 : b + 2]
    elif axis.at_end is not None:
        ends = np.array([min(axis.at_end, int(at_risk[b]))])
    else:
        ends = np.unique(np.append(candidate_ends(int(at_risk[b])), 0))
        straight = axis.straight_end(curve.survival, at_risk)
        plausible = cost_of_ends(ends, int(at_risk[b]), straight)
    base = even_censoring(axis.width[a:z], curve.survival[a : z + 1])
    if marks is not None:
        base = _marked(axis.time[a : z + 1], base, marks)
    weight, cost_of_spread = _tilted(base, axis.width[a:z], whole=whole)
    known = np.where(np.isfinite(axis.printed), axis.printed, curve.survival)
    floor = np.minimum(axis.half, _FLOOR)
    return Block(
        nodes=axis.time[a : z + 1],
        survival=known[a + 1 : z + 1],
        precision=1.0 / (curve.variance[a + 1 : z + 1] + floor[a + 1 : z + 1] ** 2),
        spreads=np.pad(np.cumsum(weight, axis=1), ((0, 0), (1, 0))),
        cost_of_spread=cost_of_spread,
        start=int(at_risk[b]),
        ends=ends,
        cost_of_ends=plausible,
        whole=whole,
        last=last,
        counted_end=not last or axis.at_end is not None,
    )


def _tilted(base: Floats, width: Floats, *, whole: bool) -> tuple[Floats, Floats]:
    """Tilt censorings towards early or late; how far each tilt diverges from the base."""
    weight = base * np.exp(_TILTS[:, None] * (place_in_time(width) - 0.5))
    if whole:
        weight = np.concatenate((weight, late_censoring(base, width)))
    weight /= weight.sum(axis=1, keepdims=True)
    ratio = np.where(base > 0, weight / np.where(base > 0, base, 1.0), 1.0)
    return weight, np.sum(weight * np.log(np.maximum(ratio, 1e-300)), axis=1)


def _marked(nodes: Floats, even: Floats, marks: Floats) -> Floats:
    """Let censorings stand where marks are, with a little room elsewhere."""
    counts = np.diff(np.searchsorted(marks, nodes, side="right")).astype(float)
    mixed = counts + _BESIDE_MARKS * max(counts.sum(), 1.0) * even
    return np.asarray(mixed / mixed.sum())
