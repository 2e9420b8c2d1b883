"""Times of an order that stays on a decoded curve: its steps lie where the curve passes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Flags, Floats, minima_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.interval import Interval
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.orders.history import Anchor

__all__ = ["times_along", "times_of_steps", "within_windows"]

_BESIDE = 1e-4
"""Share of the follow-up beside a printed time into which patients on its wrong side are put."""
_STEP = 2e-6
"""Share of the follow-up between patients who were decoded to one time."""
_INSIDE = 0.05
"""Share of a window that is kept free at each end."""
_AT_ONCE = 1e-12
_SAME_LEVEL = 1e-12
_SPREAD = 0.3
"""Share of the window of the longest follow-up over which those followed to the end are spread."""


def times_along(
    decoded: DecodedHistory,
    event: Flags,
    at: tuple[tuple[Cut, ...], tuple[int, ...], tuple[int, ...]],
    end: Interval | None,
) -> Floats:
    """
    Give the patients of another order than the decoded one its times.

    Each event takes the time at which the decoded curve passes the middle of its step, so that no
    other times would bring the two curves nearer to each other; the censored stay near their times
    between the events beside them. Whoever would be on the wrong side of a number at risk goes to
    its other side, and no further.

    Parameters
    ----------
    decoded : DecodedHistory
        Decoded patients.
    event : ndarray of bool, shape (n,)
        Who has the event in the new order; as many as decoded.
    at : tuple
        What is asked at points in time, how many have left before each, and how many have their
        event at exactly that time.
    end : Interval or None
        The longest follow-up, where printed.

    Returns
    -------
    ndarray of float, shape (n,)
        Times, ascending.
    """
    times = np.empty(event.size)
    falls = times_of_steps(decoded, event)
    times[event] = falls
    earlier = np.cumsum(event)[~event]
    bounds = np.concatenate(([0.0], falls, decoded.time[-1:]))
    times[~event] = np.clip(
        decoded.time[~decoded.event],
        bounds[earlier],
        bounds[np.minimum(earlier + 1, bounds.size - 1)],
    )
    width = _BESIDE * float(decoded.time[-1])
    for cut, left, on_time in zip(*at, strict=True):
        if cut.left is not None and np.isfinite(cut.time):
            stop = left + on_time
            times[:left] = _before(times[:left], cut.time, width)
            times[left:stop] = cut.time
            times[stop:] = -_before(-times[stop:][::-1], -cut.time, width)[::-1]
    spread = times if end is None else _spread_at_end(times, end)
    return _apart(spread, event, _STEP * float(decoded.time[-1]))


def times_of_steps(decoded: DecodedHistory, event: Flags) -> Floats:
    """Return when the decoded curve passes the middle of each step of another order's curve."""
    before, after = _steps(event)
    drops = decoded.time[decoded.event]
    middles = -0.5 * (before + after)
    place = np.searchsorted(-_steps(decoded.event)[1], middles - _SAME_LEVEL)
    return np.asarray(np.append(drops, decoded.time[-1:])[place])


def _steps(event: Flags) -> tuple[Floats, Floats]:
    """Return the curve before and after each event of an order."""
    at_risk = np.arange(event.size, 0, -1)
    curve = np.append(1.0, np.cumprod(1.0 - event / at_risk))
    return np.asarray(curve[:-1][event]), np.asarray(curve[1:][event])


def within_windows(times: Floats, anchors: Sequence[Anchor]) -> Floats:
    """
    Move those whose time is printed into their windows, and others only out of their way.

    Nobody moves further than the windows of those who leave sooner and later make them: the times
    are the nearest ones, patient by patient, that respect the order and all windows.

    Parameters
    ----------
    times : ndarray of float, shape (n,)
        Times, ascending.
    anchors : sequence of Anchor
        Positions with a window.

    Returns
    -------
    ndarray of float, shape (n,)
        Times, ascending.
    """
    lower, upper = np.full(times.size, -np.inf), np.full(times.size, np.inf)
    for anchor in anchors:
        window, place = anchor.window, anchor.position
        width = window.upper - window.lower
        inside = _INSIDE * width if np.isfinite(width) else 0.0
        lower[place] = max(lower[place], window.lower + inside)
        upper[place] = min(upper[place], window.upper - inside)
    lower = np.maximum.accumulate(lower)
    upper = minima_from(upper)
    return np.asarray(np.clip(times, lower, np.maximum(lower, upper)))


def _apart(times: Floats, event: Flags, step: float) -> Floats:
    """Let nobody share a time but events of one drop: whoever comes first goes a little earlier."""
    together = (np.diff(times) == 0.0) & event[:-1] & event[1:]
    apart = times.tolist()
    for place in range(times.size - 2, -1, -1):
        following = apart[place + 1]
        apart[place] = following if together[place] else min(apart[place], following - step)
    return np.asarray(apart)


def _before(times: Floats, limit: float, width: float) -> Floats:
    """Put the last ones, as far as they are too late, evenly into a strip before a time."""
    if not times.size or times[-1] < limit - 0.1 * width:
        return times
    first = int(np.searchsorted(times, limit - width))
    late = np.arange(1, times.size - first + 1) / (times.size - first + 1)
    return np.concatenate((times[:first], limit - width + 0.9 * width * late))


def _spread_at_end(times: Floats, end: Interval) -> Floats:
    """Let those who were followed to the end leave one after the other, where it is printed."""
    together = times >= times[-1] - _AT_ONCE * max(times[-1], 1.0)
    width = _SPREAD * (end.upper - end.lower)
    last = end.clip(float(times[-1]), share=1.0 - _SPREAD)
    others = times[~together]
    first = max(float(others[-1]) if others.size else 0.0, last - width)
    count = int(together.sum())
    if first >= last:
        return times
    spread = first + (last - first) * np.arange(1, count + 1) / count
    return np.concatenate((others, spread))
