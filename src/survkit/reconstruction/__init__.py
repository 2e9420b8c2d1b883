"""From printed figures to synthetic patients."""

from __future__ import annotations

from survkit.reconstruction.conflict import Conflict, find_conflict
from survkit.reconstruction.cost import (
    LOGGER,
    LONG,
    Cost,
    foresee_cost,
    foresee_reasons,
    tell_cost,
    tell_draws,
    tell_reasons,
)
from survkit.reconstruction.methods import METHODS
from survkit.reconstruction.patients import meets_without, reconstruct_analysis, strain_of
from survkit.reconstruction.record.curves import CurveMatch
from survkit.reconstruction.record.plausibility import ArmPlausibility, judge_shapes
from survkit.reconstruction.record.reconstruction import Match, Provenance, Reconstruction
from survkit.reconstruction.solution import Method
from survkit.reconstruction.subgroups.family import Family, reconstruct

__all__ = [
    "LOGGER",
    "LONG",
    "METHODS",
    "ArmPlausibility",
    "Conflict",
    "Cost",
    "CurveMatch",
    "Family",
    "Match",
    "Method",
    "Provenance",
    "Reconstruction",
    "find_conflict",
    "foresee_cost",
    "foresee_reasons",
    "judge_shapes",
    "meets_without",
    "reconstruct",
    "reconstruct_analysis",
    "strain_of",
    "tell_cost",
    "tell_draws",
    "tell_reasons",
]
