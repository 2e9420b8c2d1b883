"""Medians: their intervals against the curve, and two of them against a hazard ratio."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import interval_of, normal_quantile_range
from survkit.consistency.sheet import phrase
from survkit.consistency.wald import wald_fit
from survkit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Pair, Sheet
    from survkit.trial import Figure

__all__ = [
    "median_interval_against_curve",
    "median_interval_against_events",
    "medians_against_ratio",
]

_SLACK = 1e-9
_STEEPEST = 6.0
"""Weibull shape beyond which the curve falls, or hardly moves, around its median."""
_SHAPES = Interval(0.5, 2.0)
"""Weibull shapes that need no explanation."""
_REMARKABLE, _FAR = 2.5, 5.0
"""Standard errors of the log hazard ratio between it and what such shapes give."""


def median_interval_against_curve(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether the limits of a median and the curve around them can be of one estimate.

    Formula: the limits of the median are the first times at which the limits of the curve pass one
    half. So before the lower (upper) limit, the lower (upper) limit of the curve is above one half;
    on the log-log scale, whose standard error is at least :math:`1 / \sqrt d`, survival itself is
    above :math:`2^{-\exp(-z / \sqrt d)}` before the lower limit, and at or below
    :math:`2^{-\exp(z / \sqrt d)}` after the upper one.

    Assumption: intervals of median and curve on the scales that the file names.

    References
    ----------
    .. [1] Brookmeyer, R., Crowley, J., "A confidence interval for the median survival time",
       Biometrics 38 (1982), 29-41.
    """
    for arm in sheet.arms:
        median = sheet.get("median", arm)
        limits = sheet.limits(median) if median else None
        if median is None or limits is None or sheet.median_scale == "symmetric":
            continue
        most = sheet.count("events", arm) or sheet.count("n", arm) or 0
        for figure in sheet.series("survival", arm):
            yield from _curve_limits(sheet, median, limits, figure)
            if sheet.median_scale == "log-log" and most > 0:
                yield from _curve_itself(median, limits, figure, most)


