"""The command check: read everything, reproduce trial by trial, answer as soon as possible."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.cli.drawing import check_plot_names, write_plots
from survkit.cli.exits import ExitCode
from survkit.cli.files import make_folder
from survkit.cli.run import Run
from survkit.cli.selection import keep_analysis, load_trials
from survkit.cli.terminal import Screen, find_screen, write_text
from survkit.wording import plural

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction

__all__ = ["check_trials"]


def check_trials(
    names: Sequence[str], *, analysis: str | None = None, as_json: bool, plots: Path | None
) -> ExitCode:
    """
    Reproduce trials and report the verdicts.

    Parameters
    ----------
    names : sequence of str
        Ids of shipped trials, TOML files and folders; empty for all shipped trials.
    analysis : str or None
        Id of the only analysis to check; the names must then be one trial.
    as_json : bool
        Whether to print JSON in place of tables.
    plots : pathlib.Path or None
        Folder for plots; made if need be.

    Returns
    -------
    ExitCode
        Whether everything is reproduced.
    """
    trials = load_trials(names)
    if analysis is not None:
        trials = (keep_analysis(trials, analysis),)
    if plots is not None:
        check_plot_names(trials)
        make_folder(plots)
    drawn: list[int] = []
    run = Run(trials, then=_drawing(plots, drawn), doing="drawing" if plots is not None else "")
    if as_json:
        done = list(run.reproduce())
        _write_json(done)
    else:
        done = _report(run, find_screen())
    if plots is not None:
        print(f"{plural(sum(drawn), 'plot')} in {plots}", file=sys.stderr)
    agrees = all(reproduction.reproduced for reproduction in done)
    return ExitCode.REPRODUCED if agrees else ExitCode.MISSED


def _drawing(plots: Path | None, drawn: list[int]) -> Callable[[Reproduction], None]:
    """Return the callback that draws a trial, and writes down how many plots that made."""

    def draw(reproduction: Reproduction) -> None:
        if plots is not None:
            drawn.append(write_plots(reproduction, plots))

    return draw


def _report(run: Run, screen: Screen) -> list[Reproduction]:
    """Print each trial's tables when they are there, then the summary."""
    done = []
    for reproduction in run.reproduce():
        from survkit.cli.verdicts import trial_text

        write_text(trial_text(reproduction, screen))
        done.append(reproduction)
    from survkit.cli.verdicts import summary_text

    write_text(summary_text(done, screen))
    return done


def _write_json(done: Sequence[Reproduction]) -> None:
    from survkit.cli.documents import check_json

    write_text(check_json(done))
