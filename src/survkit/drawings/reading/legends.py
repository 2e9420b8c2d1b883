"""Names of curves: keys of a legend, coloured labels, labels beside the curves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from survkit.drawings.reading.staircases import Staircase, Style, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.primitives import Box, Colour, Stroke, Word
    from survkit.drawings.reading.lines import Phrase

__all__ = ["Key", "Name", "find_keys", "find_letter_keys", "name_curves"]

_NO_NAME = re.compile(
    r"(?i)\b(hr|hazard|log[- ]?rank|ci|p[- ]?value|p\s*[=<>]|median|at risk|months?|years?|strata"
    r"|events?)\b|^[\d.,%\s()–-]*$"
)

_BARS = set("−–—-■█▬━")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """
    A sample of a line or a colour, as legends and risk tables have them.

    Parameters
    ----------
    style : Style
        How it is drawn; for a filled box its colour with width 0.
    box : Box
        Where it lies.
    filled : bool
        Whether it is a box of colour.
    """

    style: Style
    box: Box
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """
    A curve's name.

    Parameters
    ----------
    text : str
        The name; empty where none was found.
    source : str
        ``"legend"``, ``"colour"``, ``"beside"``, or empty.
    place : float
        Its height on the page, for the order of the legend.
    """

    text: str
    source: str
    place: float


def find_keys(strokes: Sequence[Stroke], stairs: Sequence[Staircase], size: float) -> list[Key]:
    """Return level samples of lines and boxes of colour, not larger than six letters."""
    used = {number for stair in stairs for number in stair.strokes}
    keys = []
    for number, stroke in enumerate(strokes):
        box = stroke.box
        if number in used or max(box.width, box.height) > 7 * size:
            continue
        if stroke.colour is not None and box.width > 0.6 * size and box.height < 0.1 * box.width:
            style = Style(stroke.colour, round(stroke.width, 2), stroke.dash)
            keys.append(Key(style=style, box=box, filled=False))
        elif stroke.fill is not None and box.width > 0.5 * size and 0 < box.height < 3 * size:
            solid = stroke.fill if stroke.opacity > 0.9 else _undiluted(stroke)
            keys.append(Key(style=Style(solid, 0.0, ()), box=box, filled=True))
    return keys


def find_letter_keys(words: Sequence[Word], size: float) -> list[Key]:
    """Return large dashes and blocks set as letters, which some programs use for bars of colour."""
    return [
        Key(style=Style(word.colour, 0.0, ()), box=word.box, filled=True)
        for word in words
        if word.text in _BARS and (word.size > 1.5 * size or word.text in "■█▬━")
    ]


def _undiluted(stroke: Stroke) -> Colour:
    """Return the colour of an area before it was made transparent."""
    share = max(stroke.opacity, 0.05)
    red, green, blue = (
        round(min(max(255 - (255 - part) / share, 0), 255)) for part in stroke.fill or (0, 0, 0)
    )
    return red, green, blue


def name_curves(
    stairs: Sequence[Staircase], phrases: Sequence[Phrase], keys: Sequence[Key], region: Box
) -> list[Name]:
    """Return the name of every curve, as far as one can be told."""
    names: dict[int, Name] = {}
    texts = [phrase for phrase in phrases if _may_name(phrase)]
    # what a key stands before may say more than a name: "Placebo (median 8.9 months)"
    keyed = [phrase for phrase in phrases if _may_name(phrase) or _begins_as_name(phrase)]
    pairs = sorted(
        (distance, number, place)
        for place, phrase in enumerate(keyed)
        for key in keys
        if (distance := _key_distance(key, phrase)) is not None
        if (number := _owner(key, stairs)) is not None
    )
    taken: set[int] = set()
    for _, number, place in pairs:
        if number not in names and place not in taken:
            taken.add(place)
            names[number] = _name(keyed[place], "legend")
    named = {id(keyed[place]) for place in taken}
    left = [phrase for phrase in texts if id(phrase) not in named]
    _by_colour(names, stairs, left)
    left = [phrase for phrase in left if phrase.text not in {name.text for name in names.values()}]
    _beside(names, stairs, left, region)
    return [names.get(number, Name(text="", source="", place=0.0)) for number in range(len(stairs))]


def _may_name(phrase: Phrase) -> bool:
    text = phrase.text
    letters = sum(letter.isalpha() for letter in text)
    if not set(text) - set("lI|1+ "):
        return False
    return letters > 0 and len(text) < 90 and not _NO_NAME.search(text) and phrase.rotation == 0


def _begins_as_name(phrase: Phrase) -> bool:
    """Tell whether a text says a figure only after other words."""
    text = phrase.text
    named = any(letter.isalpha() for letter in phrase.words[0].text)
    return named and len(text) < 90 and not _NO_NAME.match(text) and phrase.rotation == 0


def _name(phrase: Phrase, source: str) -> Name:
    return Name(text=phrase.text, source=source, place=phrase.box.bottom)


def _key_distance(key: Key, phrase: Phrase) -> float | None:
    """Return how far a key lies before (or behind) a text on its line, or None."""
    size, box = phrase.size, phrase.box
    if abs(key.box.centre[1] - box.centre[1]) > 0.6 * size:
        return None
    before, behind = box.left - key.box.right, key.box.left - box.right
    if -0.3 * size <= before <= 3.2 * size:
        return before / size
    if -0.3 * size <= behind <= 2.5 * size:
        return behind / size + 4
    return None


def _owner(key: Key, stairs: Sequence[Staircase]) -> int | None:
    """Return the curve that is drawn like a key, or None."""
    same = [
        number
        for number, stair in enumerate(stairs)
        if near(stair.style.colour, key.style.colour, 40)
    ]
    if key.filled:
        return same[0] if len(same) == 1 else None
    if len(same) > 1:
        same = [number for number in same if stairs[number].style.same_dash(key.style)] or same
    if len(same) > 1:
        exact = [
            number for number in same if near(stairs[number].style.colour, key.style.colour, 6)
        ] or same
        apart = [abs(stairs[number].style.width - key.style.width) for number in exact]
        ranked = sorted(zip(apart, exact, strict=True))
        if len(ranked) > 1 and ranked[1][0] - ranked[0][0] < 0.2:
            return None
        return ranked[0][1]
    return same[0] if same else None


def _by_colour(names: dict[int, Name], stairs: Sequence[Staircase], phrases: list[Phrase]) -> None:
    """Take texts in the colour of one curve alone as its name, the nearest first."""
    choices = []
    for number, stair in enumerate(stairs):
        if number in names or max(stair.style.colour) - min(stair.style.colour) < 30:
            continue
        choices += [
            (_distance(phrase, stair), number, phrase)
            for phrase in phrases
            if near(phrase.colour, stair.style.colour, 12)
        ]
    for _, number, phrase in sorted(choices, key=lambda choice: choice[:2]):
        if number not in names and all(name.text != phrase.text for name in names.values()):
            names[number] = _name(phrase, "colour")


def _distance(phrase: Phrase, stair: Staircase) -> float:
    """Return how far a text lies from a curve, in letters."""
    box = phrase.box
    xs = np.linspace(box.left, box.right, 9)
    inside = xs[(xs >= stair.x[0]) & (xs <= stair.end)]
    end = np.array([stair.end, stair.y[-1]])
    corner = np.array(
        [min(max(end[0], box.left), box.right), min(max(end[1], box.bottom), box.top)]
    )
    apart = [float(np.hypot(*(end - corner)))]
    if len(inside):
        heights = stair.height_at(inside)
        gap = np.maximum(np.maximum(box.bottom - heights, heights - box.top), 0)
        apart.append(float(gap.min()))
    return min(apart) / phrase.size


def _beside(
    names: dict[int, Name], stairs: Sequence[Staircase], phrases: list[Phrase], region: Box
) -> None:
    """Give the texts in the panel to curves without a name so that all lie as near as can be."""
    left = [number for number in range(len(stairs)) if number not in names]
    margin = 0.02 * max(region.width, region.height)
    texts = [
        phrase
        for phrase in phrases
        if region.holds(*phrase.box.centre, margin=margin) or phrase.box.left > region.right
    ]
    if not left or not texts:
        return
    apart = np.array([[_distance(phrase, stairs[number]) for phrase in texts] for number in left])
    for row, column in zip(*linear_sum_assignment(np.minimum(apart, 30)), strict=True):
        if apart[row, column] < 6:
            names[left[row]] = _name(texts[column], "beside")
