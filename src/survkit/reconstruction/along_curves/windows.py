"""The curve as constraints: windows at a few times, for attempts that start elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.constraints.families.survival import SurvivalConstraint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.curves.decoded import DecodedHistory

__all__ = ["with_curves"]

_TIMES = 9
_WITHIN = 2.0
"""Half a window, in standard deviations of the curve's points."""
_APART = 0.02
"""Distance from printed percentages, as a share of the follow-up, at which nothing is added."""


def with_curves(
    constraints: AnalysisConstraints, decoded: Sequence[DecodedHistory | None]
) -> AnalysisConstraints:
    """Ask the curves of arms to be where they were drawn, as far as points are precise."""
    arms = [
        arm if drawn is None else _with_windows(arm, drawn)
        for arm, drawn in zip(constraints.arms, decoded, strict=True)
    ]
    return replace(constraints, arms=tuple(arms))


def _with_windows(arm: ArmConstraints, decoded: DecodedHistory) -> ArmConstraints:
    last = float(decoded.time[-1])
    falls = decoded.time[decoded.event]
    shares = np.linspace(0.05, 0.95, _TIMES if falls.size else 0)
    times = np.quantile(falls, shares) if falls.size else falls
    printed = [point.time for point in arm.survival]
    curve = tabulate_arm(decoded.time, decoded.event)
    half = max(_WITHIN * (decoded.noise or 0.0), 1.0 / arm.n)
    added: dict[float, SurvivalConstraint] = {}
    for time in np.unique(np.round(times, 6)).tolist():
        near = [abs(time - other) for other in (*printed, *added)]
        share = float(survival_at(curve, [time])[0])
        if min(near, default=last) > _APART * last and half < share < 1.0 - half:
            window = Interval(share - half, share + half)
            added[time] = SurvivalConstraint(
                time=time, value=window, lower=None, upper=None, z=arm.z, transform=arm.transform
            )
    points = sorted((*arm.survival, *added.values()), key=lambda point: point.time)
    return replace(arm, survival=tuple(points))
