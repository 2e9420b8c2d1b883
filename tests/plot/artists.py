"""Finding what was drawn, by the group id that the artists carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase


def found(axes: Axes, kind: type[Artist], gid: str) -> list[Artist]:
    """Artists of one kind whose group id is `gid` or begins with it."""
    return [
        artist
        for artist in axes.findobj(kind)
        if (artist.get_gid() or "") == gid or (artist.get_gid() or "").startswith(f"{gid}:")
    ]


def the_line(axes: Axes, gid: str) -> Line2D:
    (line,) = found(axes, Line2D, gid)
    assert isinstance(line, Line2D)
    return line


def texts(artist: Axes | FigureBase, gid: str | None = None) -> list[str]:
    """Texts that are there to be read, of one group id or all."""
    return [
        text.get_text()
        for text in artist.findobj(Text)
        if text.get_text() and (gid is None or text.get_gid() == gid)
    ]
