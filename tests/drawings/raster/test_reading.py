from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from survkit.drawings.raster import read_picture
from survkit.errors import DrawingError
from tests.drawings.raster.figures import curve, drawn, mean_error, saved

BLUE_AND_RED = [{"color": "#1f77b4"}, {"color": "#d62728"}]
BLACK = [{"color": "black"}, {"color": "black", "linestyle": "--"}]


def errors(panel, truths):
    assert len(panel.curves) == len(truths)
    return [
        min(mean_error(truth, own.time, own.survival) for own in panel.curves) for truth in truths
    ]


@pytest.fixture(scope="module")
def truths():
    return [curve(1, scale=14.0), curve(2, scale=30.0)]


@pytest.mark.slow
@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize("styles", [BLUE_AND_RED, BLACK], ids=["colour", "dash"])
def test_two_curves_are_read_to_a_third_of_a_per_cent(truths, styles, percent):
    (panel,) = read_picture(saved(drawn(truths, styles, percent=percent)))
    assert max(errors(panel, truths)) < 0.003
    assert panel.survival.scale == ("percent" if percent else "probability")
    assert panel.time.calibrated_by == "ticks"


@pytest.mark.slow
def test_colours_and_dashes_are_told(truths):
    (panel,) = read_picture(saved(drawn(truths, BLUE_AND_RED)))
    assert {own.colour for own in panel.curves} == {(31, 119, 180), (214, 39, 40)}
    (panel,) = read_picture(saved(drawn(truths, BLACK)))
    assert sorted(bool(own.dash) for own in panel.curves) == [False, True]


def test_a_grey_curve_is_read_beside_black_letters(truths):
    styles = [{"color": "#999999", "linewidth": 1.8}, {"color": "#003399", "linewidth": 1.8}]
    (panel,) = read_picture(saved(drawn(truths, styles, dpi=100)))
    assert max(errors(panel, truths)) < 0.005


def test_axes_are_calibrated_to_a_thousandth_of_their_length(truths):
    figure = drawn(truths, BLUE_AND_RED)
    (panel,) = read_picture(saved(figure))
    places = figure.axes[0].transData.transform([(0, 0), (30, 1)])
    assert panel.time.value(places[:, 0]) == pytest.approx([0, 30], abs=0.03)
    assert panel.survival.value(places[:, 1]) == pytest.approx([0, 1], abs=0.001)


@pytest.mark.slow
@pytest.mark.parametrize("treatment", ["jpeg", "small", "turned", "tiff"])
def test_compressed_scaled_and_turned_pictures_are_read(truths, treatment):
    image = Image.open(io.BytesIO(saved(drawn(truths, BLUE_AND_RED, dpi=200)))).convert("RGB")
    if treatment == "small":
        image = image.resize((840, 630), Image.Resampling.LANCZOS)
    if treatment == "turned":
        image = image.rotate(0.8, Image.Resampling.BICUBIC, fillcolor="white")
    content = io.BytesIO()
    image.save(content, "JPEG" if treatment == "jpeg" else "TIFF", quality=80)
    (panel,) = read_picture(content.getvalue())
    assert max(errors(panel, truths)) < 0.006


def test_a_grid_and_words_in_the_panel_do_not_matter(truths):
    (panel,) = read_picture(saved(drawn(truths, BLUE_AND_RED, grid=True)))
    assert max(errors(panel, truths)) < 0.003


def test_bars_on_a_curve_are_marks():
    marks = np.array([3.0, 9.5, 16.2, 24.4, 28.1])
    truth = curve(3, patients=12)
    figure = drawn([truth], [{"color": "black"}], marks=marks)
    (panel,) = read_picture(saved(figure))
    assert mean_error(truth, panel.curves[0].time, panel.curves[0].survival) < 0.003
    off = np.abs(panel.curves[0].mark_times[:, None] - marks).min(axis=1)
    assert off.size >= 3
    assert off.max() < 0.1


def test_two_points_per_axis_replace_labels(truths):
    figure = drawn(truths, BLUE_AND_RED, words=False)
    places = figure.axes[0].transData.transform([(0, 0), (30, 1)])
    for axis in (figure.axes[0].xaxis, figure.axes[0].yaxis):
        axis.set_ticklabels([])
    content = saved(figure)
    with pytest.raises(DrawingError, match="give two points per axis"):
        read_picture(content)
    by_hand = {
        "x": ((places[0, 0], 0), (places[1, 0], 30)),
        "y": ((places[0, 1], 0), (places[1, 1], 1)),
    }
    (panel,) = read_picture(content, axis=by_hand)
    assert panel.time.calibrated_by == "hand"
    assert max(errors(panel, truths)) < 0.004


def test_a_colour_given_by_hand_reads_its_curve_alone(truths):
    (panel,) = read_picture(saved(drawn(truths, BLUE_AND_RED)), colour=[(214, 39, 40)])
    assert len(panel.curves) == 1
    assert mean_error(truths[1], panel.curves[0].time, panel.curves[0].survival) < 0.003


@pytest.mark.parametrize(
    "axis",
    [{"x": ((1, 2),)}, {"x": ((5, 0), (5, 30))}, {"y": ((0, 1), (float("nan"), 0))}],
)
def test_points_that_make_no_axis_are_refused(axis, truths):
    with pytest.raises(DrawingError, match="two points"):
        read_picture(saved(drawn(truths, BLUE_AND_RED)), axis=axis)


def test_what_was_not_read_is_said(truths):
    (panel,) = read_picture(saved(drawn(truths, BLUE_AND_RED)))
    assert any("were not read" in remark for remark in panel.remarks)
    assert panel.risk_table is None


@pytest.mark.slow
def test_the_same_picture_gives_the_same_numbers(truths):
    content = saved(drawn(truths, BLUE_AND_RED))
    (first,), (second,) = read_picture(content), read_picture(content)
    for one, other in zip(first.curves, second.curves, strict=True):
        np.testing.assert_array_equal(one.survival, other.survival)


@pytest.mark.slow
def test_a_page_of_a_pdf_is_rendered(truths, tmp_path):
    file = tmp_path / "scan.pdf"
    image = Image.open(io.BytesIO(saved(drawn(truths, BLUE_AND_RED, dpi=200)))).convert("RGB")
    image.save(file, resolution=200)
    (panel,) = read_picture(file)
    assert max(errors(panel, truths)) < 0.004
    with pytest.raises(DrawingError, match="page must be 1 to 1"):
        read_picture(file, page=2)
