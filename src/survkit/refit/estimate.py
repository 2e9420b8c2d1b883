"""What the referee says about one figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    What the referee says about one figure.

    Parameters
    ----------
    value : float
        The estimate in the printed unit: infinite for "not reached", NaN where there is none.
    reason : str or None
        Why there is none.
    """

    value: float
    reason: str | None = None

    @classmethod
    def none(cls, reason: str) -> Estimate:
        """Decline to say anything."""
        return cls(math.nan, reason)
