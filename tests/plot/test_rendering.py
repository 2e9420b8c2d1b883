from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from survkit.plot import FORMATS, SYNTHETIC, Format, draw_analysis, draw_trial, render

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction

BEGINNINGS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("format_", FORMATS)
def test_two_drawings_give_the_same_bytes(radiant_3: Reproduction, format_: Format) -> None:
    first, second = (render(draw_trial(radiant_3), format_) for _ in range(2))
    assert first.startswith(BEGINNINGS[format_])
    assert first == second


@pytest.mark.parametrize("format_", FORMATS)
def test_a_figure_can_be_rendered_twice(radiant_3: Reproduction, format_: Format) -> None:
    figure = draw_analysis(radiant_3.analyses[0])
    render(figure, format_)
    assert render(figure, format_) == render(figure, format_)


@pytest.mark.parametrize("format_", FORMATS)
def test_the_files_themselves_say_that_patients_are_synthetic(
    radiant_3: Reproduction, format_: Format
) -> None:
    content = render(draw_analysis(radiant_3.analyses[0]), format_)
    assert SYNTHETIC.encode("latin-1") in content


def test_an_unknown_format_is_refused(radiant_3: Reproduction) -> None:
    with pytest.raises(ValueError, match="must be one of png, svg, pdf, got 'gif'"):
        render(draw_analysis(radiant_3.analyses[0]), "gif")  # type: ignore[arg-type]


def test_importing_plot_leaves_pyplot_alone() -> None:
    code = "import sys, survkit.plot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
