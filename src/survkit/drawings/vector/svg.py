"""An SVG file to primitives, with the standard library alone."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.primitives import Box, Colour, Drawing, Stroke, Word
from survkit.drawings.vector.grids import goes_along_the_axes, half_grid
from survkit.drawings.vector.matrices import (
    IDENTITY,
    Matrix,
    moved,
    numbers,
    parse_transform,
    scale_of,
    times,
)
from survkit.drawings.vector.svg_document import Element, read_elements
from survkit.drawings.vector.svg_shapes import SHAPES, Piece, shape_pieces
from survkit.drawings.vector.svg_styles import Look, StyleSheet, inherit, length
from survkit.drawings.vector.svg_text import text_lines, words_of
from survkit.errors import DrawingError

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.drawings.vector.flattening import Place

__all__ = ["read_svg"]

DRAWN = 20_000
"""Most elements that are drawn, repeated use counted each time."""
CORNERS = 500_000
"""Most corners of all lines."""
DEPTH = 60
"""Elements within elements, those that are used from elsewhere among them."""
FARTHEST = 1e6
_DIGITS = 5000
"""Numbers by which the grid of the coordinates is told."""
_FINEST = 1e-6
_GROUPS = {"svg", "g", "a", "switch"}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]{1,200})['\"]?\s*\)")


def read_svg(path: Path) -> Drawing:
    """
    Read an SVG file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Drawing
        Its lines and words, in units of the root's view box, y upwards.

    Raises
    ------
    DrawingError
        If it is no SVG that can be read, or has more in it than a figure has.
    """
    root = read_elements(path)
    try:
        return _Canvas(root).drawing()
    except _TooMuchError:
        message = f"{path}: it draws more lines than a figure has"
        raise DrawingError(message) from None
    except ValueError:
        message = f"{path}: its root element must have a width and a height"
        raise DrawingError(message) from None


class _TooMuchError(Exception):
    """A drawing has more in it than a figure has."""


def _view(root: Element) -> tuple[float, float, float, float]:
    """Return the root's view box: left, upper edge, width, height."""
    box = numbers(root.attributes.get("viewBox", "")[:200])
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        return box[0], box[1], box[2], box[3]
    sides = length(root.attributes.get("width")), length(root.attributes.get("height"))
    return 0.0, 0.0, sides[0], sides[1]


