"""What printed figures ask of an arm at points in time that cut its follow-up into pieces.

A number at risk says how many patients leave before its time, a percentage where the curve stands
after it, a median on which side of one half the curve is before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.reconstruction.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.kernels import Transform
    from survkit.reconstruction.targets import ArmTargets

__all__ = ["ANYWHERE", "Cut", "collect_cuts"]

ANYWHERE = Window(-math.inf, math.inf)
"""Where nothing is asked."""
_EDGE = 1e-6
"""Distance from one half at which a curve is taken to be beyond it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """
    One point in time and what is asked of the curve there.

    Parameters
    ----------
    time : float
        The point in time.
    left : int or None
        Patients who leave before it, where a number at risk is printed.
    survival, lower, upper : Window
        The curve and its limits after it, as probabilities; unbounded where nothing is asked.
    z : float
        Normal quantile of the limits.
    transform : {"log-log", "log", "plain"}
        Scale of the limits.
    printed : bool
        Whether the curve is printed there, and not only bounded by a median.
    """

    time: float
    left: int | None
    survival: Window
    lower: Window
    upper: Window
    z: float
    transform: Transform
    printed: bool

    @property
    def floors(self) -> Cut:
        """The cut with what the curves are to be above only."""
        return self._only(lambda window: math.isfinite(window.lower))

    @property
    def ceilings(self) -> Cut:
        """The cut with what the curves are to be below only."""
        return self._only(lambda window: not math.isfinite(window.lower))

    def _only(self, chosen: Callable[[Window], bool]) -> Cut:
        survival, lower, upper = (
            window if chosen(window) else ANYWHERE
            for window in (self.survival, self.lower, self.upper)
        )
        return replace(self, survival=survival, lower=lower, upper=upper)

    @property
    def asks(self) -> bool:
        """Whether anything is asked of the curve."""
        return any(window != ANYWHERE for window in (self.survival, self.lower, self.upper))


def collect_cuts(arm: ArmTargets) -> tuple[Cut, ...]:
    """
    Gather what an arm's figures ask at points in time.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.

    Returns
    -------
    tuple of Cut
        One per printed time, ascending.
    """
    left = {time: arm.n - count for time, count in arm.at_risk if time > 0.0}
    points = {point.time: point for point in arm.survival}
    if arm.end is not None:  # a percentage printed for later stands for the last step of the curve
        left |= {time: arm.n for time in points if time > arm.end.upper}
    cuts: list[Cut] = []
    for time in sorted({*left, *points}):
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
        )
        previous = cuts[-1].time if cuts else 0.0
        cuts.append(_with_medians(cut, arm, previous))
    medians = (arm.median, arm.median_lower, arm.median_upper)
    if cuts and any(median is not None for median in medians):
        cuts.append(_with_medians(_end_of_curve(arm), arm, cuts[-1].time))
    return tuple(cuts)


def _end_of_curve(arm: ArmTargets) -> Cut:
    """Return the cut after everybody has left, where what is not reached must not be reached."""
    return Cut(
        time=math.inf,
        left=arm.n,
        survival=ANYWHERE,
        lower=ANYWHERE,
        upper=ANYWHERE,
        z=arm.z,
        transform=arm.transform,
        printed=False,
    )


def _with_medians(cut: Cut, arm: ArmTargets, previous: float) -> Cut:
    """Add on which side of one half the curve and its limits are, as printed medians have it."""
    cut = replace(cut, survival=_beside_half(cut.survival, cut.time, arm.median))
    if (cut.z, cut.transform) != (arm.z, arm.transform):
        return cut
    # the upper limit may pass one half and come back: later than right after nothing is asked of it
    upper = arm.median_upper
    come_back = upper is not None and (
        previous > upper.upper or (cut.time > upper.upper and cut.upper.lower > 0.5)
    )
    return replace(
        cut,
        lower=_beside_half(cut.lower, cut.time, arm.median_lower),
        upper=cut.upper if come_back else _beside_half(cut.upper, cut.time, upper),
    )


def _beside_half(asked: Window, time: float, passes: Window | None) -> Window:
    """Bound what is asked of a curve by one half, given when the curve passes it."""
    if passes is None:
        return asked
    if time <= passes.lower:
        return Window(max(asked.lower, 0.5 + _EDGE), asked.upper)
    if time > passes.upper:
        return Window(asked.lower, min(asked.upper, 0.5 - _EDGE))
    return asked
