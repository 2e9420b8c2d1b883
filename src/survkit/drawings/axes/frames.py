"""Scales to panels: which time axis belongs to which survival axis, and the region between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.drawings.axes.scales import FEWEST, Scale
from survkit.drawings.primitives import Box, Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Frame", "find_frames", "frame_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """
    A pair of axes and the region that they span.

    Parameters
    ----------
    across, up : Scale
        The scales of the time axis and of the survival axis.
    box : Box
        The plot region, as far as axes, frame or grid lines show it.
    """

    across: Scale
    up: Scale
    box: Box


def find_frames(
    rows: Sequence[Scale], columns: Sequence[Scale], strokes: Sequence[Stroke]
) -> list[Frame]:
    """Pair every column of labels with the row below and to its right that is nearest."""
    sure = [[one for one in side if len(one.words) >= FEWEST] for side in (rows, columns)]
    return _paired(sure[0], sure[1], strokes) or _paired(rows, columns, strokes)


def _paired(
    rows: Sequence[Scale], columns: Sequence[Scale], strokes: Sequence[Stroke]
) -> list[Frame]:
    """Pair scales, nearest first."""
    choices = []
    for column in columns:
        for row in rows:
            distance = _distance(row, column)
            if distance is not None:
                choices.append((distance, id(row), id(column), row, column))
    frames: list[Frame] = []
    used: set[int] = set()
    for _, row_id, column_id, row, column in sorted(choices, key=lambda choice: choice[0]):
        if row_id not in used and column_id not in used:
            used |= {row_id, column_id}
            frames.append(frame_of(row, column, strokes))
    frames = [frame for frame in frames if not _within_other(frame, frames)]
    return _in_reading_order(frames)


def _in_reading_order(frames: list[Frame]) -> list[Frame]:
    """Sort frames by rows from above, each row from the left."""
    rows: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda frame: -frame.box.centre[1]):
        if rows and frame.box.top > rows[-1][0].box.centre[1]:
            rows[-1].append(frame)
        else:
            rows.append([frame])
    return [frame for row in rows for frame in sorted(row, key=lambda frame: frame.box.left)]


def _distance(row: Scale, column: Scale) -> float | None:
    """Return how far a row lies from a column's lower end, in letters; None if it cannot be."""
    size = row.words[0].size
    right = row.places[0] - column.box.right
    below = column.places[0] - row.box.top
    extent = row.places[-1] - row.places[0]
    height = column.places[-1] - column.places[0]
    if extent <= 0 or height <= 0 or not (-0.6 * size <= right <= max(0.35 * extent, 8 * size)):
        return None
    if not -1.2 * size <= below <= max(0.6 * height, 8 * size):
        return None
    return (max(right, 0) + 2 * max(below, 0)) / size


def _within_other(frame: Frame, others: Sequence[Frame]) -> bool:
    """Tell whether a frame lies inside a far larger one, as an inset does."""
    return any(
        other is not frame
        and other.box.holds(*frame.box.centre)
        and other.box.width * other.box.height > 9 * frame.box.width * frame.box.height
        for other in others
    )


def frame_of(row: Scale, column: Scale, strokes: Sequence[Stroke]) -> Frame:
    """Return the frame of two scales: from tick to tick, and on to where its lines end."""
    left = min(row.places[0], column.inner)
    bottom = min(column.places[0], row.inner)
    box = Box(left=left, bottom=bottom, right=row.places[-1], top=column.places[-1])
    grown = [box]
    margin = 0.004 * max(box.width, box.height)
    for stroke in strokes:
        other = stroke.box
        if len(stroke.points) <= 5 and _spans(other, box, margin):
            grown.append(other)
    return Frame(across=row, up=column, box=Box.united(grown))


def _spans(other: Box, box: Box, margin: float) -> bool:
    """Tell whether a line or a frame runs along the region and not far beyond it."""
    if other.width > 1.35 * box.width or other.height > 1.35 * box.height:
        return False
    if other.left < box.left - margin - 0.06 * box.width:
        return False
    if other.bottom < box.bottom - margin - 0.12 * box.height:
        return False
    wide = other.left <= box.left + margin and other.right >= box.right - margin
    high = other.bottom <= box.bottom + margin and other.top >= box.top - margin
    level = wide and other.height < margin and other.bottom <= box.bottom + margin
    upright = high and other.width < margin and other.left <= box.left + margin
    return level or upright or (wide and high)
