"""The command check: read everything, reproduce trial by trial, answer as soon as possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survkit.cli.checked import Checked, ask_second_opinion, opinion_sentence
from survkit.cli.drawing import check_plot_names, write_plots
from survkit.cli.exits import ExitCode
from survkit.cli.files import check_target, make_folder, write_file
from survkit.cli.selection import keep_analysis, load_trials
from survkit.cli.terminal import Progress, Screen, find_screen, write_text
from survkit.cli.wording import plural
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.second_opinion import RSurvival
    from survkit.trial import Analysis, Trial

__all__ = ["CheckOptions", "check_trials"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """
    What a check shall do besides printing its tables.

    Parameters
    ----------
    analysis : str or None
        Id of the only analysis to check; the names must then be one trial.
    as_json : bool
        Whether to print JSON in place of tables.
    plots : pathlib.Path or None
        Folder for plots; made if need be.
    junit, markdown : pathlib.Path or None
        Files for JUnit XML and a summary in Markdown.
    lock : pathlib.Path or None
        Record of refitted figures to compare with; written where it does not exist.
    update_lock : bool
        Whether to write the record anew.
    with_r : bool
        Whether R shall refit, too.
    """

    analysis: str | None = None
    as_json: bool = False
    plots: Path | None = None
    junit: Path | None = None
    markdown: Path | None = None
    lock: Path | None = None
    update_lock: bool = False
    with_r: bool = False


def check_trials(names: Sequence[str], options: CheckOptions) -> ExitCode:
    """
    Reproduce trials and report the verdicts.

    Parameters
    ----------
    names : sequence of str
        Ids of shipped trials, TOML files and folders; empty for all shipped trials.
    options : CheckOptions
        What else to do.

    Returns
    -------
    ExitCode
        Whether everything is reproduced, nothing has moved and R contradicts nothing.
    """
    trials = load_trials(names)
    if options.analysis is not None:
        trials = (keep_analysis(trials, options.analysis),)
    lock = _prepare(trials, options)
    run = _Run(trials, options.plots, _find_r() if options.with_r else None)
    if options.as_json:
        done = list(run.reproduce())
        _write_json(done, run.program)
    else:
        done = _report(run, find_screen())
    if options.plots is not None:
        print(f"{plural(run.drawn, 'plot')} in {options.plots}", file=sys.stderr)
    drifts = _compare_with_lock(done, options, lock)
    _write_results(done, options, [*_notes(done, run.program), *drifts])
    _annotate(done, drifts)
    good = all(each.reproduction.reproduced and not each.contradicted for each in done)
    return ExitCode.REPRODUCED if good and not drifts else ExitCode.MISSED


def _prepare(trials: Sequence[Trial], options: CheckOptions) -> dict[str, Any] | None:
    """Refuse what cannot be written, before any work is done; read the record."""
    if options.plots is not None:
        check_plot_names(trials)
        make_folder(options.plots)
    for path in (options.junit, options.markdown, options.lock):
        if path is not None:
            check_target(path)
    if options.update_lock and options.lock is None:
        fault = "--update-lock must come with --lock FILE, got no file"
        raise SurvkitError(fault)
    if options.lock is not None and options.analysis is not None:
        # by itself, an analysis leaves no room for its sub-groups: it may have other patients
        fault = "--lock must come with whole trials, got --analysis"
        raise SurvkitError(fault)
    if options.lock is None or not options.lock.exists():
        return None

    from survkit.lock import read_lock

    return read_lock(options.lock)


def _find_r() -> RSurvival:
    from survkit.second_opinion import find_r

    return find_r()


class _Run:
    """Trials on their way to their verdicts and plots."""

    def __init__(
        self, trials: Sequence[Trial], plots: Path | None, program: RSurvival | None
    ) -> None:
        self.trials = trials
        self.plots = plots
        self.program = program
        self.drawn = 0
        self._total = sum(len(trial.analyses) for trial in trials)
        self._begun = 0
        self._progress = Progress()

    def reproduce(self) -> Iterator[Checked]:
        """Reproduce, and draw, one trial after the other."""
        self._progress.show("loading lifelines")
        try:
            for trial in self.trials:
                checked = self._checked(trial)
                self._progress.clear()
                yield checked
        finally:
            self._progress.clear()

    def _checked(self, trial: Trial) -> Checked:
        """Reproduce, and draw, one trial; let R have a look."""
        from survkit.reproduction import reproduce

        reproduction = reproduce(trial, progress=self._announce(trial))
        if self.plots is not None:
            self._progress.show(f"{trial.id}: drawing")
            self.drawn += write_plots(reproduction, self.plots)
        if self.program is None:
            return Checked(reproduction=reproduction)
        self._progress.show(f"{trial.id}: asking R")
        return ask_second_opinion(self.program, reproduction)

    def _announce(self, trial: Trial) -> Callable[[Analysis], None]:
        """Return the callback that tells which analysis is on its way."""

        def announce(analysis: Analysis) -> None:
            self._begun += 1
            place = f"{self._begun} of {self._total}"
            self._progress.show(f"{trial.id}, {analysis.id}: reconstructing ({place})")

        return announce


def _report(run: _Run, screen: Screen) -> list[Checked]:
    """Print each trial's tables when they are there, then the summary."""
    done = []
    for checked in run.reproduce():
        from survkit.cli.verdicts import trial_text

        write_text(trial_text(checked.reproduction, screen, checked.opinions))
        done.append(checked)
    from survkit.cli.closing import summary_text

    notes = _notes(done, run.program)
    write_text(summary_text([each.reproduction for each in done], screen, notes))
    return done


def _notes(done: Sequence[Checked], program: RSurvival | None) -> list[str]:
    """Sum up what R says."""
    if program is None:
        return []
    opinions = [own for each in done for every in each.opinions.values() for own in every]
    return [opinion_sentence(program, opinions)]


def _write_json(done: Sequence[Checked], program: RSurvival | None) -> None:
    from survkit.cli.check_document import check_json

    write_text(check_json(done, None if program is None else program.versions))


def _compare_with_lock(
    done: Sequence[Checked], options: CheckOptions, lock: dict[str, Any] | None
) -> tuple[str, ...]:
    """Say what moved since the record was made; write it where it is new or asked for."""
    if options.lock is None:
        return ()
    from survkit.lock import find_drifts, lock_text

    reproductions = [each.reproduction for each in done]
    if lock is None or options.update_lock:
        write_file(options.lock, lock_text(reproductions, lock).encode())
        print(f"{options.lock} is written", file=sys.stderr)
        return ()
    drifts = find_drifts(lock, reproductions)
    for drift in drifts:
        print(drift, file=sys.stderr)
    return drifts


def _write_results(done: Sequence[Checked], options: CheckOptions, notes: Sequence[str]) -> None:
    """Write what other programs read."""
    from survkit.summary import junit_xml, markdown_summary

    reproductions = [each.reproduction for each in done]
    if options.junit is not None:
        write_file(options.junit, junit_xml(reproductions).encode())
    if options.markdown is not None:
        write_file(options.markdown, markdown_summary(reproductions, notes).encode())


def _annotate(done: Sequence[Checked], drifts: Sequence[str]) -> None:
    """Say where GitHub reads it what fails; it reads standard error, too."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from survkit.summary import github_annotations, github_remarks

    remarks = github_annotations([each.reproduction for each in done])
    remarks += github_remarks("a locked figure moved", drifts)
    print(remarks, end="", file=sys.stderr)
