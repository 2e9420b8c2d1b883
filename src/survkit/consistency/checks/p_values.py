"""A printed p-value against the interval of the hazard ratio."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import interval_of, two_sided_z
from survkit.consistency.sheet import phrase
from survkit.consistency.wald import wald_fit
from survkit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Pair, Sheet
    from survkit.consistency.wald import WaldFit
    from survkit.trial import Figure

__all__ = ["p_value_against_interval"]

_HARD_SLACK = 1e-3
"""Relative slack of a Wald statistic: quantiles and programs stop at a few digits."""
_APART, _APART_SHARE = 0.05, 0.1
"""Log-rank and Wald statistics of one data set differ by less than this, plus a share of z."""
_FEW_EVENTS = 15.0
"""Events with which they may differ twice as much."""
_USUAL_SHARE = 0.05
"""Share of z by which the two usually differ at most."""

_TINY = 1e-4
"""P-values below this are told as thresholds."""

_WORDS = {1: "one-sided", 2: "two-sided", None: ""}


def p_value_against_interval(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether the p-value is one that the interval of the hazard ratio gives.

    Formula: :math:`z = (\log HR - \log M) / SE` with :math:`SE = \log(U / L) / (2 z_{level})` and
    the margin M, 1 but in a test of non-inferiority, over all values that print like the figures;
    :math:`p = 2 \Phi(-|z|)`, one-sided :math:`\Phi(z)`.

    Assumption: p-value and interval come from one model. A log-rank test is the score test of that
    model: its statistic differs from Wald's by a few percent, more where hazards cross or events
    are few; stratified or adjusted on one side only, the two may be farther apart.

    Findings: for a Wald test of the same model: impossible. Else unlikely where the statistics are
    further apart than tests of the same data, or where p reads as one-sided; a note where they are
    near, and yet p and interval disagree about significance.

    References
    ----------
    .. [1] Altman, D. G., Bland, J. M., "How to obtain the P value from a confidence interval",
       BMJ 343 (2011), d2304.
    """
    for pair in sheet.pairs:
        fit, p = wald_fit(sheet, pair), sheet.get("p_value", pair.subject)
        if fit is None or p is None or fit.outside or math.isnan(pair.log_margin):
            continue
        readings = [pair.sided] if pair.sided else [2, 1]
        gaps = {sided: _gap(p, fit, sided, pair.alternative) for sided in (1, 2)}
        if min(gaps[sided] for sided in readings) <= _HARD_SLACK * _size(fit):
            continue
        finding = _judge(pair, fit, p, gaps, _few(sheet, pair))
        if finding is not None:
            yield finding


def _few(sheet: Sheet, pair: Pair) -> float:
    """Return by how much few events let the tests of the same data differ more."""
    events = sheet.events_of(pair)
    return 0.0 if events is None else _FEW_EVENTS / max(events.upper, 1.0)


def _judge(
    pair: Pair, fit: WaldFit, p: Figure, gaps: dict[int, float], few: float
) -> Finding | None:
    """Say how bad it is that a p-value is not that of the interval."""
    other = 2 if pair.sided == 1 else 1
    near = min(gaps[sided] for sided in ([pair.sided] if pair.sided else (1, 2)))
    apart = _APART + _APART_SHARE * _size(fit)
    misread = (
        pair.sided is not None
        and (near > few * apart or pair.test == "wald")
        and near > _USUAL_SHARE * _size(fit) >= gaps[other]
        and near > 3.0 * gaps[other]
        and not _turned(pair, fit, p)
    )
    allowed = apart * (1.0 + few) * (1.0 if pair.same_model else 3.0)
    if pair.test == "wald" and pair.same_model:
        severity = Severity.IMPOSSIBLE
    elif misread or near > allowed:
        severity = Severity.UNLIKELY
    elif _disagree(fit, p, pair):
        severity = Severity.NOTE
    else:
        return None
    name = "one-sided p read as two-sided" if misread and other == 1 else None
    return Finding(
        check=name or "p-value against interval",
        severity=severity,
        subject=pair.subject,
        figures=(*([fit.ratio] if fit.ratio else []), *fit.limits, p),
        printed=_printed(pair, fit, p),
        required=f"a Wald test of this interval has {_implied(fit)}",
        implied=_reading(pair, fit, p, misread=misread, severity=severity),
        numbers=_numbers(fit),
    )


def _gap(p: Figure, fit: WaldFit, sided: int, alternative: str | None) -> float:
    """Distance between the statistic of a p-value and that of an interval."""
    window, size = interval_of(p), _absolute(fit.z)
    if sided == 2:
        return Interval(two_sided_z(window.upper), two_sided_z(window.lower)).gap(size)
    signed = Interval(_one_sided_z(window.lower), _one_sided_z(window.upper))
    turned = Interval(-fit.z.upper, -fit.z.lower)
    if alternative is not None:
        return signed.gap(fit.z if alternative == "less" else turned)
    # most papers print the tail in the direction of the estimate, some that of the better arm
    return min(signed.gap(fit.z), signed.gap(Interval(-size.upper, -size.lower)))


