"""Single moves of patients between slots, and what each of them does to the printed figures.

`search` chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.visits.counts import Counts
from survkit.reconstruction.visits.terms import comparison_terms, slot_terms

if TYPE_CHECKING:
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.targets import ContrastTargets
    from survkit.reconstruction.visits.grid import Grid

__all__ = ["Moves", "make_move", "possible_moves"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_VARIANTS = ((0, 0), (-1, 0), (1, 0), (0, 1), (0, -1), (1, 1), (-1, -1))
"""By how much a move changes the events at a slot, and the patients at risk there."""
_MOST_PAIRS = 1500


@dataclass(frozen=True, slots=True)
class _Kind:
    """
    One kind of move between an earlier and a later slot.

    Parameters
    ----------
    event, censored : int
        What the move takes from the earlier slot and gives to the later one; negative for the
        other way round.
    earlier, between, later : int
        Number of the variant that the slots become.
    """

    event: int
    censored: int
    earlier: int
    between: int
    later: int


_KINDS = (
    _Kind(1, 0, 1, 3, 5),
    _Kind(-1, 0, 2, 4, 6),
    _Kind(0, 1, 0, 3, 3),
    _Kind(0, -1, 0, 4, 4),
    _Kind(1, -1, 1, 0, 2),
    _Kind(-1, 1, 2, 0, 1),
)
"""Events and censorings shifted later or earlier, and events exchanged with censorings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """
    Moves of one arm's patients, each array of shape (m,) or with that as its last axis.

    Parameters
    ----------
    arm : int
        The arm.
    kind : ndarray of int
        Number of the kind of move.
    earlier, later : ndarray of int
        The two slots.
    alone : ndarray of bool
        Whether the move is possible without another one.
    curve : ndarray of float, shape (2, questions, m)
        What the moves add to cumulative hazard and Greenwood's sum where the arm's curve is read.
    comparison : ndarray of float, shape (contrasts, 4, m)
        What they add to each contrast's score, information, difference and variance.
    """

    arm: int
    kind: Ticks
    earlier: Ticks
    later: Ticks
    alone: Flags
    curve: Floats
    comparison: Floats


def possible_moves(
    counts: Counts,
    grid: Grid,
    arm: int,
    contrasts: tuple[ContrastTargets, ...],
    ratios: list[float],
    ties: Ties,
    turn: int,
) -> Moves:
    """
    List the moves of an arm's patients that keep its numbers at risk and its events.

    Parameters
    ----------
    counts : Counts
        The patients on the grid.
    grid : Grid
        The slots.
    arm : int
        The arm.
    contrasts : tuple of ContrastTargets
        The comparisons.
    ratios : list of float
        Hazard ratio of each, as it stands.
    ties : {"efron", "breslow"}
        How tied events share a risk set.
    turn : int
        Which part of the moves is listed where they are too many.

    Returns
    -------
    Moves
        The moves and their effects.
    """
    pairs = [_slots(counts, grid, arm, kind, turn) for kind in _KINDS]
    numbers = np.repeat(np.arange(len(_KINDS)), [earlier.size for earlier, _ in pairs])
    earlier, later = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    terms = _variants(counts, arm, contrasts, ratios, ties)
    terms = terms[1:] - terms[:1]
    terms = np.concatenate((np.zeros_like(terms[:1]), terms))
    until = np.cumsum(terms, axis=2)
    codes = np.array([(kind.earlier, kind.between, kind.later) for kind in _KINDS])[numbers].T
    at_earlier = terms[codes[0], :, earlier]
    at_later = terms[codes[2], :, later]
    start = until[codes[1], :, earlier]
    total = at_earlier + until[codes[1], :, later - 1] - start + at_later
    points = grid.questions[arm].slot[:, None]
    reached = np.clip(points, earlier, later - 1)
    between = until[codes[1], :2, reached] - start[:, :2]
    curve = (
        between
        + np.where((points >= earlier)[..., None], at_earlier[:, :2], 0.0)
        + np.where((points >= later)[..., None], at_later[:, :2], 0.0)
    )
    return Moves(
        arm=arm,
        kind=numbers,
        earlier=earlier,
        later=later,
        alone=_alone(counts, arm, numbers, earlier, later),
        curve=np.moveaxis(curve, 2, 0),
        comparison=np.moveaxis(total[:, 2:].reshape(numbers.size, len(contrasts), 4), 0, 2),
    )


def _slots(counts: Counts, grid: Grid, arm: int, kind: _Kind, turn: int) -> tuple[Ticks, Ticks]:
    """List the pairs of slots between which a kind of move is possible."""
    swaps = bool(kind.event and kind.censored)  # another move may bring the censored patient
    gives = {
        "event": (counts.events[arm] > 0, grid.eventful[arm], kind.event),
        "censored": ((counts.censored[arm] > 0) | swaps, grid.open[arm], kind.censored),
    }
    size = grid.ticks.size
    possible = np.triu(np.ones((size, size), dtype=np.bool_), 1)
    for has, may, way in gives.values():
        if way:
            source, target = (has, may) if way > 0 else (may, has)
            possible &= source[:, None] & target
    if not swaps:
        possible &= grid.region[arm][:, None] == grid.region[arm]
    earlier, later = np.nonzero(possible)
    step = -(-earlier.size // _MOST_PAIRS) or 1
    return earlier[turn % step :: step], later[turn % step :: step]


def _alone(counts: Counts, arm: int, kinds: Ticks, earlier: Ticks, later: Ticks) -> Flags:
    """Tell which moves take a censored patient from where there is one."""
    way = np.array([kind.censored for kind in _KINDS])[kinds]
    source = np.where(way > 0, earlier, later)
    alone: Flags = (way == 0) | (counts.censored[arm, source] > 0)
    return alone


def _variants(
    counts: Counts,
    arm: int,
    contrasts: tuple[ContrastTargets, ...],
    ratios: list[float],
    ties: Ties,
) -> Floats:
    """Compute what every slot adds to all figures in each of its variants."""
    change = np.array(_VARIANTS).T[:, :, None]
    risk = counts.at_risk
    at_risk = np.maximum(risk[arm] + change[1], 0)
    events = np.clip(counts.events[arm] + change[0], 0, at_risk)
    parts = [slot_terms(events, at_risk)]
    for contrast, ratio in zip(contrasts, ratios, strict=True):
        pair = (contrast.reference, contrast.experimental)
        if arm not in pair:
            parts.append(np.zeros((4, *events.shape)))
            continue
        both = [
            (events, at_risk)
            if row == arm
            else (
                np.broadcast_to(counts.events[row], events.shape),
                np.broadcast_to(risk[row], events.shape),
            )
            for row in pair
        ]
        parts.append(
            comparison_terms(
                np.stack([own[0] for own in both]), np.stack([own[1] for own in both]), ratio, ties
            )
        )
    return np.moveaxis(np.concatenate(parts), 1, 0)


def make_move(counts: Counts, moves: Moves, chosen: int, times: int = 1) -> Counts:
    """
    Make a move, once or several times.

    Parameters
    ----------
    counts : Counts
        The patients on the grid.
    moves : Moves
        The moves.
    chosen : int
        Which of them.
    times : int
        How often.

    Returns
    -------
    Counts
        The patients after it; their numbers may be negative where two moves do not go together.
    """
    kind = _KINDS[int(moves.kind[chosen])]
    events, censored = counts.events.copy(), counts.censored.copy()
    for where, way in ((events, kind.event), (censored, kind.censored)):
        where[moves.arm, moves.earlier[chosen]] -= times * way
        where[moves.arm, moves.later[chosen]] += times * way
    return Counts(events=events, censored=censored)
