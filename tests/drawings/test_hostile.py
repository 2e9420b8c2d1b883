"""Broken and hostile files end in a sentence: no traceback, no hang, nothing fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.drawings import Box, Stroke, read_drawing
from survkit.drawings.letters.glyphs import find_glyphs
from survkit.drawings.reading.staircases import find_staircases
from survkit.errors import DrawingError, SurvkitError
from tests.drawings.figures import page, write
from tests.drawings.mutants import mutants, pdf

if TYPE_CHECKING:
    from pathlib import Path

LAUGHS = """<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&b;</text></svg>"""


def refused(path: Path, content: bytes | str) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DrawingError) as caught:
        read_drawing(path)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


def test_entities_are_refused(tmp_path: Path) -> None:
    assert "declares entities" in refused(tmp_path / "a.svg", LAUGHS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no well-formed SVG"),
        ("<svg", "no well-formed SVG"),
        ("<html/>", "root element must be svg"),
        ("<svg/>", "must have a width and a height"),
        ('<svg width="1e400" height="3"/>', "must have a width and a height"),
        ("<svg>" + "<g>" * 500 + "</g>" * 500 + "</svg>", "more than"),
    ],
)
def test_what_is_no_svg_is_refused(content: str, words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path / "a.svg", content)


def test_use_that_multiplies_is_bounded(tmp_path: Path) -> None:
    parts = ['<g id="a0"><path d="M0 0L1 1"/></g>']
    for level in range(1, 30):
        uses = f'<use xlink:href="#a{level - 1}"/>' * 10
        parts.append(f'<g id="a{level}">{uses}</g>')
    assert "draws more lines" in refused(tmp_path / "a.svg", page(*parts))


def test_numbers_beyond_all_range_are_left_out(tmp_path: Path) -> None:
    scales = '<g transform="scale(1e200)">' * 3 + '<path d="M1e200 0L1e300 9"/>' + "</g>" * 3
    assert "no pair of axes" in refused(tmp_path / "a.svg", page(scales))


def test_use_of_itself_ends(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.svg", page('<g id="a"><use xlink:href="#a"/></g>'))


def test_nothing_outside_is_reached_for(tmp_path: Path) -> None:
    other = tmp_path / "other.svg"
    other.write_text(page('<path id="x" d="M0 0"/>'))
    content = page('<use xlink:href="other.svg#x"/><image href="http://localhost:1/x.png"/>')
    assert "no pair of axes" in refused(tmp_path / "a.svg", content)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.4\n" + b"<<" * 5000]
)
def test_what_is_no_pdf_is_refused(content: bytes, tmp_path: Path) -> None:
    assert "no PDF that can be read" in refused(tmp_path / "a.pdf", content)


def test_a_page_crowded_with_lines_is_refused(tmp_path: Path) -> None:
    assert "more lines" in refused(tmp_path / "a.pdf", pdf(b"0 0 m 9 9 l S\n" * 250_000))


@pytest.mark.slow
def test_forms_within_forms_end(tmp_path: Path) -> None:
    forms = b""
    for number in range(10, 40):
        body = b"/F Do " * 10
        following = b"/Resources<</XObject<</F %d 0 R>>>>" % (number + 1)
        head = b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]" % number
        forms += (
            head + following + b"/Length %d>>stream\n%s\nendstream endobj\n" % (len(body), body)
        )
    refused(tmp_path / "a.pdf", pdf(b"/F Do", forms, b"/XObject<</F 10 0 R>>"))


def many_pages(count: int, figures: dict[int, bytes]) -> bytes:
    """Return a PDF of many empty pages, some of which, counted from 1, have content."""
    kids = b" ".join(b"%d 0 R" % (number + 2) for number in range(1, count + 1))
    content = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    content += b"2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (kids, count)
    for number in range(1, count + 1):
        held = b"/Contents %d 0 R" % (number + 1000) if number in figures else b""
        head = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 90]%s>>" % held
        content += b"%d 0 obj%sendobj\n" % (number + 2, head)
    for number, drawn in figures.items():
        stream = b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn)
        content += b"%d 0 obj%s endobj\n" % (number + 1000, stream)
    return content + b"trailer<</Root 1 0 R>>"


def test_many_pages_ask_for_one_and_name_those_with_step_lines(tmp_path: Path) -> None:
    corners = [(5 * (step // 2), 80 - 5 * ((step + 1) // 2)) for step in range(12)]
    ways = b" ".join(b"%d %d l" % corner for corner in [*corners, corners[-1]])
    content = many_pages(300, {7: b"0 80 m " + ways + b" S", 9: b"0 0 m 9 9 l S"})
    said = refused(tmp_path / "a.pdf", content)
    assert "page must be stated, the file has 300 pages; step lines are drawn on page 7" in said


def test_no_such_file_and_no_such_kind(tmp_path: Path) -> None:
    with pytest.raises(DrawingError, match="there is no such file"):
        read_drawing(tmp_path / "a.pdf")
    with pytest.raises(DrawingError, match="the ending of a figure must be one of"):
        read_drawing(tmp_path / "a.docx")


@pytest.mark.slow
@pytest.mark.parametrize("style", ["journal", "prism"])
def test_mutants_are_read_or_refused(style: str, tmp_path: Path) -> None:
    sound = write(tmp_path, style).read_bytes()
    path = tmp_path / "mutant.svg"
    for content in mutants(sound, 150, seed=20):
        path.write_bytes(content)
        try:
            read_drawing(path)
        except SurvkitError:
            continue


def test_a_last_level_that_is_nearly_upright_has_none_beside_it() -> None:
    level = [(x, 90 - y) for x in range(15) for y in (x, x + 1)]
    points = np.array([*level, (15, 75), (15.3, 70), (15.31, 69)], dtype=float)
    stroke = Stroke(points=points, colour=(0, 0, 0), width=1.0)
    box = Box(left=0, right=20, bottom=0, top=90)
    (stairs,) = find_staircases([stroke], box, 0.01)
    assert all(0 < level < stairs.drops for level in stairs.doubtful)


def test_letters_without_extent_are_none() -> None:
    line = Stroke(points=np.full((3, 2), 5.0), colour=None, width=0.0, fill=(0, 0, 0), closed=True)
    assert find_glyphs([line], 100.0) == []
