"""The command ``survkit reconstruct``."""

from __future__ import annotations

import typer

from survkit.cli.exits import ExitCode
from survkit.cli.options import AnalysisId, Output, Prior, Strict, TrialName

__all__ = ["reconstruct_patients"]


def reconstruct_patients(
    trial: TrialName,
    output: Output = None,
    analysis: AnalysisId = None,
    prior: Prior = None,
    strict: Strict = False,
) -> None:
    """Write synthetic patients of an analysis as CSV."""
    from survkit.cli.commands.export import write_patients
    from survkit.cli.selection import load_one

    met = write_patients(load_one(trial, prior), analysis, output, "csv")
    raise typer.Exit(ExitCode.MISSED if strict and not met else ExitCode.REPRODUCED)
