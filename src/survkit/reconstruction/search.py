"""Whole patients between slots: one by one, and in pairs, until every figure prints as asked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.kernels import fit_two_arm_cox, two_arm_log_rank
from survkit.reconstruction.moves import Moves, make_move, possible_moves, slot_terms
from survkit.reconstruction.standing import excess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.kernels import Ties
    from survkit.reconstruction.counts import Counts
    from survkit.reconstruction.slots import Grid
    from survkit.reconstruction.targets import ContrastTargets

__all__ = ["MET", "Problem", "State", "improve", "stand"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

MET, MET_APART = 0.0015, 0.0099
"""What an arm and the contrasts miss at most where every figure lies within its rounding."""
_PER_KIND = 20
"""Moves of one kind that are tried with others of the arm, where no single one helps."""
_MOST_AT_ONCE = 40
"""How often one of two moves is made at most."""
_PAIRED_ACROSS = 60
"""Moves of each of two arms that are tried together."""
_TRIED = 10
"""Candidates whose loss is computed exactly."""
_SMALLEST_VARIANCE = 1e-12
_NO_CHANGE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    What is asked, and where patients may go.

    Parameters
    ----------
    contrasts : tuple of ContrastTargets
        The comparisons that count.
    grid : Grid
        The slots.
    ties : {"efron", "breslow"}
        How tied events share a risk set.
    """

    contrasts: tuple[ContrastTargets, ...]
    grid: Grid
    ties: Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    Where the figures stand.

    Parameters
    ----------
    counts : Counts
        The patients on the grid.
    curves : tuple of ndarray of float, each of shape (2, questions)
        Each arm's cumulative hazard and Greenwood's sum where its curve is read.
    comparisons : ndarray of float, shape (contrasts, 4)
        Score (0 at the fitted ratio), information, difference and variance of each contrast.
    log_ratios : tuple of float
        The fitted log hazard ratios.
    missed : tuple of float
        What each arm's curve misses.
    apart : float
        What the contrasts miss.
    loss : float
        What all figures miss together, in half rounding windows, squared.
    """

    counts: Counts
    curves: tuple[Floats, ...]
    comparisons: Floats
    log_ratios: tuple[float, ...]
    missed: tuple[float, ...]
    apart: float
    loss: float

    @property
    def met(self) -> bool:
        """Whether every figure lies within its rounding."""
        return max(self.missed) <= MET and self.apart <= MET_APART


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

    def best_of_each_kind(self, most: int) -> Ticks:
        """Return the moves with the smallest losses among those of their kind."""
        order = np.lexsort((self.loss, self.moves.kind))
        kind = self.moves.kind[order]
        rank = np.arange(kind.size) - np.searchsorted(kind, kind)
        return order[rank < most]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """Moves made together: what they are taken to lead to, and how often the other is made."""

    losses: Floats
    one: Ticks
    other: Ticks
    times: Ticks


def stand(problem: Problem, counts: Counts) -> State:
    """
    Compute all figures.

    Parameters
    ----------
    problem : Problem
        What is asked.
    counts : Counts
        The patients on the grid.

    Returns
    -------
    State
        Figures and loss.
    """
    at_risk = counts.at_risk
    curves, missed = [], []
    for arm, questions in enumerate(problem.grid.questions):
        sums = np.cumsum(slot_terms(counts.events[arm], at_risk[arm]), axis=1)
        curves.append(sums[:, questions.slot])
        missed.append(float(questions.missed(questions.read(*curves[-1][:, :, None]))[0]))
    comparisons, log_ratios = np.zeros((len(problem.contrasts), 4)), []
    for row, contrast in enumerate(problem.contrasts):
        table = counts.table(contrast.reference, contrast.experimental, problem.grid.times)
        fit, test = fit_two_arm_cox(table, ties=problem.ties), two_arm_log_rank(table)
        comparisons[row] = 0.0, fit.standard_error**-2, test.difference, test.variance
        log_ratios.append(fit.log_hazard_ratio)
    apart = float(_excess(problem, tuple(log_ratios), comparisons[:, :, None])[0])
    return State(
        counts=counts,
        curves=tuple(curves),
        comparisons=comparisons,
        log_ratios=tuple(log_ratios),
        missed=tuple(missed),
        apart=apart,
        loss=round(sum(missed) + apart, 9),
    )


def improve(problem: Problem, state: State, seen: set[bytes], turn: int) -> State | None:
    """
    Make the best move; where no single one helps, the best two at once.

    Parameters
    ----------
    problem : Problem
        What is asked.
    state : State
        Where the figures stand.
    seen : set of bytes
        Counts that are not returned to.
    turn : int
        How often this has been done.

    Returns
    -------
    State or None
        The next state, which need not be better; None where there is none.
    """
    outlooks = [
        _look(problem, state, arm, turn) for arm in range(len(problem.grid.questions))
    ]
    losses = np.concatenate([outlook.loss for outlook in outlooks])
    single = _first_new(problem, _singles(state, outlooks, losses), seen)
    if single is not None and single.loss < state.loss:
        return single
    double = _best_new(problem, _doubles(problem, state, outlooks), seen)
    found = [option for option in (single, double) if option is not None]
    return min(found, key=lambda option: option.loss) if found else None


def _look(problem: Problem, state: State, arm: int, turn: int) -> _Outlook:
    """Evaluate every move of an arm."""
    ratios = [float(np.exp(log_ratio)) for log_ratio in state.log_ratios]
    moves = possible_moves(
        state.counts, problem.grid, arm, problem.contrasts, ratios, problem.ties, turn
    )
    questions, now = problem.grid.questions[arm], state.curves[arm][:, :, None]
    values = questions.read(*(now + moves.curve))
    missed = questions.missed(values)
    apart = _excess(problem, state.log_ratios, state.comparisons[:, :, None] + moves.comparison)
    others = sum(state.missed) - state.missed[arm]
    return _Outlook(
        moves=moves,
        change=values - questions.read(*now),
        missed=missed,
        loss=(missed + others + apart).round(9),
    )


def _excess(problem: Problem, log_ratios: tuple[float, ...], comparisons: Floats) -> Floats:
    """Measure how far contrasts miss their figures, one Newton step from a known ratio."""
    missed: Floats = np.zeros(comparisons.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        for contrast, log_ratio, terms in zip(
            problem.contrasts, log_ratios, comparisons, strict=True
        ):
            score, information, difference, variance = terms
            missed = missed + excess(
                contrast,
                log_ratio + score / information,
                1.0 / np.sqrt(information),
                difference / np.sqrt(np.maximum(variance, _SMALLEST_VARIANCE)),
            )
    return missed


def _singles(state: State, outlooks: list[_Outlook], losses: Floats) -> Iterator[Counts]:
    """Yield what the best single moves lead to."""
    first = np.cumsum([0, *(outlook.loss.size for outlook in outlooks)])
    for number in np.argsort(losses, kind="stable")[:_TRIED].tolist():
        arm = int(np.searchsorted(first, number, side="right")) - 1
        yield make_move(state.counts, outlooks[arm].moves, number - int(first[arm]))


def _doubles(problem: Problem, state: State, outlooks: list[_Outlook]) -> Iterator[Counts]:
    """Yield what the best two moves at once lead to."""
    found = [_within(problem, state, arm, outlook) for arm, outlook in enumerate(outlooks)]
    sources = [(outlook, outlook) for outlook in outlooks]
    for one, other in combinations(range(len(outlooks)), 2):
        found.append(_across(problem, state, outlooks[one], outlooks[other]))
        sources.append((outlooks[one], outlooks[other]))
    first = np.cumsum([0, *(pairs.losses.size for pairs in found)])
    order = np.argsort(np.concatenate([pairs.losses for pairs in found]), kind="stable")
    for number in order[:_TRIED].tolist():
        group = int(np.searchsorted(first, number, side="right")) - 1
        pairs, place = found[group], number - int(first[group])
        counts = make_move(state.counts, sources[group][0].moves, int(pairs.one[place]))
        yield make_move(
            counts, sources[group][1].moves, int(pairs.other[place]), int(pairs.times[place])
        )


def _within(problem: Problem, state: State, arm: int, outlook: _Outlook) -> _Pairs:
    """Predict the losses of a move and several of another, as if their effects added up."""
    questions, top = problem.grid.questions[arm], outlook.best_of_each_kind(_PER_KIND)
    one, other = (index.ravel() for index in np.meshgrid(top, top))
    change = outlook.change / questions.unit[:, None]
    values = questions.read(*state.curves[arm][:, :, None])
    off = questions.beyond(values + outlook.change[:, top])
    steps = -(off.T @ change[:, top]) / np.maximum((change[:, top] ** 2).sum(axis=0), _NO_CHANGE)
    times = np.clip(steps.T.ravel().round(6).round(), 1, _MOST_AT_ONCE).astype(np.int64)
    missed = questions.missed(values + outlook.change[:, one] + times * outlook.change[:, other])
    compared = outlook.moves.comparison
    together = state.comparisons[:, :, None] + compared[:, :, one] + times * compared[:, :, other]
    others = sum(state.missed) - state.missed[arm]
    losses = missed + others + _excess(problem, state.log_ratios, together)
    return _Pairs(losses=losses.round(9), one=one, other=other, times=times)


def _across(problem: Problem, state: State, outlook: _Outlook, partner: _Outlook) -> _Pairs:
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
    apart = _excess(problem, state.log_ratios, together)
    losses: Floats = outlook.missed[one] + partner.missed[other] + others + apart
    return _Pairs(losses=losses.round(9), one=one, other=other, times=np.ones_like(one))


def _first_new(problem: Problem, candidates: Iterator[Counts], seen: set[bytes]) -> State | None:
    """Return the first candidate that was not seen before."""
    return next(
        (stand(problem, counts) for counts in candidates if counts.key not in seen), None
    )


def _best_new(problem: Problem, candidates: Iterator[Counts], seen: set[bytes]) -> State | None:
    """Return the best candidate that is possible and was not seen before."""
    states = [
        stand(problem, counts)
        for counts in candidates
        if counts.valid and counts.key not in seen
    ]
    return min(states, key=lambda state: state.loss, default=None)
