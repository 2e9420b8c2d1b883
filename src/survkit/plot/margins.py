"""What stands around a plot: texts at distances in points, the key, the mark of synthetic data."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from survkit.plot.style import FONT, GREY, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.transforms import Affine2DBase

__all__ = ["Extent", "explain", "fold", "measure_width", "points_from", "write"]

_MOST_KEYS, _KEY_LINE, _FOOT = 4, 12.0, 20.0
"""Entries of a key in one line, height of that line and of the line on synthetic data."""


@dataclass(frozen=True, slots=True)
class Extent:
    """
    How much room a plot needs around its axes, and how high they are.

    Parameters
    ----------
    left, right, above, below, height : float
        Points.
    """

    left: float
    right: float
    above: float
    below: float
    height: float


def measure_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
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


def fold(text: str, width: float, size: float = SMALL, weight: str = "normal") -> str:
    """
    Break a text into lines that are no wider than they may be.

    Parameters
    ----------
    text : str
        A text in one line.
    width : float
        Width in points.
    size : float
        Font size in points.
    weight : {"normal", "bold"}
        Weight of the font.

    Returns
    -------
    str
        As few lines as the width allows; only a word that is too wide is broken.
    """
    letters = len(text)
    folded = text
    while letters > 8 and measure_width(folded, size, weight) > width:
        letters -= 1
        folded = textwrap.fill(text, letters, break_on_hyphens=False)
    return folded


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


def write(
    axes: Axes,
    text: str,
    place: tuple[float, float],
    offset: tuple[float, float],
    coordinates: tuple[str, str] = ("axes fraction", "axes fraction"),
    **look: Any,
) -> None:
    """
    Write a text beside a plot.

    Parameters
    ----------
    axes : Axes
        The plot.
    text : str
        The text.
    place : tuple of (float, float)
        A point of the axes.
    offset : tuple of (float, float)
        How far from there, in points to the right and upwards.
    coordinates : tuple of (str, str)
        Whether the point is in data or in fractions of the axes.
    **look : Any
        Properties of the text.
    """
    axes.annotate(
        text,
        xy=place,
        xycoords=cast("Any", coordinates),
        xytext=offset,
        textcoords="offset points",
        annotation_clip=False,
        **{"size": SMALL, **look},
    )


def explain(
    axes: Axes, handles: Sequence[Artist], note: str, below: float, left: float = 0.0
) -> float:
    """
    Explain under a plot what its marks are, and that its patients are synthetic.

    Parameters
    ----------
    axes : Axes
        The plot.
    handles : sequence of Artist
        Labelled samples of the marks.
    note : str
        The last line.
    below : float
        Distance from the lower edge of the axes down to the key, in points.
    left : float
        Distance from the left edge of the axes to the left, in points.

    Returns
    -------
    float
        Distance from the lower edge of the axes down to the end, in points.
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
    below += _KEY_LINE * -(-len(handles) // columns) + 4.0
    place = (0.0, 0.0)
    write(axes, note, place, (-left, -below), va="top", style="italic", color=GREY, gid="synthetic")
    return below + _FOOT
