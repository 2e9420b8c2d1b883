"""Which staircases of a panel are its curves, and which are limits, frames or guide lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survkit.drawings.reading.staircases import Staircase, find_staircases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.drawings.axes.frames import Frame
    from survkit.drawings.primitives import Stroke

__all__ = ["Line", "find_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    A curve as it is drawn, with the limits drawn around it.

    Parameters
    ----------
    stairs : Staircase
        The curve.
    lower, upper : Staircase or None
        Its confidence limits, where they are lines.
    """

    stairs: Staircase
    lower: Staircase | None = None
    upper: Staircase | None = None


def find_lines(strokes: Sequence[Stroke], frame: Frame, precision: float, top: float) -> list[Line]:
    """
    Return the curves of a panel in the order of drawing.

    `top` is where survival is 1: a curve begins there, or has many steps.
    """
    stairs = [
        _without_tick(stair, frame)
        for stair in find_staircases(strokes, frame.box, precision)
        if _is_curve(stair, frame, precision, top)
    ]
    stairs = _once(stairs, precision)
    lines, used = [], set[int]()
    for number, stair in enumerate(stairs):
        limits = _limits(stairs, number, precision)
        if limits is not None and not used & set(limits):
            used |= set(limits)
            lines.append(
                (number, Line(stairs=stair, lower=stairs[limits[0]], upper=stairs[limits[1]]))
            )
    bounded = {number for number, _ in lines}
    lines += [
        (number, Line(stairs=stair))
        for number, stair in enumerate(stairs)
        if number not in used and number not in bounded
    ]
    lines = [(number, line) for number, line in lines if number not in used]
    return [line for _, line in sorted(lines, key=lambda entry: entry[1].stairs.order)]


def _without_tick(stair: Staircase, frame: Frame) -> Staircase:
    """Let a curve begin at time 0 that a tick mark of its colour and width goes before."""
    start = frame.across.origin
    if not stair.x[0] < start < stair.x[1]:
        return stair
    return replace(stair, x=np.concatenate(([start], stair.x[1:])))


def _is_curve(stair: Staircase, frame: Frame, precision: float, top: float) -> bool:
    """Tell a curve from the frame, from guide lines to a median, from pieces of a legend."""
    box = frame.box
    if stair.end - stair.x[0] < 0.04 * box.width:
        return False
    size = max(box.width, box.height)
    inside = (stair.x > box.left - 0.03 * size) & (stair.y < box.top + 0.06 * size)
    if stair.x[0] > box.right - 0.02 * size:
        return False
    if not inside.all() or stair.y.min() < box.bottom - 0.06 * size:
        return False
    if not _begins_well(stair, frame, top, 6 * precision + 0.004 * box.height):
        return False
    return not _is_frame(stair, frame)


def _begins_well(stair: Staircase, frame: Frame, top: float, slack: float) -> bool:
    """Tell whether it begins at time 0 with survival 1 (or 0, rising), or has many steps."""
    falls = stair.y[-1] < stair.y[0]
    start = top if falls else frame.up.origin
    zero = abs(stair.x[0] - frame.across.origin) < 0.01 * frame.box.width
    if zero and abs(stair.y[0] - start) < slack:
        return True
    return stair.drops >= 3 and (falls or zero or stair.drops >= 8)


def _is_frame(stair: Staircase, frame: Frame) -> bool:
    """Tell whether it is axes drawn in one go: down one side of the region, then along another."""
    margin = 0.01 * max(frame.box.width, frame.box.height)
    return (
        stair.drops == 1
        and abs(stair.x[1] - stair.x[0]) < margin
        and abs(stair.y[-1] - frame.box.bottom) < frame.box.height * 0.06
    )


def _once(stairs: list[Staircase], precision: float) -> list[Staircase]:
    """Keep the last of lines drawn on top of each other along their whole length."""
    kept: list[Staircase] = []
    for stair in stairs:
        for number, other in enumerate(kept):
            if _same(stair, other, precision):
                kept[number] = max(stair, other, key=lambda one: one.order)
                break
        else:
            kept.append(stair)
    return kept


def _same(one: Staircase, other: Staircase, precision: float) -> bool:
    if len(one.x) != len(other.x) or abs(one.end - other.end) > 8 * precision + 1e-6:
        return False
    apart = max(np.abs(one.x - other.x).max(), np.abs(one.y - other.y).max())
    return bool(apart <= 8 * precision + 1e-6)


def _limits(stairs: list[Staircase], number: int, precision: float) -> tuple[int, int] | None:
    """
    Return the staircases that are lower and upper limit of one, or None.

    Limits are drawn alike, lie on both sides all along, step where the curve steps, and have its
    colour or one of their own that no curve has, in a thinner or dashed line.
    """
    stair = stairs[number]
    related = [
        other
        for other in range(len(stairs))
        if other != number and _steps_along(stair, stairs[other], precision)
    ]
    for place, one in enumerate(related):
        for other in related[place + 1 :]:
            if not stairs[one].style.like(stairs[other].style):
                continue
            signs = _side(stairs[one], stair), _side(stairs[other], stair)
            if signs[0] * signs[1] < 0:
                return (one, other) if signs[0] < 0 else (other, one)
    return None


def _steps_along(stair: Staircase, other: Staircase, precision: float) -> bool:
    """Tell whether nearly every step of another line is one of this line."""
    if other.drops < 1 or stair.drops < 1:
        return False
    slack = 6 * precision + 1e-6
    mine, others = stair.x[1:], other.x[1:]
    nearest = np.abs(mine[np.clip(np.searchsorted(mine, others), 0, len(mine) - 1)] - others)
    before = np.abs(mine[np.clip(np.searchsorted(mine, others) - 1, 0, len(mine) - 1)] - others)
    shared = np.minimum(nearest, before) <= slack
    return bool(shared.mean() > 0.9 and shared.sum() >= 0.5 * len(mine))


def _side(one: Staircase, stair: Staircase) -> int:
    """Return -1 where a line lies below another all along, 1 above, 0 on both sides."""
    places = (stair.x[1:] + np.append(stair.x[2:], max(stair.end, stair.x[-1]))) / 2
    places = places[places <= min(one.end, stair.end)]
    if len(places) == 0:
        return 0
    apart = one.height_at(places) - stair.height_at(places)
    slack = 0.002 * max(float(np.ptp(stair.y)), 1.0)
    if (apart < slack).all():
        return -1
    return 1 if (apart > -slack).all() else 0
