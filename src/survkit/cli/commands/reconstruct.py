"""The command ``survkit reconstruct``."""

from __future__ import annotations

from survkit.cli.options import AnalysisId, Output, TrialName

__all__ = ["reconstruct_patients"]


def reconstruct_patients(
    trial: TrialName, output: Output = None, analysis: AnalysisId = None
) -> None:
    """Write synthetic patients of an analysis as CSV."""
    from survkit.cli.commands.export import write_patients

    write_patients(trial, analysis, output, "csv")
