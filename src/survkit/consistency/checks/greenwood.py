"""Intervals of survival percentages against the variance that whole patients can have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above, interval_of, normal_quantile_range
from survkit.consistency.sheet import phrase
from survkit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = ["survival_interval_against_patients"]

_POINTS = 21
"""Survival probabilities tried within the rounding of one percentage."""
_SLACK = 0.02
"""Relative slack of a variance, for what lies between these points."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """A scale of intervals: the transformation, and its slope in units of -log S."""

    transform: Callable[[float], float]
    slope: Callable[[float], float]


_SCALES = {
    "log-log": _Scale(lambda s: -math.log(-math.log(s)), lambda s: 1.0 / -math.log(s)),
    "log": _Scale(math.log, lambda _: 1.0),
    "plain": _Scale(lambda s: s, lambda s: s),
    "logit": _Scale(lambda s: math.log(s / (1.0 - s)), lambda s: 1.0 / (1.0 - s)),
    "arcsine": _Scale(lambda s: math.asin(math.sqrt(s)), lambda s: 0.5 * math.sqrt(s / (1.0 - s))),
}


def survival_interval_against_patients(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether the interval of a survival percentage is one that the patients can give.

    Formula: Greenwood's variance of log S(t) lies between :math:`(1 - S) / (n S)`, everybody at
    risk until the events, and :math:`(1 - S) / R`, R patients left; it is at least
    :math:`(\log S)^2 / d` with d events in all. An interval is
    :math:`g(S) \pm z g'(S) S \sqrt V` on its scale g.

    Assumptions: Greenwood's variance; the scale that the file names, for "impossible" any of plain,
    log, log-log, logit and arcsine; R at the same time t only bounds V where no event happened at
    exactly t (unlikely), R at a later time always.

    Findings: no variance fits on any scale: impossible; none on the named scale: unlikely, or a
    note where another scale fits, or events at exactly t.

    References
    ----------
    .. [1] Greenwood, M., "The natural duration of cancer", Rep Public Health Med Subj 33 (1926).
    .. [2] Kalbfleisch, J. D., Prentice, R. L., "The Statistical Analysis of Failure Time Data",
       2nd ed. (2002), section 1.4.
    """
    for arm in sheet.arms:
        n = sheet.count("n", arm)
        for figure in sheet.series("survival", arm) if n else ():
            limits = sheet.limits(figure)
            if limits is None or not _usable(figure, limits):
                continue
            finding = _judge(sheet, arm, figure, limits)
            if finding is not None:
                yield finding


def _judge(sheet: Sheet, arm: str, figure: Figure, limits: tuple[Figure, Figure]) -> Finding | None:
    """Find the scales on which an interval is possible, and say what that means."""
    hard = _patients_left(sheet, arm, figure, same_time=False)
    soft = _patients_left(sheet, arm, figure, same_time=True)
    named = sheet.survival_scale
    if _fits(sheet, arm, figure, limits, named, soft):
        return None
    possible = [scale for scale in _SCALES if _fits(sheet, arm, figure, limits, scale, hard)]
    plausible = [scale for scale in possible if _fits(sheet, arm, figure, limits, scale, soft)]
    severity = Severity.UNLIKELY if possible else Severity.IMPOSSIBLE
    implied = "fewer, or more, patients than these, or another level or percentage"
    if plausible:
        severity = Severity.NOTE
        implied = f"the interval fits on the {' or '.join(plausible)} scale"
    elif named in possible:
        severity = Severity.NOTE
        implied = f"it fits if events happened at exactly {figure.key.time}"
    n = sheet.count("n", arm)
    left = f"{soft[1]} at risk at {soft[0].key.time}" if soft else "somebody at risk"
    return Finding(
        check="survival interval against patients",
        severity=severity,
        subject=arm,
        figures=(figure, *limits, *((soft[0],) if soft else ())),
        printed=f"{phrase(figure, limits)}, {n} patients" + (f", {left}" if soft else ""),
        required=f"an interval on the {named} scale that {n} patients with {left} can give",
        implied=implied,
    )


def _usable(figure: Figure, limits: tuple[Figure, Figure]) -> bool:
    """Tell whether a percentage has an interval that says anything."""
    window = interval_of(figure)
    exact = all(each.printed.exact for each in (figure, *limits))
    inside = not certainly_above(limits[0], figure) and not certainly_above(figure, limits[1])
    return exact and inside and window.lower > 0.0 and window.upper < 100.0


def _patients_left(
    sheet: Sheet, arm: str, figure: Figure, *, same_time: bool
) -> tuple[Figure, int] | None:
    """Return the number at risk at the percentage's time, or the first one after it."""
    for later in sheet.series("at_risk", arm):
        if later.key.instant > figure.key.instant or (
            same_time and later.key.instant == figure.key.instant
        ):
            return (later, int(later.printed.value)) if later.printed.value > 0 else None
    return None


def _fits(
    sheet: Sheet,
    arm: str,
    figure: Figure,
    limits: tuple[Figure, Figure],
    scale: str,
    left: tuple[Figure, int] | None,
) -> bool:
    """Tell whether some survival within the rounding has a variance that fits both limits."""
    n, events = sheet.count("n", arm) or 1, sheet.count("events", arm)
    window = interval_of(figure)
    quantile = normal_quantile_range(limits[0].level)
    lower, upper = (interval_of(limit) for limit in limits)
    for step in range(_POINTS):
        share = (window.lower + (window.upper - window.lower) * step / (_POINTS - 1)) / 100.0
        least = (1.0 - share) / (n * share)
        if events:
            least = max(least, math.log(share) ** 2 / events)
        most = (1.0 - share) / left[1] if left else math.inf
        ends = [
            _variances(share, lower, _SCALES[scale], quantile),
            _variances(share, upper, _SCALES[scale], quantile),
        ]
        low = max(least * (1.0 - _SLACK), *(each.lower for each in ends))
        high = min(most * (1.0 + _SLACK), *(each.upper for each in ends))
        if low <= high * (1.0 + _SLACK):
            return True
    return False


def _variances(share: float, limit: Interval, scale: _Scale, quantile: Interval) -> Interval:
    """Return the variances of log S that put a limit within its rounding."""
    centre, slope = scale.transform(share), scale.slope(share)
    distances = []
    for percent in (limit.lower, limit.upper):
        end = percent / 100.0
        if end <= 0.0 or end >= 1.0:
            distances.append(math.inf)  # cut off at the edge, or beyond it on this scale
        else:
            sign = 1.0 if limit.lower + limit.upper > 200.0 * share else -1.0
            distances.append(max(0.0, sign * (scale.transform(end) - centre)))
    near, far = sorted(distances)
    return Interval((near / slope / quantile.upper) ** 2, (far / slope / quantile.lower) ** 2)
