"""Residuals of drawn curves: the points' distances, and what is said of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.lines import Line2D

from survkit import reproduce_analysis
from survkit.plot.pages import draw_analysis
from survkit.scene import compose_residuals
from survkit.trial import trial_from_document
from tests.plot.artists import found, texts

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction

STAIRS = [[0, "1"], [2, "0.9"], [4, "0.8"], [6, "0.7"], [8, "0.6"], [10, "0.5"], [12, "0.5"]]


def stated(*curves: dict[str, Any]) -> dict[str, Any]:
    """Ten patients, five of them with an event."""
    arm = {"id": "drug", "n": 10, "events": 5, "median": 10, "curve": list(curves)}
    analysis = {"id": "os", "endpoint": "OS", "time_unit": "month", "source": "paper", "arm": [arm]}
    return {
        "spec_version": 1,
        "id": "small",
        "name": "SMALL",
        "sources": {"paper": {"citation": "A paper"}},
        "analysis": [analysis],
    }


def reproduced(*curves: dict[str, Any]) -> AnalysisReproduction:
    return reproduce_analysis(trial_from_document(stated(*curves)).analyses[0])


def curve(higher: str = "0", **stated: Any) -> dict[str, Any]:
    points = [[time, min(Decimal(1), Decimal(share) + Decimal(higher))] for time, share in STAIRS]
    return {"points": points, "precision": Decimal("0.01"), **stated}


def test_an_analysis_without_a_drawn_curve_has_none() -> None:
    assert compose_residuals(reproduced()) is None


@pytest.fixture(scope="module")
def both() -> AnalysisReproduction:
    """A curve that shapes the patients, and one a tenth above it that is kept out."""
    return reproduced(curve(marks=[11]), curve("0.1", role="check"))


def test_points_are_held_against_the_patients(both: AnalysisReproduction) -> None:
    scene = compose_residuals(both)
    assert scene is not None
    used, kept_out = scene.curves
    assert [time for time, _ in used.points] == [0, 2, 4, 6, 8, 10, 12]
    assert max(abs(far) for _, far in used.points) < 0.02
    assert [far for _, far in kept_out.points][-1] == pytest.approx(0.1, abs=0.02)
    assert used.marks == (11.0,)
    assert used.words.endswith("precision 1.00; followed")
    assert kept_out.words.endswith("not followed")
    assert scene.residual.high >= 0.1


def test_the_panel_shows_points_and_marks(both: AnalysisReproduction) -> None:
    _, axes = draw_analysis(both).axes
    (dots,) = found(axes, Line2D, "residuals:drug:input")
    assert len(dots.get_xdata()) == 7  # type: ignore[attr-defined]
    (marks,) = found(axes, Line2D, "marks:drug:input")
    assert list(marks.get_xdata()) == [11.0]  # type: ignore[attr-defined]
    assert len(texts(axes, "residuals")) == 2
