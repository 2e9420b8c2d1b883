"""From printed figures to synthetic patients."""

from __future__ import annotations

from survkit.reconstruction.conflict import Conflict, find_conflict
from survkit.reconstruction.families import Family
from survkit.reconstruction.patients import reconstruct, reconstruct_analysis
from survkit.reconstruction.record import METHOD, Match, Provenance, Reconstruction

__all__ = [
    "METHOD",
    "Conflict",
    "Family",
    "Match",
    "Provenance",
    "Reconstruction",
    "find_conflict",
    "reconstruct",
    "reconstruct_analysis",
]
