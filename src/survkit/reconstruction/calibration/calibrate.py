"""Move the knots until hazard ratios and restricted means print as asked, then exchange neighbours.

Each step measures how every knot moves the log hazard ratios, their standard errors and the areas,
and takes the shortest joint displacement that should bring all of them well into what is printed,
for every further move takes curves away from the population's; where that does not do, to the
middle. Neighbours of two arms then change places for the last digit of a ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.calibration.aims import Aims, fit_contrast
from survkit.reconstruction.calibration.displacement import displace_knots
from survkit.reconstruction.calibration.neighbours import exchange_neighbours
from survkit.reconstruction.constraints.families.contrast import fit_violation

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.placement.timeline import Timeline

__all__ = ["Calibration", "calibrate"]

_MOST_STEPS = 10
_WORTHWHILE = 0.8
"""Share of the loss that a step has to leave behind it, so that the next is as long."""
_SHORTER = 0.4
_SHORTEST_REACH = 0.1
"""Scale of the probes below which moving knots is too coarse to help."""
_WELL_INSIDE, _MIDDLE = 0.5, 0.0
"""Shares of a window within which a figure has its place."""
_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The calibrated arms."""

    arms: tuple[Timeline, ...]  # the arms with their times
    # how far the aims are missed, in half rounding windows, squared; 0 where all are met
    loss: float


def calibrate(aims: Aims, arms: tuple[Timeline, ...]) -> Calibration:
    """Bring hazard ratios, tests and restricted means to their printed values."""
    drawn = any(arm.drawn for arm in arms)
    tries = (_calibrate_within(share, aims, arms) for share in (_WELL_INSIDE, _MIDDLE))
    best = next(tries)
    return best if drawn or best.loss == 0.0 else min(best, *tries, key=lambda one: one.loss)


def _calibrate_within(share: float, aims: Aims, arms: tuple[Timeline, ...]) -> Calibration:
    """Move the knots until figures are within a share of their windows, and exchange neighbours."""
    arms = _exchange(aims.contrasts, _displace(share, aims, arms))
    return Calibration(arms=arms, loss=aims.missed(arms))


def _displace(share: float, aims: Aims, arms: tuple[Timeline, ...]) -> tuple[Timeline, ...]:
    """Move the knots, with ever shorter probes, while it is worthwhile."""
    reach, loss = 1.0, aims.missed(arms)
    for _ in range(_MOST_STEPS):
        if reach <= _SHORTEST_REACH or loss == 0.0:
            break
        before = loss
        arms, loss = displace_knots(aims, arms, reach, loss, within=share)
        reach *= 1.0 if loss < _WORTHWHILE * before else _SHORTER
    return arms


def _exchange(
    contrasts: tuple[ContrastConstraint, ...], arms: tuple[Timeline, ...]
) -> tuple[Timeline, ...]:
    """Settle each contrast by exchanging neighbours; none changes the figures of another."""
    for contrast in (one for one in contrasts if one.members is None):
        for _ in range(_MOST_ROUNDS):
            fit = fit_contrast(contrast, arms)
            told = fit.by(contrast.estimator)
            if not np.isfinite(told.cox.standard_error) or fit_violation(contrast, fit) == 0.0:
                break
            arms = exchange_neighbours(contrast, fit, arms)
    return arms
