from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import survkit
from survkit.plot import SYNTHETIC, draw_analysis, draw_trial
from survkit.trial import trial_from_document
from tests.plot.artists import texts

if TYPE_CHECKING:
    from matplotlib.figure import FigureBase

    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_an_analysis_names_its_trial_and_its_sources(radiant_3: Reproduction) -> None:
    figure = draw_analysis(radiant_3.analyses[0], trial=radiant_3.trial)
    assert figure.get_suptitle() == (
        "RADIANT-3 (NCT00510068): advanced pancreatic neuroendocrine tumours"
    )
    assert "364:514-23" in figure.get_supxlabel()
    assert SYNTHETIC in texts(figure)


def test_only_sources_with_figures_are_cited(invented: Reproduction) -> None:
    cited = draw_trial(invented).get_supxlabel()
    assert "Invented for a test" in cited
    assert "Prints a figure of the other source again" in cited
    assert "Prints no figure" not in cited


def test_an_analysis_without_its_trial(one_arm: AnalysisReproduction) -> None:
    figure = draw_analysis(one_arm)
    assert figure.get_suptitle() == ""
    assert SYNTHETIC in texts(figure)


def test_a_trial_has_a_panel_per_analysis_and_a_forest_plot(record_1: Reproduction) -> None:
    figure = draw_trial(record_1)
    panels = [axes.get_xlabel() for part in _leaves(figure) for axes in part.axes]
    assert panels == ["Time (months)"] * 3 + [""]
    assert texts(figure).count(SYNTHETIC) == 4


def test_a_trial_without_a_hazard_ratio_has_no_forest_plot(invented: Reproduction) -> None:
    figure = draw_trial(replace(invented, analyses=invented.analyses[1:]))
    assert [len(part.axes) for part in _leaves(figure)] == [1]
    assert texts(figure).count(SYNTHETIC) == 1


@pytest.mark.parametrize("count", [1, 2, 9, 10])
def test_any_number_of_analyses_fits_a_page(record_1: Reproduction, count: int) -> None:
    analyses = (record_1.analyses * 4)[:count]
    figure = draw_trial(replace(record_1, analyses=analyses))
    assert sum(len(part.axes) for part in _leaves(figure)) == count + 1


def test_figures_that_have_no_place_in_a_plot_do_no_harm() -> None:
    path = Path(__file__).parent / "trials" / "several-arms.toml"
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


def _leaves(figure: FigureBase) -> list[FigureBase]:
    if not figure.subfigs:
        return [figure]
    return [leaf for part in figure.subfigs for leaf in _leaves(part)]
