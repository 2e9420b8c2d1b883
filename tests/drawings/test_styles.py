"""Figures in the manner of other programs come back exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit.drawings import Curve, Panel, read_drawing
from tests.drawings.figures import STYLES, TWO, Arm, arm, write

if TYPE_CHECKING:
    from pathlib import Path

LOWEST = {"journal": 0.2}


def curve_of(panel: Panel, name: str) -> Curve:
    found = [curve for curve in panel.curves if curve.arm == name]
    assert len(found) == 1, [curve.arm for curve in panel.curves]
    return found[0]


def assert_exact(curve: Curve, truth: Arm, lowest: float) -> None:
    shown = truth.survival >= lowest
    count = int(shown.sum())
    assert np.abs(curve.time[:count] - truth.time[shown]).max() < 1e-3
    assert np.abs(curve.survival[:count] - truth.survival[shown]).max() < 1e-4
    ends = truth.time[~shown].min() if not shown.all() else np.inf
    marks = truth.censored[truth.censored < ends]
    assert len(curve.mark_times) == len(marks)
    assert np.abs(curve.mark_times - marks).max() < 1e-2


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", [0, 3])
def test_every_style_comes_back(style: str, seed: int, tmp_path: Path) -> None:
    arms = (arm("Placebo", 1 + 10 * seed), arm("Everolimus", 2 + 10 * seed, scale=24.0))
    (panel,) = read_drawing(write(tmp_path, style, arms))
    assert len(panel.curves) == 2
    for truth in arms:
        assert_exact(curve_of(panel, truth.name), truth, LOWEST.get(style, -1.0))


@pytest.mark.parametrize("style", [style for style in STYLES if style != "plotly"])
def test_numbers_at_risk_belong_to_their_arms(style: str, tmp_path: Path) -> None:
    (panel,) = read_drawing(write(tmp_path, style))
    table = panel.risk_table
    assert table is not None
    assert table.times == (0, 6, 12, 18, 24, 30, 36)
    for row, truth in zip(table.rows, TWO, strict=True):
        assert row.at_risk == tuple(truth.at_risk(time) for time in range(0, 37, 6))
        assert row.curve is not None
        assert panel.curves[row.curve].arm == truth.name


def test_printed_figures_come_with_their_words(tmp_path: Path) -> None:
    (panel,) = read_drawing(write(tmp_path, "journal"))
    ratio, p_value = panel.printed
    assert (ratio.value, ratio.ci) == ("0·62", ("0·41", "0·94"))
    assert p_value.value == "0·023"
    assert "HR 0·62" in ratio.words
    assert panel.name == "B"
    assert panel.survival.scale == "percent"


def test_without_a_table_it_is_said(tmp_path: Path) -> None:
    (panel,) = read_drawing(write(tmp_path, "plotly"))
    assert panel.risk_table is None
    assert any("no table of numbers at risk" in remark for remark in panel.remarks)


def test_an_axis_can_be_calibrated_by_hand(tmp_path: Path) -> None:
    path = write(tmp_path, "stata")
    (panel,) = read_drawing(path, axis={"x": ((90.0, 0.0), (470.0, 72.0))})
    assert panel.time.calibrated_by == "hand"
    placebo = curve_of(panel, "Placebo")
    assert np.abs(placebo.time - 2 * TWO[0].time).max() < 1e-3


def test_curves_can_be_chosen_by_colour(tmp_path: Path) -> None:
    (panel,) = read_drawing(write(tmp_path, "stata"), colour=[(0x1A, 0x47, 0x6F)])
    assert [curve.arm for curve in panel.curves] == ["Placebo"]
