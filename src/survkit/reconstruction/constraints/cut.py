"""One point in time that cuts the follow-up, and what is asked of the curve there."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.interval import ANYWHERE, Interval
from survkit.kernels import log_limit, root_behind_limit
from survkit.kernels.greenwood import AT_ZERO
from survkit.kernels.violation import CURVE, Tolerance, violation

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Floats
    from survkit.kernels import Transform

__all__ = ["BEYOND_SHARE", "Cut", "SumConstraint"]

BEYOND_SHARE = 1e-6
"""Distance from a share at which a curve is taken to be beyond it."""
_AWAY = 1e-6
"""Distance from 0 and 1 of a probability whose logarithm is taken."""
_BOTH_LIMITS = 4
"""Ends of the rounding of both limits; a single one tells little about the variance."""
_NO_HAZARD = 1e-300
_TRIALS = 60
"""Shares within the rounding of one at which its limits are tried."""


class SumConstraint(NamedTuple):
    """What a cumulative hazard, or Greenwood's sum, is to be."""

    middle: float  # the value that puts the curve, or its limits, in the middle of their rounding
    half: float  # half the rounding; infinite where nothing is asked


_NOTHING = SumConstraint(0.0, math.inf)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One point in time and what is asked of the curve there."""

    time: float  # the point in time
    left: int | None  # patients who leave before it, where a number at risk is printed
    # the curve and its limits after it, as probabilities; unbounded where nothing is asked
    survival: Interval = ANYWHERE
    lower: Interval = ANYWHERE
    upper: Interval = ANYWHERE
    z: float  # normal quantile of the limits
    transform: Transform  # scale of the limits
    printed: bool = False  # whether the curve is printed there, and not only bounded by a median
    # whether nothing is printed for that time, and the cut only keeps quantiles in order
    guide: bool = False

    @property
    def floors(self) -> Cut:
        """The cut with what the curves are to be above only."""
        return self._only(lambda window: math.isfinite(window.lower))

    @property
    def ceilings(self) -> Cut:
        """The cut with what the curves are to be below only."""
        return self._only(lambda window: not math.isfinite(window.lower))

    def _only(self, chosen: Callable[[Interval], bool]) -> Cut:
        survival, lower, upper = (
            window if chosen(window) else ANYWHERE
            for window in (self.survival, self.lower, self.upper)
        )
        return replace(self, survival=survival, lower=lower, upper=upper)

    @property
    def asks(self) -> bool:
        """Whether anything is asked of the curve."""
        return bool(self.windows)

    @property
    def windows(self) -> list[tuple[Interval, float]]:
        """What something is asked of, with its normal quantile: the curve (0), and its limits."""
        pairs = ((self.survival, 0.0), (self.lower, -self.z), (self.upper, self.z))
        return [(window, z) for window, z in pairs if window != ANYWHERE]

    @cached_property
    def sums(self) -> tuple[SumConstraint, SumConstraint]:
        """What cumulative hazard and Greenwood's sum are to be."""
        if not self.survival.bounded:
            return _NOTHING, _NOTHING
        ceiling = min(self.survival.upper, 1.0 - _AWAY)
        middle = max(0.5 * (self.survival.lower + ceiling), 0.25 * ceiling, _AWAY)
        hazard = -math.log(middle)
        of_hazard = SumConstraint(hazard, self.survival.half / middle)
        roots = [
            root_behind_limit(hazard, min(max(bound, _AWAY), 1.0 - _AWAY), z, self.transform)
            for window, z in ((self.lower, -self.z), (self.upper, self.z))
            if window.bounded
            for bound in (window.lower, window.upper)
        ]
        if len(roots) < _BOTH_LIMITS:
            return of_hazard, _NOTHING
        # the lower limit falls and the upper rises with the root
        least, most = sorted((max(roots[1], roots[2]), min(roots[0], roots[3])))
        least, most = max(least, 0.0) ** 2, max(most, 0.0) ** 2
        half = max(0.5 * (most - least), 1e-3 * most, _NO_HAZARD)
        return of_hazard, SumConstraint(0.5 * (least + most), half)

    def is_possible(self, n: int) -> bool:
        """
        Tell whether any curve can have its printed limits.

        Whoever is censored, Greenwood's sum of a curve at S is between (1 - S) / (n S), where
        nobody is, and 1 - S, where all events come last.

        Parameters
        ----------
        n : int
            Patients of the arm.

        Returns
        -------
        bool
            False where no curve within the rounding of the printed one has them.
        """
        window = self.survival
        if not (self.printed and window.bounded) or window.upper >= 1.0 or window.lower <= 0.0:
            return True
        shares = np.linspace(window.lower, window.upper, _TRIALS).tolist()
        return any(low <= high for low, high in (self._roots(share, n) for share in shares))

    def _roots(self, share: float, n: int) -> tuple[float, float]:
        """Return least and greatest root of Greenwood's sum that leave the limits as printed."""
        low, high = math.sqrt((1.0 - share) / (n * share)), math.sqrt(1.0 - share)
        for window, z in ((self.lower, -self.z), (self.upper, self.z)):
            if window.bounded:
                bounds = (min(max(end, _AWAY), 1.0 - _AWAY) for end in (window.lower, window.upper))
                hazard = -math.log(share)
                roots = [root_behind_limit(hazard, end, z, self.transform) for end in bounds]
                low, high = max(low, min(roots)), min(high, max(roots))
        return low, high

    def missed(self, hazard: Floats, variance: Floats, tolerance: Tolerance = CURVE) -> Floats:
        """
        Measure how far curves miss what is asked, in half rounding windows, squared.

        Parameters
        ----------
        hazard : ndarray of float
            Cumulative hazards.
        variance : ndarray of float
            Greenwood's sums, in the same shape.
        tolerance : Tolerance
            What counts as met.

        Returns
        -------
        ndarray of float
            Sums of squares, in the same shape; a limit of a curve at zero is never missed.
        """
        missed: Floats = np.zeros(np.shape(hazard))
        positive = np.maximum(hazard, _NO_HAZARD)
        if self.survival is not ANYWHERE:
            missed = missed + violation(self.survival, np.exp(-positive), tolerance) ** 2
        if self.lower is not ANYWHERE or self.upper is not ANYWHERE:
            root = np.sqrt(variance)
            at_zero = positive >= AT_ZERO
            for window, z in ((self.lower, -self.z), (self.upper, self.z)):
                if window is not ANYWHERE:
                    limit = np.exp(log_limit(positive, root, z, self.transform))
                    beyond = violation(window, limit, tolerance)
                    missed = missed + np.where(at_zero, 0.0, beyond) ** 2
        return missed
