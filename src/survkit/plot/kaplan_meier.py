"""Kaplan-Meier scenes, drawn."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import offset_copy

from survkit.plot.arguments import as_reproduced
from survkit.plot.layout import Extent, draw_panels
from survkit.plot.margins import explain, fold, measure_width
from survkit.plot.style import BESIDE, DOTTED, GREY, INK, LEGIBLE, SMALL, look_of, styled
from survkit.scene import View, adapt, compose_kaplan_meier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from survkit.reproduction import AnalysisReproduction
    from survkit.scene import (
        ArmCurve,
        Axis,
        KaplanMeierScene,
        LegendEntry,
        RiskRow,
        Target,
    )
    from survkit.trial import Analysis

__all__ = ["draw_kaplan_meier", "plot_kaplan_meier"]

_MARKERS = {
    ("quantile", "="): "D",
    ("quantile", "<"): "<",
    ("quantile", ">"): ">",
    ("survival", "="): "o",
    ("survival", "<"): "v",
    ("survival", ">"): "^",
}
_BAND: dict[str, Any] = {"step": "post", "alpha": 0.12, "linewidth": 0.0, "zorder": 1.0}
_CURVE: dict[str, Any] = {"drawstyle": "steps-post", "linewidth": 1.6, "zorder": 2.5}
_CENSORED: dict[str, Any] = {"marker": "|", "markersize": 5.0, "markeredgewidth": 0.7}
_DRAWN: dict[str, Any] = {
    "linestyle": "none",
    "marker": ".",
    "markersize": 3.4,
    "markeredgewidth": 0.4,
    "alpha": 0.55,
    "zorder": 2.2,
}
_MEDIAN: dict[str, Any] = {"linestyle": DOTTED, "linewidth": 0.9, "zorder": 1.5}
_INTERVAL: dict[str, Any] = {"linewidth": 1.1, "markersize": 7.0, "markeredgewidth": 1.1}

_WIDTH, _HEIGHT = 7.6, 210.0
"""Width of a figure in inches, height of the axes in points."""

_LINE, _ABOVE, _SWATCH, _GAP = 12.5, 10.0, 34.0, 16.0
"""Line height, distance of the table from the axes, room for a line sample and between columns."""

_LABEL, _AXIS, _EDGE = 96.0, 52.0, 26.0
"""Widths of an arm's name, of what the axis needs on its left, and of half a last column."""

_TABLE, _RISK_LINE = 38.0, 11.5
"""Distance of the numbers at risk below the axes, and the height of their lines."""


def plot_kaplan_meier(
    reproduction: AnalysisReproduction | Analysis,
    *,
    axes: Axes | None = None,
    view: View | None = None,
) -> Axes:
    """
    Plot the Kaplan-Meier curves of the synthetic patients against the printed figures.

    Steps with 95 % limits, censorings as ticks, medians as dotted lines and the numbers at risk are
    those of the synthetic patients. Diamonds are printed medians and quartiles, circles survival
    percentages, each with its printed interval: filled where the figure shaped the patients, hollow
    where it was kept out.

    Parameters
    ----------
    reproduction : AnalysisReproduction or Analysis
        A reproduced analysis; one that is not yet reproduced is so first.
    axes : Axes or None
        Where to plot. Header, key and numbers at risk stand outside the axes; a figure with
        ``layout="constrained"`` makes room for them. By default a new figure is made, which is
        ``axes.figure`` of the result.
    view : View or None
        What is shown beyond the usual: numbers censored and of events, the log-rank test, 1 - S,
        a part of the vertical axis, colours and order of the arms.

    Returns
    -------
    Axes
        What was drawn on: time in the analysis' unit, survival as a probability labelled in
        percent.

    Raises
    ------
    WrongArgumentError
        If the view gives a colour or a place to an arm that is not there.

    Examples
    --------
    >>> import survkit
    >>> view = survkit.plot.View(counts=True, p_value=True, colours={"placebo": "#777777"})
    >>> result = survkit.reproduce(survkit.load_trial("radiant-3"), only=["pfs-central"])
    >>> survkit.plot_kaplan_meier(result.analyses[0], view=view).get_title(loc="left")
    'PFS, central review'
    """
    result = as_reproduced(reproduction, "plot_kaplan_meier")
    scene = compose_kaplan_meier(result)
    if view is not None:
        view.check_arms(arm.id for arm in result.analysis.arms)
        scene = adapt(scene, result, view)
    draw = partial(draw_kaplan_meier, scene)
    if axes is None:
        return draw_panels([[draw]], _WIDTH).axes[0]
    with styled():
        draw(axes)
    return axes


