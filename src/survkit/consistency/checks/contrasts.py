"""Hazard ratio, interval, p-value and events of two arms against each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import interval_of, two_sided_z
from survkit.consistency.sheet import phrase
from survkit.consistency.wald import wald_fit
from survkit.interval import Interval
from survkit.kernels import two_sided_quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Pair, Sheet
    from survkit.consistency.wald import WaldFit
    from survkit.trial import Figure

__all__ = ["p_value_against_events", "reduction_against_ratio", "width_against_events"]

_HARD_SLACK = 1e-6
_WIDE = 1.5
"""Standard errors, in multiples of sqrt(1/d1 + 1/d0), that ask for an explanation."""
_FEW_EVENTS = 4.0
"""Events with which they may be twice as many: a few patients decide who is at risk."""
_SCORE_MARGIN = 0.1
"""How far the log-rank statistic may exceed the bound of the Wald statistic."""


def width_against_events(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether the interval of the hazard ratio is one that the events can give.

    Formula: :math:`SE(\log HR) \ge 2 / \sqrt d`, because the Cox information of a two-valued
    covariate is :math:`\sum p (1 - p) \le d / 4`, stratified or not, whatever the ties; an
    adjusted model has less. It bounds Wald intervals, those of Peto's one-step estimate, and, as
    it holds for every coefficient, those of profile likelihood. At the maximum of a Cox likelihood
    :math:`\sum p = d_1`, so that :math:`SE \ge \sqrt{1 / d_1 + 1 / d_0}` (Cauchy-Schwarz).

    Assumptions: a standard error from the model (robust ones, weighted fits and inverted score
    tests may be smaller) and the printed level. The second bound is one of Cox models only.

    Findings: too narrow for the first bound: impossible; for the second: unlikely; far wider than
    usual: unlikely.

    References
    ----------
    .. [1] Cox, D. R., "Regression models and life-tables", J R Stat Soc B 34 (1972), 187-220.
    .. [2] Tierney, J. F. et al., "Practical methods for incorporating summary time-to-event data
       into meta-analysis", Trials 8 (2007), 16.
    """
    for pair in sheet.pairs:
        fit, most = wald_fit(sheet, pair), _most_events(sheet, pair)
        if fit is None or most is None:
            continue
        known = sheet.events_of(pair) is not None
        least = 2.0 / math.sqrt(most) if most else math.inf
        harmonic = _harmonic(sheet, pair) if pair.of_model else 0.0
        if fit.error.upper < least * (1.0 - _HARD_SLACK):
            what = f"{most} events" if known else f"no more than {most} events"
            yield _too_narrow(fit, _counted(sheet, pair), pair, what, least)
        elif fit.error.upper < harmonic * (1.0 - _HARD_SLACK):
            yield _narrower_than_cox(fit, pair, sheet, harmonic)
        elif known and fit.error.lower > _WIDE * (1.0 + _FEW_EVENTS / most) * max(least, harmonic):
            yield _too_wide(fit, pair, most, max(least, harmonic))


