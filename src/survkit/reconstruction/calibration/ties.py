"""Ties of events, where a hazard ratio and a log-rank test do not go together without.

Ties in the experimental arm lower its observed minus expected events, ties in the reference arm
raise them; the curve, and with Efron's method the Cox model, do not see them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.calibration.aims import Aims, fit_contrast
from survkit.reconstruction.calibration.calibrate import Calibration, calibrate
from survkit.reconstruction.placement.timeline import Timeline, tie, tie_near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = ["calibrate_with_ties"]

Arms = tuple[Timeline, ...]

_RUNS = (2, 3, 4, 6, 9, 14, 25)
"""Lengths of the runs of events that may share a time."""
_NEARLY = 0.05
"""Loss without the test above which ties are no remedy."""
_SHARES = 6
"""Halvings of the share of runs that is tied."""
_LONGEST = 0.03
"""Share of the follow-up over which events of a drawn curve may be tied, at most."""
_MULTIPLES = (1.0, 1.25, 0.8, 1.6)
"""How far apart they may be, in multiples of what brings the statistic to its place."""
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
    for tied in _tied(contrast, base.arms, index, wanted):
        best = min(best, calibrate(aims, tied), key=lambda found: found.loss)
        if best.loss == 0.0:
            break
    return best


def _tied(contrast: ContrastConstraint, arms: Arms, index: int, wanted: float) -> Iterator[Arms]:
    """Yield arms with such ties that their statistic comes near a value."""

    def with_near(share: float) -> Arms:
        longest = _LONGEST * arms[index].clock.times(arms[index].ticks[-1:])[0]
        return _replaced(arms, tie_near(arms[index], share * longest))

    def with_runs(size: int, share: float) -> Arms:
        return _replaced(arms, tie(arms[index], size, share))

    rising = index == contrast.reference
    if arms[index].drawn:
        near = _share(contrast, with_near, wanted, rising=rising)
        yield from (with_near((near or 1.0) * multiple) for multiple in _MULTIPLES)
        return
    for size in _RUNS:
        share = _share(contrast, partial(with_runs, size), wanted, rising=rising)
        if share is not None or size == _RUNS[-1]:  # else they are too short for the test
            yield with_runs(size, 1.0 if share is None else share)


def _share(
    contrast: ContrastConstraint, tied: Callable[[float], Arms], wanted: float, *, rising: bool
) -> float | None:
    """Return the share of ties that brings the log-rank statistic to a value, if any does."""

    def short(share: float) -> bool:
        return (round(fit_contrast(contrast, tied(share)).log_rank.z, 9) < wanted) == rising

    if short(1.0):
        return None
    low, high = 0.0, 1.0
    for _ in range(_SHARES):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if short(middle) else (low, middle)
    return high


def _replaced(arms: Arms, changed: Timeline) -> Arms:
    return tuple(changed if arm.index == changed.index else arm for arm in arms)
