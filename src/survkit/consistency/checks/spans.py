"""Follow-up: nothing is seen after the last observation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above, interval_of
from survkit.consistency.sheet import phrase
from survkit.quantity import LIMITS, QUANTILES
from survkit.trial import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = ["events_against_follow_up", "last_observation", "rate_against_follow_up"]

_ROUNDED_YEAR = 0.02
"""Share by which years of 360 to 366 days, or months of 30, differ."""
_FAR = 4.0
"""Binomial standard errors from which on the events ask for an explanation."""


def last_observation(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether anything is printed for a time after the longest follow-up.

    Formula: R(t) > 0 needs a follow-up of t or more, R(t) = 0 one of t or less; quantiles and their
    limits are times of events; half of the patients are followed no longer than the longest. A
    percentage after the end of follow-up is one of no data. No assumption but one unit of time.

    Findings: patients, quantiles or a median follow-up beyond the end: impossible; a percentage or
    a restricted mean beyond it: a note, as programs carry the last value on.
    """
    for arm in sheet.arms:
        longest = sheet.get("max_follow_up", arm)
        if longest is None:
            continue
        for figure in _times(sheet, arm):
            if figure.printed.reached and certainly_above(figure, longest):
                yield _contradiction(longest, figure, Severity.IMPOSSIBLE)
        yield from _after_the_end(sheet, arm, longest)
    ends = [sheet.get("max_follow_up", arm) for arm in sheet.arms]
    everybody = sheet.get("overall_median_follow_up")
    known = [end for end in ends if end is not None]
    if everybody is not None and everybody.printed.reached and known and len(known) == len(ends):
        longest = max(known, key=lambda end: interval_of(end).upper)
        if all(certainly_above(everybody, end) for end in known):
            yield _contradiction(longest, everybody, Severity.IMPOSSIBLE)


def rate_against_follow_up(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether a rate of events leaves everybody a possible time of observation.

    Formula: d events at a rate of r per 100 years were seen in 100 d / r years of observation,
    which is at most n times the longest follow-up. Assumption: a year of 365.25 days.
    """
    for arm in sheet.arms:
        figures = [sheet.get(key, arm) for key in ("events", "event_rate", "n", "max_follow_up")]
        if None in figures or sheet.unit not in YEAR:
            continue
        events, rate, n, longest = (figure for figure in figures if figure is not None)
        most = n.printed.value * interval_of(longest).upper / YEAR[sheet.unit]
        highest = interval_of(rate).upper
        years = 100.0 * events.printed.value / highest if highest > 0.0 else math.inf
        if years > most * (1.0 + _ROUNDED_YEAR) and events.printed.value > 0:
            yield Finding(
                check="rate against follow-up",
                severity=Severity.IMPOSSIBLE,
                subject=arm,
                figures=(events, rate, n, longest),
                printed=", ".join(phrase(figure) for figure in (events, rate, n, longest)),
                required=f"this rate needs {years:.1f} patient-years, of at most {most:.1f}",
                implied="a rate per 1,000 patient-years, or of another arm, cut-off or unit",
                numbers={"years": years, "most": most},
            )


def events_against_follow_up(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether an arm has about as many events as its median and its follow-up suggest.

    Formula: with hazards of Weibull shape k in 1/2 to 2 through the median m, and everybody
    followed for F, the share with an event is at most :math:`1 - 2^{-(F / m)^k}`; four binomial
    standard errors are allowed. Assumption: that range of shapes.
    """
    for arm in sheet.arms:
        figures = [sheet.get(key, arm) for key in ("n", "events", "median", "max_follow_up")]
        if None in figures:
            continue
        n, events, median, longest = (figure for figure in figures if figure is not None)
        if not median.printed.reached or events.printed.value > n.printed.value:
            continue
        ratio = interval_of(longest).upper / max(interval_of(median).lower, 1e-9)
        share = max(1.0 - 0.5 ** (ratio**shape) for shape in (0.5, 2.0))
        patients = n.printed.value
        most = patients * share + _FAR * math.sqrt(patients * share * (1.0 - share)) + 1.0
        if events.printed.value > most:
            yield Finding(
                check="events against follow-up",
                severity=Severity.NOTE,
                subject=arm,
                figures=(n, events, median, longest),
                printed=", ".join(phrase(figure) for figure in (events, n, median, longest)),
                required=f"a smooth curve through this median gives {most:.0f} events at most",
                implied="a steep fall at the end, or events, median or follow-up of another cut",
                numbers={"most": most},
            )


def _after_the_end(sheet: Sheet, arm: str, longest: Figure) -> Iterator[Finding]:
    """Yield patients at risk, and estimates, on the wrong side of the longest follow-up."""
    end = interval_of(longest)
    for figure in sheet.series("at_risk", arm):
        time, some = figure.key.instant, figure.printed.value > 0
        if (time > end.upper and some) or (time < end.lower and not some):
            yield _contradiction(longest, figure, Severity.IMPOSSIBLE)
    for figure in (*sheet.series("survival", arm), *sheet.series("rmst", arm)):
        ended = figure.key.quantity == "survival" and interval_of(figure).lower <= 0.0
        if figure.key.instant > end.upper and not ended:
            yield _contradiction(longest, figure, Severity.NOTE)


def _times(sheet: Sheet, arm: str) -> Iterator[Figure]:
    """Walk through the quantiles of an arm, their limits and its median follow-up."""
    for quantity in QUANTILES:
        if figure := sheet.get(quantity, arm):
            yield figure
        for side in LIMITS:
            if figure := sheet.get(quantity, arm, side=side):
                yield figure
    if figure := sheet.get("median_follow_up", arm):
        yield figure


def _contradiction(longest: Figure, figure: Figure, severity: Severity) -> Finding:
    return Finding(
        check="last observation",
        severity=severity,
        subject=longest.key.subject,
        figures=(longest, figure),
        printed=f"{phrase(figure)}, {phrase(longest)}",
        required=f"the last patient is seen at {longest.printed}, neither earlier nor later",
        implied="one of the two is of another arm, cut-off or unit",
    )
