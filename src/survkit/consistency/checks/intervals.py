"""Estimates and their intervals: order, inside, middle; the same figure in two sources."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above, interval_of, normal_quantile_range
from survkit.consistency.sheet import phrase
from survkit.consistency.wald import wald_fit
from survkit.interval import Interval
from survkit.quantity import SHARES, FigureKey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = [
    "estimate_inside_interval",
    "interval_in_order",
    "intervals_of_one_error",
    "quantile_in_the_middle",
    "ratio_in_the_middle",
    "sources_agree",
]

_OFF_CENTRE = 0.1
"""Distance from the middle, in standard errors, that profile likelihood hardly explains."""


def interval_in_order(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether every lower limit is at most its upper limit.

    Formula: L <= U, on the rounding intervals of both. No assumption.
    """
    for estimate, lower, upper in _intervals(sheet):
        if certainly_above(lower, upper):
            yield Finding(
                check="interval in order",
                severity=Severity.IMPOSSIBLE,
                subject=estimate.key.subject,
                figures=(lower, upper),
                printed=phrase(estimate, (lower, upper)),
                required="the lower limit is at most the upper limit",
                implied="the limits are exchanged, or one of them is mistyped",
            )


def estimate_inside_interval(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether every estimate lies inside its interval.

    Formula: L <= estimate <= U, on the rounding intervals. Assumption: estimate and interval belong
    to the same analysis; all usual intervals of hazard ratios, quantiles, percentages and means
    contain their estimate.
    """
    for estimate, lower, upper in _intervals(sheet):
        if certainly_above(lower, upper):
            continue
        # a lower limit that is "not reached" cannot be estimated, where a curve falls at once
        too_low = lower.printed.reached and certainly_above(lower, estimate)
        if too_low or certainly_above(estimate, upper):
            yield Finding(
                check="estimate inside interval",
                severity=Severity.IMPOSSIBLE,
                subject=estimate.key.subject,
                figures=(estimate, lower, upper),
                printed=phrase(estimate, (lower, upper)),
                required=f"{estimate.key.label} lies between its limits",
                implied=_middle(estimate, lower, upper),
            )


def ratio_in_the_middle(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether every hazard ratio is the geometric mean of its limits.

    Formula: :math:`\log HR = (\log L + \log U) / 2`. Assumption: a Wald interval; those of profile
    likelihood or of an inverted score test are a little off centre, bootstrap intervals may be far.

    References
    ----------
    .. [1] Parmar, M. K. B., Torri, V., Stewart, L., "Extracting summary statistics to perform
       meta-analyses of the published literature for survival endpoints", Stat Med 17 (1998),
       2815-2834.
    """
    for pair in sheet.pairs:
        fit = wald_fit(sheet, pair)
        if fit is None or fit.symmetric or fit.ratio is None or fit.outside:
            continue
        middle = Interval(*(math.exp(end) for end in (fit.middle.lower, fit.middle.upper)))
        off = fit.log_ratio.gap(fit.middle) / fit.error.upper
        yield Finding(
            check="ratio in the middle",
            severity=Severity.UNLIKELY if off > _OFF_CENTRE else Severity.NOTE,
            subject=pair.subject,
            figures=(fit.ratio, *fit.limits),
            printed=phrase(fit.ratio, fit.limits),
            required=f"a Wald interval with these limits has its middle at {middle.text()}",
            implied=f"the ratio is {off:.2f} standard errors or more off the middle: another "
            "kind of interval, or a digit is wrong",
            numbers={"middle_lower": middle.lower, "middle_upper": middle.upper, "off": off},
        )


def quantile_in_the_middle(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether quantiles whose intervals are estimate ± z · error are the middles of them.

    Formula: t = (L + U) / 2, on the rounding intervals, where the file says so of its intervals and
    the lower limit is not cut off at 0. No further assumption.
    """
    for estimate, lower, upper in _intervals(sheet):
        window = interval_of(lower)
        if sheet.median_scale != "symmetric" or estimate.key.quantity not in SHARES:
            continue
        if window.lower <= 0.0 or not lower.printed.reached or not upper.printed.reached:
            continue
        above = interval_of(upper)
        middle = Interval(0.5 * (window.lower + above.lower), 0.5 * (window.upper + above.upper))
        if middle.meets(interval_of(estimate)):
            continue
        yield Finding(
            check="quantile in the middle",
            severity=Severity.IMPOSSIBLE,
            subject=estimate.key.subject,
            figures=(estimate, lower, upper),
            printed=phrase(estimate, (lower, upper)),
            required=f"estimate ± z · error has its middle at {middle.text()}",
            implied="another kind of interval, or a digit is wrong",
            numbers={"middle_lower": middle.lower, "middle_upper": middle.upper},
        )


def sources_agree(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether the same figure, as several sources print it, can be one number.

    Formula: the rounding intervals have a number in common. Assumption: the sources print the same
    analysis; they may have computed it with other programs.
    """
    for reprint in sheet.reprints:
        first = sheet.figures[reprint.key]
        if interval_of(first).meets(interval_of(reprint)):
            continue
        yield Finding(
            check="sources agree",
            severity=Severity.UNLIKELY,
            subject=reprint.key.subject,
            figures=(first, reprint),
            printed=f"{phrase(first)} ({first.source}), {reprint.printed} ({reprint.source})",
            required="one number that prints both ways",
            implied="one of them is a misprint, or they are not the same analysis",
        )


def intervals_of_one_error(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether the intervals of one hazard ratio, at several levels, have one standard error.

    Formula: log U - log L = 2 z SE at every level, on the rounding intervals. Assumption: all are
    Wald intervals of the same model.
    """
    for pair in sheet.pairs:
        ratio = FigureKey("hazard_ratio", pair.subject)
        levels = dict.fromkeys(key.level for key in sheet.figures if key.estimate == ratio)
        printed = [tuple(map(sheet.figures.get, ratio.limits_at(level))) for level in levels]
        known = [(low, high) for low, high in printed if low is not None and high is not None]
        for one, other in combinations(known, 2):
            errors = _error_behind(*one), _error_behind(*other)
            if not errors[0].meets(errors[1]):
                yield Finding(
                    check="intervals of one error",
                    severity=Severity.IMPOSSIBLE,
                    subject=pair.subject,
                    figures=(*one, *other),
                    printed="; ".join(
                        f"{low.level:g} % interval {low.printed} to {high.printed}"
                        for low, high in (one, other)
                    ),
                    required="both widths are 2 z times one standard error",
                    implied=f"the first is one of {errors[0].text()}, "
                    f"the second one of {errors[1].text()}: a level, or a limit, is another one",
                    numbers={"first": errors[0].middle, "second": errors[1].middle},
                )


def _error_behind(lower: Figure, upper: Figure) -> Interval:
    """Return the standard errors of a log ratio that its limits leave."""
    low, high = (interval_of(figure).log() for figure in (lower, upper))
    z = normal_quantile_range(lower.level)
    least = max(high.lower - low.upper, 0.0) / (2.0 * z.upper)
    return Interval(least, (high.upper - low.lower) / (2.0 * z.lower))


def _intervals(sheet: Sheet) -> Iterator[tuple[Figure, Figure, Figure]]:
    """Walk through the estimates that have an interval."""
    for figure in sheet.figures.values():
        if not figure.key.is_limit and (limits := sheet.limits(figure)):
            yield figure, *limits


def _middle(estimate: Figure, lower: Figure, upper: Figure) -> str:
    """Say which estimate an interval of a ratio belongs to."""
    low, high = interval_of(lower), interval_of(upper)
    if estimate.key.definition.unit != "ratio" or not low.lower > 0.0:
        return ""
    middle = Interval(math.sqrt(low.lower * high.lower), math.sqrt(low.upper * high.upper))
    return f"these limits have their middle at {middle.text()}"
