"""From expected to whole patients: events and censorings of each block that keep to the curve."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.curves.at_risk import (
    candidate_ends,
    cost_of_ends,
    late_censoring,
    middle_end,
    weight_of_shape,
)
from survkit.reconstruction.curves.axis import NEAR

if TYPE_CHECKING:
    from survkit.reconstruction.curves.axis import Axis
    from survkit.reconstruction.curves.chain import Smoothed

__all__ = ["Settlement", "settle_patients"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_TILTS = np.array(
    [-16.0, -11.0, -8.0, -6.0, -4.0, -2.5, -1.5, -0.8, -0.4, 0.0, 0.4, 0.8, 1.5, 2.5, 4.0, 6.0, 8.0]
)
_BESIDE = (1, 4, 16)
"""Events that a block may have more or fewer than the curve lets expect; wider where none fit."""
_OPEN_TOTAL = 2
"""Steps, of one or of one in a hundred, by which a total that is not printed may be off."""
_KEPT = 4
_OPEN = 0.2
"""By how much of a block's censorings its number at risk may be off in the middle."""
_FLOOR = 0.002
"""Standard deviation that the smoothed curve has at least, as far as whole patients go."""
_FAR_OFF = 25.0
_MOST_MOVED = 10.0
"""Cost of events that change sides of a risk time, however many they are."""
_NEVER = 1e9
_BEFORE = 1e-7
"""Share of the axis by which an event stays before a risk time that it must not reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """
    Whole patients.

    Parameters
    ----------
    events : ndarray of float, shape (d,)
        Times of the events.
    censored : ndarray of float, shape (n - d,)
        Times of the censorings.
    at_risk : ndarray of float, shape (j + 1,)
        Patients at risk just after each node.
    """

    events: Floats
    censored: Floats
    at_risk: Floats


@dataclass(frozen=True, slots=True)
class _Choice:
    """What one block does: its events, and its censorings up to each node and to the end."""

    first: int
    stop: int
    spread: Floats
    censored: int
    to_the_end: int


@dataclass(frozen=True, slots=True)
class _State:
    cost: float
    survival: float
    choices: tuple[_Choice, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Numbers at the end that a block allows; their costs and survival then, by tilt."""

    cost: Floats
    possible: Counts
    survival: Floats


@dataclass(frozen=True, slots=True)
class _Block:
    """One block's nodes, what the curve is there, and how censorings may spread."""

    nodes: Floats
    survival: Floats
    precision: Floats
    spreads: Floats
    cost_of_spread: Floats
    start: int
    ends: Counts
    whole: bool
    last: bool
    cost_of_ends: Floats
    counted_end: bool

    def clip(self, times: Floats, axis_end: float) -> Floats:
        stop = self.nodes[-1] - (_BEFORE * axis_end if self.counted_end else 0.0)
        return np.asarray(np.clip(times, self.nodes[0], max(stop, self.nodes[0])))


