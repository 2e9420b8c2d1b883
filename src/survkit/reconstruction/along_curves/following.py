"""Whole patients of an arm who follow its curve and print its figures: the order nearest to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.along_curves.nearby import ANYWHERE, bring_back, exchange_nearby
from survkit.reconstruction.along_curves.times import times_along, within_windows
from survkit.reconstruction.constraints.cuts import collect_cuts, cuts_with
from survkit.reconstruction.orders.anchors import RESTS_ON_SHARE, anchor_order
from survkit.reconstruction.orders.plan import PartialOrder, SegmentEnd
from survkit.reconstruction.orders.planning import lay_out_plan
from survkit.reconstruction.orders.search import candidate_orders
from survkit.reconstruction.orders.segments import read_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Flags, Floats, Positions
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.cut import Cut
    from survkit.reconstruction.curves.decoded import DecodedHistory
    from survkit.reconstruction.orders.history import History
    from survkit.reconstruction.orders.plan import Plan, Segment

__all__ = ["follow_curve"]

_LEAST_GIVE = 0.002
"""How far a curve without noise may be moved for the sake of what is printed, as a probability."""
_GIVE = 2.0
"""The same for others, in standard deviations of their points."""
_NEIGHBOURS = 11
"""Patients over which the share of events is averaged, for the odds of a search."""
_MOST_SURE = 0.95
_AT_ONCE = 1e-9
_BESIDE = 1e-6
_MOST_ORDERS = 32
"""Orders of a search that are looked at."""
_NEAR = 0.0015
"""Mean distance from the decoded curve at which no nearer order is looked for."""
_MOST_FOUND = 4
"""Orders of a search that meet all, of which the nearest is taken."""
_KEPT = 3
"""Orders handed on."""
_MOST_RESTS = 3
_NO_FAULT = 1e-9
_POINTS = 400
"""Times at which two curves are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Track:
    """Decoded patients and what the figures of their arm ask, position by position."""

    arm: ArmConstraints
    decoded: DecodedHistory
    plan: Plan
    ends: tuple[SegmentEnd, ...]

    @property
    def as_decoded(self) -> History:
        """The order as decoded."""
        return self.history(self.decoded.event, self.ends)

    def history(self, event: Flags, ends: tuple[SegmentEnd, ...]) -> History:
        """Write down an order with times along the curve."""

        def times(left: tuple[int, ...], on_time: tuple[int, ...]) -> Floats:
            return times_along(self.decoded, event, (self.plan.cuts, left, on_time), self.arm.end)

        order = PartialOrder(event=event, ends=ends)
        give = max(_GIVE * (self.decoded.noise or 0.0), _LEAST_GIVE)
        history = anchor_order(self.arm, self.plan, order, times)
        natural = within_windows(history.natural, history.anchors)
        return replace(history, natural=natural, give=give)

    def mended(self, reach: int) -> History:
        """Exchange events with censorings, at most so many blocks apart."""
        readings, free = read_from(self.plan, self.decoded.event, self.ends, 0)
        event = self.decoded.event.copy()
        event[free] = exchange_nearby(readings, event[free], free, self._blocks(free), reach)
        return self.history(event, self.ends)

    def searched(self) -> Iterator[History]:
        """Yield orders of the search that starts from odds, brought back towards the curve."""
        for order in islice(candidate_orders(self.plan), _MOST_ORDERS):
            readings, free = read_from(self.plan, order.event, order.ends, 0)
            event = order.event.copy()
            orders = event[free], self.decoded.event[free]
            event[free] = bring_back(readings, orders, free, self._blocks(free))
            yield self.history(event, order.ends)

    def _blocks(self, positions: Positions) -> Positions:
        """Return the block between numbers at risk that each position is in."""
        known = [cut.left for cut in self.plan.cuts if cut.left is not None]
        return np.searchsorted(known, positions, side="right").astype(np.int64)


