"""Nothing is clipped, no text lies on another."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import survkit
from survkit.plot import draw_analysis, draw_trial, plot_forest
from survkit.reproduction import Reproduction

SLACK = 1.0  # a pixel


def text_boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_text().strip() and text.get_visible()
    ]


def assert_legible(figure: Figure) -> None:
    boxes = text_boxes(figure)
    width, height = figure.bbox.width, figure.bbox.height
    for text, box in boxes:
        assert box.x0 >= -SLACK, text
        assert box.y0 >= -SLACK, text
        assert box.x1 <= width + SLACK, text
        assert box.y1 <= height + SLACK, text
    for (one, first), (other, second) in combinations(boxes, 2):
        common = Bbox.intersection(first, second)
        assert common is None or min(common.width, common.height) <= 2 * SLACK, (one, other)


@pytest.mark.parametrize("trial", survkit.shipped_trials())
def test_shipped_trials_are_legible(trial: str) -> None:
    # by themselves: whose patients these are makes no difference to a plot's layout
    loaded = survkit.load_trial(trial)
    alone = tuple(survkit.reproduce_analysis(analysis) for analysis in loaded.analyses)
    reproduction = Reproduction(trial=loaded, analyses=alone)
    assert_legible(draw_trial(reproduction))
    for result in reproduction.analyses:
        assert_legible(draw_analysis(result, trial=reproduction.trial))


def test_one_and_three_arms_are_legible(invented: Reproduction) -> None:
    assert_legible(draw_trial(invented))
    for result in invented.analyses:
        assert_legible(draw_analysis(result, trial=invented.trial))


def test_a_forest_plot_alone_is_legible(record_1: Reproduction) -> None:
    figure = plot_forest(record_1.analyses).figure
    assert isinstance(figure, Figure)
    assert_legible(figure)
