"""Forest plot: printed hazard ratios against refitted ones."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from survkit.plot.forest_rows import ForestRow, arrange_rows, choose_limits, name_sides
from survkit.plot.margins import draw_key, mark_as_synthetic, measure_width
from survkit.plot.style import GREY, INK, LEGIBLE, SMALL, make_figure, styled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from survkit.plot.ratios import Ratio, RatioPair
    from survkit.reproduction import AnalysisReproduction

__all__ = ["choose_ratio_ticks", "forest_height", "plot_forest"]

_REFIT_COLOUR = "#0072B2"
_GAP = 12.0
"""Room between columns of text, in points."""

_ROW_INCHES = 0.42
_MANTISSAS = (
    (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 2.0, 3.0, 5.0),
    (1.0, 2.0, 5.0),
    (1.0, 3.0),
    (1.0,),
)
"""Leading digits of ticks, the finest set first."""

_NARROWEST = 0.12
"""Smallest distance of two ticks, as a share of the axis."""


def plot_forest(reproductions: Sequence[AnalysisReproduction], *, axes: Axes | None = None) -> Axes:
    """
    Plot the printed hazard ratio of every contrast above the refitted one.

    Sub-groups stand indented under the analysis they belong to. Squares are printed, circles
    refitted; a printed ratio that was kept out as a check is hollow.

    Parameters
    ----------
    reproductions : sequence of AnalysisReproduction
        Reproduced analyses; those without a printed hazard ratio have no row.
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
    rows = arrange_rows(reproductions)
    pairs = [row.pair for row in rows if row.pair is not None]
    if not pairs:
        msg = "a forest plot must have a printed hazard ratio, got none"
        raise ValueError(msg)
    with styled():
        size = (9.6, forest_height(reproductions))
        panel = make_figure(*size).add_subplot() if axes is None else axes
        _set_scale(panel, pairs, len(rows))
        for place, row in enumerate(rows):
            if row.pair is not None:
                _draw_pair(panel, row.pair, place)
        left = _write_labels(panel, rows)
        _write_columns(panel, rows)
        _write_directions(panel, reproductions)
        below = draw_key(panel, _key(), 40.0, left)
        mark_as_synthetic(panel, below, left)
    return panel


def forest_height(reproductions: Sequence[AnalysisReproduction]) -> float:
    """
    Height that a forest plot needs.

    Parameters
    ----------
    reproductions : sequence of AnalysisReproduction
        What is to be plotted.

    Returns
    -------
    float
        Inches.
    """
    return 1.65 + _ROW_INCHES * len(arrange_rows(reproductions))


def choose_ratio_ticks(lowest: float, highest: float) -> tuple[float, ...]:
    """
    Choose round hazard ratios for a logarithmic axis.

    Parameters
    ----------
    lowest, highest : float
        Ends of the axis, hazard ratios.

    Returns
    -------
    tuple of float
        Round numbers within the ends, powers of ten among them, far enough apart to be read.

    Examples
    --------
    >>> choose_ratio_ticks(0.18, 1.2)
    (0.2, 0.3, 0.5, 0.7, 1.0)
    """
    span = math.log(highest / lowest)
    ticks: list[float] = []
    for mantissas in _MANTISSAS:
        ticks = list(_multiples(mantissas, lowest, highest))
        gaps = [math.log(after / before) for before, after in itertools.pairwise(ticks)]
        if min(gaps, default=0.0) >= _NARROWEST * span:
            break
    return tuple(ticks)


def _multiples(mantissas: Sequence[float], lowest: float, highest: float) -> Iterator[float]:
    """Yield the mantissas times powers of ten that lie between two numbers."""
    for power in range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1):
        for mantissa in mantissas:
            tick = float(f"{mantissa}e{power}")
            if lowest <= tick <= highest:
                yield tick


def _set_scale(axes: Axes, pairs: Sequence[RatioPair], rows: int) -> None:
    lowest, highest = choose_limits(pairs)
    ticks = choose_ratio_ticks(lowest, highest)
    axes.set_xscale("log")
    axes.set_xlim(lowest, highest)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=LEGIBLE, length=3.5)
    axes.spines[["top", "left", "right"]].set_visible(False)
    axes.axvline(1.0, color=GREY, linewidth=0.9, zorder=1.0, gid="no-effect")


