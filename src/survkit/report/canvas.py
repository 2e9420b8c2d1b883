"""Coordinates of a drawing: from data to SVG user units, and paths along a step function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.scene import Axis

__all__ = ["Place", "Ruler", "area_path", "number", "step_path"]


class Place(NamedTuple):
    """A place along a ruler, in user units, and what is written there."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """An axis in a drawing: from what it measures to user units, as text."""

    axis: Axis  # what it measures
    start: float  # its ends, in user units
    end: float
    digits: int = 1  # decimals of a place: none in a small drawing

    def __call__(self, value: float) -> str:
        """Find a value's place; what lies outside the ends is put at the nearer end."""
        share = self.axis.fraction(value)
        return number(round(self.start + share * (self.end - self.start), self.digits))

    @property
    def ticks(self) -> tuple[Place, ...]:
        """Places and texts of the ticks."""
        return tuple(map(Place, map(self, self.axis.ticks), self.axis.texts))


def number(value: float) -> str:
    """Write a coordinate as short as possible, with one decimal or none."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def step_path(xs: Sequence[str], ys: Sequence[str]) -> str:
    """
    Draw a step function: every value holds until the next place.

    Parameters
    ----------
    xs, ys : sequence of str, shape (n,)
        Places and values, in user units, from left to right.

    Returns
    -------
    str
        The ``d`` of an SVG path; steps too small to be seen are left out.
    """
    if not xs:
        return ""
    seen = (place for place in range(1, len(xs)) if ys[place] != ys[place - 1])
    steps = (f"H{xs[place]}V{ys[place]}" for place in seen)
    return f"M{xs[0]} {ys[0]}{''.join(steps)}H{xs[-1]}"


def area_path(xs: Sequence[str], lower: Sequence[str], upper: Sequence[str]) -> str:
    """
    Draw the area between two step functions.

    Parameters
    ----------
    xs, lower, upper : sequence of str, shape (n,)
        Places and both values, in user units, from left to right.

    Returns
    -------
    str
        The ``d`` of a closed SVG path; empty for no places.
    """
    if not xs:
        return ""
    seen = (place for place in range(len(xs) - 1, 0, -1) if lower[place] != lower[place - 1])
    back = (f"H{xs[place]}V{lower[place - 1]}" for place in seen)
    return f"{step_path(xs, upper)}V{lower[-1]}{''.join(back)}H{xs[0]}Z"
