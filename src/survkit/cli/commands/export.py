"""The command ``survkit export``: one analysis, one format, one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.characters import visible
from survkit.cli.exits import ExitCode
from survkit.cli.options import AnalysisId, Output, Prior, Strict, TrialName
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
    strict: Strict = False,
) -> None:
    """Write synthetic patients of an analysis for other programs."""
    from survkit.cli.selection import load_one

    met = write_patients(load_one(trial, prior), analysis, output, name)
    raise typer.Exit(ExitCode.MISSED if strict and not met else ExitCode.REPRODUCED)


def write_patients(
    trial: Trial, analysis: str | None, output: Path | None, form: str | None
) -> bool:
    """
    Reconstruct an analysis and write its patients; what cannot be written is refused first.

    Whether every printed figure is met is returned; what is not is said on standard error.
    """
    from survkit.cli.files import check_output, write_output
    from survkit.cli.selection import choose_analysis
    from survkit.cli.terminal import write_remark

    chosen = choose_analysis(trial, analysis)
    found = _format(form, output)
    check_output(output)

    from survkit.cli.reproducing import announce_cost
    from survkit.export import export_patients
    from survkit.reconstruction import Family

    announce_cost([chosen])
    reconstruction = Family(trial.analyses).reconstruct(chosen)
    write_output(output, export_patients(reconstruction, trial, found))
    for sentence in reconstruction.missed_sentences:
        write_remark(visible(f"not met: {sentence}"))
    return reconstruction.met


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
