"""One page of a PDF as plain numbers: the only module that speaks to PDFium.

It runs as a process of its own (``python pdf_page.py FILE PAGE``) and imports nothing of survkit:
a file that makes PDFium crash, loop or swell takes down this process and not the user's. What it
finds goes to standard output as JSON; the lengths and places are those of the unrotated page.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import math
import sys
import time
from typing import Any

import pypdfium2.raw as pdfium

MEMORY = 2_000_000_000
"""Bytes that the process may take."""
SECONDS = 8
"""Seconds of work that it may take."""
OBJECTS = 100_000
"""Objects that a page may have."""
SEGMENTS = 400_000
"""Corners of paths that a page may have."""
DIGITS = 20_000
"""Numbers of paths that are handed on as the file has them."""
LONGEST = 2000
"""Corners of a path whose numbers are."""
LETTERS = 60_000
"""Letters that a page may have."""
SURVEY_SECONDS = 6.0
"""After how long looking through the pages of a file for step lines ends."""
FIGURE = 144.0  # points that a side of a picture has at least that may be a figure
DEPTH = 12
"""Forms within forms that are followed."""

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class TooMuchError(Exception):
    """A page has more on it than a figure has."""


def main() -> None:
    """Read the page that the command line names and write it to standard output."""
    bound_resources()
    path, asked = sys.argv[1], sys.argv[2]
    json.dump(answer(path, int(asked) if asked.isdigit() else None), sys.stdout)


def bound_resources() -> None:
    """Let the system end this process if it grows or takes too long, where systems can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def answer(path: str, page: int | None) -> dict[str, Any]:
    """Return the page with this number, from 1, or the only one of a file; else a fault."""
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(2, None, None, 0))
    document = pdfium.FPDF_LoadDocument(path.encode() + b"\0", None)
    if not document:
        locked = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
        return {"fault": "locked" if locked else "broken"}
    pages = pdfium.FPDF_GetPageCount(document)
    if page is None and pages > 1:
        return {"fault": "many", "pages": pages, **survey(document, pages)}
    if page is not None and not 1 <= page <= pages:
        return {"fault": "absent", "pages": pages}
    loaded = pdfium.FPDF_LoadPage(document, (page or 1) - 1)
    if not loaded:
        return {"fault": "broken"}
    try:
        return {**read_page(loaded), "pages": pages, "page": page or 1}
    except TooMuchError:
        return {"fault": "crowded"}


def survey(document: Any, pages: int) -> dict[str, list[int]]:
    """List the pages, from 1, that hold step lines, or pictures, as far as the time goes."""
    end = time.monotonic() + SURVEY_SECONDS
    found: dict[str, list[int]] = {"candidates": [], "pictured": []}
    for number in range(pages):
        if time.monotonic() > end:
            break
        page = pdfium.FPDF_LoadPage(document, number)
        if not page:
            continue
        with contextlib.suppress(TooMuchError):
            held = read_page(page)
            if any(_climbs(path["points"]) for path in held["paths"]):
                found["candidates"].append(number + 1)
            elif any(min(x1 - x0, y1 - y0) > FIGURE for x0, y0, x1, y1 in held["pictures"]):
                found["pictured"].append(number + 1)
        pdfium.FPDF_ClosePage(page)
    return found


def _climbs(points: list[list[float]]) -> bool:
    """Tell whether a line goes along one axis of the page, then the other, at least six times."""
    turns, before = 0, ""
    for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(points):
        level, upright = abs(y1 - y0) < 1e-3, abs(x1 - x0) < 1e-3
        if level and upright:  # a corner that is written twice
            continue
        way = "level" if level else "upright" if upright else ""
        turns = turns + 1 if way and way != before else turns if way else 0
        if turns >= 6:
            return True
        before = way
    return False


def read_page(page: Any) -> dict[str, Any]:
    """Return size, paths and letters of a page."""
    reader = _Paths()
    count = pdfium.FPDFPage_CountObjects(page)
    if count > OBJECTS:
        raise TooMuchError
    reader.walk([pdfium.FPDFPage_GetObject(page, index) for index in range(count)], IDENTITY, 0)
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    return {
        "box": [box.left, box.bottom, box.right, box.top],
        "turned": pdfium.FPDFPage_GetRotation(page),
        "paths": reader.paths,
        "letters": read_letters(page, reader.texts),
        "pictures": reader.pictures,
        "numbers": reader.raw,
    }


