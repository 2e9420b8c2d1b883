"""The command ``survkit reconstruct``."""

from __future__ import annotations

from survkit.cli.options import AnalysisId, Output, Prior, TrialName

__all__ = ["reconstruct_patients"]


def reconstruct_patients(
    trial: TrialName,
    output: Output = None,
    analysis: AnalysisId = None,
    prior: Prior = None,
) -> None:
    """Write synthetic patients of an analysis as CSV."""
    from survkit.cli.commands.export import write_patients
    from survkit.cli.selection import load_one

    write_patients(load_one(trial, prior), analysis, output, "csv")
