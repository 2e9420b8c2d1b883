"""A file to its panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from survkit.drawings.axes.by_hand import Points, scale_by_hand
from survkit.drawings.axes.frames import Frame, find_frames, frame_of
from survkit.drawings.axes.scales import Scale, find_scales
from survkit.drawings.axes.segments import families_of, straight_segments
from survkit.drawings.axes.territories import Territory, territories_of
from survkit.drawings.letters.outlines import read_outlines
from survkit.drawings.raster import read_picture
from survkit.drawings.reading.lines import join_words
from survkit.drawings.reading.panel_reading import Page, read_panel
from survkit.drawings.vector import read_pdf, read_svg
from survkit.errors import DrawingError, WrongArgumentError

if TYPE_CHECKING:
    from survkit.drawings.panels import Panel
    from survkit.drawings.primitives import Colour, Drawing

__all__ = ["Axes", "Figure", "read_drawing", "read_figure", "read_panels"]

Axes = Mapping[Literal["x", "y"], Points]
"""Two points per axis, given by hand: place in the drawing and value printed there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A page with what was read of it.

    Parameters
    ----------
    panels : tuple of Panel
        Its panels in reading order.
    remarks : tuple of str
        What is said of the page as a whole, a sentence each: panels that were not read, and why.
    page : int
        The page of the file, counted from 1.
    drawing : Drawing or None
        Its primitives; None where it was read as a picture.
    """

    panels: tuple[Panel, ...]
    remarks: tuple[str, ...]
    page: int
    drawing: Drawing | None


_VECTOR = (".pdf", ".svg")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


def read_drawing(
    path: str | Path,
    *,
    page: int | None = None,
    panel: str | None = None,
    axis: Axes | None = None,
    colour: Sequence[Colour] = (),
) -> tuple[Panel, ...]:
    """
    Read the Kaplan-Meier panels of a figure.

    Parameters
    ----------
    path : str or Path
        A PDF, SVG, PNG, JPEG or TIFF file.
    page : int or None
        Page of a PDF, counted from 1; needed where several hold figures.
    panel : str or None
        Name of the panel to read (``"A"``, or ``"1"``, ``"2"``, … where no letters are printed);
        None reads all.
    axis : mapping of {"x", "y"} to two (place, value) pairs, or None
        Calibration by hand of one or both axes of that panel: where along the axis two values lie,
        in figure coordinates (y upwards from the lower edge of the page; points in a PDF, units of
        the view box in an SVG, pixels in a picture), and the values as printed. Needs `panel` where
        there are several.
    colour : sequence of (int, int, int)
        Colours of the curves to be read, 0 to 255 each; others are left out. Empty reads all.

    Returns
    -------
    tuple of Panel
        The panels in reading order, none of it verified; `remarks` say what could not be read.

    Raises
    ------
    DrawingError
        If the file cannot be read, holds no panel with a curve, has no such panel, or its axes are
        logarithmic or broken.
    """
    return read_figure(path, page=page, panel=panel, axis=axis, colour=colour).panels


def read_figure(
    path: str | Path,
    *,
    page: int | None = None,
    panel: str | None = None,
    axis: Axes | None = None,
    colour: Sequence[Colour] = (),
) -> Figure:
    """
    Read the panels of a figure, and keep what is said of the page as a whole.

    It takes what `read_drawing` takes, and refuses what that refuses.
    """
    if not isinstance(path, str | Path):
        msg = f"read_drawing: the path of a figure must be given, got a {type(path).__name__}"
        raise WrongArgumentError(msg)
    file = Path(path)
    _refuse_kind(file)
    drawing = _read(file, page)
    faults: tuple[str, ...] = ()
    if drawing is not None and not _is_scan(file, drawing):
        panels, faults = read_panels(drawing, panel=panel, axis=axis, colour=colour)
        if panels or not (file.suffix.lower() == ".pdf" and drawing.pictures):
            _refuse_none(file, panels, faults)
            remarks = (*_chosen(drawing, page), *drawing.remarks, *faults)
            return Figure(panels=panels, remarks=remarks, page=drawing.page, drawing=drawing)
    number = drawing.page if drawing is not None else page or 1
    panels = read_picture(file, page=number, axis=axis, colour=colour)
    panels, unnamed = _named(panels, panel)
    _refuse_none(file, panels, (*faults, *unnamed))
    return Figure(panels=panels, remarks=faults, page=number, drawing=None)


def _chosen(drawing: Drawing, page: int | None) -> tuple[str, ...]:
    """Say which page was taken where none was named."""
    if page is not None or drawing.page == 1:
        return ()
    return (f"page {drawing.page} was read, the only one with step lines on it",)


def _refuse_none(file: Path, panels: Sequence[Panel], faults: Sequence[str]) -> None:
    if not panels:
        reason = " ".join(faults) or "no pair of axes with a step curve was found"
        message = f"{file}: {reason}"
        raise DrawingError(message)


def _refuse_kind(file: Path) -> None:
    endings = (*_VECTOR, *_PICTURES)
    if file.suffix.lower() not in endings:
        got = file.suffix or "none"
        message = f"{file}: the ending of a figure must be one of {', '.join(endings)}, got {got}"
        raise DrawingError(message)
    if not file.is_file():
        message = f"{file}: there is no such file"
        raise DrawingError(message)


def _read(file: Path, page: int | None) -> Drawing | None:
    """Return what is drawn on the page; None where the file is a picture."""
    kind = file.suffix.lower()
    if kind in _PICTURES:
        return None
    return read_pdf(file, page) if kind == ".pdf" else read_svg(file)


def _is_scan(file: Path, drawing: Drawing) -> bool:
    """Return whether a page of a PDF shows neither lines nor letters: at most a picture."""
    return file.suffix.lower() == ".pdf" and not (drawing.strokes or drawing.words)


def _named(panels: Sequence[Panel], name: str | None) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """Return the panels of that name, or all; and what is wrong with the name."""
    chosen = tuple(panel for panel in panels if name in {None, panel.name})
    names = ", ".join(panel.name for panel in panels)
    fault = f"panel must be one of {names}, got {name!r}"
    return chosen, () if chosen else (fault,)


def read_panels(
    drawing: Drawing,
    *,
    panel: str | None = None,
    axis: Axes | None = None,
    colour: Sequence[Colour] = (),
) -> tuple[tuple[Panel, ...], tuple[str, ...]]:
    """
    Read the panels of a page that is there as primitives, and say why others were not read.

    But for the page, it takes what `read_drawing` takes.
    """
    page = _prepared(drawing)
    rows, columns, faults = _scales(page, axis)
    frames = find_frames(rows, columns, page.strokes)
    if axis and not frames and rows and columns:
        frames = [frame_of(rows[0], columns[0], page.strokes)]
    panels = []
    for number, (frame, territory) in enumerate(_with_territories(frames, drawing), start=1):
        fault = _broken(frame)
        if fault:
            faults.append(fault)
            continue
        found = read_panel(page, frame, territory, number, colour)
        if found is not None and panel in {None, found.name, str(number)}:
            panels.append(found)
    if panel is not None and not panels:
        faults.append(f"panel must be one of those in the figure, got {panel!r}")
    return tuple(panels), tuple(faults)


def _prepared(drawing: Drawing) -> Page:
    strokes, letters = read_outlines(drawing)
    every = (*drawing.words, *letters)
    return Page(drawing=drawing, strokes=strokes, letters=every, words=tuple(join_words(every)))


def _scales(page: Page, axis: Axes | None) -> tuple[list[Scale], list[Scale], list[str]]:
    """Return the scales of time axes and of survival axes, and what is wrong with others."""
    tolerance = 3e-4 * max(page.drawing.width, page.drawing.height)
    scales: dict[bool, list[Scale]] = {}
    faults = []
    for upright in (False, True):
        families = families_of(straight_segments(page.strokes, upright=not upright), tolerance)
        scales[upright] = find_scales(page.words, families, upright=upright)
        given = axis.get("y" if upright else "x") if axis else None
        if given:
            scales[upright] = scale_by_hand(given, scales[upright], upright=upright)
        elif not scales[upright]:
            logs = find_scales(page.words, families, upright=upright, logarithmic=True)
            if logs:
                name = "survival" if upright else "time"
                faults.append(f"the {name} axis is logarithmic, which is not read.")
    return scales[False], scales[True], faults


def _with_territories(frames: list[Frame], drawing: Drawing) -> list[tuple[Frame, Territory]]:
    return list(zip(frames, territories_of(frames, drawing), strict=True))


def _broken(frame: Frame) -> str:
    """Return a sentence where a label below the survival axis's scale says another value."""
    scale = frame.up
    spacing = (scale.places[-1] - scale.places[0]) / max(len(scale.places) - 1, 1)
    strays = [
        value
        for place, value in scale.strays
        if 0.3 * spacing < scale.places[0] - place < 2.5 * spacing and 0 <= value < scale.values[0]
    ]
    if not strays or scale.values[0] == 0:
        return ""
    ends = f"{strays[0]:g} and {scale.values[0]:g}"
    return f"the survival axis is broken between {ends}, which is not read."
