"""Which part of a page belongs to which panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.drawings.primitives import Box, Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.axes.frames import Frame

__all__ = ["Territory", "territories_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """
    A panel's part of the page.

    Parameters
    ----------
    upper : Box
        For what stands beside and above the plot region.
    lower : Box
        For what stands below the labels of the time axis.
    lowest : float
        Where the one ends and the other begins.
    """

    upper: Box
    lower: Box
    lowest: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a place belongs to the panel."""
        return (self.lower if y < self.lowest else self.upper).holds(x, y)


def territories_of(frames: Sequence[Frame], drawing: Drawing) -> list[Territory]:
    """
    Return each panel's part of the page.

    It goes from its survival axis's labels to those of the next panel to the right, and from the
    page's or the next row's upper edge down to the next row of panels. A legend to the right or
    above and a table below lie in it.
    """
    return [_territory(frame, frames, drawing) for frame in frames]


def _territory(frame: Frame, frames: Sequence[Frame], drawing: Drawing) -> Territory:
    box, size = frame.box, frame.across.words[0].size
    left, right, bottom, top = 0.0, drawing.width, 0.0, drawing.height
    first, last = left, right  # below the axis
    for other in frames:
        if other is frame:
            continue
        beside = min(other.box.top, box.top) - max(other.box.bottom, box.bottom) > 0.3 * box.height
        stacked = min(other.box.right, box.right) - max(other.box.left, box.left) > 0.3 * box.width
        if beside and other.box.left > box.right:
            right = min(right, other.up.box.left - 4 * size)
            last = min(last, box.right + 1.6 * size)
        elif beside and other.box.right < box.left:
            left = max(left, frame.up.box.left - 4 * size)
            first = max(first, other.box.right + 1.6 * size)
        elif stacked and other.box.top < box.bottom:
            bottom = max(bottom, other.box.top + _heading(other))
        elif stacked and other.box.bottom > box.top:
            top = min(top, box.top + max(0.25 * (other.box.bottom - box.top), _heading(frame)))
    return Territory(
        upper=Box(left=left, right=max(right, box.right), bottom=bottom, top=max(top, box.top)),
        lower=Box(left=first, right=max(last, first), bottom=bottom, top=max(top, box.top)),
        lowest=frame.across.box.bottom,
    )


def _heading(frame: Frame) -> float:
    """Return the height above a panel that is kept for its title and letter."""
    return 2.2 * frame.across.words[0].size
