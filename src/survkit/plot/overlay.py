"""What was read of a figure, laid over its original, to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from survkit.drawings import Background, Panel
from survkit.plot.style import FONT, INK, LOOKS, styled
from survkit.typed import as_instance, as_instances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from survkit.drawings import Axis, Box, Curve

__all__ = ["draw_overlay"]

_WIDEST, _HIGHEST = 13.0, 16.0
_MARGIN = 0.55
_LINE = 18.0
_CALIBRATION = "#7A1FA2"
"""Violet: in no style of journals, and told from Okabe and Ito's colours by the colour-blind."""
_FAINT = 0.45
_FRAME: dict[str, Any] = {
    "boxstyle": "round,pad=0.15",
    "facecolor": "white",
    "edgecolor": "none",
    "alpha": 0.8,
}


def draw_overlay(background: Background, panels: Sequence[Panel]) -> Figure:
    """
    Draw axes, curves, marks, names and numbers at risk as read over a faint original.

    Parameters
    ----------
    background : Background
        The original.
    panels : sequence of Panel
        What was read, at least one panel.

    Returns
    -------
    Figure
        A figure whose rulers bear the coordinates of the original, in which axes are calibrated
        by hand.
    """
    as_instance(background, Background, "draw_overlay", "a background, as read_background reads it")
    as_instances(panels, Panel, "draw_overlay", "panels")
    with styled():
        view = _view(background, panels)
        width = view[1] - view[0]
        height = view[3] - view[2]
        scale = min(_WIDEST / width, _HIGHEST / height)
        lines = [line for panel in panels for line in _key(panel)]
        foot = _LINE * (len(lines) + 1) / 72
        inches = (width * scale + 2 * _MARGIN, height * scale + 2 * _MARGIN + foot)
        figure = Figure(figsize=inches)
        axes = figure.add_axes(
            (
                _MARGIN / inches[0],
                (foot + _MARGIN) / inches[1],
                width * scale / inches[0],
                height * scale / inches[1],
            )
        )
        _lay_under(axes, background, 72 * scale)
        for panel in panels:
            _lay_over(axes, panel)
        axes.set(xlim=view[:2], ylim=view[2:])
        axes.tick_params(labelsize=6, length=2)
        axes.set_xlabel("coordinates of the figure, from the lower left corner", fontsize=6)
        _explain(figure, lines, foot, inches)
    return figure


def _view(background: Background, panels: Sequence[Panel]) -> tuple[float, float, float, float]:
    """Return the part of the page to be shown: the panels with what stands around them."""
    sides = []
    for panel in panels:
        box = panel.box
        sides.append(
            (
                box.left - 0.45 * box.width,
                box.right + 0.35 * box.width,
                box.bottom - 0.6 * box.height,
                box.top + 0.3 * box.height,
            )
        )
    left, right, bottom, top = zip(*sides, strict=True)
    return (
        max(min(left), 0.0),
        min(max(right), background.width),
        max(min(bottom), 0.0),
        min(max(top), background.height),
    )


def _lay_under(axes: Axes, background: Background, points: float) -> None:
    """Draw the original grey and faint; `points` is the length of a unit of it on paper."""
    extent = (0.0, background.width, 0.0, background.height)
    if background.colours is not None:
        grey = background.colours.mean(axis=2) / 255
        shown = 1 - (1 - grey) * _FAINT
        axes.imshow(
            shown,
            extent=extent,
            cmap="gray",
            vmin=0,
            vmax=1,
            aspect="auto",
            interpolation="antialiased",
        )
        return
    for stroke in background.strokes:
        if stroke.fill is not None:
            tone = str(1 - (1 - sum(stroke.fill) / 765) * _FAINT * stroke.opacity)
            axes.add_patch(Polygon(stroke.points, facecolor=tone, edgecolor="none"))
        elif stroke.colour is not None:
            tone = str(1 - (1 - sum(stroke.colour) / 765) * _FAINT)
            lines = LineCollection([stroke.points], colors=tone, linewidths=0.8)
            axes.add_collection(lines)
    for word in background.words:
        axes.text(
            word.box.left,
            word.box.bottom,
            word.text,
            rotation=word.rotation,
            rotation_mode="anchor",
            fontsize=min(max(points * word.size, 1.0), 60.0),
            color=str(1 - _FAINT),
            family=FONT,
            clip_on=True,
        )


def _lay_over(axes: Axes, panel: Panel) -> None:
    _draw_calibration(axes, panel)
    for number, curve in enumerate(panel.curves):
        _draw_curve(axes, panel, curve, LOOKS[number % len(LOOKS)])
    _draw_table(axes, panel)


