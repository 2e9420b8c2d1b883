"""Shapes of SVG as polylines: path data, lines, polygons, rectangles, circles."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from survkit.drawings.vector.flattening import Place, arc_points, cubic_points, quadratic_points
from survkit.drawings.vector.matrices import numbers
from survkit.drawings.vector.svg_styles import length

__all__ = ["SHAPES", "Piece", "shape_pieces"]

Piece = tuple[list[Place], bool]
"""Points of a polyline in units of the element, and whether it is closed."""

SHAPES = {"path", "line", "polyline", "polygon", "rect", "circle", "ellipse"}

_TOKEN = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def shape_pieces(tag: str, stated: dict[str, str], page: tuple[float, float]) -> list[Piece]:
    """Return the polylines of a shape; `page` is what per cent of width and height refer to."""
    if tag == "path":
        return _path_pieces(stated.get("d", ""))
    if tag in {"polyline", "polygon"}:
        values = numbers(stated.get("points", ""))
        points = list(zip(values[::2], values[1::2], strict=False))
        return [(points, tag == "polygon")] if points else []
    wide, high = page
    across = {name: length(stated.get(name), wide) for name in ("x", "x1", "x2", "cx", "width")}
    up = {name: length(stated.get(name), high) for name in ("y", "y1", "y2", "cy", "height")}
    if tag == "line":
        return [([(across["x1"], up["y1"]), (across["x2"], up["y2"])], False)]
    if tag == "rect":
        return _rectangle(across["x"], up["y"], across["width"], up["height"])
    radius = length(stated.get("r"), min(page))
    rx, ry = length(stated.get("rx"), wide, radius), length(stated.get("ry"), high, radius)
    return _ellipse((across["cx"], up["cy"]), rx, ry)


@lru_cache(maxsize=512)
def _path_pieces(data: str) -> list[Piece]:
    """Return the polylines of path data; letters drawn as outlines ask for the same again."""
    return _PathData().read(data)


def _rectangle(x: float, y: float, width: float, height: float) -> list[Piece]:
    if width <= 0 or height <= 0:
        return []
    return [([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], True)]


def _ellipse(centre: Place, rx: float, ry: float) -> list[Piece]:
    if rx <= 0 or ry <= 0:
        return []
    angles = [2 * math.pi * step / 24 for step in range(24)]
    points = [
        (centre[0] + rx * math.cos(angle), centre[1] + ry * math.sin(angle)) for angle in angles
    ]
    return [(points, True)]


class _PathData:
    """A pen that follows path data (SVG 1.1, section 8.3)."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.points: list[Place] = []
        self.control: Place | None = None
        self.before = ""

    def read(self, data: str) -> list[Piece]:
        command, values = "", list[float]()
        for letter, number in _TOKEN.findall(data):
            if letter:
                command, values = letter, []
                if letter in "Zz":
                    self._close()
                continue
            values.append(float(number))
            if command and len(values) == _TAKES[command.upper()] > 0:
                self._step(command, values)
                command = {"M": "L", "m": "l"}.get(command, command)
                values = []
        self._lift()
        return self.pieces

    def _lift(self) -> None:
        if len(self.points) > 1:
            self.pieces.append((self.points, False))

    def _close(self) -> None:
        if not self.points:
            return
        start = self.points[0]
        if len(self.points) > 1:
            if math.dist(start, self.points[-1]) < 1e-9:
                self.points.pop()
            self.pieces.append((self.points, True))
        self.points, self.before = [start], "Z"

    def _step(self, command: str, values: list[float]) -> None:
        kind = command.upper()
        here = self.points[-1] if self.points else (0.0, 0.0)
        if command.islower():
            values = _absolute(kind, values, here)
        if kind == "M":
            self._lift()
            self.points = [(values[0], values[1])]
        elif kind in "LHV":
            x = here[0] if kind == "V" else values[0]
            y = here[1] if kind == "H" else values[-1]
            self.points.append((x, y))
        elif kind == "A":
            end = (values[5], values[6])
            flags = values[3] != 0, values[4] != 0
            self.points += arc_points(here, (values[0], values[1]), values[2], *flags, end)
        else:
            self._bend(kind, values, here)
        self.before = kind

    def _bend(self, kind: str, values: list[float], here: Place) -> None:
        places = list(zip(values[::2], values[1::2], strict=True))
        smooth = kind in "ST"
        if smooth:
            same = self.before in ("CS" if kind == "S" else "QT")
            last = self.control if same and self.control is not None else here
            places.insert(0, (2 * here[0] - last[0], 2 * here[1] - last[1]))
        if not self.points:
            self.points = [here]
        self.control = places[-2]
        if len(places) == 3:
            self.points += cubic_points(here, *places)
        else:
            self.points += quadratic_points(here, *places)


def _absolute(kind: str, values: list[float], here: Place) -> list[float]:
    if kind == "A":
        return [*values[:5], values[5] + here[0], values[6] + here[1]]
    if kind in "HV":
        return [values[0] + here["HV".index(kind)]]
    return [value + here[index % 2] for index, value in enumerate(values)]
