"""More anchors for an order: patients held to windows of time, as far as the others allow it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.orders.history import Anchor, in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.interval import Interval
    from survkit.reconstruction.orders.history import History

__all__ = ["pin", "pin_events"]

_IN_WINDOW = 2
"""Events held in a window: a curve that rests on one half needs both ends of the rest there."""
_NEAREST = 16
"""Events that may be put into a window, nearest first."""


def pin(history: History, anchors: Sequence[Anchor]) -> History:
    """Hold certain patients to windows of time, as far as the order of leaving allows it."""
    known = list(history.anchors)
    away = [abs(history.natural[anchor.position] - anchor.window.middle) for anchor in anchors]
    for _, anchor in sorted(
        zip(np.round(away, 9).tolist(), anchors, strict=True), key=_nearest_first
    ):
        if all(_in_turn(anchor, other) or _together(anchor, other) for other in known):
            known.append(anchor)
    return replace(history, anchors=in_order(known))


def _nearest_first(ranked: tuple[float, Anchor]) -> tuple[float, int, float]:
    away, anchor = ranked
    return away, anchor.position, anchor.window.lower


def _together(new: Anchor, known: Anchor) -> bool:
    """Tell whether one patient can be in two windows, with room to spare."""
    if new.position != known.position:
        return False
    common = min(new.window.upper, known.window.upper) - max(new.window.lower, known.window.lower)
    return common >= min(new.window.half, known.window.half)


def pin_events(history: History, windows: Sequence[Interval]) -> History:
    """
    Put events into windows of time, where sub-groups' medians are to fall.

    Parameters
    ----------
    history : History
        An arm's patients in order.
    windows : sequence of Interval
        The windows, in time units.

    Returns
    -------
    History
        The same order; for each window as many more anchors as it has too few events held to it, at
        the events nearest to it, as far as the others leave room for them.
    """
    anchors = list(history.anchors)
    events = np.flatnonzero(history.event)
    known = [anchor for anchor in anchors if history.event[anchor.position]]
    for window in sorted(windows, key=lambda window: window.middle):
        held = [anchor for anchor in known if _within(anchor.window, window)][:_IN_WINDOW]
        known = [anchor for anchor in known if anchor not in held]
        distance = np.abs(history.natural[events] - window.middle)
        missing = _IN_WINDOW - len(held)
        for position in events[np.argsort(distance.round(9), kind="stable")[:_NEAREST]].tolist():
            anchor = Anchor(position, window)
            if missing and all(_in_turn(anchor, other) for other in anchors):
                anchors.append(anchor)
                missing -= 1
    return replace(history, anchors=in_order(anchors))


def _within(inner: Interval, outer: Interval) -> bool:
    return outer.lower <= inner.lower and inner.upper <= outer.upper


def _in_turn(new: Anchor, known: Anchor) -> bool:
    """Tell whether two patients can leave in the order of their places, within their windows."""
    if new.position == known.position:
        return False
    first, second = sorted((new, known), key=lambda anchor: anchor.position)
    return first.window.lower < second.window.upper