def draw_kaplan_meier(scene: KaplanMeierScene, axes: Axes) -> Extent:
    """Draw a Kaplan-Meier scene and say how much room it needs."""
    for curve in scene.curves:
        _draw_curve(axes, curve)
    for target in scene.targets:
        _draw_target(axes, target, scene.time.high)
    _set_scales(axes, scene)
    above = _write_headlines(axes, scene)
    width, below = _write_counts(axes, scene)
    below = explain(axes, [_sample(entry) for entry in scene.legend], scene.note, below)
    return Extent(max(width, _AXIS), _EDGE, above, below, _HEIGHT)


def _draw_curve(axes: Axes, curve: ArmCurve) -> None:
    """Draw curve, limits, censorings and median of an arm."""
    look, arm = look_of(curve.arm), curve.arm.id
    colour = look["color"]
    band = axes.fill_between(curve.times, curve.lower, curve.upper, color=colour, **_BAND)
    band.set_gid(f"limits:{arm}")
    axes.plot(curve.times, curve.survival, gid=f"curve:{arm}", **look, **_CURVE)
    times, shares = ([place[axis] for place in curve.censored] for axis in (0, 1))
    axes.plot(
        times,
        shares,
        color=colour,
        linestyle="none",
        zorder=2.4,
        gid=f"censored:{arm}",
        **_CENSORED,
    )
    for drawn in curve.drawn:
        times, shares = ([place[axis] for place in drawn.points] for axis in (0, 1))
        (dots,) = axes.plot(times, shares, gid=f"drawn:{arm}:{drawn.role}", **_DRAWN)
        dots.set(color=colour, markerfacecolor=colour if drawn.role == "input" else "white")
    if math.isfinite(curve.median):
        across, down = [0.0, curve.median, curve.median], [0.5, 0.5, 0.0]
        axes.plot(across, down, color=colour, gid=f"median:{arm}", **_MEDIAN)


def _draw_target(axes: Axes, target: Target, end: float) -> None:
    """Draw a printed figure, filled where it was used, with its printed interval."""
    colour, name = look_of(target.arm)["color"], f"{target.arm.id}:{target.kind}"
    if target.interval is not None:
        _draw_interval(axes, target, *target.interval, end, color=colour, gid=f"interval:{name}")
    used, width = target.role == "input", 0.8 if target.role == "input" else 1.4
    face, edge = (colour, "white") if used else ("white", colour)
    (mark,) = axes.plot(
        [target.time], [target.survival], linestyle="none", clip_on=False, zorder=4.0
    )
    mark.set(marker=_MARKERS[target.kind, target.relation], gid=f"target:{name}:{target.role}")
    mark.set(markersize=6.5 if target.kind == "survival" else 6.0, markeredgewidth=width)
    mark.set(markerfacecolor=face, markeredgecolor=edge)


def _draw_interval(
    axes: Axes, target: Target, lower: float, upper: float, end: float, **look: Any
) -> None:
    """Draw a printed interval; a limit that was not reached ends in an arrow."""
    across = target.kind == "quantile"
    limits, fixed = [lower, min(upper, end)], [target.survival if across else target.time] * 2
    places = (limits, fixed) if across else (fixed, limits)
    axes.plot(*places, marker="|" if across else "_", zorder=3.5, **_INTERVAL, **look)
    if math.isinf(upper):
        arrow: dict[str, Any] = {"markersize": 5.0, "zorder": 3.5, "clip_on": False}
        axes.plot([end], [target.survival], ">", color=look["color"], **arrow)


