"""Which of the arms' profiles go together: those whose comparison prints as asked.

`enumerate` lists ways in which each arm meets its own figures; what a profile of one arm adds to a
contrast is nearly independent of the other arm's, so that all pairs can be judged at once.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, sums_from
from survkit.kernels import comparison_terms
from survkit.reconstruction.visits.evaluate import evaluate, violation_after_step
from survkit.reconstruction.visits.problem import Counts, Problem, State

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.profiles.profile import Profiles

__all__ = ["pair_profiles"]

_MOST_ROUNDS = 3
_TRIED = 30
"""Pairs that are judged exactly."""


def pair_profiles(problem: Problem, profiles: list[Profiles]) -> State:
    """Choose a profile for each arm."""
    chosen = [0] * len(profiles)
    best = evaluate(problem, _counts(profiles, chosen))
    for _ in range(_MOST_ROUNDS if problem.contrasts else 0):
        before = best.loss
        for pair in combinations(range(len(profiles)), 2):
            for one, other in _likely(problem, profiles, best, pair):
                trial = chosen.copy()
                trial[pair[0]], trial[pair[1]] = one, other
                state = evaluate(problem, _counts(profiles, trial))
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
        events=np.stack([found.events[index] for found, index in pairs]),
        censored=np.stack([found.censored[index] for found, index in pairs]),
    )


def _likely(
    problem: Problem, profiles: list[Profiles], state: State, pair: tuple[int, int]
) -> list[tuple[int, int]]:
    """Predict what two arms' profiles lead to together, and return the best."""
    first, second = (_effects(problem, profiles[arm], state, arm) for arm in pair)
    sizes = first.shape[-1], second.shape[-1]
    together = state.comparisons[:, :, None, None] + first[..., None] + second[:, :, None, :]
    apart = violation_after_step(problem, state.log_ratios, together.reshape(*first.shape[:2], -1))
    missed = profiles[pair[0]].missed[:, None] + profiles[pair[1]].missed
    order = np.argsort((apart + missed.ravel()).round(9), kind="stable")[:_TRIED]
    one, other = np.unravel_index(order, sizes)
    return list(zip(one.tolist(), other.tolist(), strict=True))


def _effects(problem: Problem, profiles: Profiles, state: State, arm: int) -> Floats:
    """
    Compute what each profile of an arm adds to every contrast, given the other arms.

    Returns an array of shape (contrasts, 4, profiles).
    """
    effects = np.zeros((len(problem.contrasts), 4, profiles.missed.size))
    leaving = profiles.events + profiles.censored
    at_risk = sums_from(leaving)
    for row, contrast in enumerate(problem.contrasts):
        if arm in contrast.arms:
            ratio = float(np.exp(state.log_ratios[row]))
            both = state.counts.beside(contrast.arms, arm, profiles.events, at_risk)
            terms = comparison_terms(*both, ratio, problem.ties)
            now = _sums(problem, contrast, state.counts, ratio)
            effects[row] = terms.sum(axis=-1) - now[:, None]
    return effects


def _sums(problem: Problem, contrast: ContrastConstraint, counts: Counts, ratio: float) -> Floats:
    pair = list(contrast.arms)
    terms = comparison_terms(counts.events[pair], counts.at_risk[pair], ratio, problem.ties)
    summed: Floats = terms.sum(axis=-1)
    return summed
