"""The time axis of the noisy decoder: points and risk times as nodes, blocks between risk times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import isotonic_regression

from survkit.reconstruction.curves.observed import PrintedPoints

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.curves.observed import ObservedArm, ObservedCurve, ObservedTable

__all__ = ["NEAR", "Axis", "guess_noise", "lay_out"]

NEAR = 0.004
"""Share of the axis within which two times may be one: twice the usual error of a clicked time."""
_SMALL = 1e-12
_EQUAL = 1e-9
"""Probabilities this near are the same: means of equal ones differ in their last bits."""
_MOST_POINTS = 600
_LONGEST_GAP = 1 / 40
"""Gaps longer than this share of the axis get nodes without a point: each is to hold few events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """
    Nodes in time, of which the first is time 0 and the last the end of follow-up.

    Parameters
    ----------
    time : ndarray of float, shape (j + 1,)
        Times of the nodes, rising.
    survival : ndarray of float, shape (j + 1,)
        The point at each node; NaN where there is none.
    printed : ndarray of float, shape (j + 1,)
        What is printed of the curve at each node; NaN where nothing is.
    half : ndarray of float, shape (j + 1,)
        How far the curve may be from that; infinite where nothing is printed.
    starts : ndarray of int, shape (b + 1,)
        First node of each block between risk times, and the last node of all.
    lower : ndarray of int, shape (b,)
        Fewest patients at risk at each block's start.
    upper : ndarray of int, shape (b,)
        Most patients likewise.
    at_end : int or None
        Patients still followed at the end, where the table tells.
    last_seen : int
        Last node with a point; what comes after it nobody has seen.
    noise : float
        First idea of a point's standard deviation.
    inconsistencies : tuple of str
        What of the risk table could not be used as it stands.
    """

    time: Floats
    survival: Floats
    printed: Floats
    half: Floats
    starts: Counts
    lower: Counts
    upper: Counts
    at_end: int | None
    last_seen: int
    noise: float
    inconsistencies: tuple[str, ...]

    @property
    def blocks(self) -> list[tuple[int, int]]:
        """First and last node of each block."""
        return [(int(a), int(z)) for a, z in zip(self.starts[:-1], self.starts[1:], strict=True)]

    @property
    def width(self) -> Floats:
        """Lengths of the gaps between nodes."""
        return np.diff(self.time)

    def straight_end(self, survival: Floats, at_risk: Counts) -> float | None:
        """
        Go on to the end in the straight line of the block before the last.

        Patients who were recruited evenly reach the day of analysis evenly: the share that is not
        censored falls by as much in the last block, per time, as in the one before it.

        Parameters
        ----------
        survival : ndarray of float, shape (j + 1,)
            Curve at the nodes.
        at_risk : ndarray of int, shape (b,)
            Patients at risk at each block's start.

        Returns
        -------
        float or None
            Patients still followed at the end; None where the table tells, or no block is before.
        """
        if at_risk.size < 2 or self.at_end is not None or at_risk[-1] < 1:
            return None
        a, z, end = (int(node) for node in self.starts[-3:])
        before, last = (int(number) for number in at_risk[-2:])
        events = (before + last) / 2.0 * (1.0 - survival[z] / max(survival[a], _SMALL))
        left = max(float(before - last - events), 0.5) / last
        lengths = (self.time[end] - self.time[z]) / max(self.time[z] - self.time[a], _SMALL)
        stay = last * survival[end] / max(survival[z], _SMALL)
        return float(stay * max(1.0 - left * lengths, 0.0))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The risk table inside the follow-up, and what it says of its end."""

    time: Floats
    lower: Counts
    upper: Counts
    at_end: int | None
    inconsistencies: tuple[str, ...]


def lay_out(arm: ObservedArm) -> Axis:
    """Lay out nodes and blocks of a checked arm."""
    end = _end(arm)
    rows = _rows(arm.n, arm.table, end)
    time, survival = _thin(arm.curve)
    time = np.minimum(time, end)
    noise = arm.curve.noise or guess_noise(survival)
    survival = _reorder(time, survival, NEAR * end, np.sqrt(2.0) * noise)
    digits = _inside(arm.printed, end)
    silent = _silent(np.concatenate(([0.0], time, rows.time[1:], digits.time, [end])), end)
    nodes = np.concatenate((rows.time, time, digits.time, silent))
    kind = np.repeat([0, 1, 2, 3], [rows.time.size, time.size, digits.time.size, silent.size])
    order = np.lexsort((kind, nodes))
    nodes, kind = nodes[order], kind[order]
    seen, printed, half = (np.full(nodes.size, fill) for fill in (np.nan, np.nan, np.inf))
    seen[kind == 1] = survival
    printed[kind == 2], half[kind == 2] = digits.survival, digits.half
    return Axis(
        time=nodes,
        survival=seen,
        printed=printed,
        half=half,
        starts=np.append(np.flatnonzero(kind == 0), nodes.size - 1),
        lower=rows.lower,
        upper=rows.upper,
        at_end=rows.at_end,
        last_seen=int(np.flatnonzero(kind == 1)[-1]),
        noise=noise,
        inconsistencies=rows.inconsistencies,
    )


def _inside(printed: PrintedPoints | None, end: float) -> PrintedPoints:
    """Keep what is printed for times of the follow-up; the first later one is that of its end."""
    if printed is None:
        return PrintedPoints(time=np.empty(0), survival=np.empty(0), half=np.empty(0))
    kept = np.flatnonzero(printed.time > 0.0)[: int(np.searchsorted(printed.time, end)) + 1]
    return PrintedPoints(
        time=np.minimum(printed.time[kept], end),
        survival=printed.survival[kept],
        half=printed.half[kept],
    )


def _end(arm: ObservedArm) -> float:
    """
    Follow-up ends with the curve, or later where a later end or number at risk is printed.

    A risk time that may be the end, as far as clicks are precise, is the end.
    """
    end = max(float(arm.curve.time[-1]), arm.end or 0.0)
    if arm.table is None:
        return end
    followed = arm.table.time[arm.table.lower > 0]
    if followed.size and followed[-1] > end * (1 + NEAR):
        return float(followed[-1])
    near = arm.table.time[np.abs(arm.table.time - end) <= NEAR * end]
    return float(near[0]) if near.size else end


def _rows(n: int, table: ObservedTable | None, end: float) -> _Rows:
    """Keep the rows inside the follow-up, falling from n; say which do not fall."""
    if table is None:
        return _Rows(np.zeros(1), np.array([n]), np.array([n]), None, ())
    said = []
    lower, upper = [n], [n]
    for time, low, high in zip(table.time, table.lower, table.upper, strict=True):
        fewest, most = min(int(low), upper[-1]), min(int(high), upper[-1])
        if low > upper[-1] or (time == 0 and high < n):
            fewest = most = n if time == 0 else fewest
            said.append(
                f"number at risk {int(low)} at {time:g} does not agree with {upper[-1]} before it; "
                f"{most} was taken"
            )
        lower.append(fewest)
        upper.append(most)
    times = np.concatenate(([0.0], table.time))
    inside = (times < end) & (np.arange(times.size) != _repeated_start(table))
    at_the_end = np.flatnonzero(times == end)
    at_end = [(lower[k] + upper[k]) // 2 for k in at_the_end]
    fewest_later = np.maximum.accumulate(lower[::-1])[::-1]
    return _Rows(
        times[inside],
        fewest_later[inside],
        np.array(upper)[inside],
        at_end[0] if at_end else None,
        tuple(said),
    )


def _repeated_start(table: ObservedTable) -> int:
    return 1 if table.time[0] == 0 else -1


def _thin(curve: ObservedCurve) -> tuple[Floats, Floats]:
    """Leave out points at time 0 and, of very many, all but evenly chosen ones."""
    later = np.flatnonzero(curve.time > 0)
    if later.size > _MOST_POINTS:
        later = later[np.unique(np.linspace(0, later.size - 1, _MOST_POINTS).round().astype(int))]
    return curve.time[later], curve.survival[later]


def guess_noise(survival: Floats) -> float:
    """Guess the noise from the scatter about the nearest falling curve."""
    residual = np.abs(survival - isotonic_regression(survival, increasing=False).x)
    off = residual[residual > _EQUAL]
    typical = np.median(off) if off.size else 0.0
    return float(np.clip(1.9 * typical, 5e-4, 0.03))


def _reorder(time: Floats, survival: Floats, reach: float, rise: float) -> Floats:
    """
    Exchange neighbours that stand the wrong way round.

    A clicked time errs by about 0.2 % of the axis, so that two clicks may change places; where the
    later one lies above the earlier one by more than noise explains, they have.
    """
    value = survival.copy()
    for _ in range(6):
        changed = False
        for i in range(value.size - 2):  # the last point stays the last
            if value[i + 1] > value[i] + rise and time[i + 1] - time[i] < reach:
                value[i], value[i + 1] = value[i + 1], value[i]
                changed = True
        if not changed:
            break
    return value


def _silent(time: Floats, end: float) -> Floats:
    """Nodes without a point inside long gaps, and at the end where no point is."""
    known = np.unique(time)
    inside = [
        np.linspace(a, z, int(np.ceil((z - a) / (_LONGEST_GAP * end))) + 1)[1:-1]
        for a, z in pairwise(known)
    ]
    last = [np.array([end])] if np.count_nonzero(time == end) < 2 else []
    return np.concatenate([*inside, *last, np.empty(0)])
