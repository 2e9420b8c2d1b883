"""Figures typed at the prompt, for a reviewer with a paper at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from survkit.consistency import Pair, Sheet
from survkit.errors import SurvkitError
from survkit.printed import NOT_REACHED, Printed
from survkit.quantity import LIMITS, FigureKey
from survkit.trial import Figure

__all__ = ["lay_out_typed"]

_POINT = re.compile(r"(?<!\d)\.")
"""A decimal point without a digit before it, as some journals print p-values."""
_ARMS = ("experimental", "reference")
_SUBJECT = Pair(experimental=_ARMS[0], reference=_ARMS[1]).subject

_ALONE = {
    "--hr": ("hazard_ratio", _SUBJECT),
    "--p": ("p_value", _SUBJECT),
    "--reduction": ("risk_reduction", _SUBJECT),
    "--total-n": ("total_n", ""),
    "--total-events": ("total_events", ""),
}
"""Options with one figure, of the comparison or of all arms together."""
_OF_ARMS = {"--n": "n", "--events": "events", "--medians": "median"}
"""Options with a figure for each arm."""
_AT_TIMES = {"--survival": "survival", "--at-risk": "at_risk"}
"""Options with a time and a figure for each arm, such as ``12:26:10``, once per time."""


def lay_out_typed(
    given: Mapping[str, Any], *, level: float, test: str | None, sided: int | None
) -> Sheet:
    """Lay typed figures, the texts by option, out for the audit, whatever they say."""
    if test not in {None, "log-rank", "wald"}:
        msg = f"--test must be log-rank or wald, got {test!r}"
        raise SurvkitError(msg)
    if not 50.0 < level < 100.0:
        msg = f"--level must be a percentage between 50 and 100, got {level:g}"
        raise SurvkitError(msg)
    found: dict[FigureKey, Figure] = {}
    for option, key, text in _entries(given):
        if key in found:
            msg = f"{option}: the figure must be given once, got {key} twice"
            raise SurvkitError(msg)
        found[key] = Figure(
            key=key,
            printed=_printed(option, key, text),
            role="input",
            verified=True,
            source="typed",
            level=level,
        )
    pair = Pair(experimental=_ARMS[0], reference=_ARMS[1], test=test, sided=sided)
    return Sheet(id="typed", arms=_ARMS, pairs=(pair,), figures=found)


def _entries(given: Mapping[str, Any]) -> Iterator[tuple[str, FigureKey, str]]:
    """Yield option, key and text of each typed figure."""
    for option, (quantity, subject) in _ALONE.items():
        if option in given:
            yield option, FigureKey(quantity, subject), given[option]
    for side, text in zip(LIMITS, given.get("--ci", ()), strict=False):
        yield "--ci", FigureKey("hazard_ratio", _SUBJECT, side=side), text
    for option, quantity in _OF_ARMS.items():
        for arm, text in zip(_ARMS, given.get(option, ()), strict=False):
            yield option, FigureKey(quantity, arm), text
    for option, quantity in _AT_TIMES.items():
        for row in given.get(option, ()):
            yield from _row(option, quantity, row)


def _row(option: str, quantity: str, row: str) -> Iterator[tuple[str, FigureKey, str]]:
    """Yield the figures of both arms at one time."""
    time, *texts = row.split(":")
    if len(texts) != len(_ARMS):
        msg = f"{option}: must be TIME:EXPERIMENTAL:REFERENCE, got {row!r}"
        raise SurvkitError(msg)
    for arm, text in zip(_ARMS, texts, strict=True):
        yield option, FigureKey(quantity, arm, _time(option, time)), text


def _printed(option: str, key: FigureKey, text: str) -> Printed:
    """Read one figure, and make sure that its quantity can be such a number."""
    try:
        printed = Printed.parse(_POINT.sub("0.", text.strip().removesuffix("%")))
    except ValueError as error:
        msg = f"{option}: {error}"
        raise SurvkitError(msg) from None
    whole = printed.exact and printed.decimals == 0 and printed.value >= 0
    if key.definition.unit == "patients" and not whole:
        msg = f"{option}: {key.label} must be a whole number, got {text!r}"
        raise SurvkitError(msg)
    negative = printed.number is not None and printed.number < 0
    if negative and key.quantity != "risk_reduction":
        msg = f"{option}: {key.label} must not be negative, got {text!r}"
        raise SurvkitError(msg)
    return printed


def _time(option: str, text: str) -> Decimal:
    try:
        printed = Printed.parse(text)
    except ValueError:
        printed = NOT_REACHED
    if not printed.exact or printed.number is None or printed.number < 0:
        msg = f"{option}: the time must be a number, 0 or more, got {text!r}"
        raise SurvkitError(msg)
    return printed.number
