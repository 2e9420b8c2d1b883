"""Ties of events, where a hazard ratio and a log-rank test do not go together without.

Ties in the experimental arm lower its observed minus expected events, ties in the reference arm
raise them; the curve, and with Efron's method the Cox model, do not see them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.calibration.aims import Aims, fit_contrast
from survkit.reconstruction.calibration.calibrate import Calibration, calibrate
from survkit.reconstruction.placement.timeline import Timeline, tie

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = ["calibrate_with_ties"]

_RUNS = (2, 3, 4, 6, 9, 14, 25)
"""Lengths of the runs of events that may share a time."""
_NEARLY = 0.05
"""Loss without the test above which ties are no remedy."""
_SHARES = 6
"""Halvings of the share of runs that is tied."""
_AIM = 0.5
"""Share of the statistic's window that is aimed at."""


def calibrate_with_ties(aims: Aims, untied: Calibration) -> Calibration:
    """Tie events until hazard ratios and log-rank tests go together."""
    best = untied
    for contrast in aims.contrasts:
        if best.loss > 0.0 and contrast.log_rank is not None:
            best = _with_ties(aims, contrast, best)
    return best


def _with_ties(aims: Aims, contrast: ContrastConstraint, untied: Calibration) -> Calibration:
    """
    Tie runs of events, from short to long, until test and ratio go together.

    The hazard ratio is brought to its place first, without regard for the test.
    """
    log_rank = contrast.log_rank
    best, base = untied, calibrate(aims.without_test(contrast), untied.arms)
    z = fit_contrast(contrast, base.arms).log_rank.z
    if log_rank is None or base.loss > _NEARLY or not np.isfinite(z):
        return best
    wanted = log_rank.clip(z, share=_AIM)
    index = contrast.experimental if z > wanted else contrast.reference
    for size in _RUNS:
        share = _share_of_runs(contrast, base.arms, index, size, wanted)
        if share is None and size < _RUNS[-1]:
            continue  # runs of this length are too short for the test
        share = 1.0 if share is None else share
        tied = _replaced(base.arms, tie(base.arms[index], size, share))
        best = min(best, calibrate(aims, tied), key=lambda found: found.loss)
        if best.loss == 0.0:
            break
    return best


def _share_of_runs(
    contrast: ContrastConstraint, arms: tuple[Timeline, ...], index: int, size: int, wanted: float
) -> float | None:
    """Return the share of runs whose ties bring the log-rank statistic to a value, if any does."""
    rising = index == contrast.reference

    def short(share: float) -> bool:
        tied = _replaced(arms, tie(arms[index], size, share))
        return (round(fit_contrast(contrast, tied).log_rank.z, 9) < wanted) == rising

    if short(1.0):
        return None
    low, high = 0.0, 1.0
    for _ in range(_SHARES):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if short(middle) else (low, middle)
    return high


def _replaced(arms: tuple[Timeline, ...], changed: Timeline) -> tuple[Timeline, ...]:
    return tuple(changed if arm.index == changed.index else arm for arm in arms)
