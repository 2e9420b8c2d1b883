"""Words of a figure as words of a trial file: ids, units, endpoints, printed digits."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from survkit.printed import Printed
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["digits_of", "endpoint_in", "identifier", "one_line", "time_unit_in"]

_UNITS = {
    "day": r"days?|d",
    "week": r"weeks?|wks?",
    "month": r"months?|mos?|mths?",
    "year": r"years?|yrs?|y",
}
_ENDPOINTS = {
    "OS": r"overall survival|\bOS\b",
    "PFS": r"progression[- ]free survival|\bPFS\b",
    "DFS": r"disease[- ]free survival|\bDFS\b",
    "EFS": r"event[- ]free survival|\bEFS\b",
    "RFS": r"(?:relapse|recurrence)[- ]free survival|\bRFS\b",
}
_LONGEST_ID = 40
_NUMBER = re.compile(r"(?P<sign>[<>]?)\s*(?P<digits>\d*[.·,]?\d+)")
_HYPHEN = re.compile(r"(?<=[^\W\d])[\u2010\u2011\u2212](?=[^\W\d])")
_OPEN = re.compile(r"(?i)not\s+(?:reached|estimable)|NR|NE")


def identifier(text: str, taken: Container[str] = (), *, fallback: str) -> str:
    """
    Make an id of words: small letters and digits, with hyphens.

    Parameters
    ----------
    text : str
        Words as printed.
    taken : container of str
        Ids that it must not be.
    fallback : str
        The id of words without letters or digits.

    Returns
    -------
    str
        An id, with a number behind it where it was taken.

    Examples
    --------
    >>> identifier("Évérolimus 10 mg", fallback="arm")
    'everolimus-10-mg'
    >>> identifier("Placebo", {"placebo"}, fallback="arm")
    'placebo-2'
    """
    as_instance(text, str, "identifier", "a text")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_ID].strip("-") or fallback
    found, number = stem, 2
    while found in taken:
        found, number = f"{stem}-{number}", number + 1
    return found


def time_unit_in(title: str) -> str:
    """
    Find the unit in the title of a time axis.

    Parameters
    ----------
    title : str
        The title as printed.

    Returns
    -------
    str
        ``"day"``, ``"week"``, ``"month"`` or ``"year"``; empty where none or several are named.

    Examples
    --------
    >>> time_unit_in("Months since randomisation")
    'month'
    >>> time_unit_in("Time")
    ''
    """
    found = [unit for unit, word in _UNITS.items() if re.search(rf"(?i)\b(?:{word})\b", title)]
    return found[0] if len(found) == 1 else ""


def endpoint_in(*titles: str) -> str:
    """
    Find the endpoint in the titles of a panel, the first that names one.

    Parameters
    ----------
    *titles : str
        Titles as printed.

    Returns
    -------
    str
        Its abbreviation; empty where none is named.

    Examples
    --------
    >>> endpoint_in("", "Progression-free survival (%)")
    'PFS'
    """
    for title in map(one_line, titles):
        for endpoint, words in _ENDPOINTS.items():
            if re.search(rf"(?i){words}", title):
                return endpoint
    return ""


def digits_of(printed: str) -> str:
    """
    Return a printed number as trial files have it.

    Parameters
    ----------
    printed : str
        Digits with a point on or above the line or a comma, a threshold, or words.

    Returns
    -------
    str
        Digits, a threshold or ``"not reached"``; empty where it is none of these.

    Examples
    --------
    >>> digits_of("·70"), digits_of("< 0,001"), digits_of("NR"), digits_of("5e-4")
    ('0.70', '<0.001', 'not reached', '')
    """
    text = printed.strip()
    if _OPEN.fullmatch(text):
        return "not reached"
    found = _NUMBER.fullmatch(text)
    if found is None:
        return ""
    whole, _, part = found["digits"].replace("·", ".").replace(",", ".").partition(".")
    plain = str(int(whole or "0")) + (f".{part}" if part else "")
    digits = found["sign"] + plain
    try:
        Printed.parse(digits)
    except ValueError:
        return ""
    return digits if len(whole) < 9 and len(part) < 9 else ""


def one_line(text: str, most: int = 200) -> str:
    """
    Return words without line breaks and control characters, cut where they run on.

    Hyphens that a device draws as minus signs are hyphens again.
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    words = _HYPHEN.sub("-", " ".join(plain.split()))
    return words if len(words) <= most else words[: most - 1] + "…"
