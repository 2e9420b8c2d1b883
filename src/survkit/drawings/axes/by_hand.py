"""Axes that somebody calibrates by two points."""

from __future__ import annotations

from collections.abc import Sequence

from survkit.drawings.axes.scales import Scale
from survkit.drawings.primitives import Box, Word
from survkit.errors import DrawingError

__all__ = ["Points", "scale_by_hand"]

Points = Sequence[tuple[float, float]]
"""Two pairs of a place along an axis and the value printed there."""


def scale_by_hand(points: Points, found: Sequence[Scale], *, upright: bool) -> list[Scale]:
    """Return a scale through two points; raise DrawingError where they do not make one."""
    name = "y" if upright else "x"
    if len(points) != 2 or any(len(point) != 2 for point in points):
        message = f"axis {name}: it must have two points of place and value, got {points!r}"
        raise DrawingError(message)
    (first, low), (second, high) = sorted(points, key=lambda point: point[1])
    if not (abs(second - first) > 1e-9 and high - low > 1e-12):
        message = f"axis {name}: its two points must differ in place and value, got {points!r}"
        raise DrawingError(message)
    unit = (second - first) / (high - low)
    old = found[0] if found else None
    edge = first if old is None else old.inner
    size = 1.0 if old is None else old.words[0].size
    words = tuple(
        Word(text=f"{value:g}", box=_box_at(place, edge, old, upright=upright), size=size)
        for place, value in ((first, low), (second, high))
    )
    return [
        Scale(
            upright=upright,
            words=words,
            values=(low, high),
            places=(first, second),
            origin=first - unit * low,
            unit=unit,
            calibrated_by="hand",
            inner=edge,
            error=0.0,
        )
    ]


def _box_at(place: float, edge: float, old: Scale | None, *, upright: bool) -> Box:
    """Return where the label of a point stands: as far out as those that were found."""
    if upright:
        left, right = (edge, edge) if old is None else (old.box.left, old.box.right)
        return Box(left=left, right=right, bottom=place, top=place)
    bottom, top = (edge, edge) if old is None else (old.box.bottom, old.box.top)
    return Box(left=place, right=place, bottom=bottom, top=top)
