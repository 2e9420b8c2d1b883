"""How far a read coordinate may be off, and what survival may have been between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.digitized.curve import DigitizedCurve

__all__ = ["Allowance", "Band", "Inconsistency", "Severity", "survival_before"]

Severity = Literal["impossible", "unlikely", "note"]
"""How much an inconsistency says against the figures: no patients can have them; only patients
beyond the precision of reading can; worth knowing."""

_USUAL = 0.01
"""Three standard deviations of the usual reading of a figure (0.003), rounded up."""
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """
    How far coordinates may be off before a contradiction is reported.

    Parameters
    ----------
    survival : float
        As a survival probability.
    time : float
        As a share of the curve's last time.
    """

    survival: float = _USUAL
    time: float = 0.005

    @classmethod
    def of(cls, curve: DigitizedCurve) -> Allowance:
        """
        Return the allowance that suits a curve.

        Parameters
        ----------
        curve : DigitizedCurve
            The curve.

        Returns
        -------
        Allowance
            Three standard deviations where the precision is stated; the rounding where the curve
            is exact; else 0.01. Never less than the rounding.
        """
        rounding = curve.rounding or 0.0
        if curve.precision is not None:
            return cls(survival=max(3.0 * curve.precision, rounding))
        if curve.taken == "exact":
            return cls(survival=max(_EXACT, rounding), time=1e-4)
        return cls(survival=max(_USUAL, rounding))


@dataclass(frozen=True, slots=True)
class Band:
    """
    What a survival probability may have been.

    Parameters
    ----------
    lower, upper : float
        From 0 to 1.
    """

    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Inconsistency:
    """
    Something about a curve and the figures beside it that does not go together.

    Parameters
    ----------
    check : str
        Name of the check.
    severity : {"impossible", "unlikely", "note"}
        How much it says against the figures.
    printed : str
        What is read or printed.
    required : str
        What would have to hold.
    implied : str
        What the figures imply instead.
    numbers : mapping of str to float
        The numbers behind the words; ``time`` is where it happens.
    """

    check: str
    severity: Severity
    printed: str
    required: str
    implied: str
    numbers: Mapping[str, float]

    @property
    def sentence(self) -> str:
        """The inconsistency in running text."""
        return f"printed: {self.printed}; required: {self.required}; implied: {self.implied}"


def survival_before(curve: DigitizedCurve, time: float, allowance: Allowance) -> Band:
    """
    Return what survival may have been just before a time.

    Between two points that need not be feet of drops, the curve may have fallen anywhere. After the
    last point nothing is known but that it falls no more than to 0.

    Parameters
    ----------
    curve : DigitizedCurve
        The curve.
    time : float
        A time in the unit of the curve.
    allowance : Allowance
        How far coordinates may be off.

    Returns
    -------
    Band
        Widened by the allowance.
    """
    times, survival = np.asarray(curve.times), np.asarray(curve.survival)
    slip = allowance.time * curve.times[-1]
    earlier = int(np.searchsorted(times, time - slip, side="left")) - 1
    later = int(np.searchsorted(times, time + slip, side="left"))
    if curve.taken in ("exact", "clicks at feet of drops"):
        later -= 1
    upper = float(survival[earlier]) if earlier >= 0 else 1.0
    lower = 0.0 if later >= len(times) else float(survival[later]) if later >= 0 else 1.0
    if later == len(times) - 1 and time > curve.times[-1] + slip:
        lower = 0.0
    low, high = sorted((lower, upper))
    return Band(max(0.0, low - allowance.survival), min(1.0, high + allowance.survival))
