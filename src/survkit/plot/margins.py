"""What stands around a plot: texts at distances in points, the key, the mark of synthetic data."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import offset_copy

from survkit.plot.style import BESIDE, FONT, GREY, SMALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["explain", "fold", "measure_width"]

_MOST_KEYS, _KEY_LINE, _FOOT = 4, 12.0, 20.0
"""Entries of a key in one line, height of that line and of the line on synthetic data."""

_THINNEST = 0.2
"""Width of the thinnest letter, as a share of the font size."""

_KEY: dict[str, Any] = {
    "loc": "upper left",
    "bbox_to_anchor": (0.0, 0.0),
    "borderaxespad": 0.0,
    "borderpad": 0.0,
    "frameon": False,
    "fontsize": SMALL,
    "handlelength": 1.8,
    "columnspacing": 1.4,
    "labelspacing": 0.35,
}


@cache
def measure_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Measure a text as it will be drawn; to be called in survkit's style."""
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
    most = int(width / (_THINNEST * size)) + max(map(len, text.split()), default=0)
    letters, folded = len(text), text
    while letters > 8 and not _fits(folded, width, size, weight):
        letters = min(letters - 1, most)
        folded = textwrap.fill(text, letters, break_on_hyphens=False)
    return folded


def _fits(text: str, width: float, size: float, weight: str) -> bool:
    """Tell whether a text is no wider; where a line is by far, the sum of its letters tells."""

    def estimate(line: str) -> float:
        return sum(_measure_letter(letter, weight) for letter in line) * size

    lines = sorted(text.splitlines(), key=estimate, reverse=True)
    if lines and estimate(lines[0]) > 1.1 * width:
        return False
    return all(measure_width(line, size, weight) <= width for line in lines)


@cache
def _measure_letter(letter: str, weight: str) -> float:
    """Measure how far one letter goes, as a share of the font size; a blank counts as thin."""
    return measure_width(letter, 100.0, weight) / 100.0 if letter.strip() else _THINNEST


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
    figure = cast("Figure", axes.figure)
    corner = offset_copy(axes.transAxes, figure, -left, -below, units="points")
    axes.legend(handles=list(handles), ncols=columns, bbox_transform=corner, **_KEY)
    below += _KEY_LINE * -(-len(handles) // columns) + 4.0
    look = {**BESIDE, "va": "top", "style": "italic", "color": GREY, "size": SMALL}
    axes.annotate(note, (0.0, 0.0), (-left, -below), "axes fraction", gid="synthetic", **look)
    return below + _FOOT
