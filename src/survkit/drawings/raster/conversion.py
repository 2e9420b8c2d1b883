"""From pixels of a canvas to the panels that every reader of drawings gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.panels import Axis, Curve, Panel, Tick
from survkit.drawings.primitives import Box, Colour
from survkit.drawings.raster.curves.marks import mark_places

if TYPE_CHECKING:
    from survkit.drawings.raster.axes import AxisPair, PixelAxis
    from survkit.drawings.raster.canvas import Canvas
    from survkit.drawings.raster.curves.palette import Hue
    from survkit.drawings.raster.curves.tracing import Trace

__all__ = ["panel_of"]

_LINE_ERROR = 0.25
"""How well the middle of a line is found, in pixels."""


def panel_of(
    canvas: Canvas,
    pair: AxisPair,
    traces: list[tuple[Hue, Trace]],
    *,
    name: str,
    rows: int,
    scale: float,
    remarks: tuple[str, ...],
) -> Panel:
    """Express a panel in pixels of the file, y upwards, and its curves in printed units."""
    bottom, right = canvas.top + canvas.strength.shape[0], canvas.left + canvas.strength.shape[1]
    every = [trace for _, trace in traces]
    curves = tuple(
        _curve(canvas, pair, hue, trace, [t for t in every if t is not trace])
        for hue, trace in traces
    )
    return Panel(
        name=name,
        title="",
        box=Box(
            left=canvas.left / scale,
            right=right / scale,
            bottom=(rows - bottom) / scale,
            top=(rows - canvas.top) / scale,
        ),
        time=_axis(pair.time, 0.0, scale, "time"),
        survival=_axis(
            pair.survival, rows, scale, "percent" if pair.survival.percent else "probability"
        ),
        curves=curves,
        risk_table=None,
        printed=(),
        remarks=(*remarks, *pair.time.remarks, *pair.survival.remarks, *_doubts(traces), _UNREAD),
    )


_UNREAD = "Names of arms, numbers at risk and other words were not read: the figure is a picture."


def _axis(axis: PixelAxis, rows: float, scale: float, kind: str) -> Axis:
    """Turn value = origin + slope * pixel into the place of 0 and the pixels per unit."""
    sign = -1.0 if rows else 1.0
    zero = float(axis.pixel(0.0))
    unit = sign / axis.slope / scale
    ticks = tuple(
        Tick(
            place=(rows + sign * float(axis.pixel(value))) / scale,
            value=float(value),
            label=f"{value:g}",
        )
        for value in np.sort(axis.values)
    )
    return Axis(
        origin=(rows + sign * zero) / scale,
        unit=unit,
        scale="time" if kind == "time" else "percent" if kind == "percent" else "probability",
        ticks=ticks,
        calibrated_by=axis.calibrated_by,
        error=axis.precision * abs(axis.slope),
    )


def _curve(canvas: Canvas, pair: AxisPair, hue: Hue, trace: Trace, others: list[Trace]) -> Curve:
    share = 100.0 if pair.survival.percent else 1.0
    times = np.maximum(pair.time.value(trace.levels.places + canvas.left), 0.0)
    survival = np.clip(pair.survival.value(trace.levels.rows + canvas.top) / share, 0.0, 1.0)
    end = float(pair.time.value(trace.levels.end + canvas.left))
    marks = mark_places(hue, trace, others)
    mark_times = pair.time.value(marks + canvas.left)
    at = np.searchsorted(times, mark_times, side="right") - 1
    down = np.hypot(_LINE_ERROR, pair.survival.precision) * abs(pair.survival.slope) / share
    aside = np.hypot(2 * _LINE_ERROR, pair.time.precision) * abs(pair.time.slope)
    return Curve(
        time=times,
        survival=survival,
        end_time=max(end, float(times[-1])),
        time_precision=float(aside),
        survival_precision=float(down),
        colour=_colour(trace),
        dash=_dash(trace),
        width=trace.width,
        mark_times=mark_times,
        mark_survival=survival[np.clip(at, 0, None)],
    )


def _colour(trace: Trace) -> Colour:
    red, green, blue = (round(255 * float(level)) for level in trace.colour)
    return red, green, blue


def _dash(trace: Trace) -> tuple[float, ...]:
    """Dash and gap as long as seen on average; empty for a full line."""
    if not trace.dashed:
        return ()
    period = 8 * trace.width
    return round(period * trace.support, 1), round(period * (1 - trace.support), 1)


def _doubts(traces: list[tuple[Hue, Trace]]) -> list[str]:
    """Say which curves were hidden by others, or seen in part, over long stretches."""
    said = []
    for number, (_, trace) in enumerate(traces, start=1):
        if trace.seen < 0.6 and not trace.dashed:
            said.append(
                f"Curve {number}: {1 - trace.seen:.0%} of it is hidden by other ink "
                "and was taken to run there."
            )
        elif trace.support < 0.6:
            said.append(f"Curve {number}: ink was seen in {trace.support:.0%} of its length.")
    return said
