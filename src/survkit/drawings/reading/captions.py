"""Titles of axes and panels, and the letters that name panels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.axes.frames import Frame
    from survkit.drawings.reading.lines import Phrase

__all__ = ["axis_titles", "letter_of", "panel_letter", "panel_title"]

_LETTER = re.compile(r"\(?([A-Ha-h])[).:]?(?:\s|$)")


def axis_titles(phrases: Sequence[Phrase], frame: Frame) -> tuple[str, str]:
    """Return the titles of the time axis and of the survival axis; empty where none was found."""
    labels, size = frame.across.box, frame.across.words[0].size
    under = [
        phrase
        for phrase in phrases
        if phrase.rotation == 0
        and _has_letters(phrase)
        and 0 < labels.bottom - phrase.box.bottom < 5 * size
        and frame.box.left < phrase.box.centre[0] < frame.box.right
    ]
    beside = [
        phrase
        for phrase in phrases
        if abs(abs(phrase.rotation) - 90) < 8
        and _has_letters(phrase)
        and 0 < frame.box.left - phrase.box.right < 12 * size
        and frame.box.bottom - 2 * size < phrase.box.centre[1] < frame.box.top + 2 * size
    ]
    time = max(under, key=lambda phrase: phrase.box.bottom, default=None)
    survival = max(beside, key=lambda phrase: phrase.box.height, default=None)
    return (time.text if time else "", survival.text if survival else "")


def _has_letters(phrase: Phrase) -> bool:
    return sum(letter.isalpha() for letter in phrase.text) > 2


def panel_letter(phrases: Sequence[Phrase], frame: Frame) -> Phrase | None:
    """Return the text that begins with a panel's letter above its upper left corner, or None."""
    size = frame.across.words[0].size
    found = [
        phrase
        for phrase in phrases
        if _LETTER.match(phrase.text)
        and phrase.rotation == 0
        and phrase.box.left < frame.box.left + 0.1 * frame.box.width
        and frame.box.left - phrase.box.left < max(0.5 * frame.box.width, 9 * size)
        and -0.05 * frame.box.height < phrase.box.bottom - frame.box.top < 0.4 * frame.box.height
        and (len(phrase.words[0].text) <= 3)
    ]
    return max(found, key=lambda phrase: (phrase.size, -phrase.box.left), default=None)


def panel_title(phrases: Sequence[Phrase], frame: Frame, letter: Phrase | None) -> str:
    """Return a title above the panel; empty where none was found."""
    if letter is not None and len(letter.words) > 1:
        return " ".join(word.text for word in letter.words[1:])
    size = frame.across.words[0].size
    above = [
        phrase
        for phrase in phrases
        if phrase is not letter
        and phrase.rotation == 0
        and _has_letters(phrase)
        and 0 < phrase.box.bottom - frame.box.top < 8 * size
        and phrase.box.right > frame.box.left - 6 * size
        and phrase.box.left < frame.box.right
        and phrase.size > 0.98 * size
    ]
    biggest = max(
        above, key=lambda phrase: (round(phrase.size, 1), phrase.box.bottom), default=None
    )
    return biggest.text if biggest else ""


def letter_of(phrase: Phrase) -> str:
    """Return the letter of a panel in capitals."""
    found = _LETTER.match(phrase.text)
    return found[1].upper() if found else ""