class _Canvas:
    """What the elements of a file draw."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.sheet = StyleSheet(root)
        self.left, self.top, self.wide, self.high = _view(root)
        self.known = _by_id(root)
        self.strokes: list[Stroke] = []
        self.words: list[Word] = []
        self.remarks: set[str] = set()
        self.order = self.corners = 0
        self.digits: dict[float, list[float]] = defaultdict(list)
        """Coordinates of lines as the file has them, by the length of their unit on the page."""

    def drawing(self) -> Drawing:
        flip: Matrix = (1.0, 0.0, 0.0, -1.0, -self.left, self.top + self.high)
        self._draw(self.root, Look(), flip, None, 0)
        return Drawing(
            width=self.wide,
            height=self.high,
            strokes=tuple(self.strokes),
            words=tuple(self.words),
            remarks=tuple(sorted(self.remarks)),
            precision=_precision(self.digits),
        )

    def _draw(
        self, element: Element, look: Look, matrix: Matrix, clip: Box | None, depth: int
    ) -> None:
        if depth > DEPTH:
            raise _TooMuchError
        stated = self.sheet.properties(element)
        if stated.get("display") == "none":
            return
        look = inherit(look, stated)
        matrix = times(parse_transform(stated.get("transform", "")[:2000]), matrix)
        clip = self._clipped(stated, matrix, clip)
        if element.tag in _GROUPS:
            matrix = _placed(element, matrix) if depth else matrix
            for child in element.elements:
                self._draw(child, look, matrix, clip, depth + 1)
        elif element.tag == "use":
            self._use(stated, look, matrix, clip, depth)
        else:
            self._leaf(element, stated, look, matrix, clip)

    def _leaf(
        self,
        element: Element,
        stated: dict[str, str],
        look: Look,
        matrix: Matrix,
        clip: Box | None,
    ) -> None:
        if element.tag in SHAPES:
            self._shape(element.tag, stated, look, matrix, clip)
        elif element.tag == "text":
            self._text(element, look, matrix)
        elif element.tag in {"image", "foreignObject"}:
            self.remarks.add("the file holds a picture or foreign content, which was not read")

    def _count(self) -> None:
        self.order += 1
        if self.order > DRAWN:
            raise _TooMuchError

    def _use(
        self, stated: dict[str, str], look: Look, matrix: Matrix, clip: Box | None, depth: int
    ) -> None:
        self._count()
        target = self.known.get(stated.get("href", "").removeprefix("#"))
        if target is None or not stated.get("href", "").startswith("#"):
            return
        shift = (1.0, 0.0, 0.0, 1.0, length(stated.get("x")), length(stated.get("y")))
        matrix = times(shift, matrix)
        if target.tag != "symbol":
            self._draw(target, look, matrix, clip, depth + 1)
            return
        look = inherit(look, self.sheet.properties(target))
        for child in target.elements:
            self._draw(child, look, matrix, clip, depth + 1)

    def _shape(
        self, tag: str, stated: dict[str, str], look: Look, matrix: Matrix, clip: Box | None
    ) -> None:
        self._count()
        line = _seen(look.stroke, look.stroke_opacity * look.opacity) if look.width > 0 else None
        area = _seen(look.fill, look.fill_opacity * look.opacity) if tag != "line" else None
        if not look.visible or (line is None and area is None):
            return
        factor = scale_of(matrix)
        opacity = look.opacity * (look.fill_opacity if area else look.stroke_opacity)
        for places, closed in self._pieces(tag, stated):
            points = moved(np.array(places, dtype=float), matrix)
            if not (np.isfinite(points).all() and np.abs(points).max() < FARTHEST):
                continue
            if area is None and tag in {"path", "polyline", "line"}:
                self._note_digits(places, factor)
            stroke = Stroke(
                points=points,
                colour=line,
                width=look.width * factor if line else 0.0,
                dash=tuple(part * factor for part in look.dash) if line else (),
                closed=closed,
                fill=area,
                opacity=opacity,
                clip=clip,
                order=self.order,
            )
            self.strokes.append(stroke)

    def _pieces(self, tag: str, stated: dict[str, str]) -> list[Piece]:
        pieces = shape_pieces(tag, stated, (self.wide, self.high))
        self.corners += sum(len(places) for places, _ in pieces)
        if self.corners > CORNERS:
            raise _TooMuchError
        return pieces

    def _note_digits(self, places: list[Place], unit: float) -> None:
        known = self.digits[round(unit, 9)]
        if len(known) < _DIGITS and goes_along_the_axes(places):
            known += [part for place in places for part in place]

    def _text(self, element: Element, look: Look, matrix: Matrix) -> None:
        self._count()
        if not look.visible or look.fill is None or look.size <= 0:
            return
        for line in text_lines(element, look, self.sheet):
            # the page's y runs upwards: letters must not be turned over with it
            for word in words_of(line, matrix, self.order):
                turned = math.degrees(math.atan2(matrix[1], matrix[0]))
                self.words.append(replace(word, rotation=turned))

    def _clipped(self, stated: dict[str, str], matrix: Matrix, clip: Box | None) -> Box | None:
        """Return the part of the page in which an element is seen."""
        found = _REFERENCE.search(stated.get("clip-path", "")[:300])
        target = self.known.get(found[1]) if found else None
        if target is None or target.tag != "clipPath":
            return clip
        if target.attributes.get("clipPathUnits") == "objectBoundingBox":
            return clip
        matrix = times(parse_transform(target.attributes.get("transform", "")), matrix)
        boxes = [
            Box.around(moved(np.array(places), times(_own_transform(child), matrix)))
            for child in target.elements
            if child.tag in SHAPES
            for places, _ in shape_pieces(child.tag, child.attributes, (self.wide, self.high))
        ]
        if not boxes:
            return clip
        box = Box.united(boxes)
        return box if clip is None else _common(box, clip)


def _own_transform(element: Element) -> Matrix:
    return parse_transform(element.attributes.get("transform", "")[:2000])


def _common(one: Box, other: Box) -> Box:
    left, bottom = max(one.left, other.left), max(one.bottom, other.bottom)
    return Box(
        left=left,
        bottom=bottom,
        right=max(left, min(one.right, other.right)),
        top=max(bottom, min(one.top, other.top)),
    )


def _by_id(root: Element) -> dict[str, Element]:
    known: dict[str, Element] = {}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if "id" in element.attributes:
            known.setdefault(element.attributes["id"], element)
        waiting.extend(reversed(element.elements))
    return known


def _placed(element: Element, matrix: Matrix) -> Matrix:
    """Return the matrix inside a nested svg element."""
    if element.tag != "svg":
        return matrix
    stated = element.attributes
    shift = (1.0, 0.0, 0.0, 1.0, length(stated.get("x")), length(stated.get("y")))
    box = numbers(stated.get("viewBox", "")[:200])
    wide, high = length(stated.get("width")), length(stated.get("height"))
    inner = IDENTITY
    if len(box) == 4 and min(box[2], box[3], wide, high) > 0:
        scale = min(wide / box[2], high / box[3])
        across, down = (wide - scale * box[2]) / 2, (high - scale * box[3]) / 2
        inner = (scale, 0.0, 0.0, scale, across - scale * box[0], down - scale * box[1])
    return times(times(inner, shift), matrix)


def _seen(colour: Colour | None, opacity: float) -> Colour | None:
    """Return a colour as it is seen on white; None where nothing is drawn."""
    if colour is None or opacity <= 0:
        return None
    red, green, blue = (round(255 - opacity * (255 - part)) for part in colour)
    return red, green, blue


def _precision(digits: dict[float, list[float]]) -> float:
    """Return half the grid on which the coordinates of most lines lie, in units of the page."""
    if not digits:
        return 0.0
    unit = max(digits, key=lambda unit: (len(digits[unit]), unit))
    return unit * half_grid(digits[unit], 1.0, _FINEST)
