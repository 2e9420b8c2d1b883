from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from matplotlib.colors import same_color
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

import survkit
from survkit.plot import SYNTHETIC, plot_forest
from tests.plot.artists import found, texts, the_line

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_printed_and_refitted_ratios_are_at_their_values(record_1: Reproduction) -> None:
    axes = plot_forest(record_1.analyses)
    assert axes.get_xscale() == "log"
    printed = [line.get_xdata()[0] for line in found(axes, Line2D, "printed")]
    assert printed == [0.33, 0.32, 0.32]
    intervals = [list(line.get_xdata()) for line in found(axes, Line2D, "printed-interval")]
    assert intervals == [[0.25, 0.43], [0.24, 0.43], [0.19, 0.54]]
    refitted = [line.get_xdata()[0] for line in found(axes, Line2D, "refitted")]
    estimates = [
        comparison.estimate
        for one in record_1.analyses
        for comparison in one.comparisons
        if comparison.figure.key.name == "hazard_ratio"
    ]
    assert refitted == estimates


def test_printed_stands_above_refitted(radiant_3: Reproduction) -> None:
    axes = plot_forest(radiant_3.analyses)
    bottom, top = axes.get_ylim()
    assert bottom > top, "rows are read downwards"
    assert the_line(axes, "printed").get_ydata()[0] < the_line(axes, "refitted").get_ydata()[0]


def test_a_line_at_one(radiant_3: Reproduction) -> None:
    axes = plot_forest(radiant_3.analyses)
    assert list(the_line(axes, "no-effect").get_xdata()) == [1.0, 1.0]
    low, high = axes.get_xlim()
    assert low < 0.27
    assert high > 1.0


def test_sub_groups_are_indented_under_their_analysis(record_1: Reproduction) -> None:
    parent, *children = record_1.analyses
    axes = plot_forest([*children, parent])
    labels = [text for text in found(axes, Annotation, "label") if isinstance(text, Annotation)]
    assert [text.get_text().replace("\n", " ") for text in labels] == [
        "PFS, blinded independent central review",
        "one prior VEGFR-TKI",
        "two prior VEGFR-TKIs",
    ]
    indents = [text.xyann[0] for text in labels]
    assert indents[0] < indents[1] == indents[2]


def test_several_contrasts_stand_under_a_heading(three_arms: AnalysisReproduction) -> None:
    labels = texts(plot_forest([three_arms]), "label")
    assert labels[0] == "OS"
    assert labels[2] == "high vs control"
    assert len(labels) == 3, "a contrast without a printed hazard ratio has no row"


def test_columns_show_digits_role_and_verdict(three_arms: AnalysisReproduction) -> None:
    axes = plot_forest([three_arms])
    assert texts(axes, "Printed HR") == ["0.55 (0.32–0.95)", "0.99"]
    assert texts(axes, "Refitted HR")[0] == "0.55 (0.32–0.95)"
    assert texts(axes, "Role") == ["input", "check"]
    assert texts(axes, "Verdict") == ["reproduced", "missed"]


def test_a_check_is_hollow_and_has_no_interval_if_none_is_printed(
    three_arms: AnalysisReproduction,
) -> None:
    axes = plot_forest([three_arms])
    faces = [line.get_markerfacecolor() for line in found(axes, Line2D, "printed")]
    assert not same_color(faces[0], "white")
    assert same_color(faces[1], "white")
    interval = found(axes, Line2D, "printed-interval")[1].get_xdata()
    assert all(math.isnan(limit) for limit in interval)


def test_directions_name_the_arms(radiant_3: Reproduction) -> None:
    axes = plot_forest(radiant_3.analyses)
    assert texts(axes, "direction") == ["← favours everolimus", "favours placebo →"]


def test_without_a_hazard_ratio_there_is_nothing_to_plot(one_arm: AnalysisReproduction) -> None:
    with pytest.raises(ValueError, match="must have a printed hazard ratio, got none"):
        survkit.plot_forest([one_arm])


def test_it_says_that_patients_are_synthetic(radiant_3: Reproduction) -> None:
    assert texts(plot_forest(radiant_3.analyses)).count(SYNTHETIC) == 1