def p_value_against_events(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether events can give a p-value at a printed hazard ratio without interval.

    Formula: :math:`|z| = |\log HR| / SE \le |\log HR| \sqrt d / 2`. Assumption: a Wald test, for
    which it is exact; a log-rank test may exceed it a little.
    """
    for pair in sheet.pairs:
        ratio, p = sheet.get("hazard_ratio", pair.subject), sheet.get("p_value", pair.subject)
        most = _most_events(sheet, pair)
        if ratio is None or p is None or most is None or wald_fit(sheet, pair) is not None:
            continue
        if pair.log_margin:  # tested against another ratio than 1, or an unknown one
            continue
        window = interval_of(ratio)
        reach = max(abs(math.log(max(end, 1e-9))) for end in (window.lower, window.upper))
        largest = reach * math.sqrt(most) / 2.0
        probability = interval_of(p).upper
        needed = two_sided_z(2.0 * probability if pair.sided == 1 else probability)
        wald = pair.test == "wald" and pair.same_model
        if needed <= largest * (1.0 + (_HARD_SLACK if wald else _SCORE_MARGIN)):
            continue
        least = math.erfc(largest / math.sqrt(2.0)) / (2.0 if pair.sided == 1 else 1.0)
        yield Finding(
            check="p-value against events",
            severity=Severity.IMPOSSIBLE if wald else Severity.UNLIKELY,
            subject=pair.subject,
            figures=(ratio, p),
            printed=f"{phrase(ratio)}, {phrase(p)}, at most {most} events",
            required=f"with so many events and this ratio, p is at least {least:.2g}",
            implied=f"this p needs {math.ceil(4.0 * (needed / reach) ** 2 - 1e-6)} events or more",
            numbers={"least_p": least, "events": 4.0 * (needed / reach) ** 2},
        )


def reduction_against_ratio(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether a printed reduction of the risk is that of the hazard ratio.

    Formula: reduction = 100 (1 - HR) percent, on the rounding intervals. Assumption: both belong to
    one model.
    """
    for pair in sheet.pairs:
        ratio = sheet.get("hazard_ratio", pair.subject)
        reduction = sheet.get("risk_reduction", pair.subject)
        if ratio is None or reduction is None:
            continue
        window = interval_of(ratio)
        expected = Interval(100.0 * (1.0 - window.upper), 100.0 * (1.0 - window.lower))
        if expected.meets(interval_of(reduction)):
            continue
        other = interval_of(reduction)
        implied = Interval(1.0 - other.upper / 100.0, 1.0 - other.lower / 100.0)
        yield Finding(
            check="reduction against ratio",
            severity=Severity.IMPOSSIBLE,
            subject=pair.subject,
            figures=(ratio, reduction),
            printed=f"{phrase(ratio)}, {phrase(reduction)}",
            required=f"this ratio is a reduction of {expected.text()} %",
            implied=f"this reduction is a ratio of {implied.text()}",
            numbers={"reduction_lower": expected.lower, "reduction_upper": expected.upper},
        )


def _most_events(sheet: Sheet, pair: Pair) -> int | None:
    """Bound the events of two arms from above: printed, or no more than there are patients."""
    known = sheet.events_of(pair)
    if known is not None:
        return int(known.upper)
    total = sheet.count("total_events")
    counts = [_first(sheet, arm) for arm in (pair.experimental, pair.reference)]
    bounds = [total] if total is not None else []
    if None not in counts:
        bounds.append(sum(count for count in counts if count is not None))
    return min(bounds, default=None)


def _first(sheet: Sheet, arm: str) -> int | None:
    events = sheet.count("events", arm)
    return sheet.count("n", arm) if events is None else events


def _harmonic(sheet: Sheet, pair: Pair) -> float:
    """Return the Cox bound from the events of each arm, 0 where they are not printed."""
    events = [sheet.count("events", arm) for arm in (pair.experimental, pair.reference)]
    if None in events:
        return 0.0
    return math.sqrt(
        sum(1.0 / count if count else math.inf for count in events if count is not None)
    )


def _counted(sheet: Sheet, pair: Pair) -> tuple[Figure, ...]:
    """Gather the printed events of two arms."""
    found = [sheet.get("events", arm) for arm in (pair.experimental, pair.reference)]
    if None in found:
        found = [sheet.get("total_events")]
    return tuple(figure for figure in found if figure is not None)


def _too_narrow(
    fit: WaldFit, events: tuple[Figure, ...], pair: Pair, what: str, least: float
) -> Finding:
    """Say that no model gives so narrow an interval with so few events."""
    needed = math.ceil(4.0 / fit.error.upper**2 - 1e-6)
    shrunk = two_sided_quantile(fit.level) * fit.error.upper / least
    level = 100.0 * math.erf(shrunk / math.sqrt(2.0))
    return Finding(
        check="width against events",
        severity=Severity.IMPOSSIBLE,
        subject=pair.subject,
        figures=(*_figures(fit), *events),
        printed=f"{_stated(fit)} with {what}",
        required=f"the standard error of log HR is at least 2/√{4.0 / least**2:.0f} = {least:.3f}",
        implied=f"this width is a standard error of at most {fit.error.upper:.3f}: {needed} events "
        f"or more, or a level of {level:.0f} % at most, or a robust error",
        numbers={"least_error": least, "error": fit.error.upper, "events": needed, "level": level},
    )


def _narrower_than_cox(fit: WaldFit, pair: Pair, sheet: Sheet, harmonic: float) -> Finding:
    """Say that no Cox model gives so narrow an interval with events shared like this."""
    events = " and ".join(
        str(sheet.count("events", arm)) for arm in (pair.experimental, pair.reference)
    )
    return Finding(
        check="width against events",
        severity=Severity.UNLIKELY,
        subject=pair.subject,
        figures=_figures(fit),
        printed=f"{_stated(fit)} with {events} events",
        required=f"the standard error of a Cox model is at least √(1/d₁ + 1/d₀) = {harmonic:.3f}",
        implied=f"this width is a standard error of at most {fit.error.upper:.3f}: more events, "
        "or no Wald interval of a Cox model",
        numbers={"least_error": harmonic, "error": fit.error.upper},
    )


def _too_wide(fit: WaldFit, pair: Pair, most: int, least: float) -> Finding:
    """Say that so many events usually give a narrower interval."""
    typical = math.floor(most * (least / fit.error.lower) ** 2)
    return Finding(
        check="width against events",
        severity=Severity.UNLIKELY,
        subject=pair.subject,
        figures=_figures(fit),
        printed=f"{_stated(fit)} with {most} events",
        required=f"so many events usually give a standard error near {least:.3f}",
        implied=f"this width is one of {fit.error.lower:.3f} or more, as of {typical} events: "
        "fewer events, a higher level, or a model with many strata or covariates",
        numbers={"usual_error": least, "error": fit.error.lower, "events": typical},
    )


def _figures(fit: WaldFit) -> tuple[Figure, ...]:
    return fit.limits if fit.ratio is None else (fit.ratio, *fit.limits)


def _stated(fit: WaldFit) -> str:
    if fit.ratio is not None:
        return phrase(fit.ratio, fit.limits)
    lower, upper = fit.limits
    return f"{lower.level:g} % interval of the hazard ratio {lower.printed} to {upper.printed}"
