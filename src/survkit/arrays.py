"""Arrays by what they hold: the names that annotations of every room use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Codes", "Counts", "Flags", "Floats", "Positions", "Ticks"]

Floats = NDArray[np.float64]
"""Real numbers: times, probabilities, hazards."""
Flags = NDArray[np.bool_]
"""What is true of whom, or where."""
Counts = NDArray[np.int64]
"""How many patients, or events."""
Positions = NDArray[np.int64]
"""Places in an order, the first being 0."""
Codes = NDArray[np.int64]
"""Numbers that stand for names, of strata or groups."""
Ticks = NDArray[np.int64]
"""Times on a decimal grid, or numbers of its slots."""
