"""Figures held against a population: residuals in units of their noise, with gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.arrays import Floats

__all__ = ["COUNT_SD", "CURVE_SD", "ROUNDING_SD", "Residual"]

COUNT_SD = 0.3
"""Noise of a printed count, in patients: whole numbers stand for a unit's width."""
ROUNDING_SD = 0.58
"""Standard deviation of a uniform distribution, in units of its half width."""
CURVE_SD = 0.3
"""Noise of a population's curve at a printed time, in patients: a sample's moves in steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """One figure of a population, held against the printed one."""

    value: float  # expected minus printed, in units of the figure's noise
    # shape (4, k); its gradient in the cells of each arm it depends on, by the arm's position
    gradients: dict[int, Floats]
