"""What printed figures ask of an arm at points in time that cut its follow-up into segments.

A number at risk says how many patients leave before its time, a percentage where the curve stands
after it, a median on which side of one half the curve is before and after.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.interval import ANYWHERE
from survkit.reconstruction.constraints.cut import BEYOND_SHARE, Cut
from survkit.reconstruction.constraints.families.survival import events_at_start

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import ArmConstraints
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint

__all__ = ["collect_cuts", "cuts_with", "guided_cuts"]

_WHILE_NOT_REACHED = 4
"""Times at which a limit that is not reached is watched after the last quantile."""


def _with_quantiles(cut: Cut, arm: ArmConstraints, previous: float) -> Cut:
    """Add on which side of shares the curve and its limits are; `previous` is the cut before."""
    for quantile in arm.of_events:
        if quantile.z == 0.0:
            asked = quantile.narrow(cut.survival, cut.time, BEYOND_SHARE)
            cut = replace(cut, survival=asked)
        elif (abs(quantile.z), quantile.transform) != (cut.z, cut.transform):
            continue
        elif quantile.z < 0.0:
            cut = replace(cut, lower=quantile.narrow(cut.lower, cut.time, BEYOND_SHARE))
        elif not _comes_back(cut, quantile, previous):
            cut = replace(cut, upper=quantile.narrow(cut.upper, cut.time, BEYOND_SHARE))
    return cut


def _comes_back(cut: Cut, quantile: QuantileConstraint, previous: float) -> bool:
    """
    Tell whether an upper limit may have passed its share and come back above it.

    It rises with the variance, and can do so at any time after the quantile printed for it.
    """
    passed = quantile.window.upper
    return previous > passed or (cut.time > passed and cut.upper.lower > quantile.share)


def collect_cuts(arm: ArmConstraints) -> tuple[Cut, ...]:
    """Gather what an arm's figures ask at points in time: a cut per printed time, ascending."""
    return cuts_with(arm, set())


def guided_cuts(arm: ArmConstraints) -> tuple[Cut, ...]:
    """
    Gather what an arm's figures ask, and what guides a search to orders that meet them.

    Where no percentage is printed, nothing tells in which order the curve and its limits pass
    several quantiles, nor when the reverse curve passes its median.
    """
    guides = set() if arm.survival else {*_between_quantiles(arm), *_beside_follow_up(arm)}
    return cuts_with(arm, guides - {time for time, _ in arm.at_risk})


def cuts_with(arm: ArmConstraints, guides: set[float]) -> tuple[Cut, ...]:
    """Gather what an arm's figures ask at points in time, further ones to guide a search among."""
    left = {time: arm.n - count for time, count in arm.at_risk if time > 0.0}
    points = {point.time: point for point in arm.survival}
    if at_start := events_at_start(arm.survival, arm.n):
        left[0.0] = at_start
    if arm.end is not None:  # a percentage printed for later stands for the last step of the curve
        left |= {time: arm.n for time in points if time > arm.end.upper}
    cuts: list[Cut] = []
    for time in sorted({*left, *points, *guides}):
        point = points.get(time)
        cut = Cut(
            time=time,
            left=left.get(time),
            survival=(point and point.value) or ANYWHERE,
            lower=(point and point.lower) or ANYWHERE,
            upper=(point and point.upper) or ANYWHERE,
            z=point.z if point else arm.z,
            transform=point.transform if point else arm.transform,
            printed=point is not None,
            guide=time in guides,
        )
        previous = cuts[-1].time if cuts else 0.0
        cuts.append(_with_quantiles(cut, arm, previous))
    if cuts and arm.of_events:
        # after everybody has left, what is not reached must not be reached
        end = Cut(time=math.inf, left=arm.n, z=arm.z, transform=arm.transform)
        cuts.append(_with_quantiles(end, arm, cuts[-1].time))
    return tuple(cuts)


def _between_quantiles(arm: ArmConstraints) -> list[float]:
    """List times between printed quantiles, where several shares are printed."""
    if len({quantile.share for quantile in arm.of_events}) < 2:
        return []
    windows = sorted((one.window for one in arm.of_events), key=lambda window: window.upper)
    times: list[float] = []
    until = 0.0
    for window in windows:
        if not window.reached:
            break
        if window.lower >= until > 0.0:
            times.append(0.5 * (until + window.lower))
        until = max(until, window.upper)
    return times + _while_not_reached(arm, until)


def _beside_follow_up(arm: ArmConstraints) -> list[float]:
    """List the times before and after which the reverse curve passes its share."""
    end = math.inf if arm.end is None else arm.end.lower
    windows = [quantile.window for quantile in arm.of_follow_up]
    return [
        time for window in windows if window.upper < end for time in (window.lower, window.upper)
    ]


def _while_not_reached(arm: ArmConstraints, until: float) -> list[float]:
    """List times after the last quantile, where an upper limit may dip below its share."""
    dips = any(one.z > 0.0 and not one.window.reached for one in arm.of_events)
    if not dips or arm.end is None or until >= arm.end.lower:
        return []
    step = (arm.end.lower - until) / _WHILE_NOT_REACHED
    return [until + number * step for number in range(_WHILE_NOT_REACHED)]
