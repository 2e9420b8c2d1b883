"""Quantiles that single events decide: symmetric intervals, and curves that rest on a share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.kernels import DENSITY_STEP, two_sided_quantile
from survkit.quantity import QUANTILES, FigureKey
from survkit.reconstruction.constraints.families.quantiles import (
    QuantileConstraint,
    Rest,
    SymmetricInterval,
)
from survkit.reconstruction.constraints.families.survival import SurvivalConstraint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survkit.kernels import Transform
    from survkit.trial import Analysis, Figure

__all__ = [
    "certain_rests",
    "guide_quantiles",
    "read_rests",
    "read_symmetric",
    "uncensored_before",
    "with_rests",
]

_EXACTLY = 1e-8
"""Half the window of a curve that is to be at a share exactly."""
_HARDLY = 0.1
"""Patients to whom the rounding of a percentage amounts."""
_ROOM = 0.15
"""How far the curve may pass the shares beside a quantile from where its error puts them."""
_USUAL_LOSS = 1.1
"""Greenwood's error at a quantile, in multiples of that without censoring."""
_EARLIEST = 0.1


def read_symmetric(figures: Mapping[FigureKey, Figure], arm: str) -> Iterator[SymmetricInterval]:
    """Read the quantiles of an arm whose limits are estimate ± z · error."""
    for quantity, share in QUANTILES.items():
        key = FigureKey(quantity, arm)
        printed = [figures.get(one) for one in (key, *key.limits)]
        estimate, lower, upper = (
            None if one is None or not one.printed.reached else Interval.of(one.printed)
            for one in printed
        )
        known = printed[1] or printed[2]
        if estimate is not None and known is not None and (lower is not None or upper is not None):
            yield SymmetricInterval(
                share=share,
                estimate=estimate,
                lower=lower,
                upper=upper,
                z=two_sided_quantile(known.level),
            )


def guide_quantiles(
    symmetric: SymmetricInterval, n: int, transform: Transform
) -> Iterator[QuantileConstraint]:
    """Yield where the curve passes the shares beside a quantile, as its error has it, about."""
    error = symmetric.errors(symmetric.target)
    if not error.bounded or error.lower > error.upper:
        return
    share, estimate = symmetric.share, symmetric.target
    greenwood = _USUAL_LOSS * math.sqrt(share * (1.0 - share) / n)
    gap = error.middle * 2.0 * DENSITY_STEP / greenwood
    before = max(estimate - 0.5 * gap, _EARLIEST * estimate)
    after = max(before + gap, estimate)
    for beside, time in ((DENSITY_STEP, before), (-DENSITY_STEP, after)):
        room = min(_ROOM * gap, 0.5 * abs(time - estimate))
        yield QuantileConstraint(
            share=share + beside,
            window=Interval(time - room, time + room),
            z=0.0,
            transform=transform,
        )


def certain_rests(analysis: Analysis) -> frozenset[FigureKey]:
    """
    Find the quantiles whose share is printed for a time before them: the curve rests there.

    Where the digits leave a curve of so many patients hardly any room but the share itself, that is
    all but certain; else other orders are tried first.
    """
    inputs = {one.key: one for one in analysis.figures if one.role == "input"}
    found = set()
    for key, figure in inputs.items():
        share = QUANTILES.get(key.quantity)
        if share is None or key.is_limit or analysis.plateau == "left end":
            continue
        earliest = figure.printed.lower if figure.printed.reached else math.inf
        n = analysis.arm(key.subject).n.printed.value
        found |= {
            key
            for other, point in inputs.items()
            if (other.quantity, other.subject, other.side) == ("survival", key.subject, "estimate")
            and other.instant < earliest
            and point.printed.admits(100.0 * share)
            and 0.01 * (point.printed.upper - point.printed.lower) * n < _HARDLY
        }
    return frozenset(found)


def read_rests(
    figures: Mapping[FigureKey, Figure], arm: str, resting: frozenset[FigureKey]
) -> tuple[Rest, ...]:
    """Read the quantiles of an arm that are to be the middle of a rest."""
    return tuple(
        Rest(share=QUANTILES[key.quantity], window=Interval.of(figure.printed))
        for key, figure in figures.items()
        if key in resting and key.subject == arm and figure.printed.reached
    )


def with_rests(
    points: tuple[SurvivalConstraint, ...], rests: tuple[Rest, ...], transform: Transform
) -> tuple[SurvivalConstraint, ...]:
    """Ask the curve to be at the share where a rest has its middle."""
    found = {point.time: point for point in points}
    for rest in rests:
        time = rest.window.middle
        found[time] = SurvivalConstraint(
            time=time,
            value=Interval(rest.share - _EXACTLY, rest.share + _EXACTLY),
            lower=None,
            upper=None,
            z=two_sided_quantile(95.0),
            transform=transform,
        )
    return tuple(found[time] for time in sorted(found))


def uncensored_before(
    at_risk: tuple[tuple[float, int], ...], rests: tuple[Rest, ...], n: int
) -> tuple[tuple[float, int], ...]:
    """
    Let nobody be censored before a rest, where that brings the curve to the share.

    Of n patients, n (1 - share) with the event leave it there exactly; with others gone before, few
    orders do. Printed numbers at risk come first.
    """
    found = dict(at_risk)
    for rest in rests:
        time, staying = rest.window.middle, round(n * rest.share)
        possible = abs(staying - n * rest.share) < _EXACTLY and time not in found
        if possible and all(
            (count >= staying if at < time else count <= staying) for at, count in at_risk
        ):
            found[time] = staying
    return tuple(sorted(found.items()))
