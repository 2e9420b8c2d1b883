"""The path for one trial, from printed figures to verdicts; patients as witnesses."""

from __future__ import annotations

from survkit.reproduction.outcome import AnalysisReproduction, Reproduction
from survkit.reproduction.reproducing import reproduce, reproduce_analysis
from survkit.reproduction.witness import Witness, seek_witness

__all__ = [
    "AnalysisReproduction",
    "Reproduction",
    "Witness",
    "reproduce",
    "reproduce_analysis",
    "seek_witness",
]
