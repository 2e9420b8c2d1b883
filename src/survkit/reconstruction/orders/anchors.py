"""Which positions of an order printed times have a say in, and what the order misses."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.interval import Interval
from survkit.kernels.violation import CURVE
from survkit.reconstruction.orders.history import Anchor, History, in_order
from survkit.reconstruction.orders.segments import missed_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.arrays import Flags, Floats
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.orders.plan import PartialOrder, Plan

__all__ = ["RESTS_ON_SHARE", "anchor_order"]

_FINAL = replace(CURVE, comfort=0.999)
"""In the end nearly the whole of a rounding window counts; the search aims further inside."""
RESTS_ON_SHARE = 1e-4
"""Fault of a curve that rests on a share; less than any other, and not always to be avoided."""


def anchor_order(
    arm: ArmConstraints,
    plan: Plan,
    order: PartialOrder,
    times: Callable[[tuple[int, ...], tuple[int, ...]], Floats],
) -> History:
    """
    Find the positions that printed times have a say in, and add up what the order misses.

    From the numbers who have left before each cut, and at exactly its time, `times` tells when each
    patient would leave, ascending.
    """
    quantiles = _anchor_quantiles(arm, plan, order.event)
    left, on_time = _left_at_cuts(plan, order)
    anchors = [*quantiles.anchors, *_anchor_cuts(plan, left, on_time)]
    if arm.end is not None:
        anchors.append(Anchor(plan.n - 1, arm.end))
    if arm.horizons:
        anchors.append(Anchor(plan.n - 1, Interval(arm.horizons[-1], math.inf)))
    if quantiles.ends_of_rests and not _out_of_order([*anchors, *quantiles.ends_of_rests]):
        anchors += quantiles.ends_of_rests
    missed = missed_by(plan, order.event, order.ends, _FINAL)
    return History(
        event=order.event,
        natural=times(left, on_time),
        anchors=in_order(anchors),
        faults=quantiles.faults + missed + _out_of_order(anchors),
    )


class _QuantileAnchors(NamedTuple):
    """Where curves and limits pass their shares; what passes and should not is a fault."""

    faults: float
    anchors: list[Anchor]
    ends_of_rests: list[Anchor]


def _anchor_quantiles(arm: ArmConstraints, plan: Plan, event: Flags) -> _QuantileAnchors:
    faults = 0.0
    anchors: list[Anchor] = []
    ends_of_rests: list[Anchor] = []
    for quantile in arm.quantiles:
        positions = np.flatnonzero(event != quantile.reverse)
        passing = quantile.passing(*(terms[positions] for terms in plan.terms))
        faults += float(bool(passing.steps.size) != quantile.window.reached)
        found = [Anchor(int(positions[step]), quantile.window) for step in passing.steps[:2]]
        if found and quantile.window.reached:
            anchors.append(found[0])
        if passing.rests and quantile.z == 0.0:
            faults += RESTS_ON_SHARE
            if quantile.window.reached:
                ends_of_rests += found[1:]
    return _QuantileAnchors(faults, anchors, ends_of_rests)


def _anchor_cuts(plan: Plan, left: tuple[int, ...], on_time: tuple[int, ...]) -> Iterator[Anchor]:
    """Yield who leaves last before a printed time, at exactly that time, and first after it."""
    for cut, before, tied in zip(plan.cuts, left, on_time, strict=True):
        if cut.guide:
            continue
        if cut.time == 0.0:
            for position in range(before):
                yield Anchor(position, Interval(0.0, 0.0))
        elif before > 0:
            yield Anchor(before - 1, Interval(-math.inf, cut.time))
        for position in range(before, before + tied):
            yield Anchor(position, Interval(cut.time, cut.time))
        if before + tied < plan.n:
            yield Anchor(before + tied, Interval(cut.time, math.inf))


def _left_at_cuts(plan: Plan, order: PartialOrder) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Patients who have left before each cut, and events at exactly its time."""
    ends = iter(order.ends)
    left, on_time = [], []
    for cut, expected in zip(plan.cuts, plan.left, strict=True):
        position, tied = next(ends) if cut.printed else (expected, 0)
        left.append(position - tied)
        on_time.append(tied)
    return tuple(np.maximum.accumulate(left or [0]).tolist()[: len(left)]), tuple(on_time)


def _out_of_order(anchors: list[Anchor]) -> int:
    """Count the anchors that no rising times can all respect: a window not later than another's."""
    windows = [anchor.window for anchor in in_order(anchors)]
    if not windows:
        return 0
    earliest = np.maximum.accumulate([window.lower for window in windows])
    latest = np.array([window.upper for window in windows])
    exact = np.array([window.lower == window.upper for window in windows])
    return int(np.count_nonzero((latest < earliest) | ((latest == earliest) & ~exact)))
