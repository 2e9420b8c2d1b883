"""Times for an order: as they were where the windows allow it, evenly spread elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, Positions, minima_from
from survkit.kernels import ArmTimes
from survkit.reconstruction.placement.clock import Clock

if TYPE_CHECKING:
    from survkit.reconstruction.finite.assess import WindowedOrders

__all__ = ["place_order"]

_MARGIN = 0.02
"""Share of a window that is kept free at each end."""
_MOST_DECIMALS = 9
_TICKS_APART = 4.0
"""Least time between two patients, in ticks."""


def place_order(
    found: WindowedOrders, natural: Floats, arms: int, decimals: int
) -> tuple[tuple[ArmTimes, ...], Clock]:
    """
    Give the patients of an order their times.

    Parameters
    ----------
    found : WindowedOrders
        One order, with its windows.
    natural : ndarray of float, shape (n,)
        Times that the patients of all arms would leave at, ascending, in time units.
    arms : int
        Number of arms.
    decimals : int
        Decimals of a time, at least.

    Returns
    -------
    tuple
        The arms, each in the order of leaving with times in ticks, and the clock.
    """
    firsts = np.unique(found.orders.first[0])
    group = np.searchsorted(firsts, found.orders.first[0])
    lower, upper = _common(found.lower[0], group, firsts), found.upper[0][firsts]
    times = _between(natural[firsts], lower, upper)
    apart = float(np.diff(times, prepend=0.0).min())
    enough = math.ceil(math.log10(_TICKS_APART / max(apart, 10.0**-_MOST_DECIMALS)))
    clock = Clock(decimals=min(max(decimals, enough), _MOST_DECIMALS), arms=arms)
    ticks = np.rint(times / clock.tick).astype(np.int64)[group]
    made = []
    for arm in range(arms):
        inside = found.orders.arm[0] == arm
        event = found.orders.event[0][inside]
        row = np.lexsort((~event, ticks[inside]))
        made.append(ArmTimes(time=ticks[inside][row], event=event[row]))
    return tuple(made), clock


def _common(lower: Floats, group: Positions, firsts: Positions) -> Floats:
    """Return the latest lower end of each group; lower ends rise."""
    last = np.append(firsts[1:], group.size) - 1
    latest: Floats = lower[last]
    return latest


def _between(natural: Floats, lower: Floats, upper: Floats) -> Floats:
    """
    Return rising times within windows, near the natural ones.

    Those that share a window, as far as they have to move, are spread evenly over it.
    """
    open_width = np.maximum(float(natural[-1]) - lower, 0.1 * lower)
    width = np.where(np.isfinite(upper), upper - lower, open_width)
    low = np.where(lower > 0.0, lower + _MARGIN * width, 0.0)
    high = np.where(np.isfinite(upper), upper - _MARGIN * width, math.inf)
    ceiling = minima_from(high)
    times = np.clip(natural, np.maximum.accumulate(low), ceiling)
    begin = 0
    while begin < times.size:
        end = begin + 1
        while end < times.size and times[end] <= times[end - 1]:
            end += 1
        times[begin:end] = _spread(times, begin, end, low, ceiling)
        begin = end
    return times


def _spread(times: Floats, begin: int, end: int, low: Floats, high: Floats) -> Floats:
    """Spread patients at one time evenly, between their neighbours and within their windows."""
    many = end - begin
    if many == 1:
        return times[begin:end]
    before = float(times[begin - 1]) if begin else 0.0
    after = float(times[end]) if end < times.size else math.inf
    start = max(before, float(low[begin:end].max()))
    stop = min(after, float(high[begin:end].min()))
    if math.isinf(stop):
        stop = start + max(start, 1.0) * 0.1 * many
    spread: Floats = start + (stop - start) * np.arange(1, many + 1) / (many + 1)
    return spread
