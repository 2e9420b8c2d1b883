"""A picture of survival curves to panels: axes, curves and marks in the units printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from survkit.drawings.raster.axes import AxisPair, calibrate_by_hand, find_axes
from survkit.drawings.raster.canvas import Canvas, cut_canvas
from survkit.drawings.raster.conversion import panel_of
from survkit.drawings.raster.curves.palette import Hue, hue_of, hues
from survkit.drawings.raster.curves.selection import select_traces
from survkit.drawings.raster.curves.tracing import trace_hue
from survkit.drawings.raster.ink import Colours, contrast, paper_colour, skew, turned
from survkit.drawings.raster.picture import Picture, load_picture
from survkit.drawings.raster.scans import picture_of_page
from survkit.errors import DrawingError

if TYPE_CHECKING:
    from survkit.drawings.panels import Panel
    from survkit.drawings.primitives import Colour

__all__ = ["read_picture", "upright_colours"]

_Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """
    A picture set upright, with what was said of it.

    Attributes
    ----------
    colours : ndarray of float, shape (rows, columns, 3)
        Red, green and blue, each 0 to 1; the first row is the upper one.
    angle : float
        By how many degrees it lay askew.
    scale : float
        Pixels here per pixel of the file, 1 unless it was scaled.
    remarks : tuple of str
        What was done to the picture on its way.
    """

    colours: Colours
    angle: float
    scale: float
    remarks: tuple[str, ...]


def read_picture(
    source: str | Path | bytes,
    *,
    page: int = 1,
    axis: Mapping[Literal["x", "y"], _Points] | None = None,
    colour: Sequence[Colour] = (),
) -> tuple[Panel, ...]:
    """
    Read the Kaplan-Meier panels of a picture.

    Parameters
    ----------
    source : str, Path or bytes
        A PNG, JPEG or TIFF file or its content, or a PDF whose page holds a picture.
    page : int
        Page of a PDF, counted from 1.
    axis : mapping of {"x", "y"} to two (place, value) pairs, or None
        Calibration by hand of one or both axes, of a picture with a single panel: where along the
        axis two values lie, in pixels to the right of the left edge and upwards from the lower
        edge, and the values as printed.
    colour : sequence of (int, int, int)
        Colours of the curves to be read, 0 to 255 each, one curve for each; empty reads all.

    Returns
    -------
    tuple of Panel
        The panels from the upper left to the lower right, none of it verified; `remarks` say what
        could not be read. Places are pixels of the picture, y upwards, after it was set upright.

    Raises
    ------
    DrawingError
        If the file cannot be read, or axes or curves were neither found nor given.
    """
    name = "the picture" if isinstance(source, bytes) else str(source)
    upright = upright_colours(source, page=page)
    pairs = _axes(upright.colours, axis, upright.scale)
    if not pairs:
        message = (
            f"{name}: the picture must have two axes with at least three readable labels each, "
            "and none were found; give two points per axis"
        )
        raise DrawingError(message)
    panels = [
        _panel(upright, pair, str(number), colour) for number, pair in enumerate(pairs, start=1)
    ]
    found = tuple(panel for panel in panels if panel.curves)
    if not found:
        message = (
            f"{name}: the picture must hold a falling step curve, and none was found; give colours"
        )
        raise DrawingError(message)
    return found


def upright_colours(source: str | Path | bytes, *, page: int = 1) -> Upright:
    """Return the colours of a picture as `read_picture` sees them: upright, not too large."""
    return _set_upright(load_picture(_content(source, page)))


def _content(source: str | Path | bytes, page: int) -> str | Path | bytes:
    if not isinstance(source, bytes) and Path(source).suffix.lower() == ".pdf":
        return picture_of_page(source, page)
    return source


def _set_upright(picture: Picture) -> Upright:
    """Turn a picture back that lies a little askew, as scans do."""
    paper = paper_colour(picture.colours)
    angle = skew(contrast(picture.colours, paper))
    if not angle:
        return Upright(
            colours=picture.colours, angle=0.0, scale=picture.scale, remarks=picture.remarks
        )
    return Upright(
        colours=turned(picture.colours, angle, paper),
        angle=angle,
        scale=picture.scale,
        remarks=(
            *picture.remarks,
            f"The picture was turned by {-angle:.2f} degrees to be upright.",
        ),
    )


def _axes(
    colours: Colours, axis: Mapping[Literal["x", "y"], _Points] | None, scale: float
) -> list[AxisPair]:
    found = find_axes(colours, contrast(colours, paper_colour(colours)))
    if not axis:
        return found
    return calibrate_by_hand(found, axis, colours.shape[0], colours.shape[1], scale)


def _panel(upright: Upright, pair: AxisPair, name: str, colour: Sequence[Colour]) -> Panel:
    canvas = cut_canvas(upright.colours, pair)
    reach = max(8.0, pair.label_height)
    if colour:
        groups = _given(canvas, colour)
        most = 1
    else:
        groups, most = hues(canvas), 4
    traces = [(hue, trace) for hue in groups for trace in trace_hue(canvas, hue, reach, most)]
    kept = [t for _, t in traces] if colour else select_traces([trace for _, trace in traces])
    chosen = [(h, t) for h, t in traces if any(t is other for other in kept)]
    rows, scale = upright.colours.shape[0], upright.scale
    return panel_of(
        canvas, pair, chosen, name=name, rows=rows, scale=scale, remarks=upright.remarks
    )


def _given(canvas: Canvas, colour: Sequence[Colour]) -> list[Hue]:
    """Return the groups of the colours given by hand."""
    return [hue_of(canvas, (r / 255, g / 255, b / 255)) for r, g, b in colour]
