"""Many data sets that print the same figures, and how far they lie apart in all else."""

from __future__ import annotations

from survkit.ensembles.bands import band_curves
from survkit.ensembles.drawing import Draws, Member, draw_members, prepare_draws
from survkit.ensembles.ensemble import Ensemble, ensemble

__all__ = [
    "Draws",
    "Ensemble",
    "Member",
    "band_curves",
    "draw_members",
    "ensemble",
    "prepare_draws",
]