def median_interval_against_events(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether a median's interval has about the width that its events give.

    Formula: the standard error of :math:`\log(-\log S)` is at least :math:`1 / \sqrt d`; with a
    Weibull curve of shape k, that is :math:`\log(U / L) = 2 z / (k \sqrt d)` or more, d the events
    up to the upper limit, at most those printed. Assumption: a smooth curve; visits at fixed times
    make intervals narrower.
    """
    for arm in sheet.arms:
        median, events = sheet.get("median", arm), sheet.get("events", arm)
        limits = sheet.limits(median) if median else None
        if median is None or limits is None or events is None or not events.printed.value:
            continue
        if sheet.median_scale == "symmetric":
            continue
        lower, upper = (interval_of(limit) for limit in limits)
        if not math.isfinite(upper.upper) or lower.lower <= 0.0 or lower.above(upper):
            continue
        z = normal_quantile_range(limits[0].level).lower
        widest = math.log(upper.upper / lower.lower)
        shape = 2.0 * z / (math.sqrt(events.printed.value) * widest) if widest > 0 else math.inf
        if shape > _STEEPEST:
            needed = math.ceil((2.0 * z / widest) ** 2) if widest > 0 else 0
            yield Finding(
                check="median interval against events",
                severity=Severity.NOTE,
                subject=arm,
                figures=(median, *limits, events),
                printed=f"{phrase(median, limits)}, {phrase(events)}",
                required="a curve with a steep fall around its median, as visits at fixed times "
                "make it",
                implied=f"constant hazards would need about {needed} events for this width",
                numbers={"shape": shape, "events": needed},
            )


def medians_against_ratio(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether two medians and a hazard ratio go together, and what hazards that takes.

    Formula: under proportional hazards the baseline passes through (m0, log 2) and
    (m1, log 2 / HR), so that every ratio on the side of the medians is possible; a Weibull curve
    through both has the shape :math:`k = \log HR / \log(m_0 / m_1)`, 1 if hazards are constant.
    Held against shapes from 1/2 to 2 in standard errors of log HR, which also measure the noise of
    the medians. With hazards that are not proportional, medians bound a ratio hardly at all:
    without censoring in equal arms, m1 > m0 is compatible with every HR below 2.8 if the ratio of
    the hazards is monotone in time, and below 3.6 whatever it does.

    Assumption: the noise of both medians together is no larger than that of the log hazard ratio
    by more than the factors allow.

    Findings: a shape far from 1: unlikely from 5 standard errors on, a note from 2.5 on. Medians
    that point against the ratio: at least a note.

    References
    ----------
    .. [1] Collett, D., "Modelling Survival Data in Medical Research", 3rd ed. (2015), section 5.
    """
    for pair in sheet.pairs:
        medians = [sheet.get("median", arm) for arm in (pair.reference, pair.experimental)]
        fit = wald_fit(sheet, pair)
        if None in medians or fit is None or fit.ratio is None or fit.outside:
            continue
        reference, experimental = (median for median in medians if median is not None)
        ratios = _median_ratio(interval_of(reference), interval_of(experimental))
        if ratios is None:
            continue
        reach = Interval(
            min(ratios.lower * shape for shape in (_SHAPES.lower, _SHAPES.upper)),
            max(ratios.upper * shape for shape in (_SHAPES.lower, _SHAPES.upper)),
        )
        off = fit.log_ratio.gap(reach) / fit.error.upper
        against = fit.log_ratio.above(Interval(0.0, 0.0)) and Interval(0.0, 0.0).above(ratios)
        against |= Interval(0.0, 0.0).above(fit.log_ratio) and ratios.above(Interval(0.0, 0.0))
        if off > _REMARKABLE or against:
            yield _far_apart(pair, fit.ratio, fit.limits, (reference, experimental), off)


def _curve_limits(
    sheet: Sheet, median: Figure, limits: tuple[Figure, Figure], figure: Figure
) -> Iterator[Finding]:
    """Hold the limits of a percentage against those of the median."""
    around = sheet.limits(figure)
    if around is None or sheet.median_scale != sheet.survival_scale:
        return
    for of_median, of_curve in zip(limits, around, strict=True):
        before = figure.key.instant < interval_of(of_median).lower
        below = interval_of(of_curve).upper < 50.0 - _SLACK
        if before and below and of_median.level == of_curve.level:
            yield _wrong_side(median, limits, figure, of_curve, "above 50 %")


def _curve_itself(
    median: Figure, limits: tuple[Figure, Figure], figure: Figure, most: int
) -> Iterator[Finding]:
    """Hold a percentage against what the limits of the median need."""
    z = normal_quantile_range(limits[0].level).lower
    lower, upper = (interval_of(limit) for limit in limits)
    window, time = interval_of(figure), figure.key.instant
    floor = 100.0 * 0.5 ** math.exp(-z / math.sqrt(most))
    ceiling = 100.0 * 0.5 ** math.exp(z / math.sqrt(most))
    if time < lower.lower and window.upper < floor - _SLACK:
        yield _wrong_side(median, limits, figure, figure, f"{floor:.1f} % or more")
    if time > upper.upper and window.lower > ceiling + _SLACK:
        yield _wrong_side(median, limits, figure, figure, f"{ceiling:.1f} % or less")


def _wrong_side(
    median: Figure, limits: tuple[Figure, Figure], figure: Figure, which: Figure, needed: str
) -> Finding:
    return Finding(
        check="median interval against the curve",
        severity=Severity.UNLIKELY,
        subject=median.key.subject,
        figures=(median, *limits, figure, *(() if which is figure else (which,))),
        printed=f"{phrase(median, limits)}, {phrase(which)}",
        required=f"with these limits of the median, {which.key.label} is {needed}",
        implied="another scale of the intervals, or a figure of another arm or analysis",
    )


def _median_ratio(reference: Interval, experimental: Interval) -> Interval | None:
    """Return log(m0 / m1); bounded on one side where one median is not reached."""
    if math.isinf(reference.lower) and math.isinf(experimental.lower):
        return None
    if math.isinf(experimental.lower):
        return Interval(-math.inf, 0.0)
    if math.isinf(reference.lower):
        return Interval(0.0, math.inf)
    if min(reference.lower, experimental.lower) <= 0.0:
        return None
    return Interval(
        math.log(reference.lower / experimental.upper),
        math.log(reference.upper / experimental.lower),
    )


def _far_apart(
    pair: Pair,
    ratio: Figure,
    limits: tuple[Figure, Figure],
    medians: tuple[Figure, Figure],
    off: float,
) -> Finding:
    """Say what medians and ratio would need."""
    reference, experimental = (figure.printed.value for figure in medians)
    log_ratio = math.log(ratio.printed.value)
    against = (experimental - reference) * log_ratio > 0.0 or experimental == reference
    side = "below" if experimental > reference else "above"
    allowed = "1 only" if experimental == reference else f"any ratio {side} 1"
    numbers = {"standard_errors": off}
    if against:
        implied = f"proportional hazards allow {allowed} with these medians: an arm, or the "
        implied += (
            f"direction of the ratio, is exchanged, the curves cross, or it is noise ({off:.1f} "
        )
        implied += "standard errors)"
    else:
        shape = log_ratio / math.log(reference / experimental)
        constant = reference / experimental
        numbers |= {"shape": shape, "ratio_of_constant_hazards": constant}
        implied = f"constant hazards with these medians are a ratio of {constant:.2g}; "
        implied += f"proportional ones need a Weibull shape near {shape:.2g}"
    return Finding(
        check="medians against ratio",
        severity=Severity.UNLIKELY if off > _FAR else Severity.NOTE,
        subject=pair.subject,
        figures=(ratio, *limits, *medians),
        printed=f"{phrase(ratio, limits)}, medians {medians[1].printed} and {medians[0].printed}",
        required="medians that differ the way the ratio says, with hazards of usual shapes",
        implied=implied,
        numbers=numbers,
    )
