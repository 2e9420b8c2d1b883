"""What the drawings of a page show is what the scenes hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survkit.report.drawings import ForestDrawing, KaplanMeierDrawing, LogLogDrawing
from survkit.scene import compose_forest, compose_kaplan_meier, compose_log_log

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.reproduction import Reproduction


def test_a_curve_begins_at_one_and_its_median_stands_on_one_half(
    reproductions: tuple[Reproduction, ...],
) -> None:
    (result,) = reproductions[0].analyses
    drawing = KaplanMeierDrawing(compose_kaplan_meier(result))
    assert [paths.curve.arm.name for paths in drawing.curves] == ["active", "control"]
    for paths in drawing.curves:
        assert paths.steps.startswith("M34 20H")
        assert paths.median.startswith("M34 120H")
        assert paths.median.endswith("V220")
        assert paths.limits.endswith("Z")
        assert paths.censored.count("M") == len(set(re.findall("M[^m]+", paths.censored)))


def test_printed_figures_are_marked_with_their_role(
    reproductions: tuple[Reproduction, ...],
) -> None:
    scene = compose_kaplan_meier(reproductions[0].analyses[0])
    drawing = KaplanMeierDrawing(scene)
    told = [(paths.target.role, paths.target.words) for paths in drawing.targets]
    assert told == [
        ("input", "control: printed median 6, used as input"),
        ("check", "control: printed survival 25 % at 12, kept out as check"),
        ("input", "active: printed median 9.1, used as input"),
    ]
    median, percentage, _ = drawing.targets
    assert median.outline.startswith(f"M{drawing.x(6.0)} 120m")
    assert percentage.outline.startswith(f"M{drawing.x(12.0)} 170m")


def test_numbers_at_risk_stand_under_the_ticks_of_the_axis(
    report: Path, reproductions: tuple[Reproduction, ...]
) -> None:
    scene = compose_kaplan_meier(reproductions[0].analyses[0])
    page = (report / "trial-small.html").read_text("utf-8")
    plot = page[page.index("Kaplan-Meier curves of") :]
    plot = plot[: plot.index("</svg>")]
    ticks = re.findall(r'x="([\d.]+)" y="234" text-anchor="middle">([^<]+)', plot)
    assert [text for _, text in ticks] == list(scene.time.texts)
    numbers = re.findall(r'x="([\d.]+)" y="\d+" dy="12.5" text-anchor="middle">(\d+)', plot)
    rows = [count for row in scene.at_risk for count in row.counts]
    assert [int(count) for _, count in numbers] == rows
    assert [place for place, _ in numbers] == [place for place, _ in ticks] * len(scene.at_risk)
    assert f">{scene.share.label}</text>" in plot


def test_one_arm_has_a_thumbnail(reproductions: tuple[Reproduction, ...]) -> None:
    women = reproductions[1].analyses[1]
    (paths,) = KaplanMeierDrawing(compose_kaplan_meier(women)).thumbnail
    assert re.fullmatch(r"M1 1(H\d+V\d+)+H\d+", paths.steps)


def test_the_forest_shows_printed_above_refitted(reproductions: tuple[Reproduction, ...]) -> None:
    scene = compose_forest(reproductions[0].analyses)
    assert scene is not None
    drawing = ForestDrawing(scene)
    ((_, _, ratios),) = drawing.rows
    printed, refitted = ratios["printed"], ratios["refitted"]
    assert (printed.ratio.text, refitted.ratio.text) == ("0.60", "0.60")
    assert float(printed.y) < float(refitted.y) < float(drawing.foot)
    assert abs(float(printed.place) - float(refitted.place)) < 3.0
    assert float(printed.place) < float(drawing.no_effect)


def test_the_log_log_curves_rise(reproductions: tuple[Reproduction, ...]) -> None:
    scene = compose_log_log(reproductions[0].analyses[0])
    assert scene is not None
    drawing = LogLogDrawing(scene)
    assert len(drawing.curves) == 2
    for _, path in drawing.curves:
        heights = [float(height) for height in re.findall(r"V([\d.]+)", path)]
        assert len(heights) > 10
        assert heights == sorted(heights, reverse=True)  # upwards, as SVG counts
