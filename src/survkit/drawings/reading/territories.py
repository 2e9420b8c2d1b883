"""Which part of a page belongs to which panel."""

from __future__ import annotations

from collections.abc import Sequence

from survkit.drawings.primitives import Box, Drawing
from survkit.drawings.reading.frames import Frame

__all__ = ["territories_of"]


def territories_of(frames: Sequence[Frame], drawing: Drawing) -> list[Box]:
    """
    Return each panel's part of the page.

    It goes from its survival axis's labels to those of the next panel to the right, and from the
    page's or the next row's upper edge down to the next row of panels. A legend to the right or
    above and a table below lie in it.
    """
    return [_territory(frame, frames, drawing) for frame in frames]


def _territory(frame: Frame, frames: Sequence[Frame], drawing: Drawing) -> Box:
    box, size = frame.box, frame.across.words[0].size
    left, right, bottom, top = 0.0, drawing.width, 0.0, drawing.height
    for other in frames:
        if other is frame:
            continue
        beside = min(other.box.top, box.top) - max(other.box.bottom, box.bottom) > 0.3 * box.height
        stacked = min(other.box.right, box.right) - max(other.box.left, box.left) > 0.3 * box.width
        if beside and other.box.left > box.right:
            right = min(right, other.up.box.left - 4 * size)
        elif beside and other.box.right < box.left:
            left = max(left, frame.up.box.left - 4 * size)
        elif stacked and other.box.top < box.bottom:
            bottom = max(bottom, other.box.top + _heading(other))
        elif stacked and other.box.bottom > box.top:
            top = min(top, box.top + max(0.25 * (other.box.bottom - box.top), _heading(frame)))
    return Box(left=left, right=max(right, box.right), bottom=bottom, top=max(top, box.top))


def _heading(frame: Frame) -> float:
    """Return the height above a panel that is kept for its title and letter."""
    return 2.2 * frame.across.words[0].size
