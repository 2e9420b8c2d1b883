"""What stands around a plot: texts placed in points, the key and the mark of synthetic data."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from survkit.plot.style import FONT, GREY, SMALL, SYNTHETIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.transforms import Affine2DBase

__all__ = ["draw_key", "mark_as_synthetic", "measure_width", "points_from"]

_MOST_KEYS, _KEY_LINE = 4, 12.0
"""Entries of a key in one line, and the height of that line in points."""


def measure_width(text: str, size: float, weight: str = "normal") -> float:
    """
    Measure a text as it will be drawn; to be called in survkit's style.

    Parameters
    ----------
    text : str
        A text; the longest of its lines counts.
    size : float
        Font size in points.
    weight : {"normal", "bold"}
        Weight of the font.

    Returns
    -------
    float
        Width in points.
    """
    font = FontProperties(family=FONT, weight=weight)
    lines = [line for line in text.splitlines() if line.strip()]
    paths = (TextPath((0.0, 0.0), line, size=size, prop=font) for line in lines)
    return max((float(path.vertices[:, 0].max()) for path in paths), default=0.0)


def points_from(axes: Axes, x: float, y: float) -> Transform:
    """
    Measure in points from a point of the axes.

    Parameters
    ----------
    axes : Axes
        The plot.
    x, y : float
        The origin, in fractions of the axes: (0, 0) is the lower left corner.

    Returns
    -------
    Transform
        From points, to the right and upwards, to the display.
    """
    inches = Affine2D().scale(1.0 / 72.0) + axes.figure.dpi_scale_trans
    return inches + ScaledTranslation(x, y, cast("Affine2DBase", axes.transAxes))


def mark_as_synthetic(axes: Axes, below: float, left: float = 0.0) -> None:
    """
    Say under a plot that its patients are synthetic.

    Parameters
    ----------
    axes : Axes
        The plot.
    below : float
        Distance from the lower edge of the axes down to the line, in points.
    left : float
        Distance from the left edge of the axes to the left, in points.
    """
    axes.text(
        -left,
        -below,
        SYNTHETIC,
        transform=points_from(axes, 0.0, 0.0),
        va="top",
        size=SMALL,
        style="italic",
        color=GREY,
        gid="synthetic",
    )


def draw_key(axes: Axes, handles: Sequence[Artist], below: float, left: float = 0.0) -> float:
    """
    Explain under a plot what its marks are.

    Parameters
    ----------
    axes : Axes
        The plot.
    handles : sequence of Artist
        Labelled samples of the marks.
    below : float
        Distance from the lower edge of the axes down to the key, in points.
    left : float
        Distance from the left edge of the axes to the left, in points.

    Returns
    -------
    float
        Distance from the lower edge of the axes down to the end of the key, in points.
    """
    columns = len(handles) if len(handles) <= _MOST_KEYS else -(-len(handles) // 2)
    axes.legend(
        handles=list(handles),
        loc="upper left",
        bbox_to_anchor=(-left, -below),
        bbox_transform=points_from(axes, 0.0, 0.0),
        borderaxespad=0.0,
        borderpad=0.0,
        ncols=columns,
        frameon=False,
        fontsize=SMALL,
        handlelength=1.8,
        columnspacing=1.4,
        labelspacing=0.35,
    )
    return below + _KEY_LINE * -(-len(handles) // columns) + 4.0
