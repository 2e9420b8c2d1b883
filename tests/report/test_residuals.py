"""The panel of residuals on a trial's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from survkit import reproduce
from survkit.report.drawings import ResidualDrawing
from survkit.report.site import Site
from survkit.scene import compose_residuals
from survkit.trial import trial_from_document
from tests.scene.test_residuals import curve, stated

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction


def page(reproduction: Reproduction) -> str:
    site = Site()
    site.add(reproduction)
    return site.finish()["trial-small.html"].decode()


def test_a_page_shows_how_far_points_lie_from_the_patients() -> None:
    drawn = reproduce(trial_from_document(stated(curve(marks=[11]), curve("0.1", role="check"))))
    text = page(drawn)
    assert text.count("<summary>Distance from the drawn curves</summary>") == 1
    assert 'class="residual input arm-0"' in text
    assert 'class="residual check arm-0"' in text
    assert ", kept out</li>" in text
    assert "mark, as read" in text
    assert "Distance from the drawn curves" not in page(reproduce(trial_from_document(stated())))


def test_bands_lie_about_the_line_and_points_where_they_are_read() -> None:
    drawn = reproduce(trial_from_document(stated(curve())))
    scene = compose_residuals(drawn.analyses[0])
    assert scene is not None
    drawing = ResidualDrawing(scene)
    (paths,) = drawing.curves
    one, three = (float(re.findall(r" ([\d.]+)H", band)[0]) for band in paths.bands)
    assert three > one > float(drawing.level)
    assert paths.points.count("M") == len(paths.curve.points)
    assert paths.marks == ""
