"""What printed figures ask of an arm at points in time that cut its follow-up into pieces.

A number at risk says how many patients leave before its time, a percentage where the curve stands
after it, a median on which side of one half the curve is before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.interval import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.kernels import Transform
    from survkit.reconstruction.constraints.targets import ArmTargets, Passage

__all__ = ["ANYWHERE", "Cut", "collect_cuts", "guided_cuts"]

ANYWHERE = Window(-math.inf, math.inf)
"""Where nothing is asked."""
_WHILE_NOT_REACHED = 4
"""Times at which a limit that is not reached is watched after the last quantile."""
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
    guide : bool
        Whether nothing is printed for that time, and the cut only keeps quantiles in order.
    """

    time: float
    left: int | None
    survival: Window
    lower: Window
    upper: Window
    z: float
    transform: Transform
    printed: bool
    guide: bool = False

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
    return _cuts(arm, set())


def guided_cuts(arm: ArmTargets) -> tuple[Cut, ...]:
    """
    Gather what an arm's figures ask, and what guides a search to orders that meet them.

    Where no percentage is printed, nothing tells in which order the curve and its limits pass
    several quantiles, nor when the reverse curve passes its median.

    Parameters
    ----------
    arm : ArmTargets
        The arm's printed figures.

    Returns
    -------
    tuple of Cut
        One per printed time, and one for each time of a guide, ascending.
    """
    guides = set() if arm.survival else {*_between_quantiles(arm), *_beside_reverse(arm)}
    return _cuts(arm, guides - {time for time, _ in arm.at_risk})


def _cuts(arm: ArmTargets, guides: set[float]) -> tuple[Cut, ...]:
    left = {time: arm.n - count for time, count in arm.at_risk if time > 0.0}
    points = {point.time: point for point in arm.survival}
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
        cuts.append(_with_passages(cut, arm, previous))
    if cuts and arm.of_events:
        cuts.append(_with_passages(_end_of_curve(arm), arm, cuts[-1].time))
    return tuple(cuts)


def _between_quantiles(arm: ArmTargets) -> list[float]:
    """
    List times between printed quantiles, where several shares are printed.

    The curve and its limits pass one share in a known order, but the upper limit may or may not
    have passed three quarters when the curve passes one half.
    """
    if len({own.share for own in arm.of_events}) < 2:
        return []
    windows = sorted((own.window for own in arm.of_events), key=lambda own: own.upper)
    times: list[float] = []
    until = 0.0
    for window in windows:
        if not window.reached:
            break
        if window.lower >= until > 0.0:
            times.append(0.5 * (until + window.lower))
        until = max(until, window.upper)
    return times + _while_not_reached(arm, until)


def _beside_reverse(arm: ArmTargets) -> list[float]:
    """List the times before and after which the reverse curve passes its share."""
    end = math.inf if arm.end is None else arm.end.lower
    windows = [own.window for own in arm.passages if own.reverse and own.z == 0.0]
    return [time for own in windows if own.upper < end for time in (own.lower, own.upper)]


def _while_not_reached(arm: ArmTargets, until: float) -> list[float]:
    """List times after the last quantile, where an upper limit may dip below its share."""
    dips = any(own.z > 0.0 and not own.window.reached for own in arm.of_events)
    if not dips or arm.end is None or until >= arm.end.lower:
        return []
    step = (arm.end.lower - until) / _WHILE_NOT_REACHED
    return [until + number * step for number in range(_WHILE_NOT_REACHED)]


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


def _with_passages(cut: Cut, arm: ArmTargets, previous: float) -> Cut:
    """Add on which side of a share the curve and its limits are, as printed quantiles have it."""
    for own in arm.of_events:
        if own.z == 0.0:
            cut = replace(cut, survival=_beside(cut.survival, cut.time, own))
        elif (abs(own.z), own.transform) != (cut.z, cut.transform):
            continue
        elif own.z < 0.0:
            cut = replace(cut, lower=_beside(cut.lower, cut.time, own))
        elif not _comes_back(cut, own, previous):
            cut = replace(cut, upper=_beside(cut.upper, cut.time, own))
    return cut


def _comes_back(cut: Cut, passage: Passage, previous: float) -> bool:
    """
    Tell whether an upper limit may have passed its share and come back above it.

    That can be, and later than right after the passage nothing is asked of it.
    """
    passed = passage.window.upper
    return previous > passed or (cut.time > passed and cut.upper.lower > passage.share)


def _beside(asked: Window, time: float, passage: Passage) -> Window:
    """Bound what is asked of a curve by a share, given when the curve passes it."""
    if time <= passage.window.lower:
        return Window(max(asked.lower, passage.share + _EDGE), asked.upper)
    if time >= passage.window.upper:
        return Window(asked.lower, min(asked.upper, passage.share - _EDGE))
    return asked
