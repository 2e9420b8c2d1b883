"""Axes: what they measure, where they end, and their ticks."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Axis", "choose_log_ticks", "choose_percentages", "choose_times"]

_STEPS = {
    "day": (7, 14, 30, 60, 90, 180, 360),
    "week": (1, 2, 4, 8, 13, 26, 52),
    "month": (1, 2, 3, 6, 12, 24, 60),
    "year": (0.5, 1, 2, 5, 10),
}
"""Distances between ticks that readers of a time unit expect."""

_MOST_STEPS, _FEWEST_PRINTED, _UNMARKED = 8, 3, 0.25
"""Steps that leave room for numbers at risk, on a phone too; printed points in time that make an
axis; and how much of a step it may go on after its last tick."""

_MANTISSAS = (
    (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 2.0, 3.0, 5.0),
    (1.0, 2.0, 5.0),
    (1.0, 3.0),
    (1.0,),
)
"""Leading digits of ticks on a logarithmic axis, the finest set first."""

_NARROWEST = 0.12
"""Smallest distance of two ticks, as a share of a logarithmic axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of a picture."""

    label: str  # what it measures, with the unit
    low: float  # its ends; no tick lies outside
    high: float
    ticks: tuple[float, ...]  # where it is marked
    logarithmic: bool = False  # whether equal ratios are equally long
    factor: float = 1.0  # what ticks are multiplied by to be written: 100 for shares in percent

    @property
    def texts(self) -> tuple[str, ...]:
        """The ticks as they are written."""
        return tuple(f"{self.factor * tick:g}" for tick in self.ticks)

    def fraction(self, value: float) -> float:
        """
        Find a value on the axis.

        Parameters
        ----------
        value : float
            What the axis measures; outside the ends it is put at the nearer one.

        Returns
        -------
        float
            From 0 at the low end to 1 at the high one.
        """
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


def choose_times(end: float, unit: str, printed: Sequence[float] = ()) -> tuple[float, ...]:
    """
    Choose points in time for an axis and its numbers at risk.

    Parameters
    ----------
    end : float
        The last time to be seen, in the unit.
    unit : {"day", "week", "month", "year"}
        Time unit.
    printed : sequence of float
        Points in time, rising, for which numbers at risk are printed: three or more are taken, as
        far as they are not too close.

    Returns
    -------
    tuple of float
        About nine at most, from 0 to the end, or so near to it that hardly a step is missing; the
        last may lie beyond.

    Examples
    --------
    >>> choose_times(30.4, "month")
    (0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
    >>> choose_times(34.0, "month")
    (0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0)
    >>> choose_times(20.0, "month", (0, 4, 8, 12, 16))
    (0.0, 4.0, 8.0, 12.0, 16.0, 20.0)
    """
    kept = _apart(printed, max(end, *printed, 0.0) / _MOST_STEPS)
    if min(len(kept), len(printed)) < _FEWEST_PRINTED:
        kept = [0.0, _round_step(end, unit)]
    step = kept[-1] - kept[-2]
    missing = max(math.ceil((end - kept[-1]) / step - _UNMARKED), 0)
    return (*kept, *(kept[-1] + step * count for count in range(1, missing + 1)))


def _round_step(end: float, unit: str) -> float:
    """Return a distance between ticks as readers of the unit expect it."""
    steps = _STEPS[unit]
    if end < 2 * steps[0]:
        step = 10.0 ** math.floor(math.log10(end / 2.0))
    else:
        step = next((step for step in steps if end / step <= _MOST_STEPS), steps[-1])
    while end / step > _MOST_STEPS:
        step *= 2
    return float(step)


def _apart(times: Sequence[float], distance: float) -> list[float]:
    """Return 0 and the times that are far enough from the one before."""
    kept = [0.0]
    for time in times:
        if time - kept[-1] >= distance - 1e-9:
            kept.append(float(time))
    return kept


def choose_percentages(low: float, high: float) -> tuple[float, ...]:
    """
    Choose round percentages for a part of an axis of shares.

    Parameters
    ----------
    low, high : float
        The ends, as shares.

    Returns
    -------
    tuple of float
        Up to seven shares within the ends.

    Examples
    --------
    >>> choose_percentages(0.0, 0.4)
    (0.0, 0.1, 0.2, 0.3, 0.4)
    >>> choose_percentages(0.85, 1.0)
    (0.85, 0.9, 0.95, 1.0)
    """
    width = 100.0 * (high - low)
    step = next(step for step in (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if width / step <= 6.0)
    first, last = math.ceil(100.0 * low / step - 1e-9), math.floor(100.0 * high / step + 1e-9)
    return tuple(round(step * count / 100.0, 6) for count in range(first, last + 1))


def choose_log_ticks(low: float, high: float) -> tuple[float, ...]:
    """
    Choose round numbers for a logarithmic axis.

    Parameters
    ----------
    low, high : float
        Ends of the axis.

    Returns
    -------
    tuple of float
        Round numbers within the ends, powers of ten among them, far enough apart to be read.

    Examples
    --------
    >>> choose_log_ticks(0.18, 1.2)
    (0.2, 0.3, 0.5, 0.7, 1.0)
    """
    span = math.log(high / low)
    ticks: list[float] = []
    for mantissas in _MANTISSAS:
        ticks = list(_multiples(mantissas, low, high))
        gaps = [math.log(after / before) for before, after in itertools.pairwise(ticks)]
        if min(gaps, default=0.0) >= _NARROWEST * span:
            break
    return tuple(ticks)


def _multiples(mantissas: Sequence[float], low: float, high: float) -> Iterator[float]:
    """Yield the mantissas times powers of ten that lie between two numbers."""
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for mantissa in mantissas:
            tick = float(f"{mantissa}e{power}")
            if low <= tick <= high:
                yield tick
