"""From printed figures to synthetic patients."""

from __future__ import annotations

from survkit.reconstruction.families import Family
from survkit.reconstruction.patients import (
    METHOD,
    Match,
    Provenance,
    Reconstruction,
    reconstruct,
    reconstruct_analysis,
)

__all__ = [
    "METHOD",
    "Family",
    "Match",
    "Provenance",
    "Reconstruction",
    "reconstruct",
    "reconstruct_analysis",
]
