"""A Kaplan-Meier curve as somebody took it off a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DigitizedCurve", "Taking"]

Taking = Literal["clicks at feet of drops", "evenly spaced", "mixed", "exact"]
"""How points were taken: at the lower end of each drop; at equal steps of time, as by columns of
pixels; both, or unknown; or without noise, as from a vector drawing or a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitizedCurve:
    """
    The points of one curve, as read: nothing is smoothed, added or made monotone.

    Parameters
    ----------
    times : tuple of float, length k
        Times from 0, ascending, in the unit of the figure's axis; a time may stand several times.
    survival : tuple of float, length k
        Survival probabilities from 0 to 1, which may rise by the noise of reading.
    taken : {"clicks at feet of drops", "evenly spaced", "mixed", "exact"}
        How the points were taken.
    precision : float or None
        Standard deviation of a survival probability, where it was stated.
    rounding : float or None
        Half a unit of the last place in which survival was written, as a probability; None where
        it was computed from pixels or stands in binary.
    marks : tuple of float
        Censoring times marked on the curve, ascending.
    name : str
        The curve's name in the file, or the file's.
    origin : str
        File and layout.
    remarks : tuple of str
        Everything that was detected, changed or left out, a sentence each.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    taken: Taking = "mixed"
    precision: float | None = None
    rounding: float | None = None
    marks: tuple[float, ...] = ()
    name: str = ""
    origin: str = ""
    remarks: tuple[str, ...] = ()
