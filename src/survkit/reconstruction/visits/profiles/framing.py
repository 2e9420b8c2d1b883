"""What all profiles of an arm have in common: stretches, counts, and whom it is compared with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, sums_from
from survkit.kernels import experimental_share
from survkit.reconstruction.visits.profiles.profile import ArmFrame, Comparator

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.problem import Counts, Grid

__all__ = ["find_comparator", "frame_arm"]

_FINE = 0.25
"""Share of half a rounding window of the hazard ratio below which two scores are the same."""
_NOBODY = 1e-9


def find_comparator(
    point: Floats, contrasts: tuple[ContrastConstraint, ...], arm: int
) -> Comparator | None:
    """
    Find the other arm of the first contrast of an arm whose hazard ratio is printed.

    Parameters
    ----------
    point : ndarray of float, shape (2, arms, k)
        Events and censorings as fractions of patients.
    contrasts : tuple of ContrastConstraint
        The comparisons that count.
    arm : int
        The arm.

    Returns
    -------
    Comparator or None
        The other arm; None where no hazard ratio is printed.
    """
    for contrast in contrasts:
        if arm not in contrast.arms or contrast.log_ratio is None:
            continue
        other, sign = contrast.other(arm), 1.0 if arm == contrast.experimental else -1.0
        leaving = point.sum(axis=0)
        at_risk = sums_from(leaving)
        odds = math.exp(sign * contrast.log_ratio)
        middle = np.maximum(at_risk - 0.5 * point[0], _NOBODY)
        together = point[0, arm] + point[0, other]
        share = experimental_share(middle[other], middle[arm], odds)
        information = (together * share * (1.0 - share)).sum()
        return Comparator(
            events=point[0, other],
            at_risk=at_risk[other],
            odds=odds,
            unit=max(_FINE * contrast.rounding * float(information), 1e-3),
            wanted=0.5 * float((point[0, arm] - together * share).sum()),
        )
    return None


def frame_arm(
    point: Floats, counts: Counts, grid: Grid, arm: int, comparator: Comparator | None
) -> ArmFrame:
    """
    Put together what the profiles of an arm have in common.

    Parameters
    ----------
    point : ndarray of float, shape (2, k)
        Events and censorings of the arm as fractions of patients.
    counts : Counts
        Whole patients, with the numbers that are kept.
    grid : Grid
        The slots.
    arm : int
        The arm.
    comparator : Comparator or None
        The arm it is compared with.

    Returns
    -------
    ArmFrame
        The frame.
    """
    region, may, opens = grid.region[arm], grid.eventful[arm], grid.open[arm]
    leaving = counts.events[arm] + counts.censored[arm]
    stretches = np.unique(region)
    quotas = {number: int(leaving[region == number].sum()) for number in stretches.tolist()}
    room = {number: quotas[number] if may[region == number].any() else 0 for number in quotas}
    settles = np.zeros(region.size, dtype=np.bool_)
    for number in stretches:
        settles[np.flatnonzero((region == number) & opens)[-1:]] = True
    return ArmFrame(
        point=point,
        eventful=may,
        open=opens,
        curve=grid.curves[arm],
        n=int(leaving.sum()),
        events=int(counts.events[arm].sum()),
        quota=np.array([quotas[number] for number in region.tolist()]),
        begins=np.diff(region, prepend=-1) > 0,
        ends=np.diff(region, append=region[-1] + 1) > 0,
        settles=settles,
        later=np.array(
            [
                sum(most for other, most in room.items() if other > number)
                for number in region.tolist()
            ]
        ),
        comparator=comparator,
    )
