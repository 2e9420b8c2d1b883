"""The original of a figure, to lay what was read of it over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from survkit.drawings.opening import Figure
from survkit.drawings.raster import upright_colours
from survkit.drawings.raster.picture import load_picture
from survkit.drawings.raster.scans import picture_of_page
from survkit.typed import as_instance

if TYPE_CHECKING:
    from survkit.drawings.primitives import Stroke, Word

__all__ = ["Background", "read_background"]

_DPI = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """
    A page as it looks.

    Parameters
    ----------
    width, height : float
        Its size in figure coordinates; the lower left corner is (0, 0).
    colours : ndarray of uint8, shape (rows, columns, 3), or None
        Its picture, the first row the upper one; None where only lines and letters are known.
    strokes : tuple of Stroke
        Its lines and areas where there is no picture, in the order of drawing.
    words : tuple of Word
        Its letters where there is no picture.
    """

    width: float
    height: float
    colours: npt.NDArray[np.uint8] | None = None
    strokes: tuple[Stroke, ...] = ()
    words: tuple[Word, ...] = ()


def read_background(path: str | Path, figure: Figure) -> Background:
    """
    Read how the page of a figure looks.

    Parameters
    ----------
    path : str or Path
        The file.
    figure : Figure
        What was read of it.

    Returns
    -------
    Background
        A picture of a PDF's page or of a picture set upright; of an SVG, which nothing here can
        draw, its lines and letters.

    Raises
    ------
    DrawingError
        If the file cannot be read any more.
    """
    as_instance(figure, Figure, "read_background", "a figure, as read_figure reads it")
    file = Path(path)
    drawing = figure.drawing
    if drawing is None:
        upright = upright_colours(file, page=figure.page)
        rows, columns = upright.colours.shape[:2]
        return Background(
            width=columns / upright.scale,
            height=rows / upright.scale,
            colours=_in_bytes(upright.colours),
        )
    if file.suffix.lower() == ".pdf":
        picture = load_picture(picture_of_page(file, figure.page, dpi=_DPI))
        return Background(
            width=drawing.width, height=drawing.height, colours=_in_bytes(picture.colours)
        )
    return Background(
        width=drawing.width, height=drawing.height, strokes=drawing.strokes, words=drawing.words
    )


def _in_bytes(colours: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    return np.clip(np.round(255 * colours), 0, 255).astype(np.uint8)
