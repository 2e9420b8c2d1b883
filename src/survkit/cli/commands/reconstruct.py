"""The command ``survkit reconstruct``: of a trial file, of curves, or of figures typed here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from survkit.characters import visible
from survkit.cli.exits import ExitCode
from survkit.cli.options import AnalysisId, Output, Prior, Strict
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.cli.drawn.arms import CurveOptions
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
    incidence: Annotated[
        _Paths,
        typer.Option(
            metavar="FILE", help="In place of a trial: two competing causes' incidences, one arm."
        ),
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
        list[str] | None,
        typer.Option(
            metavar="NAME[:FIGURES]",
            help="Names of the arms, likewise; without curves, arms as printed, the reference "
            "first, such as 'placebo: n=203, median=4.6 (3.1-5.4)'.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="How curves are decoded: automatic, exact, noisy, guyot (2012) or liu (2021).",
        ),
    ] = None,
    hazard_ratio: Annotated[
        str | None,
        typer.Option(
            *("--hazard-ratio", "--hr"),
            metavar="HR",
            help="Second typed arm over first: '0.35 (0.27-0.45)'.",
        ),
    ] = None,
    p: Annotated[
        str | None, typer.Option("--p", metavar="P", help="P-value of typed arms.")
    ] = None,
    time_unit: Annotated[
        str, typer.Option(metavar="UNIT", help="day, week, month or year, of typed arms.")
    ] = "month",
    endpoint: Annotated[
        str, typer.Option(metavar="WORDS", help="Endpoint of typed arms.")
    ] = "time to event",
) -> None:
    """
    Write synthetic patients as CSV; figures may be typed.

    With --curve in place of a trial, of drawn curves: an arm for each. With --incidence twice, of
    two cumulative incidences of one arm: event is 1 or 2 by cause, and --events comes by cause.
    """
    if arm and trial is None and not (curve or incidence):
        figures = {"hazard_ratio": hazard_ratio, "p_value": p}
        met = _write_typed(arm, figures, time_unit, endpoint, output)
        raise typer.Exit(ExitCode.MISSED if strict and not met else ExitCode.REPRODUCED)
    if hazard_ratio is not None or p is not None:
        fault = "--hazard-ratio and --p must come with --arm for each arm, got none"
        raise SurvkitError(fault)
    from survkit.cli.drawn.arms import CurveOptions

    options = CurveOptions(
        curves=curve or (),
        incidences=incidence or (),
        risk=risk or (),
        marks=marks or (),
        n=n or (),
        events=events or (),
        arms=arm or (),
        method=method or "automatic",
    )
    _refuse_both(trial, analysis, options, method)
    if trial is None:
        write = _write_causes if options.incidences else _write_curves
        write(options, output)
        return
    from survkit.cli.commands.export import write_patients
    from survkit.cli.selection import load_one

    met = write_patients(load_one(trial, prior), analysis, output, "csv")
    raise typer.Exit(ExitCode.MISSED if strict and not met else ExitCode.REPRODUCED)


def _write_typed(
    arms: list[str],
    figures: dict[str, str | None],
    time_unit: str,
    endpoint: str,
    output: Path | None,
) -> bool:
    """Write patients of figures that stand in no file; tell whether every figure is met."""
    from survkit.cli.commands.export import write_patients
    from survkit.cli.typed.arms import read_typed_trial

    typed = read_typed_trial(arms, figures, time_unit=time_unit, endpoint=endpoint)
    return write_patients(typed, None, output, "csv")


def _refuse_both(
    trial: str | None, analysis: str | None, options: CurveOptions, method: str | None
) -> None:
    """Refuse a command line without patients to make, and one that names them twice."""
    beside = (options.risk, options.marks, options.n, options.events, options.arms, method)
    drawn = "--incidence" if options.incidences else "--curve"
    faults = []
    if trial is None and not (options.curves or options.incidences):
        faults.append(
            "reconstruct must be given a trial, a trial file, --curve, --incidence or --arm, "
            "got none of them"
        )
    if trial is not None and (options.curves or options.incidences or any(beside)):
        faults.append(
            f"{drawn} and its options must be given without a trial, got {trial} beside them"
        )
    if trial is None and analysis is not None:
        faults.append(
            f"--analysis must be given with a trial file, got {analysis!r} beside {drawn}"
        )
    if options.curves and options.incidences:
        faults.append("--curve must be given without --incidence, got both")
    if options.incidences and method is not None:
        faults.append(f"--method must be given with --curve, got {method!r} beside --incidence")
    if faults:
        raise SurvkitError(*faults)


def _write_curves(options: CurveOptions, output: Path | None) -> None:
    """Decode the arms, say on standard error what was found, and write their patients."""
    from importlib.metadata import version

    from survkit.cli.drawn.arms import csv_of_arms, decode_drawn_arms, gather_arms, remarks_on
    from survkit.cli.files import check_output, write_output
    from survkit.cli.terminal import write_remark

    check_output(output)
    arms = gather_arms(options)
    decoded = decode_drawn_arms(arms, cast("DecodingMethod", options.method))
    for pair in decoded:
        for remark in remarks_on(*pair):
            write_remark(visible(remark))
    write_output(output, csv_of_arms(decoded, version("survkit")).encode())


def _write_causes(options: CurveOptions, output: Path | None) -> None:
    """Decode one arm of competing causes likewise."""
    from importlib.metadata import version

    from survkit.cli.drawn.incidences import (
        csv_of_causes,
        decode_causes,
        gather_causes,
        remarks_on_causes,
    )
    from survkit.cli.files import check_output, write_output
    from survkit.cli.terminal import write_remark

    check_output(output)
    arm = gather_causes(options)
    decoded = decode_causes(arm)
    for remark in remarks_on_causes(arm, decoded):
        write_remark(visible(remark))
    write_output(output, csv_of_causes(arm, decoded, version("survkit")).encode())
