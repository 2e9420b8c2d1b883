"""The last digit: let neighbours of two arms change places in the order of leaving.

Two patients of different arms with nobody between them exchange their times. Neither arm's own
order changes, and what the exchange does to the Cox score and information is known exactly; so the
few exchanges that bring a hazard ratio and its limits into their rounding windows can be chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import LogRatio, experimental_share
from survkit.reconstruction.constraints.families.contrast import contrast_violation, fit_violation

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats, Ticks
    from survkit.kernels import TwoArmFit
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.placement.timeline import Timeline

__all__ = ["exchange_neighbours"]

_MOST_EXCHANGES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class _Neighbours:
    """Pairs of patients of the two arms with nobody between them, each array of shape (k,)."""

    place: Ticks  # where the earlier of the two stands in the order of all patients
    score: Floats  # what their exchange adds to the Cox score and information
    information: Floats
    difference: Floats  # what it adds to observed minus expected events and their variance
    variance: Floats


def exchange_neighbours(
    contrast: ContrastConstraint, fit: TwoArmFit, arms: tuple[Timeline, ...]
) -> tuple[Timeline, ...]:
    """Exchange neighbours of two arms until the contrast's figures print as asked."""
    sizes = [arm.ticks.size for arm in arms]
    number = np.repeat(np.arange(len(arms)), sizes)
    times = np.concatenate([arm.ticks for arm in arms])
    order = np.argsort(times, kind="stable")
    bounds = [arm.knots.patient_bounds(arm.clock) for arm in arms]
    lower, upper = map(np.concatenate, zip(*bounds, strict=True))
    event = np.concatenate([arm.event for arm in arms])
    tied = np.concatenate([arm.tied for arm in arms])
    strata = [
        np.zeros(n, int) if arm.stratum is None else arm.stratum
        for arm, n in zip(arms, sizes, strict=True)
    ]
    stratum = np.concatenate(strata)
    pairs = _neighbours(contrast, fit, number[order], event[order], stratum[order])
    first, second = order[pairs.place], order[pairs.place + 1]
    allowed = (times[second] <= upper[first]) & (times[first] >= lower[second])
    allowed &= ~tied[first] & ~tied[second]
    for place in _choose(contrast, fit, pairs, allowed):
        one, other = order[place], order[place + 1]
        times[one], times[other] = times[other], times[one]
    moved = np.split(times, np.cumsum(sizes)[:-1])
    return tuple(arm.placed(ticks) for arm, ticks in zip(arms, moved, strict=True))


def _neighbours(
    contrast: ContrastConstraint, fit: TwoArmFit, arm: Ticks, event: Flags, stratum: Ticks
) -> _Neighbours:
    """Find the pairs of the contrast and the effect of their exchange; all in order of time."""
    reference, experimental = arm == contrast.reference, arm == contrast.experimental
    zero, one = _at_risk(reference, stratum), _at_risk(experimental, stratum)
    compared = reference | experimental
    differ = compared[:-1] & compared[1:] & (arm[:-1] != arm[1:]) & (event[:-1] | event[1:])
    differ &= stratum[:-1] == stratum[1:]
    place = np.flatnonzero(differ)
    pairs = zero[place], one[place], reference[place], event[place], event[place + 1]
    score, information = _effect(fit.cox.hazard_ratio, *pairs)
    difference, variance = _effect(1.0, *pairs)
    return _Neighbours(
        place=place,
        score=score,
        information=information,
        difference=difference,
        variance=variance,
    )


def _at_risk(members: Flags, stratum: Ticks) -> Floats:
    """Count who of an arm leaves from each place on, in the stratum of whoever stands there."""
    at_risk = np.zeros(members.size)
    for one in np.unique(stratum):
        inside = stratum == one
        present = members[inside]
        at_risk[inside] = present.sum() - np.cumsum(present) + present
    return at_risk


def _effect(
    ratio: float, zero: Floats, one: Floats, reference_first: Flags, earlier: Flags, later: Flags
) -> tuple[Floats, Floats]:
    """
    Effect of exchanges on the Cox score and information at a hazard ratio.

    At a ratio of 1 these are observed minus expected events and their variance.
    """
    at_first = experimental_share(zero, one, ratio)
    after_reference = experimental_share(zero - 1.0, one, ratio)
    after_experimental = experimental_share(zero, one - 1.0, ratio)
    now = np.where(reference_first, after_reference, after_experimental)
    then = np.where(reference_first, after_experimental, after_reference)
    swap = later.astype(np.float64) - earlier
    score = -(swap * at_first + earlier * then - later * now)
    spread = swap * _spread(at_first) + earlier * _spread(then) - later * _spread(now)
    return score, spread


def _spread(share: Floats) -> Floats:
    return share * (1.0 - share)


def _choose(
    contrast: ContrastConstraint, fit: TwoArmFit, pairs: _Neighbours, allowed: Flags
) -> list[int]:
    """Pick pairs without a patient in common, one by one, each bringing the figures closest."""
    cox, log_rank = fit.cox, fit.log_rank
    information = cox.standard_error**-2
    now = np.array([0.0, information, log_rank.difference, log_rank.variance])
    steps = np.stack((pairs.score, pairs.information, pairs.difference, pairs.variance))
    chosen: list[int] = []
    usable = allowed.copy()
    missed = fit_violation(contrast, fit)
    for _ in range(_MOST_EXCHANGES):
        if missed == 0.0 or not usable.any():
            break
        score, spread, difference, variance = now[:, None] + steps
        log_ratio = cox.log_hazard_ratio + score / information
        z = difference / np.sqrt(np.maximum(variance, 1e-12))
        sums = log_rank.sums._replace(difference=difference, variance=variance)
        ratio = contrast.ratio_of(LogRatio(log_ratio, 1.0 / np.sqrt(spread)), sums)
        found = contrast_violation(contrast, ratio.log_ratio, ratio.error, z)
        found = np.where(usable, found, np.inf).round(9)
        best = int(found.argmin())
        if found[best] >= missed:
            break
        missed = float(found[best])
        now = now + steps[:, best]
        place = int(pairs.place[best])
        chosen.append(place)
        usable &= np.abs(pairs.place - place) > 1
    return chosen
