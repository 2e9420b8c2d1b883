"""The command ``survkit report``: a site, and a summary in Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.characters import visible
from survkit.cli.exits import ExitCode
from survkit.cli.options import Prior, TrialNames
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reproduction import Reproduction
    from survkit.trial import Trial

__all__ = ["report_trials"]

_MARKER = "survkit-report.txt"
"""`survkit.report.MARKER`, known without loading what the report needs."""


def report_trials(
    trials: TrialNames = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FOLDER", help="Folder of the site, new or an old report."
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="File of a summary in Markdown, as for a CI job."),
    ] = None,
    prior: Prior = None,
) -> None:
    """Write a report on trials: a static site, a summary."""
    from survkit.cli.files import write_file, write_folder
    from survkit.cli.reproducing import reproduce_trials
    from survkit.cli.terminal import write_remark

    loaded = _prepare(trials or (), prior, output, markdown)
    documents = _read_documents(trials or (), loaded)

    from survkit.report import Site
    from survkit.results import markdown_summary

    site = Site()

    def describe(reproduction: Reproduction) -> Reproduction:
        """Add a trial to the site."""
        site.add(reproduction, documents[reproduction.trial.id])
        return reproduction

    done = list(reproduce_trials(loaded, then=describe, doing="describing"))
    if output is not None:
        write_folder(output, site.finish(), marker=_MARKER)
        write_remark(visible(f"{output / 'index.html'} is written"))
    if markdown is not None:
        write_file(markdown, markdown_summary(done).encode())
    agrees = all(reproduction.reproduced for reproduction in done)
    raise typer.Exit(ExitCode.REPRODUCED if agrees else ExitCode.MISSED)


def _prepare(
    names: Sequence[str], prior: str | None, output: Path | None, markdown: Path | None
) -> tuple[Trial, ...]:
    """Read the trials, and refuse what cannot be written before any work is done."""
    from survkit.cli.files import check_folder_target, check_output
    from survkit.cli.selection import load_trials, refuse_same_ids

    if output is None and markdown is None:
        fault = (
            "report: a folder of the site (-o) or a file of the summary (--markdown) must be named"
        )
        raise SurvkitError(fault)
    trials = load_trials(names, prior)
    refuse_same_ids(trials)
    if output is not None:
        check_folder_target(output, marker=_MARKER)
    check_output(markdown)
    return trials


def _read_documents(names: Sequence[str], trials: Sequence[Trial]) -> dict[str, bytes]:
    """Read the trial files once more, as bytes, for those who will want to download them."""
    from survkit.errors import TrialFileError
    from survkit.trial import shipped_trials, trial_files

    paths = trial_files(names or shipped_trials())
    try:
        return {trial.id: path.read_bytes() for trial, path in zip(trials, paths, strict=True)}
    except OSError as error:
        fault = f"{error.filename}: the trial must be a readable file, got: {error.strerror}"
        raise TrialFileError((fault,)) from None
