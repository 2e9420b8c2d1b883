"""How far coordinates may be off: the grid that a program writes them on."""

from pathlib import Path

import pytest

from survkit.drawings.vector import read_svg
from survkit.drawings.vector.grids import goes_along_the_axes, half_grid

_CORNERS = [(10.0, 90.0), (23.457031, 90.0), (23.457031, 71.363281), (41.90625, 71.363281)]


def _svg(
    folder: Path, corners: list[tuple[float, float]], extra: str = "", scale: float = 1
) -> Path:
    points = " ".join(f"{x},{y}" for x, y in corners)
    path = folder / "figure.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        f'<g transform="scale({scale})">'
        f'<polyline points="{points}" fill="none" stroke="black"/>{extra}</g></svg>'
    )
    return path


def test_outlines_of_letters_do_not_tell_the_grid_of_curves(tmp_path):
    letter = '<path d="M 1 1 C 1.123456 2.123456 3.1415926 3.1 4 4 Z" fill="black"/>'
    coarse = [(10.0, 90.0), (23.46, 90.0), (23.46, 71.36), (41.91, 71.36)]
    assert read_svg(_svg(tmp_path, coarse, letter)).precision == pytest.approx(0.005)


def test_a_scale_around_the_figure_scales_its_grid(tmp_path):
    coarse = [(10.0, 90.0), (23.46, 90.0), (23.46, 71.36), (41.91, 71.36)]
    assert read_svg(_svg(tmp_path, coarse, scale=2)).precision == pytest.approx(0.01)


@pytest.mark.parametrize("decimals", [3, 6])
def test_cairos_grid_is_told_by_however_many_digits(tmp_path, decimals):
    corners = [(round(x, decimals), round(y, decimals)) for x, y in _CORNERS]
    assert read_svg(_svg(tmp_path, corners)).precision == pytest.approx(1 / 512)


def test_lines_that_slope_are_no_curves():
    assert goes_along_the_axes(_CORNERS)
    assert not goes_along_the_axes([(0.0, 0.0), (1.0, 1.0), (2.0, 0.5)])
    assert not goes_along_the_axes([(0.0, 0.0)])


def test_no_numbers_have_no_grid():
    assert half_grid([], unit=1.0, finest=1e-6) == 1e-6
