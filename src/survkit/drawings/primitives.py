"""What every drawing consists of, whatever file it came in: strokes, marks, words on a page.

Coordinates are those of the figure: x to the right, **y upwards**, the origin at the lower left
corner of the page as it is seen. Their unit is the file's: points of 1/72 inch (PDF), units of the
root's view box (SVG), pixels (pictures; the centre of the first pixel of the last row is .5, .5).
Nothing that reads a figure depends on the unit: lengths are always held against others of the same
drawing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Colour", "Drawing", "Mark", "Points", "Stroke", "Word"]

Colour = tuple[int, int, int]
"""Red, green and blue as they are seen on a white page, 0 to 255 each."""

Points = NDArray[np.float64]
"""Places on the page, shape (n, 2): x, y."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """
    A rectangle along the axes of the page.

    Parameters
    ----------
    left, bottom, right, top : float
        Its sides in figure coordinates; ``left <= right`` and ``bottom <= top``.
    """

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Extent to the right, in units of the drawing."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent upwards, in units of the drawing."""
        return self.top - self.bottom

    @property
    def centre(self) -> tuple[float, float]:
        """The middle, x and y."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def edge(self, name: str) -> float:
        """Return where the "left", "middle" or "right" of the box is."""
        return self.centre[0] if name == "middle" else float(getattr(self, name))

    def holds(self, x: float, y: float, *, margin: float = 0.0) -> bool:
        """Tell whether a place lies inside, or at most `margin` outside."""
        return (
            self.left - margin <= x <= self.right + margin
            and self.bottom - margin <= y <= self.top + margin
        )

    @classmethod
    def around(cls, points: Points) -> Box:
        """Return the smallest box around some points, shape (n, 2)."""
        low, high = points.min(axis=0), points.max(axis=0)
        return cls(
            left=float(low[0]), bottom=float(low[1]), right=float(high[0]), top=float(high[1])
        )

    @classmethod
    def united(cls, boxes: list[Box]) -> Box:
        """Return the smallest box around others, at least one."""
        return cls(
            left=min(box.left for box in boxes),
            bottom=min(box.bottom for box in boxes),
            right=max(box.right for box in boxes),
            top=max(box.top for box in boxes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """
    One line drawn without lifting the pen, or one filled outline.

    A path of several sub-paths is several strokes. Curved pieces are given by points on them close
    enough together that no eye sees the difference.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        Its corners in figure coordinates, y upwards; at least one, all finite.
    colour : tuple of int or None
        Colour of the line; None where only an area is filled.
    width : float
        Thickness of the line in units of the drawing; 0 where only an area is filled.
    dash : tuple of float
        Lengths of dashes and gaps, in units of the drawing; empty for a solid line.
    closed : bool
        Whether it returns to its first point (which is then not repeated).
    fill : tuple of int or None
        Colour of the area inside; None where nothing is filled.
    opacity : float
        Of the area where one is filled, else of the line: 0 unseen, 1 hides what lies below.
    clip : Box or None
        The part of the page in which it is seen; None where nothing is hidden.
    order : int
        The number of the path it belongs to, in the order of drawing: a later one lies above.
    """

    points: Points
    colour: Colour | None
    width: float
    dash: tuple[float, ...] = ()
    closed: bool = False
    fill: Colour | None = None
    opacity: float = 1.0
    clip: Box | None = None
    order: int = 0

    @property
    def box(self) -> Box:
        """The smallest box around its points, without the line's thickness."""
        return Box.around(self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    A small symbol: strokes or a glyph drawn around one place.

    The readers of vector files leave them out and give strokes and words: what is small enough is
    known only when a panel has been found, and the reading groups them then.
    A reader of pictures, which sees symbols only, gives them itself.

    Parameters
    ----------
    centre : tuple of float
        The place it marks, x and y in figure coordinates.
    colour : tuple of int
        Its colour.
    shape : str
        ``"bar"`` (one upright line), ``"dash"`` (one level line), ``"plus"``, ``"cross"``,
        ``"circle"``, ``"triangle"``, ``"square"`` or ``"other"``.
    size : float
        The longer side of its box, in units of the drawing.
    order : int
        The number of the first path or glyph it consists of, in the order of drawing.
    """

    centre: tuple[float, float]
    colour: Colour
    shape: str
    size: float
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """
    A run of letters that stand together: one glyph, a word or a whole line, as the file has it.

    Parameters
    ----------
    text : str
        Its letters, in reading order; never empty, no control characters.
    box : Box
        Along the line from where the first letter begins to where the last one ends (by the usual
        width of letters where a file does not tell), across it from the baseline to the height of
        capitals: of level text the lower side, of upright text (rotation 90) the right side is the
        baseline.
    rotation : float
        Direction of reading in degrees, counterclockwise from the x axis: 0 for level text, 90
        for text that runs upwards, as the title of a y axis does.
    size : float
        Size of the letters (height of an em), in units of the drawing.
    colour : tuple of int
        Their colour.
    order : int
        Its number in the order of drawing, counted together with the strokes.
    """

    text: str
    box: Box
    rotation: float = 0.0
    size: float
    colour: Colour = (0, 0, 0)
    order: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """
    One page of a file, as primitives.

    Parameters
    ----------
    width, height : float
        Size of the page in units of the drawing; finite and positive.
    strokes : tuple of Stroke
        Lines and areas, in the order of drawing.
    words : tuple of Word
        Text, in the order of drawing. Letters drawn as outlines are strokes.
    marks : tuple of Mark
        Symbols that the reader of the file made out itself (pictures); empty for vector files.
    remarks : tuple of str
        What could not be read, a sentence each.
    precision : float
        How far a coordinate may be off, in units of the drawing: half a unit of the last digit in
        a vector file, about half a pixel in a picture; 0 where digits are as good as exact.
    page : int
        The page of the file that it is, counted from 1.
    pictures : int
        Pictures that lie on it and are not part of the primitives.
    """

    width: float
    height: float
    strokes: tuple[Stroke, ...] = ()
    words: tuple[Word, ...] = ()
    marks: tuple[Mark, ...] = ()
    remarks: tuple[str, ...] = ()
    precision: float = 0.0
    page: int = 1
    pictures: int = 0

    def __post_init__(self) -> None:
        """Refuse a page without size: nothing could be held against it."""
        if not (0 < self.width < math.inf and 0 < self.height < math.inf):
            message = (
                f"a drawing must have a finite, positive size, got {self.width} by {self.height}"
            )
            raise ValueError(message)
