"""Kaplan-Meier scenes, drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from survkit.plot.layout import Panel, arrange
from survkit.plot.margins import Extent, explain, fold, measure_width, points_from, write
from survkit.plot.style import DOTTED, GREY, INK, LEGIBLE, LOOKS, make_figure, styled
from survkit.scene import compose_kaplan_meier

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from survkit.reproduction import AnalysisReproduction
    from survkit.scene import ArmCurve, KaplanMeierScene, LegendEntry, Target

__all__ = ["draw_kaplan_meier", "plot_kaplan_meier"]

_MARKERS = {
    ("quantile", "="): "D",
    ("quantile", "<"): "<",
    ("quantile", ">"): ">",
    ("survival", "="): "o",
    ("survival", "<"): "v",
    ("survival", ">"): "^",
}
_WIDTH, _HEIGHT = 7.6, 210.0
"""Width of a figure in inches, height of the axes in points."""

_LINE, _ABOVE, _SWATCH, _GAP = 12.5, 10.0, 34.0, 16.0
"""Line height, distance of the table from the axes, room for a line sample and between columns."""

_LABEL, _AXIS, _EDGE = 96.0, 52.0, 26.0
"""Widths of an arm's name, of what the axis needs on its left, and of half a last column."""

_TABLE, _RISK_LINE = 38.0, 11.5
"""Distance of the numbers at risk below the axes, and the height of their lines."""


def plot_kaplan_meier(reproduction: AnalysisReproduction, *, axes: Axes | None = None) -> Axes:
    """
    Plot the Kaplan-Meier curves of the synthetic patients against the printed figures.

    Steps with 95 % limits, censorings as ticks, medians as dotted lines and the numbers at risk are
    those of the synthetic patients. Diamonds are printed medians and quartiles, circles survival
    percentages, each with its printed interval: filled where the figure shaped the patients, hollow
    where it was kept out.

    Parameters
    ----------
    reproduction : AnalysisReproduction
        A reproduced analysis.
    axes : Axes or None
        Where to plot. Header, key and numbers at risk stand outside the axes; a figure with
        ``layout="constrained"`` makes room for them. By default a new figure is made, which is
        ``axes.figure`` of the result.

    Returns
    -------
    Axes
        What was drawn on: time in the analysis' unit, survival as a probability labelled in
        percent.
    """
    scene = compose_kaplan_meier(reproduction)
    with styled():
        if axes is not None:
            draw_kaplan_meier(axes, scene)
            return axes
        figure = make_figure()
        panel = Panel.draw(figure, _WIDTH, lambda drawn: draw_kaplan_meier(drawn, scene))
        arrange(figure, [[panel]], _WIDTH)
    return panel.axes


def draw_kaplan_meier(axes: Axes, scene: KaplanMeierScene) -> Extent:
    """
    Draw a Kaplan-Meier scene.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    scene : KaplanMeierScene
        What to draw.

    Returns
    -------
    Extent
        The room that it needs.
    """
    for curve in scene.curves:
        _draw_curve(axes, curve)
    for target in scene.targets:
        _draw_target(axes, target, scene.time.high)
    _set_scales(axes, scene)
    above = _write_headlines(axes, scene)
    width, below = _write_at_risk(axes, scene)
    below = explain(axes, [_sample(entry) for entry in scene.legend], scene.note, below)
    return Extent(max(width, _AXIS), _EDGE, above, below, _HEIGHT)


def _draw_curve(axes: Axes, curve: ArmCurve) -> None:
    """Draw curve, limits, censorings and median of an arm."""
    look, arm = LOOKS[curve.arm.look % len(LOOKS)], curve.arm.id
    axes.fill_between(
        curve.times,
        curve.lower,
        curve.upper,
        step="post",
        color=look["color"],
        alpha=0.12,
        linewidth=0.0,
        zorder=1.0,
        gid=f"limits:{arm}",
    )
    steps: dict[str, Any] = {
        "drawstyle": "steps-post",
        "linewidth": 1.6,
        "zorder": 2.5,
        "gid": f"curve:{arm}",
    }
    axes.plot(curve.times, curve.survival, **look, **steps)
    axes.plot(
        [time for time, _ in curve.censored],
        [share for _, share in curve.censored],
        color=look["color"],
        linestyle="none",
        marker="|",
        markersize=5.0,
        markeredgewidth=0.7,
        zorder=2.4,
        gid=f"censored:{arm}",
    )
    if math.isfinite(curve.median):
        dotted = {"color": look["color"], "linewidth": 0.9, "linestyle": DOTTED, "zorder": 1.5}
        axes.plot([0.0, *[curve.median] * 2], [0.5, 0.5, 0.0], gid=f"median:{arm}", **dotted)


def _draw_target(axes: Axes, target: Target, end: float) -> None:
    """Draw a printed figure with its printed interval."""
    colour, name = LOOKS[target.arm.look % len(LOOKS)]["color"], f"{target.arm.id}:{target.kind}"
    if target.interval is not None:
        _draw_interval(axes, target, end, color=colour, zorder=3.5, gid=f"interval:{name}")
    axes.plot(
        [target.time],
        [target.survival],
        linestyle="none",
        marker=_MARKERS[target.kind, target.relation],
        markersize=6.5 if target.kind == "survival" else 6.0,
        clip_on=False,
        zorder=4.0,
        gid=f"target:{name}:{target.role}",
        **_fill(target.role, colour),
    )


