"""The command ``survkit report``: a site, and a summary in Markdown."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.cli.drawing import check_plot_names
from survkit.cli.exits import ExitCode
from survkit.cli.files import check_target, write_file
from survkit.cli.folders import check_folder_target, write_folder
from survkit.cli.run import Run
from survkit.cli.selection import load_trials
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from survkit.report import Site
    from survkit.reproduction import Reproduction
    from survkit.trial import Trial

__all__ = ["report_trials"]

_MARKER = "survkit-report.txt"
"""`survkit.report.MARKER`, known without loading what the report needs."""


def report_trials(names: Sequence[str], *, output: Path | None, markdown: Path | None) -> ExitCode:
    """
    Reproduce trials and write a report on them.

    Parameters
    ----------
    names : sequence of str
        Ids of shipped trials, TOML files and folders; empty for all shipped trials.
    output : pathlib.Path or None
        Folder of the site; made anew, and replaced only if it is a report already.
    markdown : pathlib.Path or None
        File of the summary.

    Returns
    -------
    ExitCode
        Whether everything is reproduced; the report is written in any case.

    Raises
    ------
    SurvkitError
        If neither a site nor a summary is asked for.
    """
    if output is None and markdown is None:
        msg = (
            "report: a folder of the site (-o) or a file of the summary (--markdown) must be named"
        )
        raise SurvkitError(msg)
    trials = load_trials(names)
    check_plot_names(trials)
    if output is not None:
        check_folder_target(output, marker=_MARKER)
    if markdown is not None:
        check_target(markdown)

    documents = _read_documents(names, trials)

    from survkit.report import Site
    from survkit.summary import markdown_summary

    site = Site()
    run = Run(trials, then=_describing(site, documents), doing="describing")
    done = list(run.reproduce())
    if output is not None:
        write_folder(output, site.finish(), marker=_MARKER)
        print(f"{output / 'index.html'} is written", file=sys.stderr)
    if markdown is not None:
        write_file(markdown, markdown_summary(done).encode())
    agrees = all(reproduction.reproduced for reproduction in done)
    return ExitCode.REPRODUCED if agrees else ExitCode.MISSED


def _describing(
    site: Site, documents: Mapping[str, bytes]
) -> Callable[[Reproduction], Reproduction]:
    """Return the callback that adds a trial to a site."""

    def describe(reproduction: Reproduction) -> Reproduction:
        site.add(reproduction, documents[reproduction.trial.id])
        return reproduction

    return describe


def _read_documents(names: Sequence[str], trials: Sequence[Trial]) -> dict[str, bytes]:
    """Read the trial files once more, as bytes, for those who will want to download them."""
    from survkit.trial import shipped_trials, trial_files

    paths = trial_files(names or shipped_trials())
    return {trial.id: path.read_bytes() for trial, path in zip(trials, paths, strict=True)}
