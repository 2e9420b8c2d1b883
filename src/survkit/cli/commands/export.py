"""The command ``survkit export``: one analysis, one format, one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.cli.options import AnalysisId, Output, Prior, TrialName
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.trial import Trial

__all__ = ["export_analysis", "write_patients"]

_BY_ENDING = {
    ".csv": "csv",
    ".json": "adtte-json",
    ".parquet": "parquet",
    ".r": "r",
    ".xpt": "adtte-xpt",
}


def export_analysis(
    trial: TrialName,
    output: Output = None,
    analysis: AnalysisId = None,
    prior: Prior = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="csv, parquet, adtte-csv, adtte-json (Dataset-JSON 1.1), adtte-xpt (SAS) or r "
            "(a script that reads the csv); by the file's ending if left out.",
        ),
    ] = None,
) -> None:
    """Write synthetic patients of an analysis for other programs."""
    from survkit.cli.selection import load_one

    write_patients(load_one(trial, prior), analysis, output, name)


def write_patients(
    trial: Trial, analysis: str | None, output: Path | None, form: str | None
) -> None:
    """Reconstruct an analysis and write its patients; what cannot be written is refused first."""
    from survkit.cli.files import check_output, write_output
    from survkit.cli.selection import choose_analysis

    chosen = choose_analysis(trial, analysis)
    found = _format(form, output)
    check_output(output)

    from survkit.export import export_patients
    from survkit.reconstruction import Family

    write_output(output, export_patients(Family(trial.analyses).reconstruct(chosen), trial, found))


def _format(name: str | None, output: Path | None) -> str:
    """Choose the format before any work is done."""
    from survkit.export import FORMATS

    if name is None and output is None:
        return "csv"
    if name is not None and name in FORMATS:
        return name
    if name is None and output is not None and output.suffix.lower() in _BY_ENDING:
        return _BY_ENDING[output.suffix.lower()]
    known = ", ".join(FORMATS)
    if name is not None:
        fault = f"--format must be one of {known}, got {name!r}"
    else:
        fault = f"{output}: its ending tells no format; name one with --format: {known}"
    raise SurvkitError(fault)
