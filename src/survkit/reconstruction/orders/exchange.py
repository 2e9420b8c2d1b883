"""Exchanges of events with censorings that bring an order to where its figures are printed.

An exchange leaves the number of events and every number at risk alone and moves hazard and
variance a little. One pair at a time goes where most is gained; where no single pair helps, two at
once do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.violation import CURVE

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Positions
    from survkit.reconstruction.constraints.cut import Cut

__all__ = [
    "MOST_CUTS",
    "CurveReadings",
    "Effort",
    "Exchanged",
    "complete_exchange",
    "exchange_events",
]

MOST_CUTS = 2
"""Missed cuts whose hazard a pair of exchanges is to complete, the worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveReadings:
    """Where the curve is read, and what each event adds to it there."""

    cuts: tuple[Cut, ...]  # what is asked, the end of the segment last
    # shape (2 c, m); for each cut, what an event at each position adds to the hazard and to
    # Greenwood's sum
    amounts: Floats
    settled: Floats  # shape (2 c,); both sums without these positions

    def missed(self, sums: Floats) -> Floats:
        """
        Add up what is missed at the cuts; rounded, so that machines agree.

        Parameters
        ----------
        sums : ndarray of float, shape (2 c, ...)
            Hazard and Greenwood's sum at each cut.

        Returns
        -------
        ndarray of float
            Sums of squares, in halves of the rounding windows.
        """
        missed: Floats = np.zeros(sums.shape[1:])
        for index, cut in enumerate(self.cuts):
            missed += cut.missed(sums[2 * index], sums[2 * index + 1])
        return missed.round(9)

    def sums(self, event: Flags) -> Floats:
        """
        Add up hazard and Greenwood's sum at each cut.

        Parameters
        ----------
        event : ndarray of bool, shape (m,)
            The events.

        Returns
        -------
        ndarray of float, shape (2 c,)
            The sums.
        """
        total: Floats = self.settled + self.amounts @ event
        return total

    def missed_by(self, event: Flags) -> float:
        """
        Add up what some events miss.

        Parameters
        ----------
        event : ndarray of bool, shape (m,)
            The events.

        Returns
        -------
        float
            Sum of squares, in halves of the rounding windows.
        """
        return float(self.missed(self.sums(event)[:, None])[0])

    def most_missed(self, sums: Floats) -> list[int]:
        """
        List the cuts at which something is missed, the worst first.

        Parameters
        ----------
        sums : ndarray of float, shape (2 c,)
            Hazard and Greenwood's sum at each cut.

        Returns
        -------
        list of int
            Numbers of cuts.
        """
        missed = [
            round(float(cut.missed(sums[2 * i : 2 * i + 1], sums[2 * i + 1 : 2 * i + 2])[0]), 9)
            for i, cut in enumerate(self.cuts)
        ]
        worst = sorted(range(len(missed)), key=lambda i: (-missed[i], -i))
        return [i for i in worst if missed[i] > 0.0]


@dataclass(slots=True, kw_only=True)
class Effort:
    """How thorough exchanges are, and what may still be spent on them."""

    # readings of a curve at a cut that are left; counted, not timed, so that every search ends at
    # the same place on every machine
    left: int
    positions: int = 48  # events, and censorings, that are looked at for an exchange
    singles: int = 20  # exchanges of one pair, and of two pairs at once, at most
    doubles: int = 10
    # pairs of exchanges looked at: with each first one those seconds that complete its hazard
    # best
    pairs: int = 20_000

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """Events after exchanges."""

    event: Flags  # shape (m,); the events
    missed: float  # what they miss, in halves of the rounding windows, squared


