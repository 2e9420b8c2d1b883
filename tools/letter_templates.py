"""Measure the letters of free fonts for `survkit.drawings.letters`.

Usage: ``python tools/letter_templates.py FONT.ttf [FONT.ttf ...]``. The committed file comes from
DejaVu Sans, Sans Bold and Serif (free licence of Bitstream Vera); Liberation Sans, Sans Bold, Sans
Narrow, Serif and Serif Bold (OFL, as wide as Arial, Helvetica and Times); Open Sans Regular and
Semibold (Apache 2.0); Roboto Regular, Bold and Condensed (Apache 2.0); and from the faces that
PDFium brings along for Helvetica and Times (BSD 3-Clause). Kept are ink shares of 12 by 12 cells,
boxes and advance widths: measurements, no outlines.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from survkit.drawings.letters.shape import CELLS, coverage
from survkit.drawings.vector.flattening import cubic_points, quadratic_points

LETTERS = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    ".,:;()[]/%+-–−=<>≤≥±*'·&_|×\ufb01\ufb02"
)
STANDARD = ("Helvetica", "Helvetica-Bold", "Times-Roman", "Times-Bold")
OUT = Path(__file__).parents[1] / "src/survkit/drawings/letters/templates.npz"


def outlines(font: TTFont, name: str) -> list[np.ndarray]:
    """Return the closed outlines of a glyph as points, in units of the font."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    contours, points = [], []
    for step, places in pen.value:
        if step == "moveTo":
            points = [places[0]]
        elif step == "lineTo":
            points.append(places[0])
        elif step == "qCurveTo":
            points += _quadratic(points[-1] if points else None, list(places))
        elif step == "curveTo":
            points += cubic_points(points[-1], *places)
        elif step == "closePath":
            contours.append(np.array(points, dtype=float))
    return contours


def _quadratic(start, places):
    """Follow TrueType's chain of control points, the points between two of them implied."""
    if places[-1] is None:  # a contour without any point on it
        places = [*places[:-1]]
        start = tuple((a + b) / 2 for a, b in zip(places[-1], places[0], strict=True))
        places.append(start)
    points, here = [], start
    for index, control in enumerate(places[:-1]):
        end = places[-1]
        if index < len(places) - 2:
            end = tuple((a + b) / 2 for a, b in zip(control, places[index + 1], strict=True))
        points += quadratic_points(here, control, end)
        here = end
    return points


def standard(name: str, letter: str) -> tuple[np.ndarray, list[float], float]:
    """Return ink, box and advance of a letter in one of the fonts that PDFium brings along."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(2, 2)
    thing = pdfium.FPDFPageObj_NewTextObj(document.raw, name.encode(), 1.0)
    code = np.array([ord(letter), 0], dtype=np.uint16)
    pdfium.FPDFText_SetText(thing, code.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort)))
    pdfium.FPDFPageObj_Transform(thing, 1, 0, 0, 1, 0.5, 0.5)
    pdfium.FPDFPage_InsertObject(page.raw, thing)
    pdfium.FPDFPage_GenerateContent(page.raw)
    ink = 1 - np.asarray(page.render(scale=600, grayscale=True).to_numpy())[::-1] / 255
    rows, columns = np.flatnonzero(ink.max(axis=1) > 0.5), np.flatnonzero(ink.max(axis=0) > 0.5)
    box = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    parts = np.array_split(ink[box[1] : box[3], box[0] : box[2]], CELLS)
    grid = np.array([cut.mean() for row in parts for cut in np.array_split(row, CELLS, axis=1)])
    loose = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(pdfium.FPDFText_LoadPage(page.raw), 0, loose)
    return grid, [side / 600 - 0.5 for side in box], loose.right - loose.left


def main() -> None:
    """Write the file of templates."""
    letters, grids, boxes, advances, fonts = [], [], [], [], []
    for number, path in enumerate(sys.argv[1:]):
        font = TTFont(path)
        em, known = font["head"].unitsPerEm, font.getBestCmap()
        for letter in LETTERS:
            contours = outlines(font, known[ord(letter)]) if ord(letter) in known else []
            if not contours:
                continue
            every = np.concatenate(contours) / em
            letters.append(letter)
            grids.append(np.round(coverage(contours) * 15))
            boxes.append([*every.min(axis=0), *every.max(axis=0)])
            advances.append(font["hmtx"][known[ord(letter)]][0] / em)
            fonts.append(number)
    for number, name in enumerate(STANDARD, start=len(sys.argv) - 1):
        for letter in LETTERS:
            if ord(letter) > 255:
                continue
            grid, box, advance = standard(name, letter)
            letters.append(letter)
            grids.append(np.round(grid * 15))
            boxes.append(box)
            advances.append(advance)
            fonts.append(number)
    np.savez_compressed(
        OUT,
        letters=np.array([ord(letter) for letter in letters], dtype=np.uint16),
        grids=np.array(grids, dtype=np.uint8),
        boxes=np.array(boxes, dtype=np.float32),
        advances=np.array(advances, dtype=np.float32),
        fonts=np.array(fonts, dtype=np.uint8),
    )


if __name__ == "__main__":
    main()