def _set_scales(axes: Axes, scene: KaplanMeierScene) -> None:
    """Set ends, ticks and labels of the axes."""
    time, share = scene.time, scene.share
    axes.set_xlim(time.low, time.high)
    axes.set_xticks(time.ticks, time.texts, size=LEGIBLE)
    axes.set_xlabel(time.label, size=LEGIBLE, labelpad=4.0)
    axes.set_ylim(share.low, share.high + 0.03 * (share.high - share.low))
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
            _draw_swatch(axes, look_of(arm), height + 3.2)
        start, colour = _SWATCH, INK if place else GREY
        for texts in columns:
            look = {**BESIDE, "size": SMALL, "color": colour, "gid": "header"}
            axes.annotate(texts[place], (0.0, 1.0), (start, height), "axes fraction", **look)
            start += _GAP + max(map(measure_width, texts))
        height += _LINE * (1 + labels[place].count("\n"))
    look = {**BESIDE, "size": SMALL, "color": GREY, "gid": "verdicts"}
    axes.annotate(scene.subtitle, (0.0, 1.0), (0.0, height), "axes fraction", **look)
    height += _LINE + 3.0
    width = axes.get_window_extent().width * 72.0 / axes.figure.dpi
    title = fold(scene.title, width, 11.0, "bold")
    axes.set_title(title, loc="left", size=11.0, weight="bold", pad=height)
    return height + 15.0 * (1 + title.count("\n")) + 8.0


def _draw_swatch(axes: Axes, look: dict[str, Any], height: float) -> None:
    """Draw a sample of an arm's line."""
    begin = offset_copy(axes.transAxes, cast("Figure", axes.figure), y=height, units="points")
    line = {"arrowstyle": "-", "linewidth": 1.6, "shrinkA": 0.0, "shrinkB": 0.0, **look}
    axes.annotate("", (0.0, 1.0), (_SWATCH - 8.0, 0.0), begin, arrowprops=line, **BESIDE)


def _write_counts(axes: Axes, scene: KaplanMeierScene) -> tuple[float, float]:
    """Write the numbers of patients; return how far left and how far down they go, in points."""
    below, left = _TABLE, 0.0
    first = [row.texts[0] for table in scene.count_tables for row in table.rows]
    gap = 10.0 + max(map(measure_width, first)) / 2.0
    for table in scene.count_tables:
        heading = {**BESIDE, "va": "top", "weight": "bold", "size": LEGIBLE}
        axes.annotate(table.heading, (0.0, 0.0), (0.0, -below), "axes fraction", **heading)
        begin = below + _RISK_LINE + 2.0
        width, below = _write_rows(axes, scene.time, table.rows, begin, gap)
        left = max(left, width)
        below += 4.0
    return left, below + 2.0


def _write_rows(
    axes: Axes, time: Axis, rows: Sequence[RiskRow], below: float, gap: float
) -> tuple[float, float]:
    """Write a row per arm under the ticks; return how far left and how far down they go."""
    look = {**BESIDE, "va": "top", "size": SMALL}
    names = [fold(row.arm.name, _LABEL) for row in rows]
    for name, row in zip(names, rows, strict=True):
        side = {**look, "ha": "right", "color": look_of(row.arm)["color"]}
        axes.annotate(name, (0.0, 0.0), (-gap, -below), "axes fraction", **side)
        for tick, text in zip(time.ticks, row.texts, strict=True):
            under = {**look, "ha": "center", "gid": "at-risk"}
            axes.annotate(text, (tick, 0.0), (0.0, -below), ("data", "axes fraction"), **under)
        below += _RISK_LINE * (name.count("\n") + 1) + 1.5
    return gap + max(map(measure_width, names)) + 8.0, below


def _sample(entry: LegendEntry) -> Artist:
    """Return a neutral sample of a kind of mark."""
    if entry.mark == "limits":
        return Patch(color=GREY, alpha=0.25, linewidth=0.0, label=entry.text)
    if entry.mark == "median":
        return Line2D([], [], linestyle=DOTTED, color=GREY, label=entry.text)
    plain = {"censored": "|", "drawn": "."}
    marker = plain[entry.mark] if entry.mark in plain else _MARKERS[entry.mark, "="]
    face, width = ("white", 1.2) if entry.role == "check" else (GREY, 1.0)
    look: dict[str, Any] = {
        "linestyle": "none",
        "markersize": 6.0,
        "color": GREY,
        "markeredgewidth": width,
    }
    return Line2D([], [], marker=marker, markerfacecolor=face, label=entry.text, **look)
