"""Single events put in their place: those that a symmetric interval or a rest's middle hangs on.

An order of leaving fixes an arm's curve and its error. What it leaves open is when the curve passes
the shares beside a quantile, which is the density behind a symmetric interval, and where a rest
begins and ends. These events are held to windows; all others move along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import DENSITY_STEP, single_event_terms
from survkit.reconstruction.orders.history import Anchor
from survkit.reconstruction.placement.anchoring import pin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Floats, Positions
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.families.quantiles import Rest, SymmetricInterval
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.solution import Solution, Task

__all__ = ["hold_events"]

_ON_SHARE = 1e-9
_OF_ROOM = 0.2
"""Share of the room for a figure that the windows of each event may take."""
_EARLIEST = 0.05
"""Nearest that the event before a quantile may come to the origin, as a share of the quantile."""


def hold_events(task: Task, solution: Solution) -> Solution:
    """
    Hold single events to where symmetric intervals and the middles of rests print as asked.

    The patients are yet to be moved: their orders hold these events. The solution itself is
    returned where nothing is asked of the kind, or times belong to visits.
    """
    arms = task.constraints.arms
    if not solution.histories or not any(arm.symmetric or arm.rests for arm in arms):
        return solution
    histories = []
    for arm, history, patients in zip(arms, solution.histories, solution.patients, strict=True):
        order = _Order.of(_loosened(history, arm), np.asarray(patients.time, dtype=np.float64))
        held: list[Anchor] = []
        for interval in arm.symmetric:
            held += _beside_quantile(order, interval)
        for rest in arm.rests:
            held += _ends_of_rest(order, rest, arm)
        histories.append(pin(replace(order.history, natural=patients.time), held))
    return replace(solution, histories=tuple(histories))


def _loosened(history: History, arm: ArmConstraints) -> History:
    """Let go of the end of a rest: where it is, a symmetric interval tells."""
    windows = [asked.estimate for asked in arm.symmetric]
    first: set[Interval] = set()
    kept = []
    for anchor in history.anchors:
        if anchor.window in windows:
            if anchor.window in first:
                continue
            first.add(anchor.window)
        kept.append(anchor)
    return replace(history, anchors=tuple(kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """An arm's events in the order of leaving."""

    history: History
    places: Positions  # positions of the events among the patients
    times: Floats  # times of all patients
    survival: Floats  # the curve after each event
    root: Floats  # root of Greenwood's sum after each event

    @classmethod
    def of(cls, history: History, times: Floats) -> _Order:
        places = np.flatnonzero(history.event)
        hazard, variance = single_event_terms((history.event.size - places).astype(np.float64))
        return cls(
            history=history,
            places=places,
            times=times,
            survival=np.exp(-np.cumsum(hazard)),
            root=np.sqrt(np.cumsum(variance)),
        )

    def first_below(self, share: float) -> int | None:
        """Return the first event after which the curve is at a share or below it."""
        below = np.flatnonzero(self.survival <= share + _ON_SHARE)
        return int(below[0]) if below.size else None

    def window(self, place: int) -> Interval:
        """Return where a patient has to leave whatever the figures at hand say."""
        windows = [one.window for one in self.history.anchors if one.position == place]
        lower = max((one.lower for one in windows), default=0.0)
        upper = min((one.upper for one in windows), default=np.inf)
        return Interval(lower, upper)


def _beside_quantile(order: _Order, asked: SymmetricInterval) -> Iterator[Anchor]:
    """Yield where the events at a quantile and beside it are to be for its error to print."""
    at = order.first_below(asked.share)
    after = order.first_below(asked.share - DENSITY_STEP)
    above = np.flatnonzero(order.survival >= asked.share + DENSITY_STEP - _ON_SHARE)
    time = asked.target
    errors = asked.errors(time)
    if at is None or after is None or errors.lower > errors.upper or not errors.bounded:
        return
    before = int(above[-1]) if above.size else None
    high = 1.0 if before is None else float(order.survival[before])
    per_error = (high - order.survival[after]) / (order.survival[at] * order.root[at])
    gap, room = errors.middle * per_error, _OF_ROOM * errors.half * per_error
    early = 0.0 if before is None else float(order.times[order.places[before]])
    late = float(order.times[order.places[after]])
    early = time - (time - early) * gap / max(late - early, _ON_SHARE)
    early = 0.0 if before is None else max(early, _EARLIEST * time)
    yield _near(order, at, time, _OF_ROOM * asked.estimate.half)
    if before is not None:
        yield _near(order, before, early, room)
    if after != at:
        yield _near(order, after, max(early + gap, time), room)


def _near(order: _Order, event: int, time: float, room: float) -> Anchor:
    return Anchor(int(order.places[event]), Interval(time - room, time + room))


def _ends_of_rest(order: _Order, rest: Rest, arm: ArmConstraints) -> Iterator[Anchor]:
    """Yield where a rest begins and ends for its middle to print."""
    begin = order.first_below(rest.share)
    if begin is None or abs(order.survival[begin] - rest.share) > _ON_SHARE:
        return
    first = int(order.places[begin])
    last = int(order.places[begin + 1]) if begin + 1 < order.places.size else arm.n - 1
    if last == first:
        return
    within = [order.window(place) for place in (first, last)]
    middle, length = rest.window.middle, order.times[last] - order.times[first]
    early = within[0].clip(float(middle - 0.5 * length))
    late = within[1].clip(2.0 * middle - early)
    early = within[0].clip(2.0 * middle - late)
    room = _OF_ROOM * rest.window.half
    yield Anchor(first, Interval(early - room, early + room).intersect(within[0]))
    yield Anchor(last, Interval(late - room, late + room).intersect(within[1]))
