"""The command ``survkit digitize``: a figure to a trial file, its curves and an overlay."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from survkit.cli.exits import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.cli.by_hand import Corrections
    from survkit.drawings import Figure
    from survkit.transcription import Heading, Transcript

__all__ = ["digitize_figure"]

_Word = str | None


def digitize_figure(  # noqa: PLR0913, PLR0917 - one parameter per option
    figure: Annotated[Path, typer.Argument(metavar="FIGURE", help="A PDF, SVG or picture file.")],
    page: Annotated[int | None, typer.Option(min=1, help="Page of a PDF, from 1.")] = None,
    panel: Annotated[_Word, typer.Option(metavar="NAME", help="Read this panel only.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The trial file; <figure>.toml if left out."
        ),
    ] = None,
    x_axis: Annotated[
        _Word,
        typer.Option(
            metavar="PLACE=VALUE,PLACE=VALUE",
            help="Two points of the time axis, such as 87=0,697=24; places as the overlay's.",
        ),
    ] = None,
    y_axis: Annotated[
        _Word,
        typer.Option(metavar="PLACE=VALUE,PLACE=VALUE", help="Two points of the survival axis."),
    ] = None,
    y_scale: Annotated[
        Literal["percent", "probability"] | None,
        typer.Option(help="What the survival axis is printed in, where that was misread."),
    ] = None,
    curve: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME|#RRGGBB|NAME=#RRGGBB",
            help="Name of a curve, or its colour, or both; once per curve.",
        ),
    ] = None,
    n: Annotated[
        list[int] | None, typer.Option("--n", min=1, help="Patients of a curve; once per curve.")
    ] = None,
    time_unit: Annotated[_Word, typer.Option(help="day, week, month or year.")] = None,
    endpoint: Annotated[_Word, typer.Option(help="Endpoint, such as OS.")] = None,
    citation: Annotated[_Word, typer.Option(help="Publication of the figure.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Read a Kaplan-Meier figure into a trial file."""
    from survkit.cli.by_hand import collect_heading, read_corrections
    from survkit.cli.files import check_new, check_target

    by_hand = read_corrections(x_axis=x_axis, y_axis=y_axis, y_scale=y_scale, curves=curve or ())
    path = output or Path(f"{figure.stem}.toml")
    check_target(path)
    if not force:
        check_new(_results(path))
    read = _read(figure, page, panel, by_hand)
    head = collect_heading(
        path,
        citation=citation or f"Read from {figure.name}, page {read.page}",
        endpoint=endpoint or "",
        time_unit=time_unit or "",
        patients=n or (),
        curves=sum(len(each.curves) for each in read.panels),
    )
    _write(figure, path, read, head)


def _results(path: Path) -> tuple[Path, Path, Path]:
    """Return where trial file, folder of curves and overlay go."""
    from survkit.cli.by_hand import curve_folder

    return path, path.with_name(curve_folder(path)), path.with_name(f"{path.stem}-overlay.png")


def _read(figure: Path, page: int | None, panel: str | None, by_hand: Corrections) -> Figure:
    from survkit.drawings import read_figure

    read = read_figure(
        figure, page=page, panel=panel, axis=by_hand.axis or None, colour=by_hand.colours
    )
    return by_hand.apply(read)


def _write(figure: Path, path: Path, read: Figure, head: Heading) -> None:
    """Write everything, or nothing; say what could not be read."""
    from survkit.cli.files import write_together
    from survkit.drawings import read_background
    from survkit.plot import draw_overlay, render
    from survkit.transcription import transcribe_figure

    transcript = transcribe_figure(read.panels, head, read.remarks)
    overlay = render(draw_overlay(read_background(figure, read), read.panels), "png", dpi=170.0)
    trial, folder, picture = _results(path)
    curves = {path.parent / name: text.encode() for name, text in transcript.files.items()}
    write_together({**curves, picture: overlay, trial: transcript.trial.encode()})
    faults = transcript.missing or _faults_of(trial)
    _say(transcript, figure, faults)
    print(f"{trial} is written, {len(curves)} files of curves and marks are in {folder}")
    print(f"look at {picture} first; then survkit check {trial} does the rest")
    if faults:
        raise typer.Exit(ExitCode.MISSED)


def _faults_of(trial: Path) -> Sequence[str]:
    """Return what keeps the file from being read: figures that were read and cannot all be so."""
    from survkit.errors import TrialFileError
    from survkit.trial import read_trial

    try:
        read_trial(trial)
    except TrialFileError as error:
        return error.faults
    return ()


def _say(transcript: Transcript, figure: Path, faults: Sequence[str]) -> None:
    for remark in transcript.remarks:
        print(f"{figure}: {remark}", file=sys.stderr)
    for fault in faults:
        print(f"to be completed: {fault}", file=sys.stderr)
