"""Patients from coordinates without noise: a dynamic program over the drops, in whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.curves.decoded import DecodedHistory, order_patients
from survkit.reconstruction.curves.drops import half_unit, read_drops, spread_censorings
from survkit.reconstruction.curves.observed import CurveError, check_arm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.curves.drops import Drop
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["decode_exact"]

Floats = NDArray[np.float64]

_SEARCHES = ((60, False), (400, False), (200, True))
"""
States kept after each drop, and whether each drop is measured from the coordinate before it.

Wider searches are for what the narrower one loses. The last one gives up the running product, which
few of many patients can be followed by when digits are few.
"""
_MOST_PER_STATE = 12
_MOST_EVENTS = 100
_PARTS = 3.0
"""Parts of the allowance by which products must differ to be kept side by side."""
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class _State:
    """
    A history up to a drop.

    Parameters
    ----------
    left : int
        Patients left after the drop.
    total : int
        Events so far.
    survival : float
        Exact Kaplan-Meier product.
    cost : float
        How far numbers at risk and coordinates are from what is expected; smaller is better.
    paths : int
        Histories that lead here.
    events : int
        Events at the drop.
    before : _State or None
        The cheapest history up to the drop before.
    """

    left: int
    total: int
    survival: float
    cost: float
    paths: int
    events: int
    before: _State | None


def decode_exact(arm: ObservedArm, *, allowance: float | None = None) -> DecodedHistory:
    """
    Decode patients from the exact coordinates of all drops.

    Every drop from S to S' is a fraction d / r of whole numbers. Going through the drops, all pairs
    that agree with the coordinate, with the numbers at risk and with the total events are kept,
    each with its exact running product, so that rounding errors do not add up.

    Parameters
    ----------
    arm : ObservedArm
        Curve, patients and, where printed, numbers at risk and total events.
    allowance : float, optional
        By how much a probability may be off; None takes three times the stated noise or, where
        none is stated, half a unit of the last digit.

    Returns
    -------
    DecodedHistory
        The patients of the most plausible history, and how many fit: a lower bound.

    Raises
    ------
    CurveError
        If the arm holds what no decoder can use, or no whole history fits.
    """
    checked = check_arm(arm)
    if allowance is None:
        noise = checked.curve.noise
        allowance = 3.0 * noise if noise else half_unit(checked.curve.survival)
    drops = read_drops(checked, allowance)
    histories = _search(checked, drops, allowance)
    best = min(histories, key=lambda state: (state.cost, state.total, -state.left))
    chain = _back(best)
    events = np.repeat([drop.time for drop in drops], [state.events for state in chain])
    risk = [state.left + state.events for state in chain]
    censored = spread_censorings(
        checked, [drop.time for drop in drops], risk, [state.left for state in chain]
    )
    time, event = order_patients(events, censored)
    return DecodedHistory(
        time=time,
        event=event,
        decoder="exact",
        noise=allowance,
        protocol="feet",
        solutions=sum(state.paths for state in histories),
    )


def _search(arm: ObservedArm, drops: list[Drop], allowance: float) -> list[_State]:
    """Search wider and wider; say where even the widest search ends."""
    fault = ""
    for kept, anchored in _SEARCHES:
        states, stuck = _go_through(arm, drops, allowance, kept, anchored=anchored)
        ending = [s for s in states if arm.events is None or s.total == arm.events]
        if not stuck and ending:
            return ending
        fault = _no_history(arm, stuck) if stuck else _no_total(arm, states)
    raise CurveError((fault,))


def _go_through(
    arm: ObservedArm, drops: list[Drop], allowance: float, kept: int, *, anchored: bool
) -> tuple[list[_State], Drop | None]:
    """Extend all states drop by drop; also give the drop that none gets past."""
    states = [_State(arm.n, 0, 1.0, 0.0, 1, 0, None)]
    for index, drop in enumerate(drops):
        found: dict[tuple[int, int, int], _State] = {}
        later = len(drops) - index - 1
        for state in states:
            for after in _steps(state, drop, arm.events, later, allowance, anchored=anchored):
                part = round(_PARTS * (after.survival - drop.survival) / allowance)
                key = (after.left, after.total, part)
                known = found.get(key)
                found[key] = after if known is None else _merge(known, after)
        if not found:
            return [], drop
        states = sorted(found.values(), key=lambda state: state.cost)[:kept]
    return states, None


def _no_history(arm: ObservedArm, drop: Drop) -> str:
    others = [
        name
        for name, given in (
            ("numbers at risk", arm.table is not None),
            ("total events", arm.events is not None),
        )
        if given
    ]
    return (
        f"no whole numbers of events explain the curve's drop to {drop.survival:g} at "
        f"{drop.time:g}" + (f" together with the {' and the '.join(others)}" if others else "")
    )


def _merge(known: _State, other: _State) -> _State:
    """Keep the cheaper of two histories that leave the same patients; count both."""
    better = known if known.cost <= other.cost else other
    paths = known.paths + other.paths
    return _State(
        better.left,
        better.total,
        better.survival,
        better.cost,
        paths,
        better.events,
        better.before,
    )


def _steps(
    state: _State,
    drop: Drop,
    total: int | None,
    later: int,
    allowance: float,
    *,
    anchored: bool,
) -> list[_State]:
    """All whole drops from a state to the next coordinate."""
    most = min(state.left, drop.most)
    spare = allowance * (1.0 + 1e-6) + _ROUNDING
    around = spare if anchored else 0.0
    low = max(1.0 - (drop.survival + spare) / max(state.survival - around, spare), 0.0)
    high = min(1.0 - (drop.survival - spare) / (state.survival + around), 1.0)
    room = most if total is None else total - state.total - later
    stay = max(drop.fewest, later, 0 if total is None else total - state.total)
    found: list[_State] = []
    first, last = max(1, math.ceil(low * stay)), min(room, math.floor(high * most))
    for events in _choose(first, last, low * drop.expected, _MOST_EVENTS):
        reach = most if low <= 0.0 else min(most, math.floor(events / low))
        fewest = max(drop.fewest + events, later + events, math.ceil(events / high))
        if total is not None:
            fewest = max(fewest, total - state.total)
        found.extend(
            _step(state, drop, events, risk, allowance, anchored=anchored)
            for risk in _choose(fewest, reach, drop.expected, _MOST_PER_STATE)
        )
    return found


def _choose(fewest: int, reach: int, expected: float, most: int) -> Sequence[int]:
    """Whole numbers to try: all, or of very many those nearest to what is expected."""
    if reach - fewest < most:
        return range(fewest, reach + 1)
    first = min(max(round(expected) - most // 2, fewest), reach - most + 1)
    return sorted({fewest, reach, *range(first, first + most)})


def _step(
    state: _State, drop: Drop, events: int, risk: int, allowance: float, *, anchored: bool
) -> _State:
    survival = state.survival * (1.0 - events / risk)
    off = (survival - drop.survival) / allowance
    apart = (risk - drop.expected) / drop.slack
    cost = 0.5 * off * off + min(0.5 * apart * apart, 8.0)
    return _State(
        risk - events,
        state.total + events,
        drop.survival if anchored else survival,
        state.cost + cost,
        state.paths,
        events,
        state,
    )


def _no_total(arm: ObservedArm, states: list[_State]) -> str:
    totals = sorted({state.total for state in states})
    return (
        f"the drops of the curve add up to {totals[0]} to {totals[-1]} events, not to {arm.events}"
    )


def _back(state: _State) -> list[_State]:
    """States after each drop, first to last."""
    chain = []
    while state.before is not None:
        chain.append(state)
        state = state.before
    return chain[::-1]
