"""From expected to whole patients: events and censorings of each block that keep to the curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Counts, Floats, sums_before
from survkit.reconstruction.curves.blocks import open_block
from survkit.reconstruction.curves.censoring import middle_end

if TYPE_CHECKING:
    from survkit.reconstruction.curves.axis import Axis
    from survkit.reconstruction.curves.blocks import Block, Falls, Weighed
    from survkit.reconstruction.curves.chain import Smoothed

__all__ = ["Settlement", "settle_patients"]

_BESIDE = (1, 4, 16)
"""Events that a block may have more or fewer than the curve lets expect; wider where none fit."""
_OPEN_TOTAL = 2
"""Steps, of one or of one in a hundred, by which a total that is not printed may be off."""
_KEPT = 4
_OPEN = 0.2
"""By how much of a block's censorings its number at risk may be off in the middle."""


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

    events: Floats
    spread: Floats
    censored: int
    to_the_end: int


@dataclass(frozen=True, slots=True)
class _State:
    """The cheapest way through some blocks to a number of events."""

    cost: float
    survival: float
    choices: tuple[_Choice, ...]


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
    blocks = [open_block(axis, smoothed, at_risk, b, marks) for b in range(at_risk.size)]
    for beside in (*_BESIDE, most):
        final = _run(axis, blocks, path, times, totals, beside)
        if final is not None:
            return _write(axis, blocks, final.choices)
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
    return sums_before(changed)


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


def _run(
    axis: Axis,
    blocks: list[Block],
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
        pairs = [(first, stop) for first in states for stop in stops if stop >= first]
        if not pairs:
            return None
        low = min(first for first, _ in pairs)
        falls = block.place(times[low : max(stops)], low, axis.time[-1])
        states = _pass(block, falls, states, pairs, max(_KEPT, min(beside, 2 * _KEPT)))
    return next(iter(states.values()), None)


def _pass(
    block: Block,
    falls: Falls,
    states: dict[int, _State],
    pairs: list[tuple[int, int]],
    kept: int,
) -> dict[int, _State]:
    """Go through one block: the cheapest states after it, cheapest first."""
    weighed = {
        (first, stop): ways
        for first, stop in pairs
        if (ways := block.weigh(falls, first, stop, states[first].survival)) is not None
    }
    end = _middle_end(block, states, weighed)
    found: dict[int, _State] = {}
    for (first, stop), ways in weighed.items():
        after = _extend(block, states[first], ways, falls, (first, stop), end)
        if after is not None and (stop not in found or after.cost < found[stop].cost):
            found[stop] = after
    cheapest = sorted(found, key=lambda stop: (found[stop].cost, stop))
    return {stop: found[stop] for stop in cheapest[:kept]}


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


def _middle_end(
    block: Block, states: dict[int, _State], weighed: dict[tuple[int, int], Weighed]
) -> int | None:
    """
    Fix how many are followed to the end: the middle of all that the last block may do.

    None lets the cheapest way decide: where the number is known, and where no table is printed, so
    that it goes with the shape of all censorings.
    """
    if block.ends.size == 1 or block.whole or not weighed:
        return None
    costs = {pair: states[pair[0]].cost + ways.cost for pair, ways in weighed.items()}
    least = min(float(cost.min()) for cost in costs.values())
    weight = np.zeros(block.ends.size)
    for pair, cost in costs.items():
        weight[weighed[pair].possible] += np.exp(least - cost).sum(axis=1)
    return middle_end(weight, block.ends)


def _extend(
    block: Block,
    state: _State,
    ways: Weighed,
    falls: Falls,
    bounds: tuple[int, int],
    end: int | None,
) -> _State | None:
    """Take the cheapest way through a block, with the number at its end where that is fixed."""
    rows = np.arange(ways.possible.size)
    rows = rows if end is None else np.flatnonzero(ways.possible == end)
    if not rows.size:
        return None
    k, i = np.unravel_index(int(np.argmin(ways.cost[rows])), ways.cost[rows].shape)
    k = rows[k]
    first, stop = bounds
    last = int(block.ends[ways.possible[k]])
    choice = _Choice(
        events=falls.time[first - falls.first : stop - falls.first],
        spread=block.spreads[i],
        censored=block.start - (stop - first) - last,
        to_the_end=last if block.last else 0,
    )
    return _State(
        cost=state.cost + float(ways.cost[k, i]),
        survival=float(ways.survival[k, i]),
        choices=(*state.choices, choice),
    )


def _write(axis: Axis, blocks: list[Block], choices: tuple[_Choice, ...]) -> Settlement:
    """Write down the patients of all blocks."""
    end = float(axis.time[-1])
    events, censored = [], []
    at_risk = np.empty(axis.time.size)
    for block, choice, (a, z) in zip(blocks, choices, axis.blocks, strict=True):
        events.append(choice.events)
        quantiles = (np.arange(choice.censored) + 0.5) / max(choice.censored, 1)
        placed = np.interp(quantiles, choice.spread, block.nodes)
        censored += [placed, np.full(choice.to_the_end, end)]
        happened = np.searchsorted(choice.events, block.nodes, side="right")
        at_risk[a : z + 1] = block.start - happened - choice.censored * choice.spread
    return Settlement(
        events=np.concatenate(events),
        censored=np.concatenate(censored),
        at_risk=np.maximum(at_risk, 0.5),
    )
