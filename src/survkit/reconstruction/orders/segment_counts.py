"""How many patients leave in a piece, and how many by an event: the choices, likeliest first.

Each choice is judged before any event is placed: by how far hazard and variance at the end of the
piece would be from what is printed, measured by how far another order can still move them, and by
how far the counts depart from the population's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.violation import asked_sums
from survkit.reconstruction.orders.bounds import IMPOSSIBLE, cost_of_bounds, cost_of_rest, running
from survkit.reconstruction.orders.sampling import sigmoid

if TYPE_CHECKING:
    from survkit.reconstruction.orders.partial import Partial
    from survkit.reconstruction.orders.plan import Plan, Stop

__all__ = ["Choice", "likeliest_choices", "odds_within"]

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PART = 1.0 / 24.0
_MIDDLES = np.arange(0.5 * _PART, 1.0, _PART)
"""Middles of the equal parts of a piece, as shares of those who leave in it."""
_NO_LENGTH = 1e-3
"""Stands for the length of a piece in which nobody leaves."""
_NEAREST = 6
_GROWTH = 1.4
"""Numbers of patients are tried one by one next to the expected one, then in growing steps."""
_EVENTS_BESIDE = np.arange(-3, 4)
_BESIDE_SD = 6.0
"""Standard deviations of the events, in steps of which they are tried."""
_MOST_ON_TIME = 8
_ON_TIME_COST = 8.0
"""What an event at exactly a printed time costs, in squared standard deviations."""
_SAME_EVENTS_COST = 4.0
"""What another number of patients costs with the same events, so that these vary as well."""
_RANKED = 4
"""Choices that are ranked by how their events vary, for each one that is wanted."""
_HOPELESS = 1000.0
"""How much more than the likeliest a choice may cost."""
_TOLERANCE = 0.25
"""Variance of a printed sum, in halves of its rounding window squared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    How a piece is filled.

    Parameters
    ----------
    leaving : int
        Patients who leave in the piece, but for those on time.
    events : int
        How many of them by an event.
    on_time : int
        Further events at exactly the time of the cut at the end: where a number at risk is printed
        they count in it, and yet the curve has fallen.
    cost : float
        How unlikely the choice is, in squared standard deviations.
    """

    leaving: int
    events: int
    on_time: int
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    """
    The hazard, or Greenwood's sum, as the choices see it.

    Parameters
    ----------
    so_far : float
        The sum before the piece.
    asked, rounding : float
        What it is to be at its end, with half its rounding; infinite where nothing is asked.
    needed : ndarray of float, shape (k,)
        What the events but for those on time are to add.
    parts : ndarray of float, shape (k, p)
        What an event in each part of the piece adds.
    """

    so_far: float
    asked: float
    rounding: float
    needed: Floats
    parts: Floats

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked."""
        return math.isfinite(self.rounding)


def odds_within(plan: Plan, stop: Stop, shares: Floats) -> Floats:
    """
    Log odds of an event at shares of a piece, as those of the plan at the same shares of its own.

    Parameters
    ----------
    plan : Plan
        The plan.
    stop : Stop
        End of the piece.
    shares : ndarray of float
        Shares of those who leave in the piece, rising from 0 to 1.

    Returns
    -------
    ndarray of float
        Log odds, in the same shape.
    """
    place = stop.before + shares * (stop.left - stop.before) - 0.5
    odds: Floats = np.interp(place, np.arange(plan.n), plan.logit)
    return odds


