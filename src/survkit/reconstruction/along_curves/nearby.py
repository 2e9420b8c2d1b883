"""Exchanges of events with censorings that leave a drawn curve where it is, as far as they can.

As the events of an order take the times at which the decoded curve passes their steps, an exchange
within a block between two numbers at risk hardly moves the curve. One across blocks puts an event
on the other side of a printed time, and is tried when nothing else helps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.arrays import Flags, Floats, Positions, sums_before
from survkit.kernels.violation import CURVE
from survkit.reconstruction.orders.exchange import MOST_CUTS, complete_exchange

if TYPE_CHECKING:
    from survkit.reconstruction.orders.exchange import CurveReadings

__all__ = ["ANYWHERE", "bring_back", "exchange_nearby"]

ANYWHERE = 1_000
"""More blocks than an arm has."""
_PRICES = (1.0, 0.03, 0.0)
"""Weights, one after the other, of what an exchange costs against what it gains."""
_OF_DISTANCE, _OF_BLOCKS = 20.0, 4.0
"""Cost of an exchange from end to end of the order, and from block to block."""
_MOST_STEPS = 60
_MOST_PAIRS = 6
"""Exchanges of two pairs at once, at most."""
_LOOKED_AT = 90
"""Events, and censorings, that are looked at."""
_PARTNERS = 20_000


class _Exchanges(NamedTuple):
    """Possible exchanges: whose event goes, who gets one, and what each costs."""

    out: Positions
    into: Positions
    cost: Floats


def exchange_nearby(
    readings: CurveReadings, event: Flags, places: Positions, blocks: Positions, reach: int
) -> Flags:
    """
    Exchange events with censorings until the figures are met or nothing helps, near ones first.

    Parameters
    ----------
    readings : CurveReadings
        Where the curve is read.
    event : ndarray of bool, shape (m,)
        The events.
    places : ndarray of int, shape (m,)
        Positions in the order of leaving.
    blocks : ndarray of int, shape (m,)
        Block between numbers at risk that each is in.
    reach : int
        Blocks that an exchange may go from one to the other, at most.

    Returns
    -------
    ndarray of bool, shape (m,)
        The events after all exchanges.
    """
    decoded, event = event, event.copy()
    for price in _PRICES:
        pairs = 0 if price else _MOST_PAIRS
        for _ in range(_MOST_STEPS):
            sums = readings.sums(event)
            least = float(readings.missed(sums[:, None])[0])
            possible = _possible((event, decoded), places, blocks, reach)
            if least <= CURVE.met or not possible.out.size:
                break
            chosen = _best(readings, sums, possible, (least, price, pairs))
            if not chosen:
                break
            pairs -= len(chosen) - 1
            event[possible.out[list(chosen)]] = False
            event[possible.into[list(chosen)]] = True
    return bring_back(readings, (event, decoded), places, blocks)


def bring_back(
    readings: CurveReadings, orders: tuple[Flags, Flags], places: Positions, blocks: Positions
) -> Flags:
    """
    Undo what was exchanged beyond need: step by step back to the decoded order.

    Parameters
    ----------
    readings : CurveReadings
        Where the curve is read.
    orders : tuple of ndarray of bool, each of shape (m,)
        The events, and those decoded.
    places, blocks : ndarray of int, shape (m,)
        Positions in the order of leaving, and the block that each is in.

    Returns
    -------
    ndarray of bool, shape (m,)
        Events that miss no more.
    """
    event, decoded = orders[0].copy(), orders[1]
    allowed = max(float(readings.missed(readings.sums(event)[:, None])[0]), CURVE.met)
    for _ in range(_MOST_STEPS):
        possible = _possible((event, decoded), places, blocks, ANYWHERE)
        if not possible.out.size:
            break
        moves = readings.amounts[:, possible.into] - readings.amounts[:, possible.out]
        missed = readings.missed(readings.sums(event)[:, None] + moves)
        cost = np.where(missed <= allowed, possible.cost, np.inf).round(9)
        place = int(cost.argmin())
        if cost[place] >= 0.0:
            break
        event[possible.out[place]] = False
        event[possible.into[place]] = True
    return event


def _possible(
    orders: tuple[Flags, Flags], places: Positions, blocks: Positions, reach: int
) -> _Exchanges:
    """List the exchanges that are looked at; those that go back to the decoded order gain."""
    event, decoded = orders
    out, into = (_thin(np.flatnonzero(flags)) for flags in (event, ~event))
    out, into = (side.ravel() for side in np.meshgrid(out, into, indexing="ij"))
    far = np.abs(blocks[out] - blocks[into])
    out, into, far = out[far <= reach], into[far <= reach], far[far <= reach]
    ahead = np.cumsum(event.astype(np.int64) - decoded)
    later = sums_before(np.where(ahead > 0, -1, 1))
    sooner = sums_before(np.where(ahead < 0, -1, 1))
    distance = np.where(into > out, later[into] - later[out], sooner[out] - sooner[into])
    return _Exchanges(out, into, (_OF_DISTANCE * distance / places.size) + _OF_BLOCKS * far)


def _best(
    readings: CurveReadings,
    sums: Floats,
    possible: _Exchanges,
    terms: tuple[float, float, int],
) -> tuple[int, ...]:
    """Choose the exchange that gains most, or two where no single one gains; none if none do."""
    least, price, pairs = terms
    moves = readings.amounts[:, possible.into] - readings.amounts[:, possible.out]
    total = readings.missed(sums[:, None] + moves) + price * possible.cost
    place = int(total.argmin())
    if total[place] < least:
        return (place,)
    for cut in readings.most_missed(sums)[: MOST_CUTS if pairs else 0]:
        sides = possible.out, possible.into
        chosen, now = complete_exchange(readings, sums, moves, (cut, sides), _PARTNERS)
        if now < least:
            return chosen
    return ()


def _thin(positions: Positions) -> Positions:
    """Keep some positions, spread evenly."""
    if positions.size <= _LOOKED_AT:
        return positions
    even = np.linspace(0.0, positions.size - 1.0, _LOOKED_AT)
    return positions[np.unique(even.round().astype(np.int64))]
