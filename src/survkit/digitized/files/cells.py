"""One cell of a table: a number, nothing, or words."""

from __future__ import annotations

import math
import re
from typing import Literal

__all__ = ["Decimal", "is_missing", "is_number", "number_in", "places_of", "plain_name", "whole"]

Decimal = Literal[".", ","]

_MISSING = frozenset({"", "-", "+", ".", "na", "nan", "n/a", "null", "none", "#n/a", "?", "–", "—"})
_NUMBER = {
    ".": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*%?", re.ASCII),
    ",": re.compile(r"[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?\s*%?", re.ASCII),
}
_EITHER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?\s*%?", re.ASCII)
_WHOLE = re.compile(r"\d+(?:[.,]0*)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.\u2009\u00a0' ]\d{3})+", re.ASCII)
_MINUS = str.maketrans({"−": "-", "–": "-"})


def is_missing(cell: str) -> bool:
    """Tell whether a cell holds nothing, or a word or sign for it, such as "-", "NA" or "NaN"."""
    return cell == "" or cell.casefold() in _MISSING


def is_number(cell: str) -> bool:
    """Tell whether a cell is a number: "0.5", "0,5", "7.59E-02" or "99.1 %"."""
    return _EITHER.fullmatch(cell if cell.isascii() else cell.translate(_MINUS)) is not None


def number_in(cell: str, decimal: Decimal = ".") -> float | None:
    """
    Return the number in a cell.

    Parameters
    ----------
    cell : str
        A cell, stripped; a per cent sign is passed over.
    decimal : {".", ","}
        The decimal sign of the file.

    Returns
    -------
    float or None
        A finite number; None if the cell is something else.
    """
    plain = cell if cell.isascii() else cell.translate(_MINUS)
    if _NUMBER[decimal].fullmatch(plain) is None:
        return None
    value = float(plain.rstrip("% ").replace(",", "."))
    return value if math.isfinite(value) else None


def places_of(cell: str, decimal: Decimal) -> int:
    """
    Count the decimal places that are written in a number.

    Parameters
    ----------
    cell : str
        A number.
    decimal : {".", ","}
        The decimal sign of the file.

    Returns
    -------
    int
        0 for ``"12"``, 2 for ``"0.50"``, 4 for ``"7.59E-02"``; never negative.
    """
    mantissa, _, exponent = cell.rstrip("% ").lower().partition("e")
    written = len(mantissa.partition(decimal)[2])
    return max(0, written - (int(exponent[:5]) if exponent else 0))


def whole(cell: str) -> int | None:
    """Return the whole number in a cell, of at most nine digits, thousands set apart or not."""
    if _THOUSANDS.fullmatch(cell):
        cell = re.sub(r"\D", "", cell)
    elif _WHOLE.fullmatch(cell):
        cell = re.split("[.,]", cell)[0]
    else:
        return None
    return int(cell) if len(cell) <= 9 else None


def plain_name(name: str) -> str:
    """Return a column's name as it is compared, small letters and digits alone: "st" for "S(t)"."""
    return re.sub(r"[^a-z0-9]+", "", name.casefold())
