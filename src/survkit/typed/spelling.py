"""Figures as journals spell them: raised points, long dashes, levels, units and percent signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.printed import Printed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Spelled", "names_spread", "read_range", "read_spelled"]

_LONGEST = 200
_LETTERS = {
    **dict.fromkeys(map(ord, "·∙‧•⋅"), "."),
    **dict.fromkeys(map(ord, "\u2212\u2011\u2010"), "-"),
    **dict.fromkeys(map(ord, "–—"), "–"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2007"), " "),
    **dict.fromkeys(map(ord, "≤"), "<"),
    **dict.fromkeys(map(ord, "≥"), ">"),
}
"""Points, minus signs, dashes and blanks that mean the same."""

_UNITS = {"d": "day", "wk": "week", "w": "week", "mo": "month", "mos": "month", "m": "month"}
_UNITS |= {"yr": "year", "y": "year"}
_UNIT_WORD = r"(days?|d|weeks?|wks?|w|months?|mos?|m|years?|yrs?|y)\b\.?"
_UNIT = re.compile(rf"\s*\b{_UNIT_WORD}$", re.IGNORECASE)
_UNIT_BEHIND = re.compile(rf"(?<=\d)\s*\b{_UNIT_WORD}", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:(?:stratified |adjusted )?(?:hazard ratio|HR)|aHR|sHR|one-sided|two-sided|"
    r"[Pp](?:[- ]?value)?|log-rank [Pp]|median|[Nn])\s*(?:[:=,]|of\b)?\s*(?=[<>.\d-]|NR|NE)"
)
_WITH_INTERVAL = re.compile(
    r"(?P<value>[^(\[;]+?)\s*[,;]?\s*"
    r"(?:[(\[](?P<inside>[^()\[\]]*)[)\]]\s*(?P<after>[a-z]*\.?)"
    r"|(?P<bare>(?:\d\d(?:\.\d)?\s*%\s*)?CI\b.*))"
)
_LEVEL = re.compile(
    r"^(?:(?P<level>\d\d(?:\.\d+)?)\s*[%-]?\s*)?"
    r"(?:CI|C\.I\.|[Cc]onfidence (?:interval|limits))\s*[,:;=]?\s*"
)
_SEPARATORS = (
    r"\s+to\s+",
    r"\s*;\s*",
    r"\s*–\s*",
    r"(?<=[\w%.])\s*-\s*",
    r",\s+",
    r"\s*,\s*",
    r"\s+",
)
_RANGE = re.compile(
    r"(?P<before>[^(\[]*?)\s*[,;]?\s*(?P<open>[(\[])?\s*range\b\s*[,:;=]?\s*(?:of\s+)?(?P<inside>[^()\[\]]*)"
    r"(?(open)[)\]])\s*(?P<unit>[a-z]*\.?)",
    re.IGNORECASE,
)
_SPREAD = re.compile(r"\b(?:range|IQR|interquartile|quartiles|SD|SE)\b|±", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[, ]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A figure as it was typed, with the interval, level and unit that stand beside it."""

    value: Printed  # the figure with its digits
    limits: tuple[Printed, Printed] | None = None  # lower and upper limit
    level: str | None = None  # confidence level in percent, where it is said
    # "day", "week", "month" or "year", where they are said: of the figure, and of its limits
    units: frozenset[str] = frozenset()


def read_spelled(text: str) -> Spelled | None:
    """
    Read a figure from the characters that a journal printed.

    Parameters
    ----------
    text : str
        A number, a threshold or words, alone or followed by an interval: ``"0·35 (95% CI, 0·27 to
        0·45)"``, ``"10.3 (6.7-NR)"``, ``"7,090"``, ``"34%"``, ``"P<.001"``, ``"4.6 months"``.

    Returns
    -------
    Spelled or None
        What is printed, digit by digit; None where it is no figure.

    Examples
    --------
    >>> found = read_spelled("0·35 (95% CI, 0·27 to 0·45)")
    >>> print(found.value, *found.limits, found.level)
    0.35 0.27 0.45 95
    >>> print(read_spelled("7,090").value, read_spelled("P<.001").value)
    7090 <0.001
    """
    if len(text) > _LONGEST:
        return None
    plain = " ".join(text.translate(_LETTERS).split())
    plain = _LABEL.sub("", plain, count=1)
    alone = _read_number(plain)
    if alone is not None:
        return Spelled(value=alone, units=_units_of(plain))
    found = _WITH_INTERVAL.fullmatch(plain)
    if found is None:
        return None
    value = _read_number(found["value"])
    inside = found["inside"] if found["bare"] is None else found["bare"]
    level = _LEVEL.match(inside)
    limits = _read_limits(inside[level.end() :] if level else inside)
    if value is None or limits is None:
        return None
    after = found["after"] or ""
    if after and _unit_of(f"1 {after}") is None:
        return None
    units = _units_of(plain, f"1 {after}")
    return Spelled(value=value, limits=limits, level=level["level"] if level else None, units=units)


def read_range(text: str) -> tuple[str, Printed, Printed] | None:
    """
    Part a figure from the range that is printed beside it.

    Parameters
    ----------
    text : str
        Such as ``"17.0 (range 0-28.3)"`` or ``"17 months (range, 0 to 28)"``.

    Returns
    -------
    tuple of str, Printed and Printed, or None
        The figure's own characters with its unit, the least and the greatest; None where there is
        no range.

    Examples
    --------
    >>> print(*read_range("17.0 (range 0-28.3)"))
    17.0 0 28.3
    """
    found = _RANGE.fullmatch(" ".join(text[:_LONGEST].translate(_LETTERS).split()))
    ends = None if found is None else _read_limits(found["inside"])
    if found is None or ends is None or not all(end.exact for end in ends):
        return None
    if ends[0].upper > ends[1].lower:
        return None
    unit = found["unit"] or _unit_of(found["inside"]) or ""
    return f"{found['before']} {unit}".strip(), *ends


def names_spread(text: str) -> bool:
    """Tell whether a figure stands beside how far patients lie apart: no interval of it."""
    return _SPREAD.search(text) is not None


def _read_limits(text: str) -> tuple[Printed, Printed] | None:
    """Read two limits, whatever stands between them."""
    for parts in _divided(text):
        lower, upper = map(_read_number, parts)
        if lower is not None and upper is not None:
            return lower, upper
    return None


def _divided(text: str) -> Iterator[list[str]]:
    """Yield the ways in which a text is two."""
    for separator in _SEPARATORS:
        parts = re.split(separator, text)
        if len(parts) == 2:
            yield parts


def _read_number(text: str) -> Printed | None:
    """Read one number, threshold or word."""
    plain = _UNIT.sub("", text.strip()).removesuffix("%").strip()
    sign = re.match(r"[<>=]?\s*", plain)
    relation, digits = (sign[0].strip(), plain[sign.end() :]) if sign else ("", plain)
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "").replace(" ", "")
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    digits = re.sub(r"(?<!\d)\.(?=\d)", "0.", digits)
    try:
        return Printed.parse(f"{relation.removeprefix('=')}{digits}")
    except ValueError:
        return None


def _units_of(*texts: str) -> frozenset[str]:
    """Return the units that stand behind numbers."""
    found = (_unit_of(one[0]) for text in texts for one in _UNIT_BEHIND.finditer(text))
    return frozenset(unit for unit in found if unit is not None)


def _unit_of(text: str) -> str | None:
    """Return the unit that a text ends with."""
    found = _UNIT.search(text.strip())
    if found is None:
        return None
    word = found[1].lower()
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s")) or word.removesuffix("s")