def _turned(pair: Pair, fit: WaldFit, p: Figure) -> bool:
    """Tell whether a p-value is that of the direction that the file does not state."""
    stated = pair.sided == 1 and pair.alternative is not None
    return stated and _gap(p, fit, 1, None) <= _USUAL_SHARE * _size(fit)


def _one_sided_z(p: float) -> float:
    if p <= 0.0 or p >= 1.0:
        return float("-inf") if p <= 0.0 else float("inf")
    return NormalDist().inv_cdf(p)


def _absolute(z: Interval) -> Interval:
    """Sizes of statistics between two bounds."""
    ends = sorted((abs(z.lower), abs(z.upper)))
    return Interval(0.0 if z.lower <= 0.0 <= z.upper else ends[0], ends[1])


def _size(fit: WaldFit) -> float:
    return max(1.0, _absolute(fit.z).upper)


def _disagree(fit: WaldFit, p: Figure, pair: Pair) -> bool:
    """Tell whether p says significant and the interval not, or the other way round."""
    lower, upper = (interval_of(limit) for limit in fit.limits)
    alpha = (1.0 - fit.level / 100.0) / (2.0 if pair.sided == 1 else 1.0)
    window = interval_of(p)
    covers = lower.upper < 1.0 < upper.lower
    excludes = upper.upper < 1.0 or lower.lower > 1.0
    return (covers and window.upper < alpha) or (excludes and window.lower > alpha)


def _implied(fit: WaldFit) -> str:
    two, one = _probabilities(fit)
    return f"p = {_words(two)} two-sided, {_words(one)} one-sided".replace("p = <", "p < ")


def _words(window: Interval) -> str:
    return f"<{_TINY:g}" if window.upper < _TINY else window.text(2)


def _probabilities(fit: WaldFit) -> tuple[Interval, Interval]:
    """Two-sided and one-sided p-values of an interval, in the direction of the estimate."""
    size = _absolute(fit.z)
    two = Interval(*(math.erfc(end / math.sqrt(2.0)) for end in (size.upper, size.lower)))
    return two, Interval(two.lower / 2.0, two.upper / 2.0)


def _numbers(fit: WaldFit) -> dict[str, float]:
    two, one = _probabilities(fit)
    return {
        "two_sided_lower": two.lower,
        "two_sided_upper": two.upper,
        "one_sided_lower": one.lower,
        "one_sided_upper": one.upper,
    }


def _printed(pair: Pair, fit: WaldFit, p: Figure) -> str:
    lower, upper = fit.limits
    interval = f"{lower.level:g} % interval {lower.printed} to {upper.printed}"
    stated = phrase(fit.ratio, fit.limits) if fit.ratio else interval
    sign = "" if str(p.printed)[0] in "<>" else "= "
    test = ", ".join(word for word in (_WORDS[pair.sided], pair.test) if word)
    return f"{stated}, p {sign}{p.printed}" + (f" ({test})" if test else "")


def _reading(pair: Pair, fit: WaldFit, p: Figure, *, misread: bool, severity: Severity) -> str:
    """Say what the figures imply instead."""
    if misread:
        other = "two-sided" if pair.sided == 1 else "one-sided"
        return f"the printed p reads as {other}"
    if severity is Severity.NOTE:
        return (
            "p and interval disagree about significance; a log-rank test, or one with other "
            "strata, may do so, a Wald test of this model not"
        )
    half = _absolute(fit.z)
    if _turned(pair, fit, p):
        return f"the printed p is that of the other direction, not of {pair.alternative}"
    tail = interval_of(p).upper
    needed = two_sided_z(2.0 * min(tail, 1.0 - tail) if pair.sided == 1 else tail)
    return (
        f"the printed p asks for |z| near {needed:.2f}, the interval gives {half.text()}: a digit "
        f"is wrong, or the test is not that of this model{_margin_behind(pair, fit, needed)}"
    )


def _margin_behind(pair: Pair, fit: WaldFit, needed: float) -> str:
    """Tell which margin would explain a p-value that is too small for a test of no difference."""
    if pair.log_margin or needed <= _absolute(fit.z).upper:
        return ""
    reach = needed * 0.5 * (fit.error.lower + fit.error.upper)
    beta = 0.5 * (fit.log_ratio.lower + fit.log_ratio.upper)
    margins = " or ".join(f"{math.exp(beta + side):.3g}" for side in (-reach, reach))
    return f", or one of non-inferiority, its margin near {margins}"