def _draw_pair(axes: Axes, pair: RatioPair, place: int) -> None:
    filled = pair.role.startswith("input")
    _draw_ratio(axes, pair.printed, place - 0.14, "s", INK, INK if filled else "white")
    _draw_ratio(axes, pair.refitted, place + 0.14, "o", _REFIT_COLOUR, _REFIT_COLOUR)


def _draw_ratio(
    axes: Axes, ratio: Ratio, height: float, marker: str, colour: str, face: str
) -> None:
    """Draw a ratio and its interval; what is no number is not drawn."""
    which = "printed" if marker == "s" else "refitted"
    axes.plot(
        [ratio.lower, ratio.upper],
        [height, height],
        color=colour,
        linewidth=1.2,
        linestyle="-" if marker == "s" else (0, (4.0, 1.2)),
        solid_capstyle="butt",
        zorder=2.0,
        gid=f"{which}-interval",
    )
    axes.plot(
        [ratio.value],
        [height],
        linestyle="none",
        marker=marker,
        markersize=5.5,
        markerfacecolor=face,
        markeredgecolor=colour,
        markeredgewidth=1.2,
        zorder=3.0,
        gid=which,
    )


def _write_labels(axes: Axes, rows: Sequence[ForestRow]) -> float:
    """Write the labels left of the axes and return how far out they begin, in points."""
    places = [(14.0 * row.depth, "normal" if row.depth else "bold", row.label) for row in rows]
    left = _GAP + max(
        indent + measure_width(label, LEGIBLE, weight) for indent, weight, label in places
    )
    for place, (indent, weight, label) in enumerate(places):
        _write(axes, label, 0.0, place, indent - left, weight=weight, gid="label")
    return left


def _write_columns(axes: Axes, rows: Sequence[ForestRow]) -> None:
    """Write digits, role and verdict right of the axes."""
    levels = {row.pair.level for row in rows if row.pair is not None}
    interval = f"\n({levels.pop():g} % CI)" if len(levels) == 1 else "\n(CI)"
    columns = {
        f"Printed HR{interval}": [row.pair and row.pair.printed.text for row in rows],
        f"Refitted HR{interval}": [row.pair and row.pair.refitted.text for row in rows],
        "Role": [row.pair and row.pair.role for row in rows],
        "Verdict": [row.pair and str(row.pair.verdict) for row in rows],
    }
    offset = _GAP
    for heading, texts in columns.items():
        _write(axes, heading, 1.0, -0.5, offset, weight="bold", va="bottom")
        for place, text in enumerate(texts):
            _write(axes, text or "", 1.0, place, offset, gid=heading.partition("\n")[0])
        widths = [measure_width(heading, LEGIBLE, "bold")]
        widths += [measure_width(text or "", LEGIBLE) for text in texts]
        offset += max(widths) + _GAP


def _write(
    axes: Axes,
    text: str,
    edge: float,
    place: float,
    offset: float,
    *,
    weight: str = "normal",
    va: str = "center",
    gid: str | None = None,
) -> None:
    """Write a text in a row, at a distance in points from the left or the right edge."""
    axes.annotate(
        text,
        xy=(edge, place),
        xycoords=("axes fraction", "data"),
        xytext=(offset, 0.0),
        textcoords="offset points",
        va=va,
        size=LEGIBLE,
        weight=weight,
        gid=gid,
        annotation_clip=False,
    )


def _write_directions(axes: Axes, reproductions: Sequence[AnalysisReproduction]) -> None:
    """Say under the axis which arm each side of 1 favours."""
    better, worse = name_sides(reproductions)
    for text, offset, ha in ((f"← {better}", -5.0, "right"), (f"{worse} →", 5.0, "left")):
        axes.annotate(
            text,
            xy=(1.0, 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(offset, -20.0),
            textcoords="offset points",
            ha=ha,
            va="top",
            size=SMALL,
            annotation_clip=False,
            gid="direction",
        )


def _key() -> list[Line2D]:
    """Return one handle for every kind of mark."""
    return [
        _handle("s", INK, INK, "printed, used as input"),
        _handle("s", INK, "white", "printed, kept out as check"),
        _handle("o", _REFIT_COLOUR, _REFIT_COLOUR, "refitted with lifelines"),
    ]


def _handle(marker: str, colour: str, face: str, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        color=colour,
        marker=marker,
        markerfacecolor=face,
        markersize=5.0,
        linewidth=1.2,
        linestyle="-" if marker == "s" else (0, (4.0, 1.2)),
        label=label,
    )
