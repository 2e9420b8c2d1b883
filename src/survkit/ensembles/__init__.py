"""Many data sets that print the same figures, and how far they lie apart in all else."""

from __future__ import annotations

from survkit.ensembles.bands import band_curves
from survkit.ensembles.drawing import Draws, Member, draw_members, prepare_draws
from survkit.ensembles.ensemble import Ensemble, ensemble
from survkit.ensembles.extremes import (
    Extreme,
    find_extremes,
    list_ends,
    search_extremes,
    tabulate_extremes,
)
from survkit.ensembles.families import ensemble_family
from survkit.ensembles.predictions import (
    crossvalidate_members,
    list_kept_out,
    predict_figures,
    predict_in_turn,
)

__all__ = [
    "Draws",
    "Ensemble",
    "Extreme",
    "Member",
    "band_curves",
    "crossvalidate_members",
    "draw_members",
    "ensemble",
    "ensemble_family",
    "find_extremes",
    "list_ends",
    "list_kept_out",
    "predict_figures",
    "predict_in_turn",
    "prepare_draws",
    "search_extremes",
    "tabulate_extremes",
]
