"""Forest scenes, drawn: printed hazard ratios above refitted ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter, NullLocator

from survkit.plot.arguments import list_reproduced
from survkit.plot.layout import Extent, draw_panels
from survkit.plot.margins import explain, fold, measure_width
from survkit.plot.style import BESIDE, GREY, INK, LEGIBLE, SMALL, styled
from survkit.scene import compose_forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.scene import ForestScene, Ratio
    from survkit.trial import Analysis

__all__ = ["draw_forest", "plot_forest"]

_WIDTH, _ROW, _LINE = 9.6, 30.0, 11.0
"""Width of a figure in inches, height of a row and of a line of its name in points."""

_GAP, _INDENT, _LABEL = 12.0, 14.0, 165.0
"""Room between columns of text, indentation of a sub-group, width of names, in points."""

_BLUE = "#0072B2"
_LOOKS: dict[str, dict[str, Any]] = {
    "input": {"color": INK, "marker": "s", "linestyle": "-"},
    "check": {"color": INK, "marker": "s", "markerfacecolor": "white", "linestyle": "-"},
    "refitted": {"color": _BLUE, "marker": "o", "linestyle": (0.0, (4.0, 1.2))},
}


def plot_forest(
    reproductions: Reproduction | Sequence[AnalysisReproduction | Analysis],
    *,
    axes: Axes | None = None,
) -> Axes:
    """
    Plot the printed hazard ratio of every contrast above the refitted one.

    Sub-groups stand indented under the analysis they belong to. Squares are printed, circles
    refitted; a printed ratio that was kept out as a check is hollow.

    Parameters
    ----------
    reproductions : Reproduction or sequence of AnalysisReproduction or Analysis
        A reproduced trial or reproduced analyses; those without a printed hazard ratio have no row.
    axes : Axes or None
        Where to plot. Labels and columns of digits stand beside the axes; a figure with
        ``layout="constrained"`` makes room for them. By default a new figure is made, which is
        ``axes.figure`` of the result.

    Returns
    -------
    Axes
        What was drawn on: hazard ratio, experimental over reference, on a logarithmic axis.

    Raises
    ------
    ValueError
        If no analysis prints a hazard ratio.
    """
    scene = compose_forest(list_reproduced(reproductions, "plot_forest"))
    if scene is None:
        msg = "a forest plot must have a printed hazard ratio, got none"
        raise ValueError(msg)
    draw = partial(draw_forest, scene)
    if axes is None:
        return draw_panels([[draw]], _WIDTH).axes[0]
    with styled():
        draw(axes)
    return axes


def draw_forest(scene: ForestScene, axes: Axes) -> Extent:
    """Draw a forest scene and say how much room it needs."""
    _set_scale(axes, scene)
    for place, row in enumerate(scene.rows):
        if row.pair is not None:
            role = "input" if row.pair.shaped else "check"
            _draw_ratio(axes, row.pair.printed, place - 0.14, "printed", _LOOKS[role])
            _draw_ratio(axes, row.pair.refitted, place + 0.14, "refitted", _LOOKS["refitted"])
    (left, height), right = _write_labels(axes, scene), _write_columns(axes, scene)
    handles = [
        Line2D([], [], label=text, markersize=5.0, linewidth=1.2, **_LOOKS[kind])
        for kind, text in scene.legend
    ]
    below = explain(axes, handles, scene.note, _write_sides(axes, scene), left)
    return Extent(left, right, 36.0, below, height * len(scene.rows))


def _set_scale(axes: Axes, scene: ForestScene) -> None:
    """Set ends and ticks of the axes, with a line where both arms fare alike."""
    axes.set_xscale("log")
    axes.set_xlim(scene.ratio.low, scene.ratio.high)
    axes.set_xticks(scene.ratio.ticks, scene.ratio.texts, size=LEGIBLE)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(len(scene.rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=3.5)
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.axvline(1.0, color=GREY, linewidth=0.9, zorder=1.0, gid="no-effect")


def _draw_ratio(axes: Axes, ratio: Ratio, height: float, which: str, look: dict[str, Any]) -> None:
    """Draw a ratio and its interval; what is no number is not drawn."""
    line = {**look, "marker": "", "linewidth": 1.2, "solid_capstyle": "butt", "zorder": 2.0}
    axes.plot([ratio.lower, ratio.upper], [height] * 2, gid=f"{which}-interval", **line)
    mark = {**look, "linestyle": "none", "markersize": 5.5, "markeredgewidth": 1.2, "zorder": 3.0}
    axes.plot([ratio.value], [height], gid=which, **mark)


def _write_labels(axes: Axes, scene: ForestScene) -> tuple[float, float]:
    """Write the labels; return how far left they begin and how high a row is, in points."""
    labels = []
    for row in scene.rows:
        weight, indent = "normal" if row.depth else "bold", _INDENT * row.depth
        labels.append((fold(row.label, _LABEL - indent, LEGIBLE, weight), weight, indent))
    left = _GAP + max(
        indent + measure_width(label, LEGIBLE, weight) for label, weight, indent in labels
    )
    for place, (label, weight, indent) in enumerate(labels):
        _write(axes, label, (0.0, place), indent - left, weight=weight, gid="label")
    lines = max(1 + label.count("\n") for label, *_ in labels)
    return left, max(_ROW, _LINE * (lines + 1))


def _write_columns(axes: Axes, scene: ForestScene) -> float:
    """Write digits, role and verdict right of the axes; return how far they go, in points."""
    pairs = [row.pair for row in scene.rows]
    columns = {
        f"Printed HR\n({scene.interval})": [pair.printed.text if pair else "" for pair in pairs],
        f"Refitted HR\n({scene.interval})": [pair.refitted.text if pair else "" for pair in pairs],
        "Role": [pair.role if pair else "" for pair in pairs],
        "Verdict": [str(pair.verdict) if pair else "" for pair in pairs],
    }
    offset = _GAP
    for heading, texts in columns.items():
        _write(axes, heading, (1.0, -0.5), offset, weight="bold", va="bottom")
        for place, text in enumerate(texts):
            _write(axes, text, (1.0, place), offset, gid=heading.partition("\n")[0])
        widths = [measure_width(heading, LEGIBLE, "bold")]
        offset += _GAP + max(widths + [measure_width(text, LEGIBLE) for text in texts])
    return offset - _GAP


def _write(axes: Axes, text: str, place: tuple[float, float], right: float, **look: Any) -> None:
    """Write a text in a row, at a distance in points from an edge of the axes."""
    look = {**BESIDE, "va": "center", "size": LEGIBLE, **look}
    axes.annotate(text, place, (right, 0.0), ("axes fraction", "data"), **look)


def _write_sides(axes: Axes, scene: ForestScene) -> float:
    """Say under the axis which arm each side of 1 favours; return the height used, in points."""
    better, worse = (fold(side, 150.0) for side in scene.sides)
    for text, offset, ha in ((f"← {better}", -5.0, "right"), (f"{worse} →", 5.0, "left")):
        look = {**BESIDE, "size": SMALL, "ha": ha, "va": "top", "gid": "direction"}
        axes.annotate(text, (1.0, 0.0), (offset, -20.0), ("data", "axes fraction"), **look)
    return 40.0 + 10.0 * max(better.count("\n"), worse.count("\n"))
