from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from survkit.plot import FORMATS, SYNTHETIC, Format, draw_analysis, draw_trial, render

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction

BEGINNINGS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
def test_two_drawings_give_the_same_bytes(radiant_3: Reproduction, format_: Format) -> None:
    first, second = (render(draw_trial(radiant_3), format_) for _ in range(2))
    assert first.startswith(BEGINNINGS[format_])
    assert first == second


@pytest.mark.slow
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


@pytest.mark.slow
def test_no_hash_seed_or_thread_changes_a_byte(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from tests.shipped import reproduction_as_shipped;"
        "from survkit.plot import draw_analysis, render;"
        "figure = draw_analysis(reproduction_as_shipped('radiant-4').analyses[0]);"
        "pathlib.Path(sys.argv[1]).write_bytes(b''.join(render(figure, f) for f in ('svg', 'pdf')))"
    )
    for run in ("1", "2"):
        settings = {"PYTHONHASHSEED": run, "OMP_NUM_THREADS": run, "OPENBLAS_NUM_THREADS": run}
        command = [sys.executable, "-c", code, str(tmp_path / run)]
        path = os.pathsep.join(["."] + [entry for entry in sys.path if entry])
        environment = {**os.environ, **settings, "PYTHONPATH": path}
        subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[2])
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_places_are_sums_and_no_solutions(record_1: Reproduction) -> None:
    """A solver's places differ in their last digits from run to run."""
    assert draw_trial(record_1).get_layout_engine() is None


def test_an_unknown_format_is_refused(radiant_3: Reproduction) -> None:
    with pytest.raises(ValueError, match="must be one of png, svg, pdf, got 'gif'"):
        render(draw_analysis(radiant_3.analyses[0]), "gif")  # type: ignore[arg-type]


@pytest.mark.slow
def test_importing_plot_leaves_pyplot_alone() -> None:
    code = "import sys, survkit.plot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
