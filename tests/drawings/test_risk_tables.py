"""Tables of numbers at risk as people set them: every number comes back, with its arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survkit.drawings import RiskTable, read_drawing
from survkit.drawings.vector.svg_text import EVEN, width_of
from tests.drawings.figures import Arm, Place, arm, axes, corners, legend, line, page, pairs, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACE = Place()
TIMES = range(0, 37, 6)
LOOKS = ['stroke="#003366"', 'stroke="#CC6600"']
ARMS = (arm("Placebo", 1, n=1210, scale=40.0), arm("Everolimus", 2, n=1235, scale=60.0))
NUMBERED = (arm("Arm 1", 1, scale=40.0), arm("Arm 2", 2, scale=60.0))
TITLE = "No. at risk"


def comma(count: int) -> str:
    return f"{count:,}"


def row(
    one: Arm,
    y: float,
    cell: Callable[[int], str] = str,
    *,
    label: str | None = None,
    gap: float = 12.0,
    before: str = "",
    behind: str = "",
) -> str:
    """Set the numbers of an arm under their times, and a label `gap` before the first time."""
    cells = [cell(one.at_risk(time)) for time in TIMES]
    cells[0] = before + cells[0]
    named = one.name if label is None else label
    parts = [text(PLACE.left - gap, y, named, anchor="end")] if named else []
    parts += [
        text(PLACE.x(time) - width_of(before, 5) * (not time), y, words)
        for time, words in zip(TIMES, cells, strict=True)
    ]
    return "".join(parts) + (text(PLACE.x(36) + 20, y, behind, anchor="start") if behind else "")


def rows(
    arms: tuple[Arm, ...], cell: Callable[[int], str] = str, *, title: str = TITLE, **more: object
) -> str:
    set_ = [row(one, 332 + 13 * k, cell, **more) for k, one in enumerate(arms)]  # type: ignore[arg-type]
    return text(30, 318, title, anchor="start") + "".join(set_)


def touching(arms: tuple[Arm, ...], cell: Callable[[int], str]) -> str:
    """Let labels touch the first number."""
    return "".join(
        row(one, 332 + 13 * k, cell, gap=width_of(cell(one.n), 10) / 2 + 0.3)
        for k, one in enumerate(arms)
    )


def labels_above() -> str:
    return text(30, 318, TITLE, anchor="start") + "".join(
        text(30, 333 + 26 * k, one.name, anchor="start") + row(one, 345 + 26 * k, label="")
        for k, one in enumerate(ARMS)
    )


def above_the_panel() -> str:
    return text(30, 12, TITLE, anchor="start") + "".join(
        row(one, 22 + 11 * k) for k, one in enumerate(ARMS)
    )


def one_run_of_letters_of_one_width() -> str:
    """Set each row as one text whose columns are made of blanks."""
    wide, parts = 10 * EVEN, []
    for k, one in enumerate(ARMS):
        words = one.name
        for time in TIMES:
            count = str(one.at_risk(time))
            place = round((PLACE.x(time) - 10) / wide - len(count) / 2)
            words = words.ljust(place) + count
        parts.append(text(10, 332 + 13 * k, words, anchor="start", more='font-family="Courier"'))
    return "".join(parts)


TABLES = {
    "label touches": (ARMS, touching(ARMS, comma)),
    "label touches, thousands apart": (ARMS, touching(ARMS, lambda n: comma(n).replace(",", " "))),
    "label in one word with the number": (
        ARMS,
        "".join(row(one, 332 + 13 * k, label="", before=one.name) for k, one in enumerate(ARMS)),
    ),
    "label ends in a number": (NUMBERED, rows(NUMBERED)),
    "label ends in a number that touches": (NUMBERED, touching(NUMBERED, str)),
    "label behind": (
        ARMS,
        "".join(row(one, 332 + 13 * k, label="", behind=one.name) for k, one in enumerate(ARMS)),
    ),
    "labels on lines of their own": (ARMS, labels_above()),
    "above the panel": (ARMS, above_the_panel()),
    "apostrophes": (ARMS, rows(ARMS, lambda n: comma(n).replace(",", "’"), gap=22)),
    "a row as one text": (ARMS, one_run_of_letters_of_one_width()),
}


def read(path: Path, arms: tuple[Arm, ...], table: str) -> tuple[RiskTable, list[str]]:
    """Draw a figure with a table, and read it: the table, and the arm of each of its rows."""
    curves = "".join(
        f'<polyline fill="none" {look} points="{pairs(corners(one, PLACE))}"/>'
        for one, look in zip(arms, LOOKS, strict=True)
    )
    content = page(axes(PLACE, percent=False), curves, legend(arms, LOOKS), table)
    path.write_text(content, encoding="utf-8")
    (panel,) = read_drawing(path)
    assert panel.risk_table is not None
    owners = [panel.curves[one.curve or 0].arm for one in panel.risk_table.rows]
    return panel.risk_table, owners


def assert_numbers(found: RiskTable, arms: tuple[Arm, ...]) -> None:
    assert found.times == tuple(TIMES)
    for one, truth in zip(found.rows, arms, strict=True):
        assert one.at_risk == tuple(truth.at_risk(time) for time in TIMES)


@pytest.mark.parametrize("kind", TABLES)
def test_every_number_comes_back_with_its_arm(kind: str, tmp_path: Path) -> None:
    arms, table = TABLES[kind]
    found, owners = read(tmp_path / "figure.svg", arms, table)
    assert_numbers(found, arms)
    assert owners == [one.name for one in arms]
    assert [one.label for one in found.rows] == owners


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("Number at risk (events)", "{} (7)"),
        ("Number at risk (number of events)", "{:,}(7)"),
        ("Number at risk / deaths", "{}/7"),
        ("Number at risk (number censored)", "{} (7)"),
    ],
)
def test_the_heading_tells_what_stands_in_brackets(title: str, cell: str, tmp_path: Path) -> None:
    table = rows(ARMS, cell.format, title=title, gap=28)
    found, _ = read(tmp_path / "figure.svg", ARMS, table)
    assert_numbers(found, ARMS)
    for one in found.rows:
        inside, other = (one.events, one.censored)[:: -1 if "censored" in title else 1]
        assert inside == (7,) * len(TIMES)
        assert other is None


def test_a_tick_mark_drawn_like_a_curve_is_no_part_of_it(tmp_path: Path) -> None:
    path, look = tmp_path / "figure.svg", 'stroke="black" stroke-width="1"'
    tick = line(PLACE.left - 4, PLACE.y(1), PLACE.left, PLACE.y(1), look)
    curve = f'<polyline fill="none" {look} points="{pairs(corners(ARMS[0], PLACE))}"/>'
    path.write_text(page(axes(PLACE, percent=False), tick, curve), encoding="utf-8")
    (panel,) = read_drawing(path)
    assert panel.curves[0].time[0] == pytest.approx(0.0, abs=1e-6)
