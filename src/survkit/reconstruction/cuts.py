"""What printed figures ask of an arm at points in time that cut its follow-up into pieces.

A number at risk says how many patients leave before its time, a percentage where the curve stands
after it, a median on which side of one half the curve is before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.window import Window

if TYPE_CHECKING:
    from survkit.kernels import Transform
    from survkit.reconstruction.targets import ArmTargets

__all__ = ["Cut", "collect_cuts", "confidence_limit", "missed_at"]

Floats = NDArray[np.float64]

_ANYWHERE = Window(-math.inf, math.inf)
_COMFORT = 0.96
"""Share of a rounding window within which the curve counts as meeting it."""
_EDGE = 1e-6
"""Distance from one half at which a curve is taken to be beyond it."""
_NO_HAZARD = 1e-300
_ONE_SIDED = 0.001
"""Unit in which a curve on the wrong side of one half is measured."""


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

    def aimed(self, curve: float, limits: float) -> Cut:
        """
        Ask for a part of what is printed only.

        Parameters
        ----------
        curve, limits : float
            Where within their rounding the curve and its width are to be, from -1/2 to 1/2.

        Returns
        -------
        Cut
            The narrower cut.
        """
        return replace(
            self,
            survival=self.survival.part(curve, 0.5),
            lower=self.lower.part(curve - limits, 0.5),
            upper=self.upper.part(curve + limits, 0.5),
        )

    @property
    def asks(self) -> bool:
        """Whether anything is asked of the curve."""
        return any(window != _ANYWHERE for window in (self.survival, self.lower, self.upper))


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
    cuts = []
    for time in sorted({*left, *points}):
        point = points.get(time)
        cut = Cut(
            time=time,
            left=left.get(time),
            survival=(point and point.value) or _ANYWHERE,
            lower=(point and point.lower) or _ANYWHERE,
            upper=(point and point.upper) or _ANYWHERE,
            z=point.z if point else arm.z,
            transform=point.transform if point else arm.transform,
            printed=point is not None,
        )
        cuts.append(_with_medians(cut, arm))
    medians = (arm.median, arm.median_lower, arm.median_upper)
    if cuts and any(median is not None and not median.reached for median in medians):
        cuts.append(_with_medians(_end_of_curve(arm), arm))
    return tuple(cuts)


def _end_of_curve(arm: ArmTargets) -> Cut:
    """Return the cut after everybody has left, where what is not reached must not be reached."""
    return Cut(
        time=math.inf,
        left=arm.n,
        survival=_ANYWHERE,
        lower=_ANYWHERE,
        upper=_ANYWHERE,
        z=arm.z,
        transform=arm.transform,
        printed=False,
    )


def _with_medians(cut: Cut, arm: ArmTargets) -> Cut:
    """Add on which side of one half the curve and its limits are, as printed medians have it."""
    cut = replace(cut, survival=_beside_half(cut.survival, cut.time, arm.median))
    if (cut.z, cut.transform) != (arm.z, arm.transform):
        return cut
    # the upper limit may pass one half and come back: afterwards nothing is asked of it
    upper = arm.median_upper
    return replace(
        cut,
        lower=_beside_half(cut.lower, cut.time, arm.median_lower),
        upper=cut.upper
        if upper is not None and cut.time > upper.upper
        else _beside_half(cut.upper, cut.time, upper),
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


def confidence_limit(
    hazard: Floats, root: Floats, z: float | Floats, transform: Transform
) -> Floats:
    """
    Confidence limit of a survival curve.

    Parameters
    ----------
    hazard : ndarray of float
        Negative log survival.
    root : ndarray of float
        Root of Greenwood's sum, in the same shape.
    z : float or ndarray of float
        Normal quantile; the upper limit for a positive one, the lower for a negative one.
    transform : {"log-log", "log", "plain"}
        Scale on which the interval is symmetric.

    Returns
    -------
    ndarray of float
        Probabilities; NaN where the curve has reached zero.
    """
    if transform == "log-log":
        exponent = -hazard * np.exp(-z * root / hazard)
    elif transform == "log":
        exponent = -hazard + z * root
    else:
        exponent = -hazard + np.log(np.maximum(1.0 + z * root, _NO_HAZARD))
    limit: Floats = np.exp(exponent)
    return limit


def missed_at(cut: Cut, hazard: Floats, variance: Floats) -> Floats:
    """
    Measure how far curves miss what is asked at a cut, in half rounding windows, squared.

    Parameters
    ----------
    cut : Cut
        What is asked.
    hazard : ndarray of float
        Negative log survival of each candidate at the cut.
    variance : ndarray of float
        Greenwood's sum of each.

    Returns
    -------
    ndarray of float
        Sums of squares, in the same shape; 0 where all is met.
    """
    missed: Floats = np.zeros(np.shape(hazard))
    positive = np.maximum(hazard, _NO_HAZARD)
    if cut.survival != _ANYWHERE:
        missed = missed + _beyond(cut.survival, np.exp(-positive)) ** 2
    if cut.lower != _ANYWHERE or cut.upper != _ANYWHERE:
        root = np.sqrt(variance)
        for window, z in ((cut.lower, -cut.z), (cut.upper, cut.z)):
            if window != _ANYWHERE:
                limit = confidence_limit(positive, root, z, cut.transform)
                missed = missed + _beyond(window, limit) ** 2
    return missed


def _beyond(window: Window, value: Floats) -> Floats:
    """Distance from a window, in halves of it; from a window without one end in thousandths."""
    if math.isfinite(window.lower) and math.isfinite(window.upper):
        unit = max(window.half, 1e-9)
        return np.maximum(0.0, np.abs(value - window.middle) / unit - _COMFORT)
    return (np.maximum(0.0, window.lower - value) + np.maximum(0.0, value - window.upper)) / (
        _ONE_SIDED
    )
