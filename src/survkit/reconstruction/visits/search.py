"""Whole patients between slots: the best next move, or the best few made together.

`search_grid` asks for one step at a time; `moves` says what each move would do, `evaluate` judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.visits.evaluate import evaluate, violation_after_step
from survkit.reconstruction.visits.moves import Moves, make_move, possible_moves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.arrays import Floats, Ticks
    from survkit.reconstruction.visits.curve_constraints import CurveConstraints
    from survkit.reconstruction.visits.problem import Counts, Problem, State

__all__ = ["improve"]

_PER_KIND = 8
"""Moves of one kind that may follow another: those that miss least, and those that help most."""
_MOST_FOLLOWERS = 100
"""Further moves that may follow, the best to every slot."""
_MOST_FIRSTS = 80
"""Moves that may come first: the best to, and from, every slot."""
_MOST_FOLLOWING = 3
_OFTEN = (1, 2, 3)
"""How often the first move is made; for those that follow, the best number is computed."""
_MANY = 10**6
_MOST_AT_ONCE = 200
"""How often one of two moves is made at most."""
_PAIRED_ACROSS = 60
"""Moves of each of two arms that are tried together."""
_TRIED = 10
"""Candidates whose loss is computed exactly."""
_NO_CHANGE = 1e-12
_HOPELESS = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlook:
    """What the moves of one arm lead to: the curve's values, its misses and all figures' loss."""

    moves: Moves
    change: Floats
    missed: Floats
    loss: Floats

    def best(self, most: int) -> Ticks:
        """Return the moves with the smallest losses."""
        return np.argsort(self.loss, kind="stable")[:most]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chains:
    """Moves made one after the other: what they lead to, which, and how often each is made."""

    losses: Floats
    chosen: Ticks
    times: Ticks


def improve(problem: Problem, state: State, seen: set[bytes], turn: int) -> State | None:
    """Make the best move; where no single one helps, the best of several made together."""
    outlooks = [_look(problem, state, arm, turn) for arm in range(len(problem.grid.curves))]
    losses = np.concatenate(
        [np.where(outlook.moves.alone, outlook.loss, _HOPELESS) for outlook in outlooks]
    )
    single = next(_new(problem, _singles(state, outlooks, losses), seen), None)
    if single is not None and single.loss < state.loss:
        return single
    several = _new(problem, _several(problem, state, outlooks), seen)
    options = several if single is None else chain([single], several)
    return min(options, key=lambda option: option.loss, default=None)


def _look(problem: Problem, state: State, arm: int, turn: int) -> _Outlook:
    """Evaluate every move of an arm."""
    ratios = [float(np.exp(log_ratio)) for log_ratio in state.log_ratios]
    moves = possible_moves(
        state.counts, problem.grid, arm, problem.contrasts, ratios, problem.ties, turn
    )
    curve, now = problem.grid.curves[arm], state.curves[arm][:, :, None]
    values = curve.read(*(now + moves.curve))
    missed = curve.missed(values)
    apart = violation_after_step(
        problem, state.log_ratios, state.comparisons[:, :, None] + moves.comparison
    )
    others = sum(state.missed) - state.missed[arm]
    return _Outlook(
        moves=moves,
        change=values - curve.read(*now),
        missed=missed,
        loss=np.where(np.isfinite(missed), missed + others + apart, _HOPELESS).round(9),
    )


def _singles(state: State, outlooks: list[_Outlook], losses: Floats) -> Iterator[Counts]:
    """Yield what the best single moves lead to."""
    first = np.cumsum([0, *(outlook.loss.size for outlook in outlooks)])
    for number in np.argsort(losses, kind="stable")[:_TRIED].tolist():
        arm = int(np.searchsorted(first, number, side="right")) - 1
        yield make_move(state.counts, outlooks[arm].moves, number - int(first[arm]))


def _several(problem: Problem, state: State, outlooks: list[_Outlook]) -> Iterator[Counts]:
    """Yield what the best moves made together lead to."""
    found = [_within(problem, state, arm, outlook) for arm, outlook in enumerate(outlooks)]
    sources = [(outlook,) * (_MOST_FOLLOWING + 1) for outlook in outlooks]
    for one, other in combinations(outlooks, 2):
        found.append(_across(problem, state, one, other))
        sources.append((one, other))
    first = np.cumsum([0, *(chains.losses.size for chains in found)])
    order = np.argsort(np.concatenate([chains.losses for chains in found]), kind="stable")
    for number in order[:_TRIED].tolist():
        group = int(np.searchsorted(first, number, side="right")) - 1
        place = number - int(first[group])
        counts, chains = state.counts, found[group]
        for source, chosen, times in zip(
            sources[group], chains.chosen[:, place], chains.times[:, place], strict=True
        ):
            counts = make_move(counts, source.moves, int(chosen), int(times))
        yield counts


def _within(problem: Problem, state: State, arm: int, outlook: _Outlook) -> _Chains:
    """Follow every first move of an arm by those that make good for it, as if effects added up."""
    curve, compare = problem.grid.curves[arm], outlook.moves.comparison
    values = curve.read(*state.curves[arm][:, :, None])
    firsts, seconds = _partners(outlook, curve, values)
    chosen, times = [np.tile(firsts, len(_OFTEN))], [np.repeat(_OFTEN, firsts.size)]
    now = values + times[0] * outlook.change[:, chosen[0]]
    compared = state.comparisons[:, :, None] + times[0] * compare[:, :, chosen[0]]
    losses, rows = np.full(chosen[0].size, _HOPELESS), np.arange(chosen[0].size)
    for _ in range(_MOST_FOLLOWING if seconds.size else 0):
        often = _how_often(curve, now, outlook.change[:, seconds])
        one, other = np.indices(often.shape).reshape(2, -1)
        flat, after = often.ravel(), seconds[other]
        missed = curve.missed(now[:, one] + flat * outlook.change[:, after])
        together = compared[:, :, one] + flat * compare[:, :, after]
        found = missed + violation_after_step(problem, state.log_ratios, together)
        found = found.round(9).reshape(often.shape)
        best = found.argmin(axis=1)
        better = found[rows, best] < losses
        losses = np.where(better, found[rows, best], losses)
        chosen.append(seconds[best])
        times.append(np.where(better, often[rows, best], 0))
        now = now + times[-1] * outlook.change[:, chosen[-1]]
        compared = compared + times[-1] * compare[:, :, chosen[-1]]
    losses = (losses + sum(state.missed) - state.missed[arm]).round(9)
    return _Chains(losses=losses, chosen=np.stack(chosen), times=np.stack(times))


def _how_often(curve: CurveConstraints, values: Floats, change: Floats) -> Ticks:
    """Compute how often each move is best made after each of the others, at least once."""
    scaled = change / curve.unit[:, None]
    length = np.maximum((scaled**2).sum(axis=0), _NO_CHANGE)
    steps = -(curve.beyond(values).T @ scaled) / length
    often: Ticks = np.clip(steps.round(6).round(), 1, _MOST_AT_ONCE).astype(np.int64)
    return often


def _partners(outlook: _Outlook, curve: CurveConstraints, values: Floats) -> tuple[Ticks, Ticks]:
    """Choose the moves that may come first, and those that may follow."""
    moves, loss = outlook.moves, outlook.loss
    to, since = moves.kind * _MANY + moves.later, moves.kind * _MANY + moves.earlier
    firsts = np.union1d(_best_of(to, loss, 1), _best_of(since, loss, 1))
    firsts = firsts[np.argsort(loss[firsts], kind="stable")[:_MOST_FIRSTS]]
    change = outlook.change / curve.unit[:, None]
    length = np.maximum((change**2).sum(axis=0), _NO_CHANGE)
    helps = ((curve.beyond(values)[:, 0] @ change) ** 2 / length).round(9)
    seconds = [
        _best_of(moves.kind, loss, _PER_KIND),
        _best_of(moves.kind, -helps, _PER_KIND),
        _best_of(to, loss, 1)[:_MOST_FOLLOWERS],
    ]
    return firsts, np.unique(np.concatenate(seconds))


def _across(problem: Problem, state: State, outlook: _Outlook, partner: _Outlook) -> _Chains:
    """Predict the losses of two moves of different arms."""
    one, other = (
        index.ravel()
        for index in np.meshgrid(outlook.best(_PAIRED_ACROSS), partner.best(_PAIRED_ACROSS))
    )
    together = (
        state.comparisons[:, :, None]
        + outlook.moves.comparison[:, :, one]
        + partner.moves.comparison[:, :, other]
    )
    arms = outlook.moves.arm, partner.moves.arm
    others = sum(state.missed) - sum(state.missed[arm] for arm in arms)
    apart = violation_after_step(problem, state.log_ratios, together)
    losses: Floats = outlook.missed[one] + partner.missed[other] + others + apart
    return _Chains(
        losses=losses.round(9),
        chosen=np.stack((one, other)),
        times=np.ones((2, one.size), dtype=np.int64),
    )


def _best_of(group: Ticks, losses: Floats, most: int) -> Ticks:
    """Return the moves with the smallest losses among those of their group."""
    order = np.lexsort((losses, group))
    rank = np.arange(order.size) - np.searchsorted(group[order], group[order])
    return order[rank < most]


def _new(problem: Problem, candidates: Iterator[Counts], seen: set[bytes]) -> Iterator[State]:
    """Yield, evaluated, the candidates that are possible and were not seen before."""
    for counts in candidates:
        if counts.valid and counts.key not in seen:
            yield evaluate(problem, counts)
