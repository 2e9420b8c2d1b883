"""Complete figures: one analysis, or a whole trial on a page."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from survkit.plot.forest import forest_height, plot_forest
from survkit.plot.kaplan_meier import kaplan_meier_height, plot_kaplan_meier
from survkit.plot.ratios import pair_ratios
from survkit.plot.style import GREY, SMALL, make_figure, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure, SubFigure

    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.trial import Trial

__all__ = ["draw_analysis", "draw_trial"]

_WIDTH, _HEADING, _SOURCE = 8.4, 0.45, 0.16
"""Width of a column, height of the trial's heading and of a line of sources, in inches."""


def draw_analysis(reproduction: AnalysisReproduction, *, trial: Trial | None = None) -> Figure:
    """
    Draw one analysis as a complete figure: curves, targets, numbers at risk.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.
    trial : Trial or None
        The trial it belongs to, for heading and sources.

    Returns
    -------
    Figure
        A figure without a window; `render` makes a file of it.
    """
    with styled():
        figure = make_figure(_WIDTH, kaplan_meier_height(reproduction) + _margin(trial))
        plot_kaplan_meier(reproduction, axes=figure.add_subplot())
        if trial is not None:
            _frame(figure, trial, (reproduction,), 110)
    return figure


def draw_trial(reproduction: Reproduction) -> Figure:
    """
    Draw a whole trial on one page: a Kaplan-Meier panel per analysis and a forest plot.

    Parameters
    ----------
    reproduction : Reproduction
        A reproduced trial.

    Returns
    -------
    Figure
        A figure without a window; `render` makes a file of it. Two columns from two analyses on;
        the forest plot stands last, and is left out where no hazard ratio is printed.
    """
    analyses = reproduction.analyses
    forest = forest_height(analyses) if any(map(pair_ratios, analyses)) else 0.0
    columns = 1 if len(analyses) == 1 else 2
    heights = _row_heights([kaplan_meier_height(one) for one in analyses], columns, forest)
    with styled():
        figure = make_figure(_WIDTH * columns, sum(heights) + _margin(reproduction.trial))
        cells = _cells(figure, heights, columns)
        for cell, analysis in zip(cells, analyses, strict=False):
            plot_kaplan_meier(analysis, axes=cell.add_subplot())
        if forest:
            cell = _upper_part(cells[len(analyses)], forest / heights[-1])
            plot_forest(analyses, axes=cell.add_subplot())
        _frame(figure, reproduction.trial, analyses, 105 * columns)
    return figure


def _margin(trial: Trial | None) -> float:
    """Return the height of the heading and of the sources."""
    return _HEADING + _SOURCE * (len(trial.sources) + 2) if trial is not None else 0.0


def _row_heights(panels: Sequence[float], columns: int, forest: float) -> list[float]:
    """Return the height of every row of the page; the forest plot follows the panels."""
    cells = [*panels, forest] if forest else panels
    return [max(cells[first : first + columns]) for first in range(0, len(cells), columns)]


def _cells(figure: Figure, heights: Sequence[float], columns: int) -> list[SubFigure]:
    """Divide a page into cells, row by row."""
    bands = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)
    rows = (band.subfigures(1, columns, squeeze=False) for band in bands.flat)
    return [cell for row in rows for cell in row.flat]


def _upper_part(cell: SubFigure, share: float) -> SubFigure:
    """Return the upper part of a cell, so that the rows of a forest plot keep their height."""
    if share > 0.95:
        return cell
    parts = cell.subfigures(2, 1, squeeze=False, height_ratios=[share, 1.0 - share])
    upper: SubFigure = parts[0, 0]
    return upper


def _frame(
    figure: Figure, trial: Trial, analyses: Sequence[AnalysisReproduction], width: int
) -> None:
    """Write the trial above a figure and the sources of its printed figures below."""
    number = f" ({trial.registration})" if trial.registration else ""
    condition = f": {trial.condition}" if trial.condition else ""
    heading = f"{trial.name}{number}{condition}"
    figure.suptitle(
        textwrap.fill(heading, width * 5 // 8), x=0.012, ha="left", size=13.0, weight="bold"
    )
    named = {figure.source for one in analyses for figure in one.analysis.figures}
    cited = [source.citation for key, source in trial.sources.items() if key in named]
    lines = [textwrap.fill(citation, width, subsequent_indent="    ") for citation in cited]
    figure.supxlabel(
        "\n".join(["Figures printed in", *lines]),
        x=0.012,
        ha="left",
        size=SMALL,
        color=GREY,
    )
