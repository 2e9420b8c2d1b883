"""Complete figures: one analysis, or a whole trial on pages."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from survkit.plot.forest import draw_forest
from survkit.plot.kaplan_meier import draw_kaplan_meier
from survkit.plot.layout import draw_panels
from survkit.plot.margins import fold
from survkit.plot.residuals import draw_residuals
from survkit.plot.style import GREY, SMALL, styled
from survkit.scene import (
    View,
    adapt,
    compose_forest,
    compose_kaplan_meier,
    compose_residuals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from survkit.plot.layout import Extent
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.scene import KaplanMeierScene
    from survkit.trial import Trial

__all__ = ["draw_analysis", "draw_pages", "draw_trial"]

_WIDTH, _EDGE, _TITLE, _LINE = 8.4, 0.12, 0.24, 0.16
"""Width of a column, the margin, height of a line of the heading and of the sources, in inches."""

_MOST_ROWS = 4
"""Rows of panels on a page."""

_USUAL = View()


def draw_analysis(
    reproduction: AnalysisReproduction, *, trial: Trial | None = None, view: View = _USUAL
) -> Figure:
    """Draw one analysis as a complete figure: curves, targets, numbers at risk, residuals."""
    panels: list[Callable[[Axes], Extent]] = [
        partial(draw_kaplan_meier, _scene(reproduction, view)),
        *_residuals((reproduction,)),
    ]
    return _draw_page([[panel] for panel in panels], trial, (reproduction,))


def draw_trial(reproduction: Reproduction) -> Figure:
    """Draw a whole trial on one page: a Kaplan-Meier panel per analysis and a forest plot."""
    return _draw_page(_rows(reproduction, _USUAL), reproduction.trial, reproduction.analyses)


def draw_pages(reproduction: Reproduction, *, view: View = _USUAL) -> tuple[Figure, ...]:
    """
    Draw a whole trial: a Kaplan-Meier panel per analysis and a forest plot.

    Parameters
    ----------
    reproduction : Reproduction
        A reproduced trial.
    view : View
        What the Kaplan-Meier panels show beyond the usual.

    Returns
    -------
    tuple of Figure
        Figures without a window, with at most four rows of panels each; `render` makes a file of
        each. Two columns from two analyses on; the forest plot stands last, and is left out where
        no hazard ratio is printed.
    """
    rows = _rows(reproduction, view)
    count = math.ceil(len(rows) / _MOST_ROWS)
    each = math.ceil(len(rows) / count)
    pages = [rows[first : first + each] for first in range(0, len(rows), each)]
    return tuple(_draw_page(page, reproduction.trial, reproduction.analyses) for page in pages)


def _scene(result: AnalysisReproduction, view: View) -> KaplanMeierScene:
    return adapt(compose_kaplan_meier(result), result, view)


def _panels(
    analyses: Sequence[AnalysisReproduction], view: View
) -> Iterator[Callable[[Axes], Extent]]:
    """Yield Kaplan-Meier panels; those of one title are told apart by their ids."""
    scenes = [_scene(one, view) for one in analyses]
    titles = Counter(scene.title for scene in scenes)
    for scene, one in zip(scenes, analyses, strict=True):
        several = titles[scene.title] > 1
        title = f"{scene.title} ({one.analysis.id})" if several else scene.title
        yield partial(draw_kaplan_meier, replace(scene, title=title))


def _rows(reproduction: Reproduction, view: View) -> list[list[Callable[[Axes], Extent]]]:
    """Return the panels, undrawn, row by row."""
    analyses, forest = reproduction.analyses, compose_forest(reproduction.analyses)
    panels = [*_panels(analyses, view), *_residuals(analyses)]
    if forest is not None:
        panels.append(partial(draw_forest, forest))
    columns = min(len(analyses), 2)
    return [panels[first : first + columns] for first in range(0, len(panels), columns)]


def _residuals(analyses: Sequence[AnalysisReproduction]) -> list[Callable[[Axes], Extent]]:
    """Return a panel for each analysis with drawn curves."""
    scenes = (compose_residuals(one) for one in analyses)
    return [partial(draw_residuals, scene) for scene in scenes if scene is not None]


def _draw_page(
    rows: Sequence[Sequence[Callable[[Axes], Extent]]],
    trial: Trial | None,
    analyses: Sequence[AnalysisReproduction],
) -> Figure:
    """Draw panels with the trial above them and the sources of its printed figures below."""
    if trial is None:
        return draw_panels(rows, _WIDTH)
    width = _WIDTH * len(rows[0])
    with styled():
        heading, sources = _frame(trial, analyses, 72.0 * (width - 2.0 * _EDGE))
        above = _EDGE + _TITLE * (1 + heading.count("\n"))
        below = _EDGE + _LINE * (2 + sources.count("\n"))
        figure = draw_panels(rows, _WIDTH, above, below)
        left, down = _EDGE / width, _EDGE / figure.get_figheight()
        title: dict[str, Any] = {"size": 13.0, "weight": "bold", "gid": "heading"}
        figure.text(left, 1.0 - down, heading, va="top", **title)
        figure.text(left, down, sources, va="bottom", size=SMALL, color=GREY, gid="sources")
    return figure


def _frame(trial: Trial, analyses: Sequence[AnalysisReproduction], width: float) -> tuple[str, str]:
    """Return what stands above and below a page: the trial, and where its figures are printed."""
    number = f" ({trial.registration})" if trial.registration else ""
    condition = f": {trial.condition}" if trial.condition else ""
    heading = fold(f"{trial.name}{number}{condition}", width, 13.0, "bold")
    named = {figure.source for one in analyses for figure in one.analysis.figures}
    cited = [source.citation for key, source in trial.sources.items() if key in named]
    lines = (fold(citation, width).replace("\n", "\n    ") for citation in cited)
    return heading, "\n".join(["Figures printed in", *lines])