def exchange_events(readings: CurveReadings, event: Flags, effort: Effort) -> Exchanged:
    """
    Exchange events with censorings until the figures are met or nothing helps.

    Parameters
    ----------
    readings : CurveReadings
        Where the curve is read.
    event : ndarray of bool, shape (m,)
        The events.
    effort : Effort
        What may still be spent.

    Returns
    -------
    Exchanged
        The events after all exchanges, and what they miss.
    """
    event = event.copy()
    sums = readings.sums(event)
    least = float(readings.missed(sums[:, None])[0])
    doubles = effort.doubles
    for _ in range(effort.singles + effort.doubles):
        out, into = (_thin(np.flatnonzero(flags), effort.positions) for flags in (event, ~event))
        if least <= CURVE.met or effort.spent or not out.size or not into.size:
            break
        amounts = readings.amounts
        moves = (amounts[:, into][:, None, :] - amounts[:, out][:, :, None]).reshape(sums.size, -1)
        chosen, now = _best_single(readings, sums, moves, effort)
        if now >= least and doubles:
            doubles -= 1
            chosen, now = _best_pair(readings, sums, moves, (least, into.size), effort)
        if now >= least:
            break
        least = now
        for move in chosen:
            event[out[move // into.size]] = False
            event[into[move % into.size]] = True
        sums = readings.sums(event)
    return Exchanged(event=event, missed=least)


def _best_single(
    readings: CurveReadings, sums: Floats, moves: Floats, effort: Effort
) -> tuple[tuple[int, ...], float]:
    """Find the exchange that leaves least missed."""
    missed = readings.missed(sums[:, None] + moves)
    effort.left -= missed.size * len(readings.cuts)
    place = int(missed.argmin())
    return (place,), float(missed[place])


def _best_pair(
    readings: CurveReadings, sums: Floats, moves: Floats, known: tuple[float, int], effort: Effort
) -> tuple[tuple[int, ...], float]:
    """Find two exchanges that together help, for the worst cut first."""
    least, width = known
    chosen: tuple[int, ...] = ()
    now = math.inf
    number = np.arange(moves.shape[1])
    sides = number // width, number % width
    for cut in readings.most_missed(sums)[:MOST_CUTS]:
        effort.left -= effort.pairs * len(readings.cuts)
        chosen, now = complete_exchange(readings, sums, moves, (cut, sides), effort.pairs)
        if now < least:
            break
    return chosen, now


def complete_exchange(
    readings: CurveReadings,
    sums: Floats,
    moves: Floats,
    known: tuple[int, tuple[Positions, Positions]],
    pairs: int,
) -> tuple[tuple[int, ...], float]:
    """
    Find two exchanges that miss least: for each one, those that complete its hazard.

    Parameters
    ----------
    readings : CurveReadings
        Where the curve is read.
    sums : ndarray of float, shape (2 c,)
        Hazard and Greenwood's sum at each cut.
    moves : ndarray of float, shape (2 c, e)
        What each exchange adds to them.
    known : tuple of int and tuple of ndarray of int, each of shape (e,)
        The cut whose hazard is to be completed; who gives an event, and who gets it.
    pairs : int
        How many pairs of exchanges are looked at.

    Returns
    -------
    tuple of tuple of int and float
        The two exchanges, none where nothing is asked of the hazard; and what they miss.
    """
    cut, (giving, getting) = known
    (hazard, half), _ = readings.cuts[cut].sums
    if not math.isfinite(half):
        return (), math.inf
    order = np.argsort(moves[2 * cut], kind="stable")
    missing = hazard - sums[2 * cut] - moves[2 * cut]
    place = np.searchsorted(moves[2 * cut][order], missing)
    partners = np.arange(min(max(4, pairs // order.size), order.size))
    first = np.repeat(np.arange(order.size), partners.size)
    start = np.clip(place - partners.size // 2, 0, order.size - partners.size)
    nearest = start[:, None] + partners
    second = order[nearest].ravel()
    apart = (giving[first] != giving[second]) & (getting[first] != getting[second])
    first, second = first[apart], second[apart]
    if not first.size:
        return (), math.inf
    missed = readings.missed(sums[:, None] + moves[:, first] + moves[:, second])
    best = int(missed.argmin())
    return (int(first[best]), int(second[best])), float(missed[best])


def _thin(positions: Positions, most: int) -> Positions:
    """Keep some positions, spread evenly and denser towards the end, where few are at risk."""
    return positions if positions.size <= most else positions[_kept(positions.size, most)]


@lru_cache(maxsize=1024)
def _kept(size: int, most: int) -> Positions:
    even = np.linspace(0.0, size - 1.0, most // 2)
    late = size - np.geomspace(1.0, size, most // 2)
    return np.unique(np.concatenate((even, late)).round(6).astype(np.int64))