def _fill(role: str | None, colour: str) -> dict[str, Any]:
    """Return the colours of a mark: filled where a figure was used, hollow where it was not."""
    if role == "input":
        return {"markerfacecolor": colour, "markeredgecolor": "white", "markeredgewidth": 0.8}
    return {"markerfacecolor": "white", "markeredgecolor": colour, "markeredgewidth": 1.4}


def _draw_interval(axes: Axes, target: Target, end: float, **look: Any) -> None:
    """Draw a printed interval; a limit that was not reached ends in an arrow."""
    lower, upper = target.interval or (math.nan, math.nan)
    across = target.kind == "quantile"
    limits, fixed = [lower, min(upper, end)], [target.survival if across else target.time] * 2
    places = (limits, fixed) if across else (fixed, limits)
    ends: dict[str, Any] = {
        "marker": "|" if across else "_",
        "markersize": 7.0,
        "markeredgewidth": 1.1,
    }
    axes.plot(*places, linewidth=1.1, **ends, **look)
    if math.isinf(upper):
        axes.plot([end], [target.survival], ">", color=look["color"], markersize=5.0, zorder=3.5)


def _set_scales(axes: Axes, scene: KaplanMeierScene) -> None:
    """Set ends, ticks and labels of the axes."""
    time, share = scene.time, scene.share
    axes.set_xlim(time.low, time.high)
    axes.set_xticks(time.ticks, time.texts, size=LEGIBLE)
    axes.set_xlabel(time.label, size=LEGIBLE, labelpad=4.0)
    axes.set_ylim(share.low, 1.03 * share.high)
    axes.set_yticks(share.ticks, share.texts, size=LEGIBLE)
    axes.set_ylabel(fold(share.label, 0.9 * _HEIGHT, LEGIBLE), size=LEGIBLE)
    axes.tick_params(length=3.5)
    axes.spines[["top", "right"]].set_visible(False)


def _write_headlines(axes: Axes, scene: KaplanMeierScene) -> float:
    """Write title and table above the plot, from below, and return their height in points."""
    lines = scene.headlines
    labels = ["", *(fold(line.label, 180.0) for line in lines)]
    columns = [
        labels,
        ["events / n", *(line.events for line in lines)],
        ["printed", *(line.printed for line in lines)],
        ["refitted", *(line.refitted for line in lines)],
    ]
    height = _ABOVE
    for place in range(len(lines), -1, -1):
        if place and (arm := lines[place - 1].arm) is not None:
            _draw_swatch(axes, LOOKS[arm.look % len(LOOKS)], height + 3.2)
        start, colour = _SWATCH, INK if place else GREY
        for texts in columns:
            write(axes, texts[place], (0.0, 1.0), (start, height), color=colour, gid="header")
            start += _GAP + max(map(measure_width, texts))
        height += _LINE * (1 + labels[place].count("\n"))
    write(axes, scene.subtitle, (0.0, 1.0), (0.0, height), color=GREY, gid="verdicts")
    height += _LINE + 3.0
    width = axes.get_window_extent().width * 72.0 / axes.figure.dpi
    title = fold(scene.title, width, 11.0, "bold")
    axes.set_title(title, loc="left", size=11.0, weight="bold", pad=height)
    return height + 15.0 * (1 + title.count("\n")) + 8.0


def _draw_swatch(axes: Axes, look: dict[str, Any], height: float) -> None:
    """Draw a sample of an arm's line."""
    ends, where = [0.0, _SWATCH - 8.0], points_from(axes, 0.0, 1.0)
    line = Line2D(ends, [height] * 2, linewidth=1.6, transform=where, clip_on=False, **look)
    axes.add_artist(line)


def _write_at_risk(axes: Axes, scene: KaplanMeierScene) -> tuple[float, float]:
    """Write the numbers at risk; return how far left and how far down they go, in points."""
    below, under = _TABLE, ("data", "axes fraction")
    heading: dict[str, Any] = {"weight": "bold", "size": LEGIBLE, "va": "top"}
    write(axes, scene.risk_heading, (0.0, 0.0), (0.0, -below), **heading)
    below += _RISK_LINE + 2.0
    gap = 6.0 + max(measure_width(row.texts[0]) for row in scene.at_risk) / 2.0
    names = [fold(row.arm.name, _LABEL) for row in scene.at_risk]
    for name, row in zip(names, scene.at_risk, strict=True):
        colour = LOOKS[row.arm.look % len(LOOKS)]["color"]
        write(axes, name, (0.0, 0.0), (-gap, -below), va="top", ha="right", color=colour)
        for time, text in zip(scene.time.ticks, row.texts, strict=True):
            look = {"va": "top", "ha": "center", "gid": "at-risk"}
            write(axes, text, (time, 0.0), (0.0, -below), under, **look)
        below += _RISK_LINE * (name.count("\n") + 1) + 1.5
    return gap + max(map(measure_width, names)) + 8.0, below + 6.0


def _sample(entry: LegendEntry) -> Artist:
    """Return a neutral sample of a kind of mark."""
    if entry.mark == "limits":
        return Patch(color=GREY, alpha=0.25, linewidth=0.0, label=entry.text)
    if entry.mark == "median":
        return Line2D([], [], linestyle=DOTTED, color=GREY, label=entry.text)
    marker = "|" if entry.mark == "censored" else _MARKERS[entry.mark, "="]
    face = "white" if entry.role == "check" else GREY
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=6.0,
        color=GREY,
        markerfacecolor=face,
        markeredgewidth=1.2 if entry.role else 1.0,
        label=entry.text,
    )
