"""Which figures are left out together, and what usual slips would have made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.quantity import FigureKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from survkit.trial import Analysis, Contrast

__all__ = ["Omission", "list_omissions", "windows_of"]

Windows = dict[FigureKey, Interval]

_OF_ARMS = ("events", "median", "lower_quartile", "upper_quartile", "survival", "at_risk")
_OF_ARMS_BESIDES = ("rmst", "median_follow_up")
_EXCHANGED = ("events", "median", "lower_quartile", "upper_quartile", "survival")
"""Quantities of which a paper's reader may take those of one arm for those of the other."""
_FIFTH = {"a number read a fifth too high": 1.2, "a number read a fifth too low": 0.8}
"""What a number at risk is to the true one where a table was misread, by the slip in words."""
_FEWEST = 5
"""Patients of whom a fifth is one, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """Figures that are left out together, to be forecast from all others."""

    subject: str  # arm id, contrast, or empty for the whole analysis
    keys: frozenset[FigureKey]  # what is left out, limits among it
    estimates: tuple[FigureKey, ...]  # whose forecasts are held against the print together
    reported: tuple[FigureKey, ...]  # of which each has a row in the table of forecasts
    # rounding windows of the estimates had a usual slip been made, by the slip in words
    slips: Mapping[str, Windows] = field(default_factory=dict)


def windows_of(analysis: Analysis) -> Windows:
    """Return the rounding window of every figure, in the file's order."""
    return {figure.key: Interval.of(figure.printed) for figure in analysis.figures}


def list_omissions(analysis: Analysis) -> Iterator[Omission]:
    """List what is left out in turn: each figure with its interval, then those of two arms."""
    windows = windows_of(analysis)
    for key in windows:
        if not key.is_limit and key.quantity in (*_OF_ARMS, *_OF_ARMS_BESIDES, "total_events"):
            if key.quantity == "at_risk" and key.time == 0:
                continue
            keys = _with_limits(windows, [key])
            slips = _misread(analysis, key, windows[key]) if key.quantity == "at_risk" else {}
            yield Omission(
                subject=key.subject,
                keys=frozenset(keys),
                estimates=(key,),
                reported=keys,
                slips=slips,
            )
    for contrast in analysis.contrasts:
        yield from _of_contrast(windows, contrast)
        for quantity in _EXCHANGED:
            for time in _times(windows, quantity):
                yield from _of_two_arms(windows, contrast, quantity, time)


def _misread(analysis: Analysis, key: FigureKey, window: Interval) -> dict[str, Windows]:
    """Say what a number at risk would have been, had it been misread; at most all patients."""
    if window.middle < _FEWEST:
        return {}
    n = analysis.arm(key.subject).n.printed.value
    true = {slip: window.scaled(1.0 / factor) for slip, factor in _FIFTH.items()}
    return {slip: {key: one} for slip, one in true.items() if one.middle <= n}


def _of_contrast(windows: Windows, contrast: Contrast) -> Iterator[Omission]:
    """Yield the ratio with all that goes with it, and the p-value alone."""
    ratio, reduction, p_value = (
        FigureKey(quantity, contrast.subject)
        for quantity in ("hazard_ratio", "risk_reduction", "p_value")
    )
    estimates = tuple(key for key in (ratio, reduction) if key in windows)
    if estimates:
        reported = _with_limits(windows, estimates)
        tested = [p_value] if p_value in windows else []
        slips: dict[str, Windows] = {}
        if ratio in windows and windows[ratio].lower > 0.0:
            window = windows[ratio]
            inverted = Interval(1.0 / window.upper, 1.0 / window.lower)
            slips["the ratio upside down"] = {ratio: inverted}
        yield Omission(
            subject=contrast.subject,
            keys=frozenset([*reported, *tested]),
            estimates=estimates[:1],
            reported=reported,
            slips=slips,
        )
    if p_value in windows and contrast.p_value is not None:
        slips = {}
        window = windows[p_value]
        if contrast.p_value.sided == 2 and window.upper <= 0.5:
            slips["a one-sided p-value"] = {p_value: window.scaled(2.0)}
        yield Omission(
            subject=contrast.subject,
            keys=frozenset([p_value]),
            estimates=(p_value,),
            reported=(p_value,),
            slips=slips,
        )


def _of_two_arms(
    windows: Windows, contrast: Contrast, quantity: str, time: Decimal | None
) -> Iterator[Omission]:
    """Yield a quantity of both arms, where it is printed for both."""
    one, other = (
        FigureKey(quantity, arm, time) for arm in (contrast.reference, contrast.experimental)
    )
    if one in windows and other in windows:
        exchanged = {one: windows[other], other: windows[one]}
        yield Omission(
            subject=contrast.subject,
            keys=frozenset(_with_limits(windows, [one, other])),
            estimates=(one, other),
            reported=(),
            slips={"the arms exchanged": exchanged} if windows[one] != windows[other] else {},
        )


def _with_limits(windows: Windows, estimates: Iterable[FigureKey]) -> tuple[FigureKey, ...]:
    """List figures with the limits of their intervals, in the file's order."""
    wanted = set(estimates)
    return tuple(key for key in windows if key.estimate in wanted)


def _times(windows: Windows, quantity: str) -> list[Decimal | None]:
    """List the times of a quantity, once each; None for one that has none."""
    return list(dict.fromkeys(key.time for key in windows if key.quantity == quantity))
