"""Patients from coordinates without noise: a dynamic program over the drops, in whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.curves.decoded import DecodedHistory, order_patients
from survkit.reconstruction.curves.exact.censorings import (
    cost_of_censorings,
    patients_per_mark,
    spread_censorings,
)
from survkit.reconstruction.curves.exact.drops import half_unit, read_drops
from survkit.reconstruction.curves.exact.open_levels import most_open, open_around
from survkit.reconstruction.curves.observed import CurveError, check_arm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.curves.exact.drops import Drop
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["decode_exact"]

_SEARCHES = ((60, False), (400, False), (200, True))
"""
States kept after each drop, and whether each drop is measured from the coordinate before it.

Wider searches are for what the narrower one loses. The last one gives up the running product, which
few of many patients can be followed by when digits are few.
"""
_MOST_PER_STATE = 12
_MOST_EVENTS = 100
_MOST_OPEN = 40
"""Events at a drop to a level that is not known."""
_MOST_CENSORED = 4
"""Patients tried to be censored right before such a drop, less one."""
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


def decode_exact(
    arm: ObservedArm, *, allowance: float | None = None, opening: bool = False
) -> DecodedHistory:
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
    opening : bool
        Whether single levels that no whole numbers explain are left open; they are said.

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
    drops, best, solutions = _search(checked, drops, allowance, opening=opening)
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
        solutions=solutions,
        inconsistencies=_said(drops),
    )


def _said(drops: list[Drop]) -> tuple[str, ...]:
    times = dict.fromkeys(f"{drop.time:g}" for drop in drops if drop.open)
    if not times:
        return ()
    return (f"levels that no whole numbers explain were left open at {', '.join(times)}",)


def _search(
    arm: ObservedArm, drops: list[Drop], allowance: float, *, opening: bool
) -> tuple[list[Drop], _State, int]:
    """Search wider and wider for the best history; say where even the widest search ends."""
    fault = ""
    per_mark, last = patients_per_mark(arm), drops[-1].time if drops else 0.0
    for kept, anchored in _SEARCHES:
        walk = _Walk(
            arm=arm,
            allowance=allowance,
            kept=kept,
            anchored=anchored,
            per_mark=per_mark,
            last=last,
        )
        followed, states, stuck = walk.through(drops, most_open(drops) if opening else 0)
        ending = [s for s in states if arm.events is None or s.total == arm.events]
        if not stuck and ending:
            best = min(ending, key=lambda s: (s.cost + walk.after_the_last(s), s.total, -s.left))
            return followed, best, sum(state.paths for state in ending)
        fault = _no_history(arm, stuck) if stuck else _no_total(arm, states)
    raise CurveError((fault,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """One way to go through the drops of an arm: how wide, how close, from where."""

    arm: ObservedArm
    allowance: float
    kept: int
    anchored: bool
    per_mark: float
    last: float

    def through(
        self, drops: list[Drop], openings: int
    ) -> tuple[list[Drop], list[_State], Drop | None]:
        """Extend all states drop by drop; also give the drop that none gets past."""
        layers = [[_State(self.arm.n, 0, 1.0, 0.0, 1, 0, None)]]
        while len(layers) <= len(drops):
            found = self._extended(layers[-1], drops, len(layers) - 1)
            if found:
                layers.append(found)
                continue
            stuck = len(layers) - 1
            opened = self._opened(layers, drops, stuck) if openings else None
            if opened is None:
                return drops, [], drops[stuck]
            drops, openings = opened, openings - 1
            layers = layers[: max(stuck, 1)]
        return drops, layers[-1], None

    def _opened(
        self, layers: list[list[_State]], drops: list[Drop], stuck: int
    ) -> list[Drop] | None:
        def follow(proposed: Sequence[Drop], start: int, stop: int) -> int:
            states = layers[start]
            for index in range(start, stop):
                states = self._extended(states, proposed, index)
                if not states:
                    return index - start
            return stop - start

        return open_around(drops, stuck, follow)

    def _extended(self, states: list[_State], drops: Sequence[Drop], index: int) -> list[_State]:
        """Return the cheapest histories up to one drop further."""
        drop, later = drops[index], len(drops) - index - 1
        found: dict[tuple[int, int, int], _State] = {}
        for state in states:
            for after in self._steps(state, drop, later):
                part = round(_PARTS * (after.survival - drop.survival) / self.allowance)
                key = (after.left, after.total, part)
                known = found.get(key)
                found[key] = after if known is None else _merge(known, after)
        return sorted(found.values(), key=lambda state: state.cost)[: self.kept]

    def _steps(self, state: _State, drop: Drop, later: int) -> list[_State]:
        if drop.open:
            return _open_steps(state, drop, self.arm.events, later)
        return _steps(self, state, drop, later)

    def after_the_last(self, state: _State) -> float:
        """Return how surprising it is that so many patients are left after the last drop."""
        marks = self.arm.curve.marks
        if marks is None or not marks.size or state.before is None:
            return 0.0
        rest = int(np.count_nonzero(marks >= self.last))
        return cost_of_censorings(state.left, rest, self.per_mark)


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


def _steps(walk: _Walk, state: _State, drop: Drop, later: int) -> list[_State]:
    """All whole drops from a state to the next coordinate."""
    total = walk.arm.events
    most = min(state.left, drop.most)
    spare = walk.allowance * (1.0 + 1e-6) + _ROUNDING
    around = spare if walk.anchored else 0.0
    low = max(1.0 - (drop.survival + spare) / max(state.survival - around, spare), 0.0)
    high = min(1.0 - (drop.survival - spare) / (state.survival + around), 1.0)
    room = most if total is None else total - state.total - later
    stay = max(drop.fewest, later, 0 if total is None else total - state.total)
    found: list[_State] = []
    first, last = max(1, math.ceil(low * stay)), min(room, math.floor(high * most))
    for events in _choose(first, last, (low * drop.expected,), _MOST_EVENTS):
        reach = most if low <= 0.0 else min(most, math.floor(events / low))
        fewest = max(drop.fewest + events, later + events, math.ceil(events / high))
        if total is not None:
            fewest = max(fewest, total - state.total)
        found.extend(
            _step(walk, state, drop, events, risk)
            for risk in _choose(fewest, reach, _likely(state, drop), _MOST_PER_STATE)
        )
    return found


def _likely(state: _State, drop: Drop) -> tuple[float, ...]:
    """Numbers at risk to be looked for: what the table lets expect, and what the marks do."""
    return (drop.expected,) if drop.marks is None else (drop.expected, state.left - drop.marks)


def _open_steps(state: _State, drop: Drop, total: int | None, later: int) -> list[_State]:
    """All drops of few patients to a level that is not known, above that after the next drop."""
    most = min(state.left, drop.most)
    room = most if total is None else total - state.total - later
    found = []
    for risk in range(most, max(most - _MOST_CENSORED, drop.fewest, later), -1):
        for events in range(1, min(room, risk - drop.fewest, _MOST_OPEN) + 1):
            survival = state.survival * (1.0 - events / risk)
            if survival <= drop.survival:
                break
            found.append(
                _State(
                    risk - events,
                    state.total + events,
                    survival,
                    state.cost + 1.0 + (most - risk),
                    state.paths,
                    events,
                    state,
                )
            )
    return found


def _choose(fewest: int, reach: int, likely: Sequence[float], most: int) -> Sequence[int]:
    """Whole numbers to try: all, or of very many those nearest to what is likely."""
    if reach - fewest < most:
        return range(fewest, reach + 1)
    chosen = {fewest, reach}
    for number in likely:
        first = min(max(round(number) - most // 2, fewest), reach - most + 1)
        chosen.update(range(first, first + most))
    return sorted(chosen)


def _step(walk: _Walk, state: _State, drop: Drop, events: int, risk: int) -> _State:
    survival = state.survival * (1.0 - events / risk)
    off = (survival - drop.survival) / walk.allowance
    apart = (risk - drop.expected) / drop.slack
    cost = 0.5 * off * off + min(0.5 * apart * apart, 8.0)
    if drop.marks is not None:
        cost += cost_of_censorings(state.left - risk, drop.marks, walk.per_mark)
    return _State(
        risk - events,
        state.total + events,
        drop.survival if walk.anchored else survival,
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