def follow_curve(arm: ArmConstraints, decoded: DecodedHistory) -> list[History]:
    """
    Order an arm's patients as decoded from its curve, with as few changes as its figures need.

    The orders that miss least come first, and among them those nearest to the decoded curve.
    """
    free, guided = (_lay_track(arm, decoded, guided=guided) for guided in (False, True))
    if not free.ends:  # nothing printed asks anything of the curve
        return [replace(free.as_decoded, faults=_faults(free.as_decoded))]
    found: dict[tuple[float, float, int], History] = {}

    def add(history: History) -> bool:
        """Rank an order; tell whether it meets all and is near."""
        faults, distance = _faults(history), round(_distance(history, decoded), 9)
        found[faults, distance, len(found)] = replace(history, faults=faults)
        return faults == 0.0 and distance <= _NEAR

    near = [add(one) for one in (free.as_decoded, guided.mended(0), free.mended(0))]
    if not any(near):
        for track in (free, guided):
            for _, history in zip(range(_MOST_FOUND), _meeting(track.searched()), strict=False):
                add(history)
        for reach in (1, ANYWHERE):
            add(free.mended(reach))
    return [found[rank] for rank in sorted(found)][:_KEPT]


def _meeting(orders: Iterator[History]) -> Iterator[History]:
    """Yield the orders that meet all, and the last one where none does."""
    last, any_met = None, False
    for last in orders:
        if _faults(last) == 0.0:
            any_met = True
            yield last
    if last is not None and not any_met:
        yield last


def _distance(history: History, decoded: DecodedHistory) -> float:
    """Mean distance between the curve of an order and the decoded one."""
    grid = np.linspace(0.0, float(decoded.time[-1]), _POINTS)
    one, other = (
        survival_at(tabulate_arm(time, event), grid)
        for time, event in ((history.natural, history.event), (decoded.time, decoded.event))
    )
    return float(np.abs(one - other).mean())


def _faults(history: History) -> float:
    """Return what an order misses; rests on a share, whose ends both print the same, are none."""
    rests = round(history.faults / RESTS_ON_SHARE)
    only_rests = rests <= _MOST_RESTS and abs(history.faults - rests * RESTS_ON_SHARE) < _NO_FAULT
    return 0.0 if only_rests else history.faults


def _lay_track(arm: ArmConstraints, decoded: DecodedHistory, *, guided: bool) -> _Track:
    cuts = cuts_with(arm, _beside_quantiles(arm, decoded)) if guided else collect_cuts(arm)
    left = [
        int(np.searchsorted(decoded.time, cut.time)) if cut.left is None else cut.left
        for cut in cuts
    ]
    left_at = tuple(np.maximum.accumulate(left).tolist()) if left else ()
    end = float(decoded.time[-1])
    events = int(decoded.event.sum())
    plan = lay_out_plan(arm, end, events, (cuts, left_at), _share_of_events(decoded))
    ends = tuple(
        SegmentEnd(segment.left + count, count)
        for segment in plan.segments
        for count in (_on_time(segment, decoded),)
    )
    return _Track(arm=arm, decoded=decoded, plan=plan, ends=ends)


def _beside_quantiles(arm: ArmConstraints, decoded: DecodedHistory) -> set[float]:
    """List times before and after which curves and limits pass their shares, by decoded events."""
    falls = decoded.time[decoded.event]
    end = float(decoded.time[-1])
    times: set[float] = set()
    for quantile in arm.of_events:
        window = quantile.window
        if window.reached and window.bounded and falls.size:
            beyond = np.maximum(window.lower - falls, falls - window.upper)
            reach = max(0.0, float(beyond.min())) + _BESIDE * end
            times |= {window.lower - reach, window.upper + reach}
    known = {cut.time for cut in collect_cuts(arm)}
    return {time for time in times if 0.0 < time < end} - known


def _share_of_events(decoded: DecodedHistory) -> Floats:
    """Share of events among patients who leave next to each other."""
    beside = _NEIGHBOURS // 2
    padded = np.pad(decoded.event.astype(np.float64), beside, mode="edge")
    share = np.convolve(padded, np.ones(_NEIGHBOURS) / _NEIGHBOURS, mode="valid")
    return np.asarray(np.clip(share, 1.0 - _MOST_SURE, _MOST_SURE))


def _on_time(segment: Segment, decoded: DecodedHistory) -> int:
    """Count the decoded events at exactly the time that a segment ends at, if a number tells it."""
    cut: Cut | None = segment.end
    if cut is None or cut.left is None or not np.isfinite(cut.time):
        return 0
    then = np.abs(decoded.time - cut.time) <= _AT_ONCE * float(decoded.time[-1])
    following = decoded.event[cut.left :] & then[cut.left :]
    return int(following.argmin()) if not following.all() else int(following.size)
