"""Coordinates of a drawing: from data to SVG user units, and paths along a step function."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Axis", "Tick", "area_path", "number", "step_path"]


@dataclass(frozen=True, slots=True)
class Tick:
    """
    A mark on an axis.

    Parameters
    ----------
    place : str
        Where it is, in user units.
    label : str
        What stands beside it.
    """

    place: str
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """
    A linear axis, or a logarithmic one.

    Parameters
    ----------
    low, high : float
        Data at its two ends.
    start, end : float
        The same ends, in user units.
    logarithmic : bool
        Whether equal ratios are equally long.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """
        Find a value on the axis.

        Parameters
        ----------
        value : float
            In the unit of the data; outside the ends it is put at the nearer end.

        Returns
        -------
        float
            In user units.
        """
        scale: Callable[[float], float] = math.log if self.logarithmic else float
        inside = min(max(value, self.low), self.high)
        share = (scale(inside) - scale(self.low)) / (scale(self.high) - scale(self.low))
        return self.start + share * (self.end - self.start)

    def at(self, value: float) -> str:
        """
        Write a value's place.

        Parameters
        ----------
        value : float
            In the unit of the data.

        Returns
        -------
        str
            In user units, with one decimal.
        """
        return number(self.place(value))

    def ticks(self, values: Iterable[float]) -> tuple[Tick, ...]:
        """
        Mark values on the axis.

        Parameters
        ----------
        values : iterable of float
            In the unit of the data.

        Returns
        -------
        tuple of Tick
            One per value.
        """
        return tuple(Tick(self.at(value), f"{value:g}") for value in values)


def number(value: float) -> str:
    """
    Write a coordinate as short as possible.

    Parameters
    ----------
    value : float
        In user units.

    Returns
    -------
    str
        With one decimal, or none.
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def step_path(xs: Sequence[float], ys: Sequence[float]) -> str:
    """
    Draw a step function: every value holds until the next place.

    Parameters
    ----------
    xs, ys : sequence of float, shape (n,)
        Places and values, in user units, from left to right.

    Returns
    -------
    str
        The ``d`` of an SVG path; steps too small to be seen are left out.
    """
    if not xs:
        return ""
    path, height = [f"M{number(xs[0])} {number(ys[0])}"], number(ys[0])
    for x, y in zip(xs[1:], ys[1:], strict=True):
        if number(y) != height:
            height = number(y)
            path.append(f"H{number(x)}V{height}")
    return "".join([*path, f"H{number(xs[-1])}"])


def area_path(xs: Sequence[float], lower: Sequence[float], upper: Sequence[float]) -> str:
    """
    Draw the area between two step functions.

    Parameters
    ----------
    xs, lower, upper : sequence of float, shape (n,)
        Places and both values, in user units, from left to right.

    Returns
    -------
    str
        The ``d`` of a closed SVG path; empty for no places.
    """
    if not xs:
        return ""
    back = [f"V{number(lower[-1])}"]
    for place in range(len(xs) - 1, 0, -1):
        before = number(lower[place - 1])
        if before != number(lower[place]):
            back.append(f"H{number(xs[place])}V{before}")
    return f"{step_path(xs, upper)}{''.join(back)}H{number(xs[0])}Z"