def likeliest_choices(plan: Plan, partial: Partial, stop: Stop, most: int) -> list[Choice]:
    """
    List the likeliest choices for the next piece.

    Parameters
    ----------
    plan : Plan
        The plan.
    partial : Partial
        The order so far.
    stop : Stop
        End of the piece.
    most : int
        How many choices at most.

    Returns
    -------
    list of Choice
        Choices, the likeliest first; at least one.
    """
    remaining = plan.events - partial.events
    if stop.last:
        return [Choice(leaving=plan.n - partial.start, events=remaining, on_time=0, cost=0.0)]
    leaving, on_time = _leaving(plan, partial, stop)
    if not leaving.size:
        return [_makeshift(partial, stop, remaining)]
    hazard, variance = _sums(plan, partial, stop, leaving, on_time)
    odds = sigmoid(odds_within(plan, stop, _MIDDLES))
    events, possible = _events(plan, partial, stop, (leaving, on_time), hazard, odds)
    density, free = _densities(odds, leaving, events)
    cost = _cost_of_order([own for own in (hazard, variance) if own.is_asked], density, free)
    cost += _cost_of_counts(plan, partial, stop, (leaving, on_time), events)
    if variance.is_asked:
        needed = hazard.needed, variance.needed
        cost += cost_of_bounds(
            plan, partial.start, leaving, events, *needed, rounding=variance.rounding
        )
    if stop is plan.stops[-2]:
        end = (partial.start + leaving + on_time)[:, None]
        totals = [
            np.full(events.shape, own.asked)
            if own.is_asked
            else own.so_far + (density * own.parts[:, None]).sum(axis=2)
            for own in (hazard, variance)
        ]
        cost += cost_of_rest(plan, end, remaining - events - on_time[:, None], *totals)
    cost = np.where(possible, cost, np.inf).round(6)
    choices = _ranked(cost, (leaving, on_time), events, most)
    return choices or [_makeshift(partial, stop, remaining)]


