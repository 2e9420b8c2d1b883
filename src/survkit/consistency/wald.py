"""What a printed hazard ratio and its limits leave of coefficient and standard error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from survkit.consistency.rounding import certainly_above, interval_of, normal_quantile_range
from survkit.interval import Interval
from survkit.quantity import LIMITS

if TYPE_CHECKING:
    from survkit.consistency.sheet import Pair, Sheet
    from survkit.trial import Figure

__all__ = ["WaldFit", "wald_fit"]

_SLACK = 1e-9
_SMALLEST = 1e-9
"""A ratio printed as 0.00 may be this small."""

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldFit:
    """Coefficients and standard errors that print as a hazard ratio and its limits do."""

    ratio: Figure | None  # the printed hazard ratio
    limits: tuple[Figure, Figure]  # its printed limits
    # log hazard ratios that print like the ratio; the middles of the interval without one
    log_ratio: Interval
    middle: Interval  # middles of the interval on the log scale
    error: Interval  # standard errors of the log hazard ratio
    z: Interval  # Wald statistics against the tested margin, negative where the ratio is below
    symmetric: bool  # whether the ratio can be the middle of a Wald interval
    outside: bool  # whether the ratio lies outside its interval

    @property
    def level(self) -> float:
        """Confidence level in percent."""
        return self.limits[0].level


def wald_fit(sheet: Sheet, pair: Pair) -> WaldFit | None:
    r"""
    Invert a printed hazard ratio with its interval.

    With l, u the logarithms of the unrounded limits, :math:`\beta = (l + u) / 2` and
    :math:`s = (u - l) / (2 z)`. The rounding intervals cut a polygon out of the (l, u) plane; its
    corners bound everything that is monotone along lines, as s and :math:`\beta / s` are.

    References
    ----------
    .. [1] Parmar, M. K. B., Torri, V., Stewart, L., Stat Med 17 (1998), 2815-2834, equations 7-9.
    """
    lower, upper = (sheet.get("hazard_ratio", pair.subject, side=side) for side in LIMITS)
    if lower is None or upper is None or certainly_above(lower, upper):
        return None
    ends = _log(lower), _log(upper)
    if math.isinf(ends[1].upper):
        return None
    ratio = sheet.get("hazard_ratio", pair.subject)
    middle = Interval(
        (ends[0].lower + ends[1].lower) / 2.0,
        (ends[0].upper + ends[1].upper) / 2.0,
    )
    log_ratio = middle if ratio is None else _log(ratio)
    corners = _polygon(*ends, log_ratio)
    pairs = corners or list(product(_ends(log_ratio), _half_widths(*ends)))
    quantile = normal_quantile_range(lower.level)
    errors = [max(half, _SLACK) / z for _, half in pairs for z in _ends(quantile)]
    statistics = [
        (beta - pair.log_margin) * z / max(half, _SLACK)
        for beta, half in pairs
        for z in _ends(quantile)
    ]
    outside = ratio is not None and (certainly_above(lower, ratio) or certainly_above(ratio, upper))
    return WaldFit(
        ratio=ratio,
        limits=(lower, upper),
        log_ratio=log_ratio,
        middle=middle,
        error=Interval(min(errors), max(errors)),
        z=Interval(min(statistics), max(statistics)),
        symmetric=bool(corners),
        outside=outside,
    )


def _polygon(lower: Interval, upper: Interval, middle: Interval) -> list[Corner]:
    """Return the corners (beta, half width) of the possible limits with a possible middle."""
    points = list(product(_ends(lower), _ends(upper)))
    for beta in _ends(middle):
        points += [(end, 2.0 * beta - end) for end in _ends(lower)]
        points += [(2.0 * beta - end, end) for end in _ends(upper)]
    inside = [
        (low, high)
        for low, high in points
        if _within(low, lower) and _within(high, upper) and _within((low + high) / 2.0, middle)
    ]
    return [((low + high) / 2.0, (high - low) / 2.0) for low, high in inside]


def _half_widths(lower: Interval, upper: Interval) -> Corner:
    """Return the smallest and the largest half width, whatever the middle."""
    return max(0.0, (upper.lower - lower.upper) / 2.0), (upper.upper - lower.lower) / 2.0


def _log(figure: Figure) -> Interval:
    window = interval_of(figure)
    return Interval(
        math.log(max(window.lower, _SMALLEST)),
        math.log(window.upper) if 0.0 < window.upper < math.inf else math.inf,
    )


def _within(value: float, window: Interval) -> bool:
    return window.lower - _SLACK <= value <= window.upper + _SLACK


def _ends(window: Interval) -> Corner:
    return window.lower, window.upper
