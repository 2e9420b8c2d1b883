"""Panels on a figure, each as large as what stands around it needs.

Places are sums of what was measured. A solver's would differ in their last digits from run to run,
and the files with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from survkit.plot.margins import Extent

__all__ = ["Panel", "arrange"]

_PAD, _NARROWEST = 8.0, 120.0
"""Room at the edges of a cell, and the least width of axes, in points."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Axes with the room that they need around them."""

    axes: Axes
    extent: Extent

    @classmethod
    def draw(cls, figure: Figure, width: float, draw: Callable[[Axes], Extent]) -> Panel:
        """
        Draw a panel that still has to be placed.

        Parameters
        ----------
        figure : Figure
            A figure.
        width : float
            Width of the panel with all that stands around it, in inches.
        draw : callable
            Draws on axes and says how much room it needs.

        Returns
        -------
        Panel
            The panel.
        """
        share = 0.75 * width / figure.get_figwidth()  # titles are folded to about this width
        axes = figure.add_axes((0.0, 0.0, share, 1.0), label=f"{len(figure.axes)}")
        return cls(axes, draw(axes))


def arrange(
    figure: Figure,
    rows: Sequence[Sequence[Panel]],
    width: float,
    above: float = 0.0,
    below: float = 0.0,
) -> None:
    """
    Give a figure its size and every panel its place.

    Parameters
    ----------
    figure : Figure
        The figure.
    rows : sequence of sequence of Panel
        Its panels, row by row; the axes of a row stand at the same height.
    width : float
        Width of a column, in inches.
    above, below : float
        Room for what stands above and below all panels, in inches.
    """
    tops = [max(panel.extent.above for panel in row) for row in rows]
    bottoms = [max(panel.extent.height + panel.extent.below for panel in row) for row in rows]
    size = (width * len(rows[0]) * 72.0, sum(tops) + sum(bottoms) + 72.0 * (above + below))
    figure.set_size_inches(size[0] / 72.0, size[1] / 72.0)
    down = 72.0 * above
    for row, top, bottom in zip(rows, tops, bottoms, strict=True):
        down += top
        for column, panel in enumerate(row):
            start = column * width * 72.0 + _PAD + panel.extent.left
            across = width * 72.0 - 2.0 * _PAD - panel.extent.left - panel.extent.right
            high, foot = panel.extent.height / size[1], size[1] - down - panel.extent.height
            box = (start / size[0], foot / size[1], max(across, _NARROWEST) / size[0], high)
            panel.axes.set_position(box)
        down += bottom