def _makeshift(partial: Partial, stop: Stop, remaining: int) -> Choice:
    """Choose something where nothing is possible, because the figures contradict each other."""
    leaving = max(stop.left - partial.start, 0)
    return Choice(leaving=leaving, events=min(leaving // 2, remaining), on_time=0, cost=IMPOSSIBLE)


def _leaving(plan: Plan, partial: Partial, stop: Stop) -> tuple[Counts, Counts]:
    """List how many may leave in the piece, and how many have their event right at its end."""
    expected = stop.left - partial.start
    if not stop.free:
        on_time = np.arange(min(_MOST_ON_TIME, stop.latest - stop.left) + 1)
        return (np.full(on_time.size, expected), on_time) if expected >= 0 else (on_time[:0],) * 2
    beside = [*range(_NEAREST)]
    while beside[-1] < plan.n:
        beside.append(math.ceil(round(_GROWTH * beside[-1], 6)))
    counts = expected + np.array([*reversed([-step for step in beside[1:]]), *beside])
    stand = partial.start + counts
    counts = counts[(counts >= 0) & (stand >= stop.earliest) & (stand <= stop.latest)]
    return counts, np.zeros_like(counts)


def _sums(plan: Plan, partial: Partial, stop: Stop, leaving: Counts, on_time: Counts) -> list[_Sum]:
    """Work out what hazard and Greenwood's sum are, and what the piece is to add to them."""
    asked_at_end = asked_sums(stop.end) if stop.end else ((0.0, math.inf),) * 2
    left = partial.start + leaving
    lengths = np.maximum(leaving, _NO_LENGTH)[:, None]
    places = partial.start + lengths * np.append(_MIDDLES - 0.5 * _PART, 1.0)
    sums = []
    for amount, (asked, rounding) in zip((plan.weight, plan.spread), asked_at_end, strict=True):
        total = running(amount)
        at_edges = np.interp(places, np.arange(plan.n + 1), total)
        so_far = partial.sum_of(amount)
        sums.append(
            _Sum(
                so_far=so_far,
                asked=asked,
                rounding=rounding,
                needed=asked - so_far - (total[left + on_time] - total[left]),
                parts=np.diff(at_edges) / (lengths * _PART),
            )
        )
    return sums


def _events(
    plan: Plan,
    partial: Partial,
    stop: Stop,
    counts: tuple[Counts, Counts],
    hazard: _Sum,
    odds: Floats,
) -> tuple[Counts, Flags]:
    """List numbers of events about the one that the hazard needs, and which of them can be."""
    leaving, on_time = counts
    remaining = plan.events - partial.events - on_time
    if hazard.is_asked:
        each = (odds * hazard.parts).mean(axis=1)  # zero where nobody leaves: no events then
        middle = hazard.needed * odds.mean() / np.where(each > 0.0, each, np.inf)
    else:
        expected = float(plan.probability[: stop.left].sum())
        middle = np.full(leaving.size, expected - partial.events)
    stride = max(1, round(round(math.sqrt(_uncertain(plan, stop)) / _BESIDE_SD, 6)))
    nearest = np.round(middle.round(6)).astype(np.int64)[:, None]
    after = plan.n - partial.start - leaving - on_time
    fewest = np.maximum(remaining - after, 0)[:, None]
    most = np.minimum(np.maximum(remaining - plan.needed_last, -on_time), leaving)[:, None]
    nearest = np.maximum(np.minimum(nearest, most), fewest)
    events = np.maximum(np.minimum(nearest + stride * _EVENTS_BESIDE, most), fewest)
    return events, (fewest <= most) & (np.diff(events, axis=1, prepend=-1) > 0)


def _uncertain(plan: Plan, stop: Stop) -> float:
    """Variance of the events of a piece, as the plan has it."""
    expected = plan.probability[stop.before : stop.left]
    return float((expected * (1.0 - expected)).sum())


def _densities(odds: Floats, leaving: Counts, events: Counts) -> tuple[Floats, Floats]:
    """
    Spread the events over the parts of a piece, and measure how free another order is.

    That one is not bound to the plan's odds, which the plan's own numbers may have driven far.
    """
    whole = np.maximum(leaving, 1)[:, None]
    mean = np.clip(events / whole, 0.0, 1.0)[:, :, None]
    share = np.minimum(odds * (events / (whole * odds.mean()))[:, :, None], 1.0)
    density = share / np.maximum(share.sum(axis=2, keepdims=True), 1e-300) * events[:, :, None]
    free = 0.5 * (share * (1.0 - share) + mean * (1.0 - mean)) * leaving[:, None, None] * _PART
    return density, free


def _cost_of_order(sums: list[_Sum], density: Floats, free: Floats) -> Floats:
    """Square the distance of the sums from those needed, in deviations of another order."""
    if not sums:
        return np.zeros(density.shape[:2])
    scaled = [(own.parts / own.rounding)[:, None, :] for own in sums]
    off = [
        (own.needed / own.rounding)[:, None] - (density * amount).sum(axis=2)
        for own, amount in zip(sums, scaled, strict=True)
    ]
    total = np.maximum(free.sum(axis=2, keepdims=True), 1e-300)
    centred = [amount - (free * amount).sum(axis=2, keepdims=True) / total for amount in scaled]
    variance = [(free * own**2).sum(axis=2) + _TOLERANCE for own in centred]
    if len(sums) == 1:
        return np.asarray(off[0] ** 2 / variance[0])
    shared = (free * centred[0] * centred[1]).sum(axis=2)
    cross = variance[0] * off[1] ** 2 + variance[1] * off[0] ** 2 - 2.0 * shared * off[0] * off[1]
    return np.asarray(cross / (variance[0] * variance[1] - shared**2))


def _cost_of_counts(
    plan: Plan, partial: Partial, stop: Stop, counts: tuple[Counts, Counts], events: Counts
) -> Floats:
    """Square how far events and patients depart from the plan, in its standard deviations."""
    leaving, on_time = counts
    expected = float(plan.probability[: stop.left].sum())
    own = plan.probability[stop.before : stop.left]
    of_events = (partial.events + events + on_time[:, None] - expected) ** 2
    of_leaving = (partial.start + leaving - stop.left) ** 2 / (float((1.0 - own).sum()) + 1.0)
    return np.asarray(
        of_events / (_uncertain(plan, stop) + 0.5) + (of_leaving + _ON_TIME_COST * on_time)[:, None]
    )


def _ranked(cost: Floats, counts: tuple[Counts, Counts], events: Counts, most: int) -> list[Choice]:
    """List the likeliest choices, but not too many with the same events."""
    leaving, on_time = counts
    ascending = np.argsort(cost, axis=None, kind="stable")[: _RANKED * most]
    seen: dict[int, int] = {}
    ranked: list[tuple[float, Choice]] = []
    for place in ascending.tolist():
        row, own = place // cost.shape[1], float(cost.flat[place])
        if not math.isfinite(own) or (ranked and own > ranked[0][0] + _HOPELESS):
            break
        count = int(events.flat[place])
        choice = Choice(
            leaving=int(leaving[row]), events=count, on_time=int(on_time[row]), cost=own
        )
        ranked.append((own + _SAME_EVENTS_COST * seen.get(count, 0), choice))
        seen[count] = seen.get(count, 0) + 1
    return [choice for _, choice in sorted(ranked, key=lambda pair: pair[0])[:most]]
