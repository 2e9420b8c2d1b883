"""Single moves of patients between slots, and what each of them does to the printed figures.

`search` chooses among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels import comparison_terms, event_terms
from survkit.reconstruction.visits.problem import Counts

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Ticks
    from survkit.kernels import Ties
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.problem import Grid

__all__ = ["Moves", "make_move", "possible_moves"]


class _Variant(NamedTuple):
    """What a move does to a slot: to its events, and to the patients at risk there."""

    events: int
    at_risk: int


_SAME, _EVENT_LESS, _EVENT_MORE = _Variant(0, 0), _Variant(-1, 0), _Variant(1, 0)
_RISK_MORE, _RISK_LESS = _Variant(0, 1), _Variant(0, -1)
_BOTH_MORE, _BOTH_LESS = _Variant(1, 1), _Variant(-1, -1)
_VARIANTS = (
    _SAME,
    _EVENT_LESS,
    _EVENT_MORE,
    _RISK_MORE,
    _RISK_LESS,
    _BOTH_MORE,
    _BOTH_LESS,
)
_MOST_PAIRS = 1500


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of move between an earlier and a later slot."""

    # what the move takes from the earlier slot and gives to the later one; negative for the other
    # way round
    event: int
    censored: int
    earlier: _Variant  # what becomes of the earlier slot, of those in between, and of the later one
    between: _Variant
    later: _Variant

    @property
    def codes(self) -> tuple[int, int, int]:
        """The numbers of its variants."""
        variants = (self.earlier, self.between, self.later)
        earlier, between, later = map(_VARIANTS.index, variants)
        return earlier, between, later


_KINDS = (
    _Kind(1, 0, _EVENT_LESS, _RISK_MORE, _BOTH_MORE),
    _Kind(-1, 0, _EVENT_MORE, _RISK_LESS, _BOTH_LESS),
    _Kind(0, 1, _SAME, _RISK_MORE, _RISK_MORE),
    _Kind(0, -1, _SAME, _RISK_LESS, _RISK_LESS),
    _Kind(1, -1, _EVENT_LESS, _SAME, _EVENT_MORE),
    _Kind(-1, 1, _EVENT_MORE, _SAME, _EVENT_LESS),
)
"""Events and censorings shifted later or earlier, and events exchanged with censorings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Moves of one arm's patients, each array of shape (m,) or with that as its last axis."""

    arm: int  # the arm
    kind: Ticks  # number of the kind of move
    earlier: Ticks  # the two slots
    later: Ticks
    alone: Flags  # whether the move is possible without another one
    # shape (2, constraints, m); what the moves add to cumulative hazard and Greenwood's sum where
    # the arm's curve is read
    curve: Floats
    # shape (contrasts, 4, m); what they add to each contrast's score, information, difference and
    # variance
    comparison: Floats


def possible_moves(
    counts: Counts,
    grid: Grid,
    arm: int,
    contrasts: tuple[ContrastConstraint, ...],
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
    contrasts : tuple of ContrastConstraint
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
    codes = np.array([kind.codes for kind in _KINDS])[numbers].T
    at_earlier = terms[codes[0], :, earlier]
    at_later = terms[codes[2], :, later]
    start = until[codes[1], :, earlier]
    total = at_earlier + until[codes[1], :, later - 1] - start + at_later
    points = grid.curves[arm].slot[:, None]
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
    given = (
        (counts.events[arm] > 0, grid.eventful[arm], kind.event),
        ((counts.censored[arm] > 0) | swaps, grid.open[arm], kind.censored),
    )
    size = grid.ticks.size
    possible = np.triu(np.ones((size, size), dtype=np.bool_), 1)
    for has, may, way in given:
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
    contrasts: tuple[ContrastConstraint, ...],
    ratios: list[float],
    ties: Ties,
) -> Floats:
    """Compute what every slot adds to all figures in each of its variants."""
    change = np.array(_VARIANTS).T[:, :, None]
    at_risk = np.maximum(counts.at_risk[arm] + change[1], 0)
    events = np.clip(counts.events[arm] + change[0], 0, at_risk)
    parts = [event_terms(events, at_risk)]
    for contrast, ratio in zip(contrasts, ratios, strict=True):
        if arm in contrast.arms:
            both = counts.beside(contrast.arms, arm, events, at_risk)
            parts.append(comparison_terms(*both, ratio, ties))
        else:
            parts.append(np.zeros((4, *events.shape)))
    return np.moveaxis(np.concatenate(parts), 1, 0)


def make_move(counts: Counts, moves: Moves, chosen: int, times: int = 1) -> Counts:
    """
    Make a move, once or several times.

    Numbers of patients may be negative afterwards, where two moves do not go together.
    """
    kind = _KINDS[int(moves.kind[chosen])]
    events, censored = counts.events.copy(), counts.censored.copy()
    for where, way in ((events, kind.event), (censored, kind.censored)):
        where[moves.arm, moves.earlier[chosen]] -= times * way
        where[moves.arm, moves.later[chosen]] += times * way
    return Counts(events=events, censored=censored)
