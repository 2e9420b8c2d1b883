"""Restricted means: areas under a curve that falls from 1."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from survkit.consistency.checks.curves import curve_bounds
from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above, interval_of
from survkit.consistency.sheet import phrase
from survkit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet

__all__ = ["difference_of_means", "means_of_one_curve"]


def means_of_one_curve(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether restricted means are areas under the curve of their arm.

    Formula: the mean up to :math:`\tau` is the area under the curve, so it rises with the horizon
    and lies between the areas under all floors and all ceilings that percentages, quantiles and
    numbers at risk set. No assumption but one unit of time.

    References
    ----------
    .. [1] Irwin, J. O., "The standard error of an estimate of expectation of life", J Hyg 47
       (1949), 188-189.
    """
    for arm in sheet.arms:
        means = sheet.series("rmst", arm)
        for earlier, later in pairwise(means):
            if certainly_above(earlier, later):
                yield Finding(
                    check="means of one curve",
                    severity=Severity.IMPOSSIBLE,
                    subject=arm,
                    figures=(earlier, later),
                    printed=f"{phrase(earlier)}, {phrase(later)}",
                    required="a mean rises with its horizon",
                    implied="the means, or their horizons, are exchanged",
                )
        for mean in means:
            area = _area(sheet, arm, mean.key.instant)
            if not area.meets(interval_of(mean)):
                yield Finding(
                    check="means of one curve",
                    severity=Severity.IMPOSSIBLE,
                    subject=arm,
                    figures=(mean,),
                    printed=phrase(mean),
                    required=f"{area.text(4)} by the other figures of this curve",
                    implied="a mean of another arm, horizon or unit",
                    numbers={"least": area.lower, "most": area.upper},
                )


def difference_of_means(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether a difference of restricted means, or of percentages, is that of the two.

    Formula: experimental minus reference, on the rounding intervals. Assumption: neither is
    adjusted.
    """
    for pair in sheet.pairs:
        differences = (
            (quantity, what, difference)
            for quantity, what in (("rmst", "means"), ("survival", "percentages"))
            for difference in sheet.series(f"{quantity}_difference", pair.subject)
        )
        for quantity, what, difference in differences:
            means = [
                sheet.get(quantity, arm, difference.key.time)
                for arm in (pair.experimental, pair.reference)
            ]
            if None in means:
                continue
            treated, without = (mean for mean in means if mean is not None)
            window, other = interval_of(treated), interval_of(without)
            expected = Interval(window.lower - other.upper, window.upper - other.lower)
            if not expected.meets(interval_of(difference)):
                yield Finding(
                    check=f"difference of {what}",
                    severity=Severity.UNLIKELY,
                    subject=pair.subject,
                    figures=(difference, treated, without),
                    printed=f"{phrase(difference)}; {what} {treated.printed} and {without.printed}",
                    required=f"these {what} differ by {expected.text()}",
                    implied="an adjusted difference, or a misprint",
                    numbers={"least": expected.lower, "most": expected.upper},
                )


def _area(sheet: Sheet, arm: str, horizon: float) -> Interval:
    """Bound the area under a curve up to a horizon by its floors and ceilings."""
    floors, ceilings = curve_bounds(sheet, arm)
    ends = {bound.time for bound in (*floors, *ceilings) if math.isfinite(bound.time)}
    grid = sorted({0.0, horizon, *(time for time in ends if 0.0 < time < horizon)})
    low = high = 0.0
    for start, end in pairwise(grid):
        least = max((bound.share for bound in floors if bound.time >= end), default=0.0)
        most = min((bound.share for bound in ceilings if bound.time <= start), default=1.0)
        low += (end - start) * least
        high += (end - start) * most
    return Interval(low, max(low, high))
