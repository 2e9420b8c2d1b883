"""The arm that a profile will be compared with, as fractions of patients.

`profiles` keeps ways apart that compare differently with it, so that `pairing` has a choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.targets import ContrastTargets

__all__ = ["Rival", "find_rival"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_FINE = 0.25
"""Share of half a rounding window of the hazard ratio below which two scores are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """
    The other arm of a contrast, as fractions: profiles that compare differently are kept apart.

    Parameters
    ----------
    events, at_risk : ndarray of float, shape (k,)
        Its events and patients at risk at each slot.
    odds : float
        Hazard of the arm over that of the rival.
    unit : float
        Least difference of scores, in events, that matters to the rounding of the hazard ratio.
    wanted : float
        Score at which the printed hazard ratio holds, when the rival leaves its fractions as far.
    """

    events: Floats
    at_risk: Floats
    odds: float
    unit: float
    wanted: float

    def score(self, slot: int, events: Ticks, at_risk: Ticks) -> Floats:
        """
        Events at a slot beyond those expected of the arm, ties in the middle of their risk set.

        Parameters
        ----------
        slot : int
            The slot.
        events, at_risk : ndarray of int, shape (m,)
            Events and patients at risk of the arm there.

        Returns
        -------
        ndarray of float, shape (m,)
            Observed minus expected events.
        """
        own = self.odds * np.maximum(at_risk - 0.5 * events, 0.0)
        other = max(float(self.at_risk[slot] - 0.5 * self.events[slot]), 1e-9)
        score: Floats = events - (events + self.events[slot]) * own / (own + other)
        return score


def find_rival(point: Floats, contrasts: tuple[ContrastTargets, ...], arm: int) -> Rival | None:
    """
    Find the other arm of the first contrast of an arm whose hazard ratio is printed.

    Parameters
    ----------
    point : ndarray of float, shape (2, arms, k)
        Events and censorings as fractions of patients.
    contrasts : tuple of ContrastTargets
        The comparisons that count.
    arm : int
        The arm.

    Returns
    -------
    Rival or None
        The other arm; None where no hazard ratio is printed.
    """
    for contrast in contrasts:
        pair = (contrast.reference, contrast.experimental)
        if arm not in pair or contrast.log_ratio is None:
            continue
        other = pair[1] if arm == pair[0] else pair[0]
        leaving = point.sum(axis=0)
        at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
        odds = math.exp(contrast.log_ratio if arm == pair[1] else -contrast.log_ratio)
        middle = np.maximum(at_risk - 0.5 * point[0], 1e-9)
        together = point[0, arm] + point[0, other]
        share = odds * middle[arm] / (odds * middle[arm] + middle[other])
        information = (together * share * (1.0 - share)).sum()
        return Rival(
            events=point[0, other],
            at_risk=at_risk[other],
            odds=odds,
            unit=max(_FINE * contrast.rounding * float(information), 1e-3),
            wanted=0.5 * float((point[0, arm] - together * share).sum()),
        )
    return None
