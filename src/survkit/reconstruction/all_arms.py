"""The median follow-up of all arms together: how long each arm is followed so that it is met.

Whether an arm's patients leave earlier or later, all together print one number. The share of each
arm that is still followed at the printed time is aimed anew, from patients who miss that alone:
all cumulative hazards of being censored are multiplied by one factor, and so, about, is that of
the patients of all arms.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.reconstruction.orders.history import Anchor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Counts
    from survkit.kernels import ArmTimes
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.record.reconstruction import Match, Reconstruction
    from survkit.reconstruction.solution import Solution
    from survkit.trial import Analysis

__all__ = [
    "Followed",
    "aim_still_followed",
    "follow_up_missed_alone",
    "groups_followed",
    "hold_median",
]

_OF_ALL = "overall_median_follow_up"
_HALF, _LOG_2 = 0.5, math.log(2.0)
_FARTHEST = 4.0
"""By which factor hazards are changed at once, at most."""
_NEAREST = 0.1
"""How near a guess between two comes to either, as a share of their distance."""


def follow_up_missed_alone(reconstruction: Reconstruction) -> Match | None:
    """Return the median follow-up of all arms, where it is missed and nothing else."""
    missed = [match for match in reconstruction.matches if not match.met]
    alone = [match.figure.key.quantity for match in missed] == [_OF_ALL]
    return missed[0] if alone and missed[0].figure.printed.reached else None


def groups_followed(analysis: Analysis) -> list[list[str]]:
    """List arms to be followed otherwise, in turn: who print no follow-up, all, each by itself."""
    every = [arm.id for arm in analysis.arms]
    free = [arm.id for arm in analysis.arms if arm.median_follow_up is None]
    groups = [free or every, every, *([arm] for arm in every)]
    return [one for place, one in enumerate(groups) if one not in groups[:place]]


class Followed:
    """
    How long patients are followed who miss the median follow-up of all arms alone.

    Parameters
    ----------
    constraints : AnalysisConstraints
        What they were asked.
    solution : Solution
        The patients.
    match : Match
        The median follow-up of all arms, printed and as they have it.
    """

    def __init__(self, constraints: AnalysisConstraints, solution: Solution, match: Match) -> None:
        patients = solution.patients
        times = np.sort(np.concatenate([arm.time for arm in patients]))
        self.asked = dict(constraints.still_followed)
        self._patients = dict(zip((arm.id for arm in constraints.arms), patients, strict=True))
        self._time = Interval.of(match.figure.printed).middle
        self._left = max(int((times >= self._time).sum()), 2)
        # what each arm's censored patients add to the hazard of all
        self._parts = {
            key: self._hazard_of(arm, times.size - np.searchsorted(times, arm.time))
            for key, arm in self._patients.items()
        }

    @property
    def hazard(self) -> float:
        """Cumulative hazard of being censored of all patients until the printed time."""
        return sum(self._parts.values())

    def _hazard_of(self, arm: ArmTimes, at_risk: Counts) -> float:
        """Add up what the censored patients of an arm add to a cumulative hazard until the time."""
        counted = ~arm.event & (arm.time < self._time)
        with np.errstate(divide="ignore"):
            return float(-np.log1p(-1.0 / at_risk[counted]).sum())

    def _still_followed(self, arm: str) -> float:
        """Return an arm's reverse Kaplan-Meier estimate at the time."""
        patients = self._patients[arm]
        at_risk = patients.time.size - np.arange(patients.time.size)
        return math.exp(-self._hazard_of(patients, at_risk))

    def scaled(self, arms: Sequence[str], beyond: int) -> dict[str, float] | None:
        """Multiply the hazards of some arms, so that those of all are half a patient beyond."""
        moved = sum(self._parts[arm] for arm in arms)
        if not 0.0 < moved < math.inf:
            return None
        one = -math.log1p(-1.0 / self._left)
        wanted = _LOG_2 + math.copysign(_HALF * beyond * one, _LOG_2 - self.hazard)
        factor = (wanted - (self.hazard - moved)) / moved
        factor = min(max(factor, 1.0 / _FARTHEST), _FARTHEST)
        shares = self.asked | {arm: self._still_followed(arm) ** factor for arm in arms}
        # who are all followed still, or nobody, are so whatever the factor is
        return {arm: share for arm, share in shares.items() if 0.0 < share < 1.0}

    def between(self, shorter: Followed) -> dict[str, float]:
        """Go as far from what was asked here to what was asked there as hazards tell."""
        share = (_LOG_2 - self.hazard) / (shorter.hazard - self.hazard)
        share = min(max(share, _NEAREST), 1.0 - _NEAREST)
        return {
            arm: math.exp((1.0 - share) * math.log(asked) + share * math.log(shorter.asked[arm]))
            for arm, asked in self.asked.items()
        }


def aim_still_followed(near: Sequence[Followed], arms: Sequence[str]) -> dict[str, float] | None:
    """
    Say which share of each arm is to be followed still, so that all arms print what is printed.

    Parameters
    ----------
    near : sequence of Followed
        How long those were followed so far who miss nothing else, the latest last.
    arms : sequence of str
        Ids of the arms that are to be followed otherwise, while all arms have been followed too
        short so far, or all too long; after that it is between the two.

    Returns
    -------
    dict of str to float, or None
        Shares, by arm; None where there is nothing to go by, or nobody of these arms left.
    """
    if not near:
        return None
    longer = [one for one in near if one.hazard < _LOG_2]
    shorter = [one for one in near if one.hazard >= _LOG_2]
    if longer and shorter and longer[-1].asked.keys() == shorter[-1].asked.keys() != set():
        return longer[-1].between(shorter[-1])
    return near[-1].scaled(arms, len(longer or shorter))


def hold_median(solution: Solution, match: Match) -> list[list[Anchor]]:
    """Hold the patient who is the median of all arms' follow-up to what is printed, arm by arm."""
    window = Interval.of(match.figure.printed)
    whose = [np.flatnonzero(arm.time == match.achieved) for arm in solution.patients]
    return [[Anchor(int(one), window) for one in arm] for arm in whose]
