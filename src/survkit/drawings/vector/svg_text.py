"""Text of an SVG as words with boxes: the file says where it begins, not how wide it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.primitives import Box, Word
from survkit.drawings.vector.matrices import Matrix, moved, numbers
from survkit.drawings.vector.svg_styles import Look, StyleSheet, inherit, length

if TYPE_CHECKING:
    from survkit.drawings.vector.svg_document import Element

__all__ = ["Line", "text_lines", "width_of", "words_of"]

_NARROW = dict.fromkeys("ijl.,:;|!'`I[]()/\\ftr ", 0.28) | dict.fromkeys("()-rft[]", 0.333)
_WIDE = dict.fromkeys("mMW%@", 0.86) | dict.fromkeys("wABCDEHKNOPQRSUVXYZG&+=<>~–", 0.68)
EVEN = 0.601
"""Width of a letter, in sizes of the letters, in faces in which all letters have the same width."""
LETTERS = 4_000
"""Most letters of one text element that are read."""
_DROP = {
    "middle": 0.33,
    "central": 0.33,
    "hanging": 0.75,
    "text-before-edge": 0.8,
    "ideographic": -0.2,
}


@dataclass(slots=True, kw_only=True)
class Line:
    """
    Letters that run on from one place.

    Parameters
    ----------
    text : str
        The letters.
    x, y : float
        Where they begin, or what their anchor says, in units of the element.
    look : Look
        Size, colour and anchor.
    stated : float
        Width as the file states it (`textLength`), in units of the element; 0 where it does not.
    """

    text: str
    x: float
    y: float
    look: Look
    stated: float = 0.0


def width_of(text: str, size: float) -> float:
    """Return the usual width of a text in a proportional face of some size."""
    return size * sum(_NARROW.get(letter) or _WIDE.get(letter) or 0.556 for letter in text)


def _width(text: str, look: Look) -> float:
    """Return the usual width of a text as it looks: in faces of one width all letters have it."""
    if look.even:
        return EVEN * look.size * len(text)
    return width_of(text, look.size) * look.breadth


def text_lines(element: Element, look: Look, sheet: StyleSheet) -> list[Line]:
    """Return the lines of a text element, in units of the element."""
    pen = _Pen()
    pen.take(element, look, sheet, 0)
    return [line for line in pen.lines if line.text.strip()]


class _Pen:
    def __init__(self) -> None:
        self.x = self.y = 0.0
        self.lines: list[Line] = []
        self.fresh = True
        self.letters = 0

    def take(self, element: Element, look: Look, sheet: StyleSheet, depth: int) -> None:
        stated = element.attributes
        places = {
            name: self._lengths(stated.get(name, ""), look) for name in ("x", "y", "dx", "dy")
        }
        if len(places["x"]) > 1 or len(places["y"]) > 1:
            self._scatter(element, look, places)
            return
        for axis in ("x", "y"):
            if places[axis]:
                setattr(self, axis, places[axis][0])
                self.fresh = True
        if places["dx"] and abs(places["dx"][0]) > look.size:
            self.fresh = True
        self.x += sum(places["dx"][:1])
        self.y += sum(places["dy"][:1])
        self.fresh = self.fresh or bool(places["dy"])
        whole = length(stated.get("textLength"))
        for part in element.content:
            if isinstance(part, str):
                self._write(part, look, whole)
            elif part.tag in {"tspan", "a", "textPath"} and depth < 8:
                self.take(part, inherit(look, sheet.properties(part)), sheet, depth + 1)

    @staticmethod
    def _lengths(text: str, look: Look) -> list[float]:
        parts = text.replace(",", " ").split()[:LETTERS]
        return [
            numbers(part)[0] * look.size if part.endswith("em") and numbers(part) else length(part)
            for part in parts
        ]

    def _write(self, text: str, look: Look, whole: float) -> None:
        if "\n" in text:
            text = " ".join(text.split())
        text = text if text.strip() else " " * bool(text) * (not self.fresh)
        text = "".join(letter for letter in text if letter.isprintable())
        self.letters += len(text)
        if not text or self.letters > LETTERS:
            return
        if self.fresh or not self.lines:
            self.lines.append(Line(text=text, x=self.x, y=self.y, look=look, stated=whole))
            self.fresh = False
        else:
            self.lines[-1].text += text
        self.x += _width(text, look)

    def _scatter(self, element: Element, look: Look, places: dict[str, list[float]]) -> None:
        """Place letters one by one, as the lists of the element say."""
        text = "".join(part for part in element.content if isinstance(part, str)).strip("\n")
        for index, letter in enumerate(text[:LETTERS]):
            for axis in ("x", "y"):
                if index < len(places[axis]):
                    setattr(self, axis, places[axis][index])
            if letter.isprintable() and not letter.isspace():
                self.lines.append(Line(text=letter, x=self.x, y=self.y, look=look))
            self.x += _width(letter, look)
        self.fresh = True


def words_of(line: Line, matrix: Matrix, order: int) -> list[Word]:
    """Return the words of a line where a matrix takes them, y upwards."""
    usual = _width(line.text, line.look)
    whole = line.stated or usual
    start = line.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[line.look.anchor] * whole
    base = line.y + _DROP.get(line.look.baseline, 0.0) * line.look.size
    words, at = [], 0
    for text in line.text.split(" "):
        if text:
            share = whole / max(usual, 1e-9)
            left = start + _width(line.text[:at], line.look) * share
            right = left + _width(text, line.look) * share
            word = _word(text, (left, right, base), line.look, matrix, order)
            words += [] if word is None else [word]
        at += len(text) + 1
    return words


def _word(
    text: str, place: tuple[float, float, float], look: Look, matrix: Matrix, order: int
) -> Word | None:
    left, right, base = place
    sides = [(left, base - 0.72 * look.size), (right, base - 0.72 * look.size)]
    sides += [(left, base + 0.02 * look.size), (right, base + 0.02 * look.size)]
    corners = moved(np.array(sides), matrix)
    if not (np.isfinite(corners).all() and np.abs(corners).max() < 1e6):
        return None
    return Word(
        text=text,
        box=Box.around(corners),
        rotation=math.degrees(math.atan2(matrix[1], matrix[0])),
        size=look.size * math.hypot(matrix[2], matrix[3]),
        colour=look.fill or (255, 255, 255),
        order=order,
    )
