"""Curves and censoring marks as CSV files."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.digitized import DigitizedCurve

__all__ = ["curve_text", "marks_text", "precision_text"]

_MOST_DECIMALS = 9
_FEWEST_DECIMALS = 4


def curve_text(curve: DigitizedCurve) -> str:
    """Return the points of a curve, a row each: time, and survival as a probability."""
    decimals = _decimals(curve.precision)
    rows = (
        f"{_plain(time)},{survival:.{decimals}f}"
        for time, survival in zip(curve.times, curve.survival, strict=True)
    )
    return "\n".join(("time,survival", *rows)) + "\n"


def marks_text(curve: DigitizedCurve) -> str:
    """Return the censoring marks of a curve, a time per row."""
    return "\n".join(("time", *(_plain(time) for time in curve.marks))) + "\n"


def precision_text(precision: float) -> str:
    """
    Return a precision with two digits that count, rounded up, as a trial file may hold it.

    Examples
    --------
    >>> precision_text(0.00123), precision_text(2.5e-8), precision_text(0.0)
    ('0.0013', '0.000000025', '0.000000001')
    """
    least = 10.0**-_MOST_DECIMALS
    if precision <= least:
        return f"{least:.{_MOST_DECIMALS}f}"
    places = min(1 - math.floor(math.log10(precision)), _MOST_DECIMALS)
    shown = math.ceil(precision * 10**places - 1e-6) / 10**places
    return f"{shown:.{places}f}"


def _decimals(precision: float | None) -> int:
    """Return how many decimals say what is known of a probability, and one more."""
    if not precision or precision <= 0:
        return _MOST_DECIMALS
    needed = 2 - math.floor(math.log10(precision))
    return min(max(needed, _FEWEST_DECIMALS), _MOST_DECIMALS)


def _plain(time: float) -> str:
    """Return a time without an exponent and without digits that are noise."""
    return f"{time:.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")
