"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from survkit.cli.files import DASH

__all__ = [
    "AnalysisId",
    "AsJson",
    "Cache",
    "Cluster",
    "Output",
    "Prior",
    "Strict",
    "TrialName",
    "TrialNames",
    "Workers",
]

TrialName = Annotated[
    str, typer.Argument(metavar="TRIAL|FILE", help="Id of a shipped trial, or a TOML file.")
]
TrialNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TRIAL|FILE|FOLDER",
        help="Shipped trials, TOML files, folders of them; all shipped trials if left out.",
    ),
]
AnalysisId = Annotated[
    str | None,
    typer.Option("--analysis", metavar="ID", help="The analysis, where there are several."),
]
Prior = Annotated[
    str | None,
    typer.Option(
        "--prior",
        metavar="NAME",
        help="What fills the gaps between figures: learned (as in real trials, the usual one) or "
        "smooth.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="tcp://HOST:PORT",
        help="Work on a cluster of Dask's, in place of processes here.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", metavar="N", min=1, help="Processes; one for each core if left out."),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIR",
        help="Keep what is found in this folder: nothing of an unchanged trial is done twice.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _without_dash(path: Path | None) -> Path | None:
    """Take a dash for standard output, as other programs do."""
    return None if path == DASH else path


Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        callback=_without_dash,
        help="Where to; standard output if left out, or for a dash.",
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Exit code 1 where the patients miss a printed figure."),
]
