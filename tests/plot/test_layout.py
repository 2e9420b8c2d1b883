"""Nothing is clipped, no text lies on another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import survkit
from survkit.plot import draw_analysis, draw_pages, draw_trial, plot_forest, plot_kaplan_meier
from tests.shipped import reproduction_as_shipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from survkit.reproduction import Reproduction

SLACK = 1.0  # a pixel


def text_boxes(figure: Figure) -> tuple[list[str], NDArray[np.float64]]:
    """Texts, and their boxes in pixels: left, lower, right and upper edge."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    shown = [
        text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()
    ]
    boxes = [text.get_window_extent(renderer).extents for text in shown]
    return [text.get_text() for text in shown], np.array(boxes)


def assert_legible(figure: Figure) -> None:
    texts, boxes = text_boxes(figure)
    lowest, highest = boxes[:, :2], boxes[:, 2:]
    size = (figure.bbox.width, figure.bbox.height)
    outside = (lowest < -SLACK) | (highest > np.add(size, SLACK))
    assert not [texts[place] for place in np.flatnonzero(outside.any(axis=1))]
    # what two boxes have in common: from the higher of their lower edges to the lower of the upper
    common = np.minimum(highest[:, None], highest) - np.maximum(lowest[:, None], lowest)
    overlap = np.triu(common.min(axis=2) > 2 * SLACK, k=1)
    assert not [(texts[one], texts[other]) for one, other in np.argwhere(overlap)]


@pytest.mark.parametrize(
    ("across", "up", "legible"),
    [(0.5, 0.5, True), (-0.02, 0.5, False), (0.1, 0.5, False), (0.5, 0.98, False)],
)
def test_it_is_seen_what_cannot_be_read(across: float, up: float, *, legible: bool) -> None:
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.text(0.1, 0.51, "in the way")
    figure.text(across, up, "moved about")
    if legible:
        assert_legible(figure)
    else:
        with pytest.raises(AssertionError):
            assert_legible(figure)


@pytest.mark.slow
@pytest.mark.parametrize("trial", survkit.shipped_trials())
def test_shipped_trials_are_legible(trial: str) -> None:
    reproduction = reproduction_as_shipped(trial)
    for page in draw_pages(reproduction):
        assert_legible(page)
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


@pytest.mark.parametrize("letters", ["WOMEN WITH MANY MUTATIONS ", "hyphen-less_words " * 2])
def test_titles_do_not_lie_on_each_other(invented: Reproduction, letters: str) -> None:
    long = {"subgroup": letters * 4, "assessment": letters * 2}
    analyses = tuple(
        replace(one, analysis=one.analysis.model_copy(update=long)) for one in invented.analyses
    )
    assert_legible(draw_trial(replace(invented, analyses=analyses)))
    figure = Figure(figsize=(17.0, 9.0), layout="constrained")
    FigureCanvasAgg(figure)
    for panel, result in zip(figure.subplots(1, 2), analyses, strict=True):
        plot_kaplan_meier(result, axes=panel)
    assert_legible(figure)
