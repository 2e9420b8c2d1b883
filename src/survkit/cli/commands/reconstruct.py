"""The command ``survkit reconstruct``: patients of a trial file, or of curves given here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from survkit.cli.exits import ExitCode
from survkit.cli.options import AnalysisId, Output, Prior, Strict
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.cli.curve_arms import CurveOptions
    from survkit.reconstruction.curves import DecodingMethod

__all__ = ["reconstruct_patients"]

_Paths = list[Path] | None
_Numbers = list[int] | None


def reconstruct_patients(  # noqa: PLR0913, PLR0917 - one parameter per option
    trial: Annotated[
        str | None,
        typer.Argument(metavar="[TRIAL|FILE]", help="Id of a shipped trial, or a TOML file."),
    ] = None,
    output: Output = None,
    analysis: AnalysisId = None,
    prior: Prior = None,
    strict: Strict = False,
    curve: Annotated[
        _Paths,
        typer.Option(metavar="FILE", help="In place of a trial: points of curves, an arm each."),
    ] = None,
    risk: Annotated[
        _Paths, typer.Option(metavar="FILE", help="Numbers at risk, in the order of the curves.")
    ] = None,
    marks: Annotated[
        _Paths, typer.Option(metavar="FILE", help="Times of censoring marks, likewise.")
    ] = None,
    n: Annotated[
        _Numbers, typer.Option("--n", metavar="N", min=1, help="Patients, likewise.")
    ] = None,
    events: Annotated[
        _Numbers, typer.Option(metavar="D", min=0, help="Total events, likewise.")
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Names of the arms, likewise.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="How curves are decoded: automatic, exact, noisy, guyot (2012) or liu (2021).",
        ),
    ] = None,
) -> None:
    """
    Write synthetic patients of an analysis as CSV.

    With --curve in place of a trial, of drawn curves: an arm for each.
    """
    from survkit.cli.curve_arms import CurveOptions

    options = CurveOptions(
        curves=curve or (),
        risk=risk or (),
        marks=marks or (),
        n=n or (),
        events=events or (),
        arms=arm or (),
        method=method or "automatic",
    )
    _refuse_both(trial, analysis, options, method)
    if trial is None:
        _write_curves(options, output)
        return
    from survkit.cli.commands.export import write_patients
    from survkit.cli.selection import load_one

    met = write_patients(load_one(trial, prior), analysis, output, "csv")
    raise typer.Exit(ExitCode.MISSED if strict and not met else ExitCode.REPRODUCED)


def _refuse_both(
    trial: str | None, analysis: str | None, options: CurveOptions, method: str | None
) -> None:
    """Refuse a command line without patients to make, and one that names them twice."""
    beside = (options.risk, options.marks, options.n, options.events, options.arms, method)
    if trial is None and not options.curves:
        msg = "reconstruct must be given a trial, a trial file or --curve, got none of them"
        raise SurvkitError(msg)
    if trial is not None and (options.curves or any(beside)):
        msg = f"--curve and its options must be given without a trial, got {trial} beside them"
        raise SurvkitError(msg)
    if trial is None and analysis is not None:
        msg = f"--analysis must be given with a trial file, got {analysis!r} beside --curve"
        raise SurvkitError(msg)


def _write_curves(options: CurveOptions, output: Path | None) -> None:
    """Decode the arms, say on standard error what was found, and write their patients."""
    from importlib.metadata import version

    from survkit.cli.curve_arms import csv_of_arms, decode_drawn_arms, gather_arms, remarks_on
    from survkit.cli.files import check_output, write_output

    check_output(output)
    arms = gather_arms(options)
    decoded = decode_drawn_arms(arms, cast("DecodingMethod", options.method))
    for pair in decoded:
        for remark in remarks_on(*pair):
            print(remark, file=sys.stderr)
    write_output(output, csv_of_arms(decoded, version("survkit")).encode())
