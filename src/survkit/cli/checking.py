"""The command check: read everything, reproduce trial by trial, answer as soon as possible."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.cli.drawing import check_plot_names, write_plots
from survkit.cli.exits import ExitCode
from survkit.cli.files import make_folder
from survkit.cli.selection import keep_analysis, load_trials
from survkit.cli.terminal import Progress, Screen, find_screen, write_text
from survkit.wording import plural

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction
    from survkit.trial import Analysis, Trial

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
    run = _Run(trials, plots)
    if as_json:
        done = list(run.reproduce())
        _write_json(done)
    else:
        done = _report(run, find_screen())
    if plots is not None:
        print(f"{plural(run.drawn, 'plot')} in {plots}", file=sys.stderr)
    agrees = all(reproduction.reproduced for reproduction in done)
    return ExitCode.REPRODUCED if agrees else ExitCode.MISSED


class _Run:
    """Trials on their way to their verdicts and plots."""

    def __init__(self, trials: Sequence[Trial], plots: Path | None) -> None:
        self.trials = trials
        self.plots = plots
        self.drawn = 0
        self._total = sum(len(trial.analyses) for trial in trials)
        self._begun = 0
        self._progress = Progress()

    def reproduce(self) -> Iterator[Reproduction]:
        """Reproduce, and draw, one trial after the other."""
        self._progress.show("loading lifelines")
        try:
            for trial in self.trials:
                reproduction = self._reproduced(trial)
                self._progress.clear()
                yield reproduction
        finally:
            self._progress.clear()

    def _reproduced(self, trial: Trial) -> Reproduction:
        """Reproduce, and draw, one trial."""
        from survkit.reproduction import reproduce

        reproduction = reproduce(trial, progress=self._announce(trial))
        if self.plots is not None:
            self._progress.show(f"{trial.id}: drawing")
            self.drawn += write_plots(reproduction, self.plots)
        return reproduction

    def _announce(self, trial: Trial) -> Callable[[Analysis], None]:
        """Return the callback that tells which analysis is on its way."""

        def announce(analysis: Analysis) -> None:
            self._begun += 1
            place = f"{self._begun} of {self._total}"
            self._progress.show(f"{trial.id}, {analysis.id}: reconstructing ({place})")

        return announce


def _report(run: _Run, screen: Screen) -> list[Reproduction]:
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
