"""Panels on a figure, each as large as what stands around it needs.

Places are sums of what was measured. A solver's would differ in their last digits from run to run,
and the files with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from survkit.plot.style import styled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

__all__ = ["Extent", "draw_panels"]

_PAD, _NARROWEST = 8.0, 120.0
"""Room at the edges of a cell, and the least width of axes, in points."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much room a plot needs around its axes, and how high they are, in points."""

    left: float
    right: float
    above: float
    below: float
    height: float


def draw_panels(
    rows: Sequence[Sequence[Callable[[Axes], Extent]]],
    width: float,
    above: float = 0.0,
    below: float = 0.0,
) -> Figure:
    """
    Draw panels on a figure that belongs to no window, and give every one its place.

    Parameters
    ----------
    rows : sequence of sequence of callable
        Each draws on axes and says how much room it needs; the axes of a row stand at one height.
    width : float
        Width of a column, in inches.
    above, below : float
        Room for what stands above and below all panels, in inches.

    Returns
    -------
    Figure
        The figure; its axes are in the order of the panels.
    """
    figure = Figure(figsize=(width, width))
    FigureCanvasAgg(figure)
    wide, down = width * len(rows[0]) * 72.0, above * 72.0
    places: dict[Axes, tuple[float, float, float, float]] = {}
    for row in rows:
        with styled():  # titles are folded to about the width that the axes will have
            axes = [figure.add_axes((0.0, 0.0, 0.75, 1.0)) for _ in row]
            extents = [draw(panel) for draw, panel in zip(row, axes, strict=True)]
        down += max(extent.above for extent in extents)
        for column, (panel, need) in enumerate(zip(axes, extents, strict=True)):
            start = column * width * 72.0 + _PAD + need.left
            across = width * 72.0 - 2.0 * _PAD - need.left - need.right
            places[panel] = (start, down + need.height, max(across, _NARROWEST), need.height)
        down += max(extent.height + extent.below for extent in extents)
    high = down + 72.0 * below
    figure.set_size_inches(wide / 72.0, high / 72.0)
    for panel, (start, foot, across, height) in places.items():
        box = (start / wide, 1.0 - foot / high, across / wide, height / high)
        panel.set_position(box)
    return figure
