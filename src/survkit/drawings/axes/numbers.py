"""Numbers as figures print them along axes and under them."""

from __future__ import annotations

import re

__all__ = ["count_of", "number_of"]

_NUMBER = re.compile(r"[-−–]?(?:\d{1,3}(?:[,\u2009\u00a0 ]\d{3})+|\d*)(?:[.·,]\d+)?%?")
_COUNT = re.compile(r"\d{1,3}(?:[,.\u2009\u202f\u00a0 '’]\d{3})+|\d{1,7}")


def number_of(text: str) -> float | None:
    """
    Return the value of a label of an axis; None where it is no number.

    Parameters
    ----------
    text : str
        A word.

    Returns
    -------
    float or None
        Its value; per cent as printed.

    Examples
    --------
    >>> number_of("0·75"), number_of(".5"), number_of("100%"), number_of("1,000"), number_of("CT")
    (0.75, 0.5, 100.0, 1000.0, None)
    """
    word = text.strip("()") if text.startswith("(") != text.endswith(")") else text
    if len(word) > 12 or not _NUMBER.fullmatch(word) or not any(part.isdigit() for part in word):
        return None
    word = word.rstrip("%").replace("−", "-").replace("–", "-").replace("·", ".")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", word) and not word.startswith("0,"):
        word = word.replace(",", "")
    word = word.replace(",", ".").replace("\u2009", "").replace("\u00a0", "").replace(" ", "")
    return float(word) if word.count(".") < 2 else None


def count_of(text: str) -> int | None:
    """
    Return a count of patients; None where a word is none.

    Parameters
    ----------
    text : str
        A word.

    Returns
    -------
    int or None
        The count.

    Examples
    --------
    >>> count_of("1,678"), count_of("36"), count_of("0.5"), count_of("(12)")
    (1678, 36, None, None)
    """
    if not _COUNT.fullmatch(text):
        return None
    return int(re.sub(r"\D", "", text))