def _draw_calibration(axes: Axes, panel: Panel) -> None:
    """Draw a line through the plot region at each place by which an axis was calibrated."""
    box = panel.box
    for axis, upright in ((panel.time, False), (panel.survival, True)):
        for tick in axis.ticks:
            ends = _across(box, tick.place, upright=upright)
            axes.plot(*ends, color=_CALIBRATION, linewidth=0.6, alpha=0.55)
            axes.annotate(
                f"{tick.value:g}",
                (ends[0][0], ends[1][0]),
                xytext=(2, 2) if upright else (2, 9),  # inside: the printed labels stay in sight
                textcoords="offset points",
                fontsize=6.5,
                color=_CALIBRATION,
                bbox=_FRAME,
            )


def _across(box: Box, place: float, *, upright: bool) -> tuple[list[float], list[float]]:
    if upright:
        return [box.left, box.right], [place, place]
    return [place, place], [box.bottom, box.top]


def _draw_curve(axes: Axes, panel: Panel, curve: Curve, look: dict[str, Any]) -> None:
    time = np.append(curve.time, curve.end_time)
    level = np.append(curve.survival, curve.survival[-1])
    x, y = panel.time.place(time), panel.survival.place(level)
    axes.step(x, y, where="post", linewidth=1.1, **look)
    axes.plot(x[1:-1], y[1:-1], linestyle="none", marker=".", markersize=1.8, color=INK, alpha=0.7)
    axes.plot(
        panel.time.place(curve.mark_times),
        panel.survival.place(curve.mark_survival),
        linestyle="none",
        marker="o",
        markersize=4.5,
        markerfacecolor="none",
        markeredgewidth=0.7,
        color=look["color"],
    )
    axes.annotate(
        curve.arm or "(no name)",
        (float(x[-1]), float(y[-1])),
        xytext=(4, 4),
        textcoords="offset points",
        fontsize=7,
        fontweight="bold",
        color=look["color"],
        bbox=_FRAME,
    )


def _draw_table(axes: Axes, panel: Panel) -> None:
    """Write each number at risk below the axis, at the time that it was read to belong to."""
    table = panel.risk_table
    if table is None:
        return
    step = 0.055 * panel.box.height
    bottom = panel.box.bottom + 0.01 * panel.box.height
    for place, row in enumerate(table.rows):
        known = row.curve is not None
        colour = LOOKS[(row.curve or 0) % len(LOOKS)]["color"] if known else INK
        at = bottom + step * (len(table.rows) - place)
        for time, count in zip(table.times, row.at_risk, strict=True):
            if count is not None:
                axes.text(
                    float(panel.time.place(time)),
                    at,
                    str(count) if known else f"{count}?",
                    ha="center",
                    va="top",
                    fontsize=6.5,
                    color=colour,
                    bbox=_FRAME,
                )


def _key(panel: Panel) -> list[tuple[str, dict[str, Any] | None]]:
    """Return what was read in words: a line for the axes, one per curve."""
    lines: list[tuple[str, dict[str, Any] | None]] = [
        (
            f"panel {panel.name}: time {_said(panel.time)}; survival {_said(panel.survival)} "
            f"({panel.survival.scale})",
            None,
        )
    ]
    for number, curve in enumerate(panel.curves):
        red, green, blue = curve.colour
        text = (
            f"{curve.arm or '(no name)'}: drawn in #{red:02x}{green:02x}{blue:02x}, "
            f"{len(curve.time) - 1} steps, {len(curve.mark_times)} marks, "
            f"ends at {curve.end_time:.4g}"
        )
        lines.append((text, LOOKS[number % len(LOOKS)]))
    return lines


def _said(axis: Axis) -> str:
    values = [tick.value for tick in axis.ticks]
    return f"{min(values):g} to {max(values):g} by its {axis.calibrated_by}"


def _explain(
    figure: Figure,
    lines: list[tuple[str, dict[str, Any] | None]],
    foot: float,
    inches: tuple[float, float],
) -> None:
    """Write under the picture what was read, and what the signs are."""
    signs = (
        "violet: calibration; lines with dots: curves and their steps; circles: censoring marks; "
        "numbers: at risk, ? where whose is open. Nothing is verified."
    )
    for number, (text, look) in enumerate([*lines, (signs, None)]):
        at = (foot - 0.12 - _LINE / 72 * number) / inches[1]
        left = _MARGIN / inches[0]
        if look is not None:
            figure.add_artist(_sample((left, left + 0.35 / inches[0]), at - 0.06 / inches[1], look))
            left += 0.45 / inches[0]
        figure.text(left, at, text, ha="left", va="top", fontsize=7.5, color=INK)


def _sample(across: tuple[float, float], at: float, look: dict[str, Any]) -> Line2D:
    return Line2D(across, (at, at), linewidth=1.4, **look)