def settle_patients(
    axis: Axis, smoothed: Smoothed, at_risk: Counts, events: int | None, marks: Floats | None
) -> Settlement | None:
    """
    Choose whole events and censorings, block by block.

    Events stand where the expected number of events passes a half. A dynamic program over the
    blocks then chooses how many of them fall into each block, how its censorings are tilted
    towards early or late and how many patients are followed to the end, so that the numbers at
    risk hold and the Kaplan-Meier estimate stays near the smoothed curve.

    Parameters
    ----------
    axis : Axis
        Nodes and blocks.
    smoothed : Smoothed
        Curve and expected events.
    at_risk : ndarray of int, shape (b,)
        Patients at risk at each block's start.
    events : int or None
        Total events, where known.
    marks : ndarray of float or None
        Censoring marks, where shown.

    Returns
    -------
    Settlement or None
        The patients; None where numbers at risk and events exclude each other.
    """
    total = round(float(smoothed.events.sum())) if events is None else events
    apart = np.arange(-_OPEN_TOTAL, _OPEN_TOTAL + 1) * max(total // 100, 1)
    open_totals = np.unique(np.clip(total + apart, 0, at_risk[0])).tolist()
    totals = [events] if events is not None else open_totals
    most = totals[-1]
    path = _expected_path(axis, smoothed, at_risk, total)
    times = _event_times(axis, path, smoothed.foot, most)
    blocks = [_open_block(axis, smoothed, at_risk, b, marks) for b in range(at_risk.size)]
    for beside in (*_BESIDE, most):
        final = _run(axis, blocks, path, times, totals, beside)
        if final is not None:
            return _write(axis, blocks, times, final.choices)
    return None


def _expected_path(axis: Axis, smoothed: Smoothed, at_risk: Counts, total: int) -> Floats:
    """
    Sum up the expected events to each node, so that they end with the total.

    What is missing or too much goes where the counts are least sure: where the points leave them
    open, and in blocks with so many censorings that their numbers at risk are open.
    """
    events = smoothed.events
    room = smoothed.doubt + 1e-9
    middle = (axis.time[1:] + axis.time[:-1]) / 2.0
    ends = np.append(at_risk[1:], axis.at_end or 0)
    for (a, z), start, end in zip(axis.blocks, at_risk, ends, strict=True):
        length = max(axis.time[z] - axis.time[a], 1e-300)
        place = (middle[a:z] - axis.time[a]) / length
        censored = max(float(start - end - events[a:z].sum()), 0.0)
        risk = np.maximum(start - place * (start - end), 1.0)
        unsure = events[a:z] * _OPEN * censored * 4.0 * place * (1.0 - place) / risk
        room[a:z] += unsure * unsure.sum()
    missing = total - float(events.sum())
    if missing < 0:
        room = np.minimum(room, events * 1e6)
    changed = events.copy()
    for _ in range(20):
        if abs(missing) < 1e-9 or room.sum() <= 0.0:
            break
        changed = np.maximum(changed + missing * room / room.sum(), 0.0)
        room = np.where(changed > 0.0, room, 0.0)
        missing = total - float(changed.sum())
    return np.concatenate(([0.0], np.cumsum(changed)))


def _event_times(axis: Axis, path: Floats, foot: Floats, number: int) -> Floats:
    """Place event j where the expected number of events passes j - 1/2."""
    at_feet = np.diff(path) * foot
    time = np.repeat(axis.time, 2)[:-1]
    height = np.empty(time.size)
    height[::2] = path
    height[1::2] = path[1:] - at_feet
    time[1::2] = axis.time[1:]
    time = np.concatenate((time[:1], np.repeat(axis.time[1:], 2)))
    height = np.maximum.accumulate(height)
    level = np.arange(number) + 0.5
    i = np.clip(np.searchsorted(height, level), 1, height.size - 1)
    rise = height[i] - height[i - 1]
    share = np.where(rise > 0, (level - height[i - 1]) / np.where(rise > 0, rise, 1.0), 0.0)
    found = time[i - 1] + np.clip(share, 0.0, 1.0) * (time[i] - time[i - 1])
    return np.where(level > path[-1], axis.time[axis.last_seen], found)


def _open_block(
    axis: Axis, smoothed: Smoothed, at_risk: Counts, b: int, marks: Floats | None
) -> _Block:
    a, z = axis.blocks[b]
    last, whole = b + 1 == at_risk.size, at_risk.size == 1
    plausible = np.zeros(1)
    if not last:
        ends = at_risk[b + 1 : b + 2]
    elif axis.at_end is not None:
        ends = np.array([min(axis.at_end, int(at_risk[b]))])
    else:
        ends = np.unique(np.append(candidate_ends(int(at_risk[b])), 0))
        plausible = cost_of_ends(axis, smoothed.survival, at_risk, ends)
    width = axis.width[a:z] * (smoothed.survival[a:z] + smoothed.survival[a + 1 : z + 1])
    even = width / width.sum() if width.sum() > 0 else np.full(width.size, 1.0 / width.size)
    base = even if marks is None else _marked(axis.time[a : z + 1], even, marks)
    middle = np.cumsum(even) - even / 2.0 - 0.5
    weight = base * np.exp(_TILTS[:, None] * middle)
    if whole:
        weight = np.concatenate((weight, late_censoring(base)))
    weight /= weight.sum(axis=1, keepdims=True)
    ratio = np.where(base > 0, weight / np.where(base > 0, base, 1.0), 1.0)
    spreads = np.concatenate((np.zeros((weight.shape[0], 1)), np.cumsum(weight, axis=1)), axis=1)
    known = np.where(np.isfinite(axis.printed), axis.printed, smoothed.survival)
    floor = np.minimum(axis.half, _FLOOR)
    return _Block(
        nodes=axis.time[a : z + 1],
        survival=known[a + 1 : z + 1],
        precision=1.0 / (smoothed.variance[a + 1 : z + 1] + floor[a + 1 : z + 1] ** 2),
        spreads=spreads,
        cost_of_spread=np.sum(weight * np.log(np.maximum(ratio, 1e-300)), axis=1),
        start=int(at_risk[b]),
        ends=ends,
        whole=whole,
        last=last,
        cost_of_ends=plausible,
        counted_end=not last or axis.at_end is not None,
    )


def _marked(nodes: Floats, even: Floats, marks: Floats) -> Floats:
    """Let censorings stand where marks are, with a little room elsewhere."""
    counts = np.diff(np.searchsorted(marks, nodes, side="right")).astype(float)
    mixed = counts + 0.05 * max(counts.sum(), 1.0) * even
    return np.asarray(mixed / mixed.sum())


def _run(
    axis: Axis,
    blocks: list[_Block],
    path: Floats,
    times: Floats,
    totals: list[int],
    beside: int,
) -> _State | None:
    """Go through the blocks; keep the cheapest state for each number of events."""
    states = {0: _State(0.0, 1.0, ())}
    for b, block in enumerate(blocks):
        reach = _reach(axis, path, int(axis.starts[b + 1]), beside, times.size)
        fewest = totals[0] - int(block.ends[0]) + (axis.at_end or 0)  # the rest must have room
        stops = totals if block.last else [stop for stop in reach if stop >= fewest]
        closed = _choose_end(block, states, times, stops, axis.time[-1]) if block.last else block
        found: dict[int, _State] = {}
        for first, state in states.items():
            for stop in stops:
                if stop < first:
                    continue
                after = _extend(closed, state, times[first:stop], (first, stop), axis.time[-1])
                if after is not None and (stop not in found or after.cost < found[stop].cost):
                    found[stop] = after
        cheapest = sorted(found, key=lambda stop: (found[stop].cost, stop))
        states = {stop: found[stop] for stop in cheapest[: max(_KEPT, min(beside, 2 * _KEPT))]}
    return next(iter(states.values()), None)


def _reach(axis: Axis, path: Floats, node: int, beside: int, most: int) -> list[int]:
    """Events before a risk time: about the expected number, or none or all of its gap's."""
    seen = np.flatnonzero(np.isfinite(axis.survival))
    k = int(np.searchsorted(seen, node))
    before = path[seen[k - 1]] if k else 0.0
    after = path[seen[k]] if k < seen.size else path[-1]
    nearest = round(float(path[node]))
    reach = {
        *range(nearest - beside, nearest + beside + 1),
        round(float(before)),
        round(float(after)),
    }
    return sorted(number for number in reach if 0 <= number <= most)


def _choose_end(
    block: _Block, states: dict[int, _State], times: Floats, totals: list[int], end: float
) -> _Block:
    """Fix how many are followed to the end: the middle of all that the last block may do."""
    if block.ends.size == 1:
        return block
    weighed = [
        (state.cost + extension.cost, extension.possible)
        for first, state in states.items()
        for stop in totals
        if stop >= first
        and (extension := _weigh(block, state, times[first:stop], end)) is not None
    ]
    if not weighed:
        return block
    least = min(float(cost.min()) for cost, _ in weighed)
    weight = np.zeros(block.ends.size)
    for cost, possible in weighed:
        weight[possible] += np.exp(least - cost).sum(axis=1)
    k = middle_end(weight, block.ends)
    return replace(
        block, ends=block.ends[k : k + 1], cost_of_ends=block.cost_of_ends[k : k + 1]
    )


def _extend(
    block: _Block, state: _State, natural: Floats, bounds: tuple[int, int], end: float
) -> _State | None:
    """Go through one block with given events: the cheapest tilt and number at the end."""
    found = _weigh(block, state, natural, end)
    if found is None:
        return None
    k, i = (int(j) for j in np.unravel_index(int(np.argmin(found.cost)), found.cost.shape))
    last = int(block.ends[found.possible[k]])
    choice = _Choice(
        *bounds,
        block.spreads[i],
        block.start - natural.size - last,
        last if block.last else 0,
    )
    return _State(
        cost=state.cost + float(found.cost[k, i]),
        survival=float(found.survival[k, i]),
        choices=(*state.choices, choice),
    )


def _weigh(block: _Block, state: _State, natural: Floats, end: float) -> _Weighed | None:
    """Cost of each number at the end and each tilt, with given events."""
    times = block.clip(natural, end)
    leaving = block.start - times.size - block.ends
    possible = np.flatnonzero(leaving >= 0)
    if not possible.size:
        return None
    leaving = leaving[possible]
    share = _spread_at(block, times)
    gone = np.floor(leaving[:, None, None] * share + 0.5)
    risk = block.start - np.arange(times.size) - gone
    factor = 1.0 - 1.0 / np.maximum(risk, 1.0)
    steps = np.ones((*risk.shape[:2], times.size + 1))
    np.cumprod(factor, axis=2, out=steps[:, :, 1:])
    curve = state.survival * steps[:, :, np.searchsorted(times, block.nodes[1:], side="right")]
    off = np.minimum((curve - block.survival) ** 2 * block.precision, _FAR_OFF)
    told = weight_of_shape(leaving) if block.whole else leaving
    cost = 0.5 * off.sum(axis=2) + told[:, None] * block.cost_of_spread
    cost += np.where(np.all(risk >= 1, axis=2), 0.0, _NEVER)
    cost += block.cost_of_ends[possible][:, None]
    moved = np.maximum(np.abs(times - natural) / end - NEAR, 0.0).sum() / (NEAR / 2.0)
    cost += min(float(moved), _MOST_MOVED)
    return _Weighed(cost, possible, state.survival * steps[:, :, -1])


def _spread_at(block: _Block, times: Floats) -> Floats:
    """Share of the block's censorings that come before each time, for each tilt."""
    nodes = block.nodes
    i = np.clip(np.searchsorted(nodes, times, side="right") - 1, 0, nodes.size - 2)
    width = nodes[i + 1] - nodes[i]
    share = np.where(width > 0, (times - nodes[i]) / np.where(width > 0, width, 1.0), 0.0)
    return block.spreads[:, i] * (1.0 - share) + block.spreads[:, i + 1] * share


def _write(
    axis: Axis, blocks: list[_Block], times: Floats, choices: tuple[_Choice, ...]
) -> Settlement:
    """Write down the patients of all blocks."""
    end = float(axis.time[-1])
    events, censored = [], []
    at_risk = np.empty(axis.time.size)
    for block, choice, (a, z) in zip(blocks, choices, axis.blocks, strict=True):
        falls = block.clip(times[choice.first : choice.stop], end)
        events.append(falls)
        quantiles = (np.arange(choice.censored) + 0.5) / max(choice.censored, 1)
        placed = np.interp(quantiles, choice.spread, block.nodes)
        censored += [placed, np.full(choice.to_the_end, end)]
        happened = np.searchsorted(falls, block.nodes, side="right")
        at_risk[a : z + 1] = block.start - happened - choice.censored * choice.spread
    return Settlement(
        events=np.concatenate(events),
        censored=np.concatenate(censored),
        at_risk=np.maximum(at_risk, 0.5),
    )
