"""What the referee says about one figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the referee says about one figure."""

    # the estimate in the printed unit: infinite for "not reached", NaN where there is none
    value: float
    reason: str | None = None  # why there is none

    @classmethod
    def none(cls, reason: str) -> Estimate:
        """Decline to say anything."""
        return cls(math.nan, reason)
