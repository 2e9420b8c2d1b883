"""Which of the arms' profiles go together: those whose comparison prints as asked.

`profiles` lists ways in which each arm meets its own figures; what a profile of one arm adds to a
contrast is nearly independent of the other arm's, so that all pairs can be judged at once.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.visits.counts import Counts
from survkit.reconstruction.visits.state import Problem, State, excess_after, stand
from survkit.reconstruction.visits.terms import comparison_terms

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.targets import ContrastTargets
    from survkit.reconstruction.visits.profiles import Profiles

__all__ = ["pair_profiles"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_MOST_ROUNDS = 3
_TRIED = 30
"""Pairs that are judged exactly."""


def pair_profiles(problem: Problem, profiles: list[Profiles]) -> State:
    """
    Choose a profile for each arm.

    Parameters
    ----------
    problem : Problem
        What is asked.
    profiles : list of Profiles
        At least one for each arm.

    Returns
    -------
    State
        Where the figures stand with the best choice.
    """
    chosen = [0] * len(profiles)
    best = stand(problem, _counts(profiles, chosen))
    for _ in range(_MOST_ROUNDS if problem.contrasts else 0):
        before = best.loss
        for pair in combinations(range(len(profiles)), 2):
            for one, other in _likely(problem, profiles, best, pair):
                trial = chosen.copy()
                trial[pair[0]], trial[pair[1]] = one, other
                state = stand(problem, _counts(profiles, trial))
                if state.loss < best.loss:
                    best, chosen = state, trial
                if best.met:
                    return best
        if best.loss >= before:
            break
    return best


def _counts(profiles: list[Profiles], chosen: list[int]) -> Counts:
    pairs = list(zip(profiles, chosen, strict=True))
    return Counts(
        events=np.stack([own.events[index] for own, index in pairs]),
        censored=np.stack([own.censored[index] for own, index in pairs]),
    )


def _likely(
    problem: Problem, profiles: list[Profiles], state: State, pair: tuple[int, int]
) -> list[tuple[int, int]]:
    """Predict what two arms' profiles lead to together, and return the best."""
    first, second = (_effects(problem, profiles[arm], state, arm) for arm in pair)
    sizes = first.shape[-1], second.shape[-1]
    together = state.comparisons[:, :, None, None] + first[..., None] + second[:, :, None, :]
    apart = excess_after(problem, state.log_ratios, together.reshape(*first.shape[:2], -1))
    own = profiles[pair[0]].missed[:, None] + profiles[pair[1]].missed
    order = np.argsort((apart + own.ravel()).round(9), kind="stable")[:_TRIED]
    one, other = np.unravel_index(order, sizes)
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _effects(problem: Problem, profiles: Profiles, state: State, arm: int) -> Floats:
    """
    Compute what each profile of an arm adds to every contrast, given the other arms.

    Returns an array of shape (contrasts, 4, profiles).
    """
    effects = np.zeros((len(problem.contrasts), 4, profiles.missed.size))
    leaving = profiles.events + profiles.censored
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    for row, contrast in enumerate(problem.contrasts):
        if arm in (contrast.reference, contrast.experimental):
            ratio = float(np.exp(state.log_ratios[row]))
            terms = comparison_terms(
                *_both(contrast, state.counts, arm, profiles.events, at_risk), ratio, problem.ties
            )
            now = _sums(problem, contrast, state.counts, ratio)
            effects[row] = terms.sum(axis=-1) - now[:, None]
    return effects


def _both(
    contrast: ContrastTargets, counts: Counts, arm: int, events: Ticks, at_risk: Ticks
) -> tuple[Ticks, Ticks]:
    """Put profiles of an arm beside the other arm of a contrast as it is."""
    pair = (contrast.reference, contrast.experimental)
    standing = counts.at_risk
    return (
        np.stack(
            [
                events if own == arm else np.broadcast_to(counts.events[own], events.shape)
                for own in pair
            ]
        ),
        np.stack(
            [
                at_risk if own == arm else np.broadcast_to(standing[own], at_risk.shape)
                for own in pair
            ]
        ),
    )


def _sums(problem: Problem, contrast: ContrastTargets, counts: Counts, ratio: float) -> Floats:
    pair = [contrast.reference, contrast.experimental]
    terms = comparison_terms(counts.events[pair], counts.at_risk[pair], ratio, problem.ties)
    summed: Floats = terms.sum(axis=-1)
    return summed
