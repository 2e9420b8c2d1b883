"""A page of a PDF to primitives.

PDFium reads the file in a process of its own (:mod:`survkit.drawings.vector.pdf_page`): no file can
crash, hang or swell the process that asked.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import unicodedata
from collections import defaultdict
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from survkit.drawings.primitives import Box, Colour, Drawing, Stroke, Word
from survkit.drawings.vector.flattening import Place, cubic_points
from survkit.drawings.vector.grids import goes_along_the_axes, half_grid
from survkit.errors import DrawingError

__all__ = ["read_pdf"]

SECONDS = 20
"""Seconds after which a file counts as one that cannot be read."""
FARTHEST = 1e6
"""Coordinates beyond this, in points, belong to no figure."""
CAPITAL = 0.72
"""Height of capitals, as a share of the size of letters."""
_FINEST = 3e-5
_LIGATURES = range(0xFB00, 0xFB05)
_CURVE, _MOVE = 1, 2
_FAULTS = {
    "locked": "it is protected by a password",
    "broken": "it is no PDF that can be read",
    "swollen": "it is damaged, or takes more memory or time to read than a figure does",
    "crowded": "the page has more lines or letters on it than a figure has",
}


def read_pdf(path: Path, page: int | None = None) -> Drawing:
    """
    Read one page of a PDF.

    Parameters
    ----------
    path : Path
        The file.
    page : int or None
        The page, counted from 1. None where the file has one page, or one page alone with step
        lines on it.

    Returns
    -------
    Drawing
        Its lines and letters, in points, as the page is seen (rotation applied).

    Raises
    ------
    DrawingError
        If the file cannot be read, has no such page, or has several and none was named.
    """
    if find_spec("pypdfium2") is None:
        message = f"{path}: reading a PDF needs pypdfium2: pip install 'survkit[drawings]'"
        raise DrawingError(message)
    found = _ask(path, page)
    if found.get("fault") == "many":
        return read_pdf(path, _only_page(path, found))
    if "fault" in found:
        msg = f"{path}: {_fault(found, page)}"
        raise DrawingError(msg)
    return _drawing(found)


def _fault(found: dict[str, Any], page: int | None) -> str:
    if found["fault"] == "absent":
        return f"page must be between 1 and {found['pages']}, got {page}"
    return _FAULTS[found["fault"]]


def _only_page(path: Path, found: dict[str, Any]) -> int:
    """Return the one page with step lines on it; ask for the page where there are others."""
    candidates: list[int] = found["candidates"]
    if len(candidates) == 1 and found["pages"] <= 20:
        return candidates[0]
    seen = [
        f"; {what} on page {', '.join(str(number) for number in numbers[:12])}"
        + (", …" if len(numbers) > 12 else "")
        for what, numbers in (
            ("step lines are drawn", candidates),
            ("pictures lie", found["pictured"]),
        )
        if numbers
    ]
    message = f"{path}: page must be stated, the file has {found['pages']} pages{''.join(seen)}"
    raise DrawingError(message)


def _ask(path: Path, page: int | None) -> dict[str, Any]:
    """Let a process of its own read the page."""
    script = Path(__file__).with_name("pdf_page.py")
    command = [sys.executable, "-P", str(script), str(path.resolve()), str(page or "-")]
    try:
        done = subprocess.run(  # noqa: S603 - our script; the file's name is one argument
            command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        message = f"{path}: it takes more than {SECONDS} s to read, as no figure does"
        raise DrawingError(message) from None
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"fault": "broken" if done.returncode == 0 else "swollen"}
    return found


class _Frame:
    """Where a page's own coordinates come to lie when it is seen: origin, rotation, size."""

    def __init__(self, box: list[float], turned: int) -> None:
        self.left, self.bottom, right, top = box
        self.wide, self.high = right - self.left, top - self.bottom
        self.turned = turned

    @property
    def size(self) -> tuple[float, float]:
        return (self.high, self.wide) if self.turned % 2 else (self.wide, self.high)

    def place(self, points: list[Place]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Move points of the page to where they are seen."""
        moved = np.asarray(points, dtype=float) - (self.left, self.bottom)
        x, y = moved[:, 0], moved[:, 1]
        if self.turned == 1:
            x, y = y, self.wide - x
        elif self.turned == 2:
            x, y = self.wide - x, self.high - y
        elif self.turned == 3:
            x, y = self.high - y, x
        return np.column_stack([x, y])

    def box(self, sides: list[float]) -> Box:
        left, bottom, right, top = sides
        return Box.around(self.place([(left, bottom), (right, top)]))


def _drawing(found: dict[str, Any]) -> Drawing:
    frame = _Frame(found["box"], found["turned"])
    strokes = [stroke for path in found["paths"] for stroke in _strokes(path, frame)]
    words = _words(found["letters"], frame)
    remarks = ["the page holds a picture, which was not read"] if found["pictures"] else []
    return Drawing(
        width=frame.size[0],
        height=frame.size[1],
        strokes=tuple(strokes),
        words=tuple(words),
        remarks=tuple(remarks),
        precision=_precision(found["numbers"]),
        page=int(found["page"]),
        pictures=len(found["pictures"]),
    )


def _precision(lines: list[tuple[float, list[float]]]) -> float:
    """Return half the grid on which lines of level and upright parts lie, in points."""
    by_unit: dict[float, list[float]] = defaultdict(list)
    for unit, numbers in lines:
        if not all(abs(number) < FARTHEST for number in (unit, *numbers)):
            continue
        if goes_along_the_axes(list(zip(numbers[::2], numbers[1::2], strict=True))):
            by_unit[round(unit, 9)] += numbers
    if not by_unit:
        return _FINEST
    unit = max(by_unit, key=lambda one: (len(by_unit[one]), one))
    return half_grid(by_unit[unit], unit, _FINEST)


def _seen(colour: list[int] | int) -> Colour | None:
    """Return a colour as it is seen on white; None where nothing is drawn."""
    if isinstance(colour, int) or colour[3] == 0:
        return None
    opacity = colour[3] / 255
    red, green, blue = (round(255 - opacity * (255 - part)) for part in colour[:3])
    return red, green, blue


def _strokes(path: dict[str, Any], frame: _Frame) -> list[Stroke]:
    line, area = _seen(path["stroke"]), _seen(path["fill"])
    opaque = path["fill"] if area else path["stroke"]
    return [
        Stroke(
            points=points,
            colour=line,
            width=path["width"] if line else 0.0,
            dash=tuple(path["dash"]) if line and sum(path["dash"]) > 0 else (),
            closed=closed,
            fill=area,
            opacity=1.0 if isinstance(opaque, int) else opaque[3] / 255,
            clip=None if path["clip"] is None else frame.box(path["clip"]),
            order=path["order"],
        )
        for places, closed in _pieces(path["points"])
        if line is not None or area is not None
        for points in [frame.place(places)]
        if np.isfinite(points).all() and np.abs(points).max() < FARTHEST
    ]


def _pieces(points: list[list[float]]) -> list[tuple[list[Place], bool]]:
    """Cut a path into its sub-paths: points, and whether each is closed."""
    pieces: list[tuple[list[Place], bool]] = []
    places: list[Place] = []
    controls: list[Place] = []
    for x, y, kind, closes in points:
        if kind == _MOVE:
            if len(places) > 1:
                pieces.append((places, False))
            places, controls = [(x, y)], []
        elif kind == _CURVE:
            controls.append((x, y))
            if len(controls) == 3 and places:
                places.extend(cubic_points(places[-1], *controls))
                controls = []
        else:
            places.append((x, y))
        if closes and places:
            pieces.append((_closed(places), True))
            places = [places[0]]
    if len(places) > 1:
        pieces.append((places, False))
    return pieces


def _closed(places: list[Place]) -> list[Place]:
    """Return a closed outline without its first point again at the end."""
    again = len(places) > 1 and math.dist(places[0], places[-1]) < 1e-9
    return places[:-1] if again else places


def _words(letters: list[dict[str, Any]], frame: _Frame) -> list[Word]:
    """Return letters, those that follow each other without a space in one piece of text joined."""
    words: list[Word] = []
    for letter in letters:
        word = _word(letter, frame)
        if word is None:
            continue
        last = words[-1] if words else None
        repeats = last is not None and last.text[-1] == word.text and not word.text.isalnum()
        if letter["glued"] and last is not None and not repeats:
            words[-1] = replace(
                last, text=last.text + word.text, box=Box.united([last.box, word.box])
            )
        else:
            words.append(word)
    return words


def _word(letter: dict[str, Any], frame: _Frame) -> Word | None:
    """Return a letter, its box from the baseline to the height of capitals; None for no letter."""
    code, size = letter["code"], letter["size"]
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF or not chr(code).isprintable():
        return None
    places = frame.place([tuple(letter["origin"])])[0]
    if not (0 < size < FARTHEST and np.isfinite(places).all() and np.abs(places).max() < FARTHEST):
        return None
    turned = (letter["angle"] - 90 * frame.turned + 180) % 360 - 180
    loose = frame.box(letter["loose"])
    return Word(
        text=unicodedata.normalize("NFKC", chr(code)) if code in _LIGATURES else chr(code),
        box=_letter_box((float(places[0]), float(places[1])), loose, size, turned),
        rotation=turned,
        size=size,
        colour=_seen(letter["colour"]) or (255, 255, 255),
        order=letter["order"],
    )


def _letter_box(origin: Place, loose: Box, size: float, turned: float) -> Box:
    """Return the box of a letter: as wide as it moves the pen, as high as capitals are."""
    x, y = origin
    high = CAPITAL * size
    if abs(turned) < 45:
        return Box(left=loose.left, right=loose.right, bottom=y, top=y + high)
    if 45 <= turned < 135:
        return Box(left=x - high, right=x, bottom=loose.bottom, top=loose.top)
    if -135 < turned <= -45:
        return Box(left=x, right=x + high, bottom=loose.bottom, top=loose.top)
    return Box(left=loose.left, right=loose.right, bottom=y - high, top=y)
