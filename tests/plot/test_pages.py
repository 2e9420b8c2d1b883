from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import survkit
from survkit.plot import SYNTHETIC, draw_analysis, draw_pages, draw_trial
from survkit.trial import trial_from_document
from tests.plot.artists import texts

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_an_analysis_names_its_trial_and_its_sources(radiant_3: Reproduction) -> None:
    figure = draw_analysis(radiant_3.analyses[0], trial=radiant_3.trial)
    heading = "RADIANT-3 (NCT00510068): advanced pancreatic neuroendocrine tumours"
    assert texts(figure, "heading") == [heading]
    assert "364:514-23" in texts(figure, "sources")[0]
    assert SYNTHETIC in texts(figure)


def test_only_sources_with_figures_are_cited(invented: Reproduction) -> None:
    (cited,) = texts(draw_trial(invented), "sources")
    assert "Invented for a test" in cited
    assert "Prints a figure of the other source again" in cited
    assert "Prints no figure" not in cited


def test_panels_of_one_title_are_told_apart(radiant_3: Reproduction) -> None:
    (once,) = radiant_3.analyses
    again = replace(once, analysis=once.analysis.model_copy(update={"id": "again"}))
    panels = draw_trial(replace(radiant_3, analyses=(once, again))).axes[:2]
    assert [axes.get_title(loc="left") for axes in panels] == [
        "PFS, investigator (pfs-investigator)",
        "PFS, investigator (again)",
    ]


def test_an_analysis_without_its_trial(one_arm: AnalysisReproduction) -> None:
    figure = draw_analysis(one_arm)
    assert texts(figure, "heading") == []
    assert SYNTHETIC in texts(figure)


def test_a_trial_has_a_panel_per_analysis_and_a_forest_plot(record_1: Reproduction) -> None:
    figure = draw_trial(record_1)
    panels = [axes.get_xlabel() for axes in figure.axes]
    assert panels == ["Time (months)"] * 3 + [""]
    assert texts(figure).count(SYNTHETIC) == 4


def test_a_trial_without_a_hazard_ratio_has_no_forest_plot(invented: Reproduction) -> None:
    figure = draw_trial(replace(invented, analyses=invented.analyses[1:]))
    assert len(figure.axes) == 1
    assert texts(figure).count(SYNTHETIC) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "panels"), [(1, [2]), (2, [3]), (7, [8]), (9, [6, 4]), (16, [6, 6, 5])]
)
def test_many_panels_are_split_in_pages(
    record_1: Reproduction, count: int, panels: list[int]
) -> None:
    analyses = record_1.analyses[:1] * count
    pages = draw_pages(replace(record_1, analyses=analyses))
    assert [len(page.axes) for page in pages] == panels
    assert all(page.get_figheight() < 32.0 for page in pages), "in inches; 4,800 dots at 150 dpi"
    headings = {text for page in pages for text in texts(page, "heading")}
    assert len(headings) == 1
    whole = draw_trial(replace(record_1, analyses=analyses))
    assert len(whole.axes) == count + 1


def test_figures_that_have_no_place_in_a_plot_do_no_harm() -> None:
    path = Path(__file__).parents[1] / "scene" / "trials" / "several-arms.toml"
    document = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    analysis = document["analysis"][0]
    mean = {"time": 12, "value": Decimal("8.0"), "ci": [Decimal("6.5"), Decimal("9.5")]}
    for arm in analysis["arm"]:
        arm["lower_quartile"] = {"value": Decimal("4.0"), "role": "check"}
        arm["upper_quartile"] = {"value": "not reached", "role": "check"}
        arm["median_follow_up"] = {"value": Decimal("20.0"), "role": "check"}
        arm["rmst"] = [{**mean, "role": "check"}]
    difference = {"time": 12, "value": Decimal("-0.4"), "ci": [-2, 1], "role": "check"}
    analysis["contrast"][0]["rmst_difference"] = [difference]
    document["analysis"] = [analysis]
    figure = draw_trial(survkit.reproduce(trial_from_document(document)))
    assert texts(figure).count(SYNTHETIC) == 2
