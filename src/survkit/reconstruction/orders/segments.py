"""One piece of an order: events drawn with the population's odds, then exchanged with censorings.

The draw is tilted as little as the figures at the end of the piece need; what it still misses is
mended by exchanging single events with censorings, the best pair each time.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.constraints.violation import COMFORT, asked_sums, missed_at
from survkit.reconstruction.orders.exchange import MET, Effort, Readings, exchange_events
from survkit.reconstruction.orders.partial import Partial
from survkit.reconstruction.orders.sampling import draw, sigmoid, tilted, with_sum
from survkit.reconstruction.orders.segment_counts import Choice, odds_within

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.curve import Cut
    from survkit.reconstruction.orders.plan import Plan, Stop

__all__ = ["fill_piece", "mend_order", "missed_by"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_SLACK = 0.1
"""Variance that tilted sums may have, in halves of the rounding windows squared."""
_COUNT_SD = 0.02
"""Slack of the events of a piece, in patients."""
_MOST_STEPS = 8
"""Newton steps of the tilt; exchanges do the rest."""
_EXCLUDED = -30.0
"""Log odds of an event that would take the curve too far at once."""


def fill_piece(
    plan: Plan,
    partial: Partial,
    stop: Stop,
    choice: Choice,
    effort: Effort,
    phase: float = 0.5,
) -> Partial:
    """
    Choose the events of the next piece.

    Parameters
    ----------
    plan : Plan
        The plan.
    partial : Partial
        The order so far.
    stop : Stop
        End of the piece.
    choice : Choice
        How many leave, and how many by an event.
    effort : Effort
        What may still be spent on exchanges.
    phase : float
        Starting point of the systematic sample, between 0 and 1.

    Returns
    -------
    Partial
        The order up to the end of the piece.
    """
    stand = partial.start + choice.leaving
    end = stand + choice.on_time
    event = partial.event.copy()
    event[stand:end] = True
    event[partial.start : stand] = _drawn(plan, partial, stop, choice, phase)
    ends = (*partial.ends, (end, choice.on_time))
    readings, free = _read(plan, event, ends, len(ends) - 1)
    exchanged = exchange_events(readings, event[free], effort)
    event[free] = exchanged.event
    missed = partial.missed + exchanged.missed
    return Partial(
        event=event,
        ends=ends,
        cost=round(partial.cost + choice.cost, 6),
        missed=round(missed, 9),
    )


def _reads(plan: Plan, ends: tuple[tuple[int, int], ...], first: int) -> list[tuple[Cut, int]]:
    """List the cuts from a piece on, each with how many have left when the curve is read."""
    reads: list[tuple[Cut, int]] = []
    for number, stop in enumerate(plan.stops[first : len(ends)], start=first):
        start, stand = _free_part(ends, number)
        reads += [(cut, min(max(left, start), stand)) for cut, left in stop.within]
        if stop.end is not None:
            reads.append((stop.end, ends[number][0]))
    return reads


def mend_order(plan: Plan, order: Partial, effort: Effort) -> Partial:
    """
    Exchange events with censorings in the last piece and those before, ever more of them.

    Where few are at risk, only some of what earlier figures leave open leads to the later ones.

    Parameters
    ----------
    plan : Plan
        The plan.
    order : Partial
        An order that misses little.
    effort : Effort
        What may still be spent on exchanges.

    Returns
    -------
    Partial
        The order that misses less, if there is one.
    """
    event = order.event.copy()
    missed = order.missed
    for first in range(len(order.ends) - 2, -1, -1):
        readings, free = _read(plan, event, order.ends, first)
        event[free] = exchange_events(readings, event[free], effort).event
        missed = missed_by(plan, event, order.ends)
        if missed <= MET:
            break
    return replace(order, event=event, missed=missed)


def missed_by(
    plan: Plan, event: Flags, ends: tuple[tuple[int, int], ...], comfort: float = COMFORT
) -> float:
    """
    Add up what an order misses at all cuts of its pieces.

    Parameters
    ----------
    plan : Plan
        The plan.
    event : ndarray of bool, shape (n,)
        The arm's events.
    ends : tuple of tuple of int
        For each piece its end, and how many of its last patients have their event right then.
    comfort : float
        Share of a rounding window within which a figure counts as met.

    Returns
    -------
    float
        Sum of squares, in halves of the rounding windows.
    """
    sums = [np.concatenate(([0.0], np.cumsum(own * event))) for own in (plan.weight, plan.spread)]
    missed = 0.0
    for cut, left in _reads(plan, ends, 0):
        if cut.guide:
            continue
        hazard, variance = (own[left : left + 1] for own in sums)
        missed += float(missed_at(cut, hazard, variance, comfort)[0])
    return round(missed, 9)


def _free_part(ends: tuple[tuple[int, int], ...], index: int) -> tuple[int, int]:
    """Return the positions of a piece that may have an event or not, from first to after last."""
    end, on_time = ends[index]
    return (ends[index - 1][0] if index else 0), end - on_time


def _read(
    plan: Plan, event: Flags, ends: tuple[tuple[int, int], ...], first: int
) -> tuple[Readings, Positions]:
    """Lay out where the curve is read from a piece on, and which positions are free there."""
    free = np.concatenate([np.arange(*_free_part(ends, i)) for i in range(first, len(ends))])
    reads = _reads(plan, ends, first)
    others = event.copy()
    others[free] = False
    amounts, settled = [], []
    sums = [np.concatenate(([0.0], np.cumsum(own * others))) for own in (plan.weight, plan.spread)]
    for _, left in reads:
        before = free < left
        amounts += [np.where(before, own[free], 0.0) for own in (plan.weight, plan.spread)]
        settled += [own[left] for own in sums]
    readings = Readings(
        cuts=tuple(cut for cut, _ in reads),
        amounts=np.array(amounts).reshape(len(amounts), free.size),
        settled=np.array(settled),
    )
    return readings, free


def _drawn(plan: Plan, partial: Partial, stop: Stop, choice: Choice, phase: float) -> Flags:
    """Draw so many events with the plan's odds, tilted to where the figures want them."""
    leaving, events = choice.leaving, choice.events
    if events in (0, leaving):
        return np.full(leaving, events > 0)
    free = slice(partial.start, partial.start + leaving)
    on_time = slice(free.stop, free.stop + choice.on_time)
    logit = odds_within(plan, stop, (np.arange(leaving) + 0.5) / leaving)
    rows, wanted = [np.full(leaving, 1.0 / _COUNT_SD)], [events / _COUNT_SD]
    possible = np.ones(leaving, dtype=bool)
    asked = asked_sums(stop.end) if stop.end is not None else ()
    for (middle, sd), amount in zip(asked, (plan.weight, plan.spread), strict=False):
        if math.isfinite(sd):
            missing = middle - partial.sum_of(amount) - float(amount[on_time].sum())
            rows.append(amount[free] / sd)
            wanted.append(missing / sd)
            possible &= amount[free] <= max(missing, 0.0) + sd
    if int(possible.sum()) < events:
        possible[:] = True
    if len(rows) == 1:
        return draw(with_sum(logit, events), phase)
    features = np.where(possible, np.stack(rows), 0.0)
    logit = np.where(possible, logit, _EXCLUDED)
    odds = tilted(logit, features, np.array(wanted), _SLACK, _MOST_STEPS)
    probability = np.where(possible, sigmoid(odds), 0.0)
    drawn = draw(np.minimum(probability * (events / probability.sum()), 1.0), phase)
    if int(drawn.sum()) == events:
        return drawn
    return draw(with_sum(np.where(possible, odds, _EXCLUDED), events), phase)
