"""What the drawings of a page show is what the reproduction holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survkit.report.curves import draw_curves, draw_thumbnail
from survkit.report.forest import draw_forest
from survkit.report.log_log import draw_log_log

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction


def test_a_curve_begins_at_one_and_its_median_stands_on_one_half(
    reproductions: tuple[Reproduction, ...],
) -> None:
    (result,) = reproductions[0].analyses
    drawing = draw_curves(result)
    assert [line.name for line in drawing.lines] == ["active", "control"]
    assert all(line.curve.startswith("M34 8H") for line in drawing.lines)
    assert all(line.median.startswith("M34 108H") for line in drawing.lines)
    assert all(line.limits.endswith("Z") for line in drawing.lines)


def test_numbers_at_risk_are_those_of_the_patients(
    reproductions: tuple[Reproduction, ...],
) -> None:
    (result,) = reproductions[0].analyses
    drawing, ipd = draw_curves(result), result.reconstruction.ipd
    for row in drawing.at_risk:
        times = ipd.loc[ipd["arm"] == row.name, "time"]
        for tick, count in zip(drawing.times, row.counts, strict=True):
            assert count.place == tick.place
            assert int(count.label) == int((times >= float(tick.label)).sum())


def test_printed_figures_are_marked_with_their_role(
    reproductions: tuple[Reproduction, ...],
) -> None:
    texts = [(mark.role, mark.text) for mark in draw_curves(reproductions[0].analyses[0]).marks]
    assert texts == [
        ("input", "control: printed median 6, used as input"),
        ("check", "control: printed survival 25 % at 12, kept out as check"),
        ("input", "active: printed median 9.1, used as input"),
    ]


def test_one_arm_has_no_diagnostic_and_no_forest(reproductions: tuple[Reproduction, ...]) -> None:
    women = reproductions[1].analyses[1]
    assert draw_log_log(women) is None
    assert draw_forest([women]) is None
    assert len(draw_thumbnail(women)) == 1


def test_the_forest_shows_printed_above_refitted(reproductions: tuple[Reproduction, ...]) -> None:
    drawing = draw_forest(reproductions[0].analyses)
    assert drawing is not None
    (line,) = drawing.lines
    assert line.printed is not None
    assert line.refitted is not None
    assert (line.printed.text, line.refitted.text) == ("0.60", "0.60")
    assert float(line.printed.height) < float(line.refitted.height)
    assert abs(float(line.printed.place) - float(line.refitted.place)) < 3.0
    assert float(line.printed.place) < float(drawing.no_effect)


def test_the_log_log_curves_rise(reproductions: tuple[Reproduction, ...]) -> None:
    (result,) = reproductions[0].analyses
    drawing = draw_log_log(result)
    assert drawing is not None
    assert len(drawing.lines) == 2
    for line in drawing.lines:
        heights = [float(height) for height in re.findall(r"V([\d.]+)", line.curve)]
        assert len(heights) > 10
        assert heights == sorted(heights, reverse=True)  # upwards, as SVG counts
