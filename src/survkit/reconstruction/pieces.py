"""Candidates for an arm's order: events chosen piece by piece between the printed times.

A piece ends where the curve is printed. Its events are drawn with the population's probabilities,
tilted as little as the figures ahead need, and exchanged with censorings until the curve is there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.cuts import Cut, collect_cuts, missed_at
from survkit.reconstruction.sampling import draw, with_moments, with_sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.reconstruction.population import ArmPopulation
    from survkit.reconstruction.targets import ArmTargets

__all__ = [
    "MET",
    "PHASES",
    "Piece",
    "Plan",
    "candidate_orders",
    "missed_by",
    "plan_order",
    "settle",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]

_TILTS = (0.0, 0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0)
"""By how much events are favoured late (or early), as log odds from first to last patient."""
PHASES = (0.5, 0.3, 0.7, 0.1, 0.9)
"""Starting points of the systematic sample that picks the events."""
_PHASES_OF_PIECES = (0.5, 0.3, 0.7, 0.1, 0.9, 0.4, 0.6, 0.2, 0.8)
_AIMS = tuple(
    (curve, limits) for curve in (0.0, 0.5, -0.5) for limits in (0.0, 0.4, -0.4) if curve or limits
)
"""Where within its rounding a curve, and its width, are aimed at when the middle will not do."""
_TILTS_OF_PIECES = (0.0, 0.5, -0.5)
_MOST_SWAPS = 20
_MOST_POSITIONS = 60
_TO_ZERO = 50.0
"""Cumulative hazard that stands for a curve at zero."""
_EVENTS_ON_TIME = (1, 2, 3, 4)
_MOST_MOVES = 24
_SHORT_REACH = 4
MET = 0.0015
"""What is missed when every figure lies within its rounding: the search aims further inside."""
_SLACK = 0.1
_COUNT_SD = 0.2
"""Slack of the events of an arm, in patients, while its pieces share them."""
_OTHER_COUNTS = (0, 1, -1, 2, -2, 3, -3)
"""Events more or less than expected in a piece, in the order they are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """
    Neighbouring positions whose events are chosen together.

    Parameters
    ----------
    start, stop : int
        The positions, from start to before stop.
    cuts : tuple of tuple
        Cuts within, each with the number of patients who have left when the curve is read.
    on_time : int
        How many of the last positions are events at exactly the time of the last cut.
    """

    start: int
    stop: int
    cuts: tuple[tuple[Cut, int], ...]
    on_time: int = 0

    @property
    def end(self) -> Cut:
        """The last cut, which the piece ends at."""
        return self.cuts[-1][0]

    def moved(self, count: int, *, on_time: int = 0) -> Piece:
        """
        Let more patients leave in the piece, or fewer.

        Some of the last may have their event at exactly the time of the last cut: where a number at
        risk is printed they count in it, and yet the curve has fallen.

        Parameters
        ----------
        count : int
            How many more.
        on_time : int
            How many of the last have their event right then.

        Returns
        -------
        Piece
            The piece, moved.
        """
        cut, left = self.cuts[-1]
        cuts = (*self.cuts[:-1], (cut, left + count))
        return replace(self, stop=self.stop + count, cuts=cuts, on_time=on_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """
    A piece with its events.

    Parameters
    ----------
    event : ndarray of bool, shape (n,)
        The arm's events so far.
    piece : Piece
        The piece as it was varied.
    missed : float
        What it misses at its cuts.
    """

    event: Flags
    piece: Piece
    missed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What an arm's order has to respect.

    Parameters
    ----------
    cuts : tuple of Cut
        What is asked at points in time.
    population : ArmPopulation
        The arm's hazards.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.
    end : float
        End of the arm's follow-up.
    left : list of int
        Patients who leave before each cut.
    natural : ndarray of float, shape (n,)
        The population's times, so many before each cut.
    logit : ndarray of float, shape (n,)
        Log odds that a patient who leaves at that time leaves by an event.
    weight, spread : ndarray of float, shape (n,)
        What an event at each position adds to the cumulative hazard, and to Greenwood's sum.
    reach : int
        How far the number who have left at a cut may move at first where it is not printed.
    """

    cuts: tuple[Cut, ...]
    population: ArmPopulation
    edges: Floats
    end: float
    left: list[int]
    natural: Floats
    logit: Floats
    weight: Floats
    spread: Floats
    reach: int


def plan_order(arm: ArmTargets, population: ArmPopulation, edges: Floats) -> Plan:
    """
    Lay out positions, times and odds.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.
    population : ArmPopulation
        The arm's hazards.
    edges : ndarray of float, shape (k + 1,)
        Cell edges, in time units.

    Returns
    -------
    Plan
        What the arm's order has to respect.
    """
    end = float(edges[-1]) if arm.end is None else min(arm.end.middle, float(edges[-1]))
    cuts = collect_cuts(arm)
    at_risk = arm.n - np.arange(arm.n, dtype=np.float64)
    with np.errstate(divide="ignore"):
        weight = np.minimum(-np.log1p(-1.0 / at_risk), _TO_ZERO)
        spread = np.minimum(1.0 / (at_risk * (at_risk - 1.0)), _TO_ZERO)
    plan = Plan(
        cuts=cuts,
        population=population,
        edges=edges,
        end=end,
        left=[],
        natural=np.empty(0),
        logit=np.empty(0),
        weight=weight,
        spread=spread,
        reach=max(1, arm.n // 16),
    )
    by_end, by_cut = _shares_removed(plan)
    left: list[int] = []
    for cut, share in zip(cuts, by_cut, strict=True):
        wanted = round(arm.n * share / by_end, 6).__round__() if cut.left is None else cut.left
        most = arm.n if cut.left is not None or cut.survival.upper <= 0.0 else arm.n - 1
        left.append(min(max([wanted, *left[-1:]]), most))
    return _laid_out(plan, left)


def _shares_removed(plan: Plan) -> tuple[float, list[float]]:
    """Return which share of the population has left by the end, and by each cut."""
    removed = -np.expm1(-plan.population.removal)
    by_end = float(np.interp(plan.end, plan.edges, removed))
    return by_end, [min(float(np.interp(c.time, plan.edges, removed)), by_end) for c in plan.cuts]


def _laid_out(plan: Plan, left: list[int]) -> Plan:
    """Give every position the population's time and odds, with so many leaving before each cut."""
    n = plan.weight.size
    by_end, by_cut = _shares_removed(plan)
    shares = np.interp(
        (np.arange(n) + 0.5) / n,
        np.concatenate(([0.0], np.array(left) / n, [1.0])),
        np.concatenate(([0.0], by_cut, [by_end])),
    )
    natural = np.interp(-np.log1p(-shares), plan.population.removal, plan.edges)
    natural[-1] = plan.end if not left or left[-1] < n else natural[-1]
    cell = np.searchsorted(plan.edges, natural, side="left") - 1
    by_event = plan.population.event_share[np.clip(cell, 0, plan.edges.size - 2)]
    logit = np.log(by_event) - np.log1p(-by_event)
    return replace(plan, left=left, natural=natural, logit=logit)


def candidate_orders(plan: Plan, events: int) -> Iterator[tuple[Flags, tuple[Piece, ...]]]:
    """
    Yield orders with so many events, from the likeliest to the most tilted.

    Parameters
    ----------
    plan : Plan
        What the order has to respect.
    events : int
        Events of the arm.

    Yields
    ------
    tuple
        Events, an ndarray of bool of shape (n,), and the pieces as they were chosen.
    """
    n = plan.logit.size
    late = (np.arange(n) + 0.5) / n - 0.5
    if any(True for _ in _pieces(plan)):
        event, pieces = _fit_pieces(plan, tuple(_pieces(plan)), events, PHASES[0])
        yield event, pieces
        yield from _other_orders(settle(plan, pieces), events, late)
        return
    for tilt, phase in product(_TILTS, PHASES):
        yield draw(with_sum(plan.logit + tilt * late, events), phase), ()


def settle(plan: Plan, pieces: tuple[Piece, ...]) -> Plan:
    """
    Keep how many have left at each cut as it was found, and let it move little from there.

    Parameters
    ----------
    plan : Plan
        The plan to begin with.
    pieces : tuple of Piece
        The pieces as they were chosen.

    Returns
    -------
    Plan
        The plan with their numbers.
    """
    found = {piece.end.time: piece.stop - piece.on_time for piece in pieces if piece.end.printed}
    left = [found.get(cut.time, own) for cut, own in zip(plan.cuts, plan.left, strict=True)]
    left = np.maximum.accumulate(left).tolist()
    return _laid_out(replace(plan, reach=_SHORT_REACH), left)


def _other_orders(
    plan: Plan, events: int, late: Floats
) -> Iterator[tuple[Flags, tuple[Piece, ...]]]:
    """Yield orders from other phases, from tilts, and from aims off the middle of the rounding."""
    for phase, tilt in product(_PHASES_OF_PIECES, _TILTS_OF_PIECES):
        tilted = replace(plan, logit=plan.logit + tilt * late)
        yield _fit_pieces(tilted, tuple(_pieces(tilted)), events, phase)
    last = max(index for index, cut in enumerate(plan.cuts) if cut.asks)
    for aim, phase in product(_AIMS, PHASES):
        # all but the last: where these are within their rounding decides whether the last fits
        cuts = (*(cut.aimed(*aim) for cut in plan.cuts[:last]), *plan.cuts[last:])
        aimed = replace(plan, cuts=cuts)
        yield _fit_pieces(aimed, tuple(_pieces(aimed)), events, phase)


def _pieces(plan: Plan) -> Iterator[Piece]:
    """Divide the order at the cuts where the curve itself is printed, and at the end."""
    start, cuts = 0, []
    for cut, left in zip(plan.cuts, plan.left, strict=True):
        if cut.asks:
            cuts.append((cut, left))
        if cut.printed:
            yield Piece(start=start, stop=left, cuts=tuple(cuts))
            start, cuts = left, []
    if cuts:
        yield Piece(start=start, stop=plan.logit.size, cuts=tuple(cuts))


def _fit_pieces(
    plan: Plan, pieces: tuple[Piece, ...], events: int, phase: float
) -> tuple[Flags, tuple[Piece, ...]]:
    """Choose the events piece by piece so that the curve stands where it is asked to be."""
    event = np.zeros(plan.logit.size, dtype=bool)
    remaining = events
    done: list[Piece] = []
    for number in range(len(pieces)):
        start = done[-1].stop if done else 0
        ahead = (replace(pieces[number], start=start), *pieces[number + 1 :])
        fit = _fit_piece(plan, ahead, event, remaining, phase)
        event = fit.event
        remaining -= int(event[start : fit.piece.stop].sum())
        done.append(fit.piece)
    rest = slice(done[-1].stop, None)
    event[rest] = draw(with_sum(plan.logit[rest], remaining), phase)
    return event, tuple(done)


def _fit_piece(
    plan: Plan, pieces: tuple[Piece, ...], event: Flags, remaining: int, phase: float
) -> _Fit:
    """Choose the events of the first of some pieces, varied until the curve is where it should."""

    def fill(piece: Piece) -> _Fit:
        filled = _fill_piece(plan, (piece, *pieces[1:]), event, remaining, phase)
        return _Fit(event=filled, piece=piece, missed=missed_by(plan, piece, filled))

    best = fill(pieces[0])
    if not pieces[0].end.printed:
        return best
    if pieces[0].end.left is None:
        latest = pieces[1].cuts[0][1] if len(pieces) > 1 else event.size - 1
        return _move_end(best, fill, latest, plan.reach)
    for count in _EVENTS_ON_TIME:
        if best.missed > MET and pieces[0].stop + count <= event.size:
            best = min(best, fill(pieces[0].moved(count, on_time=count)), key=_by_missed)
    return best


def _move_end(best: _Fit, fill: Callable[[Piece], _Fit], latest: int, reach: int) -> _Fit:
    """Look for how many have left at a cut without a number at risk, in ever shorter steps."""
    step = reach
    for _ in range(_MOST_MOVES):
        if best.missed <= MET or step == 0:
            break
        moved = [best.piece.moved(count) for count in (step, -step)]
        tried = [fill(piece) for piece in moved if piece.start < piece.stop <= latest]
        nearest = min([best, *tried], key=_by_missed)
        step = step if nearest is not best else step // 2
        best = nearest
    return best


def _by_missed(fit: _Fit) -> float:
    return fit.missed


def _expected(plan: Plan, pieces: tuple[Piece, ...], event: Flags, remaining: int) -> Floats:
    """
    Probabilities of an event for everybody from the first of some pieces on.

    They are the population's, tilted as little as possible so that hazard and variance at the ends
    of all pieces, and the number of events, are as asked for, each within its rounding.
    """
    start, free = pieces[0].start, pieces[0].stop - pieces[0].on_time
    positions = np.arange(event.size)
    settled = event & ((positions < start) | ((positions >= free) & (positions < pieces[0].stop)))
    ahead = positions[start:]
    undecided = (ahead < free) | (ahead >= pieces[0].stop)
    features, wanted = [np.full(ahead.size, 1.0 / _COUNT_SD)], [remaining / _COUNT_SD]
    for piece in pieces:
        before = ahead < piece.stop
        for (asked, sd), amount in zip(_asked(piece.end), (plan.weight, plan.spread), strict=True):
            if math.isfinite(sd):
                missing = asked - float(amount[settled].sum())
                features.append(np.where(before, amount[start:], 0.0) / sd)
                wanted.append(missing / sd)
                # so few are at risk that one event would already be too much
                undecided &= ~(before & (amount[start:] > max(missing, 0.0) + sd))
    rows = np.where(undecided, np.stack(features), 0.0)
    probability = with_moments(plan.logit[start:], rows, np.array(wanted), _SLACK)
    probability = np.where(undecided, probability, 0.0)
    total = float(probability.sum())
    return np.minimum(probability * (remaining / total), 1.0) if total > 0.0 else probability


def _asked(cut: Cut) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the hazard and Greenwood's sum asked for at a cut, each with half its rounding."""
    nothing = (0.0, math.inf)
    if not cut.survival.bounded:
        return nothing, nothing
    middle = min(max(cut.survival.middle, 0.25 * cut.survival.upper, 1e-9), 1.0 - 1e-9)
    hazard = -math.log(middle)
    asked = (hazard, cut.survival.half / middle)
    if not (cut.lower.bounded and cut.upper.bounded):
        return asked, nothing
    lower, upper = (min(max(bound.middle, 1e-6), 1.0 - 1e-9) for bound in (cut.lower, cut.upper))
    if cut.transform == "log-log":
        root = hazard * math.log(math.log(lower) / math.log(upper)) / (2.0 * cut.z)
    elif cut.transform == "log":
        root = math.log(upper / lower) / (2.0 * cut.z)
    else:
        root = (upper - lower) / middle / (2.0 * cut.z)
    rounding = cut.lower.half * hazard / (cut.z * abs(lower * math.log(lower)))
    return asked, (root**2, 2.0 * root * rounding)


def _fill_piece(
    plan: Plan, pieces: tuple[Piece, ...], event: Flags, remaining: int, phase: float
) -> Flags:
    """Draw the events of the first of some pieces, then exchange some; or draw more or fewer."""
    piece = pieces[0]
    start, free = piece.start, piece.stop - piece.on_time
    event = event.copy()
    event[free : piece.stop] = True
    remaining -= piece.on_time
    probability = _expected(plan, pieces, event, remaining)[: max(free - start, 0)]
    own = np.clip(probability, 1e-9, 1.0 - 1e-9)
    guess = int(draw(probability, phase).sum())
    best, least = event, math.inf
    for other in _OTHER_COUNTS:
        count = guess + other
        beyond = event.size - piece.stop
        if not max(0, remaining - beyond) <= count <= min(max(free - start, 0), remaining):
            continue
        trial = event.copy()
        share = probability if other == 0 else with_sum(np.log(own) - np.log1p(-own), count)
        trial[start:free] = draw(share, phase)
        trial = _swap(plan, piece, trial)
        missed = missed_by(plan, piece, trial)
        if missed < least:
            best, least = trial, missed
        if least <= MET:
            break
    return best


def missed_by(plan: Plan, piece: Piece, event: Flags) -> float:
    """
    Add up what an order misses at the cuts of a piece; rounded, so that machines agree.

    Parameters
    ----------
    plan : Plan
        The plan.
    piece : Piece
        The piece.
    event : ndarray of bool, shape (n,)
        The arm's events.

    Returns
    -------
    float
        Sum of squares, in halves of the rounding windows.
    """
    missed = 0.0
    for cut, left in piece.cuts:
        hazard = np.array([plan.weight[:left][event[:left]].sum()])
        variance = np.array([plan.spread[:left][event[:left]].sum()])
        missed += float(missed_at(cut, hazard, variance)[0])
    return round(missed, 9)


def _swap(plan: Plan, piece: Piece, event: Flags) -> Flags:
    """Exchange an event with a censoring of the piece, again and again, the best pair each time."""
    least = missed_by(plan, piece, event)
    for _ in range(_MOST_SWAPS):
        inside = event[piece.start : piece.stop - piece.on_time]
        out = _thin(piece.start + np.flatnonzero(inside))
        into = _thin(piece.start + np.flatnonzero(~inside))
        if least <= MET or not out.size or not into.size:
            break
        missed = _missed_after_swap(plan, piece, event, out, into)
        place = int(missed.argmin())
        if missed.flat[place] >= least:
            break
        least = float(missed.flat[place])
        event[out[place // into.size]] = False
        event[into[place % into.size]] = True
    return event


def _missed_after_swap(
    plan: Plan, piece: Piece, event: Flags, out: Positions, into: Positions
) -> Floats:
    """Return what is missed once an event goes out and another comes in, for every pair."""
    missed: Floats = np.zeros((out.size, into.size))
    for cut, left in piece.cuts:
        sums = []
        for amount in (plan.weight, plan.spread):
            now = float(amount[:left][event[:left]].sum())
            gone = np.where(out < left, amount[out], 0.0)
            come = np.where(into < left, amount[into], 0.0)
            sums.append(now - gone[:, None] + come[None, :])
        missed += missed_at(cut, sums[0], sums[1])
    return missed.round(9)


def _thin(positions: Positions) -> Positions:
    """Keep at most some evenly spread positions, so that pairs stay few."""
    return positions[:: max(1, -(-positions.size // _MOST_POSITIONS))]