class _Paths:
    """What lies on the page, in the order of drawing, forms opened."""

    def __init__(self) -> None:
        self.paths: list[dict[str, Any]] = []
        self.texts: dict[int, dict[str, Any]] = {}
        self.pictures: list[list[float]] = []
        self.segments = 0
        self.order = 0
        self.raw: list[tuple[float, list[float]]] = []
        self.counted = 0

    def walk(self, objects: list[Any], outer: Matrix, depth: int) -> None:
        """Take up objects that lie in a container whose matrix is given."""
        for thing in objects:
            if not thing:
                continue
            self.order += 1
            kind = pdfium.FPDFPageObj_GetType(thing)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(thing, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self.texts[_address(thing)] = self._text(thing, outer)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEPTH:
                inner = times(matrix_of(thing), outer)
                count = pdfium.FPDFFormObj_CountObjects(thing)
                within = [pdfium.FPDFFormObj_GetObject(thing, index) for index in range(count)]
                self.walk(within, inner, depth + 1)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.pictures.append(_corner_box(times(matrix_of(thing), outer)))

    def _text(self, thing: Any, outer: Matrix) -> dict[str, Any]:
        """Return where a piece of text begins, and what letters set like it have in common."""
        matrix = times(matrix_of(thing), outer)
        size, sides = ctypes.c_float(), [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFTextObj_GetFontSize(thing, size)
        pdfium.FPDFPageObj_GetBounds(thing, *sides)
        left, bottom, right, top = (side.value for side in sides)
        return {
            "order": self.order,
            "origin": [matrix[4], matrix[5]],
            "colour": _colour(thing, pdfium.FPDFPageObj_GetFillColor),
            "kind": [
                _address(pdfium.FPDFTextObj_GetFont(thing)),
                *(round(part, 2) for part in (size.value, *matrix[:4], right - left, top - bottom)),
            ],
        }

    def _path(self, thing: Any, outer: Matrix) -> None:
        matrix = times(matrix_of(thing), outer)
        count = pdfium.FPDFPath_CountSegments(thing)
        self.segments += max(count, 0) + 1
        if self.segments > SEGMENTS:
            raise TooMuchError
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(thing, filled, stroked)
        points = [
            _segment(pdfium.FPDFPath_GetPathSegment(thing, index), matrix) for index in range(count)
        ]
        if not points:
            return
        if self.counted < DIGITS and not filled.value:
            numbers = _own_numbers(thing, count)
            self.counted += len(numbers)
            self.raw.append((math.hypot(matrix[0], matrix[1]), numbers))
        scale = math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
        self.paths.append(
            {
                "points": points,
                "stroke": _colour(thing, pdfium.FPDFPageObj_GetStrokeColor) if stroked.value else 0,
                "fill": _colour(thing, pdfium.FPDFPageObj_GetFillColor) if filled.value else 0,
                "width": _width(thing) * scale,
                "dash": [length * scale for length in _dash(thing)],
                "clip": _clip(thing, outer),
                "order": self.order,
            }
        )


def _own_numbers(thing: Any, count: int) -> list[float]:
    """Return the numbers of a path as the file has them."""
    numbers = []
    for index in range(min(count, LONGEST)):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(thing, index), x, y)
        numbers += [x.value, y.value]
    return numbers


def _address(thing: Any) -> int:
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def matrix_of(thing: Any) -> Matrix:
    """Return an object's own matrix, which leaves out that of its container."""
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return IDENTITY
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does what `inner` does and then what `outer` does."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _moved(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _corner_box(matrix: Matrix) -> list[float]:
    corners = [_moved(x, y, matrix) for x in (0, 1) for y in (0, 1)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return [min(xs), min(ys), max(xs), max(ys)]


def _segment(segment: Any, matrix: Matrix) -> list[float]:
    """Return x, y, kind (0 line, 1 control point or end of a curve, 2 move), whether it closes."""
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    kind = pdfium.FPDFPathSegment_GetType(segment)
    across, up = _moved(x.value, y.value, matrix)
    return [across, up, kind, int(bool(pdfium.FPDFPathSegment_GetClose(segment)))]


def _colour(thing: Any, ask: Any) -> list[int]:
    parts = [ctypes.c_uint() for _ in range(4)]
    ask(thing, *parts)
    return [part.value for part in parts]


def _width(thing: Any) -> float:
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(thing, width)
    return width.value


def _dash(thing: Any) -> list[float]:
    count = min(pdfium.FPDFPageObj_GetDashCount(thing), 16)
    if count <= 0:
        return []
    lengths = (ctypes.c_float * count)()
    pdfium.FPDFPageObj_GetDashArray(thing, lengths, count)
    return list(lengths)


def _clip(thing: Any, outer: Matrix) -> list[float] | None:
    """Return the box in which the object is seen, or None."""
    clip = pdfium.FPDFPageObj_GetClipPath(thing)
    if not clip:
        return None
    boxes = []
    for index in range(min(pdfium.FPDFClipPath_CountPaths(clip), 16)):
        count = min(pdfium.FPDFClipPath_CountPathSegments(clip, index), 64)
        points = [
            _segment(pdfium.FPDFClipPath_GetPathSegment(clip, index, number), outer)
            for number in range(max(count, 0))
        ]
        if points:
            xs, ys = [point[0] for point in points], [point[1] for point in points]
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    if not boxes:
        return None
    left, bottom, right, top = zip(*boxes, strict=True)
    return [max(left), max(bottom), min(right), min(top)]


def read_letters(page: Any, texts: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the letters of a page with their boxes, directions, sizes and colours."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return []
    count = pdfium.FPDFText_CountChars(text)
    if count > LETTERS:
        raise TooMuchError
    letters: list[dict[str, Any]] = []
    owners: dict[int, list[dict[str, Any]]] = {}
    before = 0
    for index in range(max(count, 0)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            before = 0
            continue
        letter = _letter(text, index, code, texts)
        owner = _address(pdfium.FPDFText_GetTextObject(text, index))
        letter["glued"] = owner == before
        before = owner if code > 32 else 0
        owners.setdefault(owner, []).append(letter)
        if code > 32:
            letters.append(letter)
    pdfium.FPDFText_ClosePage(text)
    return letters + _left_out(owners, texts)


def _left_out(
    owners: dict[int, list[dict[str, Any]]], texts: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """
    Return letters that PDFium takes for repetitions of a neighbour and leaves out.

    Marks set as letters stand that close. A piece of text of the same font, size and extent as one
    that consists of a single letter is that letter, too.
    """
    known: dict[tuple[float, ...], tuple[dict[str, Any], dict[str, Any]]] = {}
    for owner, letters in owners.items():
        if owner in texts and len(letters) == 1 and letters[0]["code"] > 32:
            known.setdefault(tuple(texts[owner]["kind"]), (letters[0], texts[owner]))
    found = []
    for owner, piece in texts.items():
        if owner in owners or tuple(piece["kind"]) not in known:
            continue
        letter, like = known[tuple(piece["kind"])]
        across, up = (a - b for a, b in zip(piece["origin"], like["origin"], strict=True))
        moved = {
            "origin": [letter["origin"][0] + across, letter["origin"][1] + up],
            "loose": [
                side + (across, up)[number % 2] for number, side in enumerate(letter["loose"])
            ],
            "colour": piece["colour"],
            "glued": False,
            "order": piece["order"],
        }
        found.append({**letter, **moved})
    return found


def _letter(text: Any, index: int, code: int, texts: dict[int, dict[str, Any]]) -> dict[str, Any]:
    across, up = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, index, across, up)
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, index, loose)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(text, index, *parts)
    thing = pdfium.FPDFText_GetTextObject(text, index)
    return {
        "code": code,
        "origin": [across.value, up.value],
        "loose": [loose.left, loose.bottom, loose.right, loose.top],
        "angle": math.degrees(math.atan2(matrix.b, matrix.a)),
        "size": pdfium.FPDFText_GetFontSize(text, index) * (math.hypot(matrix.c, matrix.d) or 1.0),
        "colour": [part.value for part in parts],
        "order": texts.get(_address(thing), {"order": 0})["order"],
    }


if __name__ == "__main__":
    main()
