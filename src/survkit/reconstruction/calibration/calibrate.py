"""Move the knots until hazard ratios and restricted means print as asked, then exchange neighbours.

Each step measures how every knot moves the log hazard ratios, their standard errors and the areas,
and takes the shortest joint displacement that should bring all of them to the middle of what is
printed. Neighbours of two arms then change places for the last digit of a ratio.
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
_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The calibrated arms."""

    arms: tuple[Timeline, ...]  # the arms with their times
    # how far the aims are missed, in half rounding windows, squared; 0 where all are met
    loss: float


def calibrate(aims: Aims, arms: tuple[Timeline, ...]) -> Calibration:
    """Bring hazard ratios, tests and restricted means to their printed values."""
    reach, loss = 1.0, aims.missed(arms)
    for _ in range(_MOST_STEPS):
        if reach <= _SHORTEST_REACH or loss == 0.0:
            break
        before = loss
        arms, loss = displace_knots(aims, arms, reach, loss)
        reach *= 1.0 if loss < _WORTHWHILE * before else _SHORTER
    arms = _exchange(aims.contrasts, arms)
    return Calibration(arms=arms, loss=aims.missed(arms))


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
