"""The command check: read everything, reproduce trial by trial, answer as soon as possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survkit.cli.checked import Checked, ask_second_opinion, opinion_sentence
from survkit.cli.drawing import check_plot_names, write_plots
from survkit.cli.exits import ExitCode
from survkit.cli.files import check_target, make_folder, write_file
from survkit.cli.run import Run
from survkit.cli.selection import find_asked, load_trials
from survkit.cli.terminal import Screen, find_screen, write_text
from survkit.errors import SurvkitError
from survkit.wording import plural

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction
    from survkit.second_opinion import RSurvival
    from survkit.trial import Trial

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
    only = find_asked(trials, options.analysis)
    lock = _prepare(trials, options)
    program = _find_r() if options.with_r else None
    drawn: list[int] = []
    run = Run(
        trials, then=_finishing(options.plots, drawn, program), doing=_doing(options), only=only
    )
    if options.as_json:
        done = list(run.reproduce())
        _write_json(done, program)
    else:
        done = _report(run, find_screen(), program)
    if options.plots is not None:
        print(f"{plural(sum(drawn), 'plot')} in {options.plots}", file=sys.stderr)
    drifts = _compare_with_lock(done, options, lock)
    _write_results(done, options, [*_notes(done, program), *drifts])
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
        # a record of one analysis would say of the others that they are gone
        fault = "--lock must come with whole trials, got --analysis"
        raise SurvkitError(fault)
    if options.lock is None or not options.lock.exists():
        return None

    from survkit.lock import read_lock

    return read_lock(options.lock)


def _find_r() -> RSurvival:
    from survkit.second_opinion import find_r

    return find_r()


def _finishing(
    plots: Path | None, drawn: list[int], program: RSurvival | None
) -> Callable[[Reproduction], Checked]:
    """Return what draws a trial, writes down how many plots that made, and lets R have a look."""

    def finish(reproduction: Reproduction) -> Checked:
        if plots is not None:
            drawn.append(write_plots(reproduction, plots))
        if program is None:
            return Checked(reproduction=reproduction)
        return ask_second_opinion(program, reproduction)

    return finish


def _doing(options: CheckOptions) -> str:
    """Say what takes time once a trial is reproduced."""
    work = ("drawing" * (options.plots is not None), "asking R" * options.with_r)
    return ", ".join(filter(None, work))


def _report(run: Run[Checked], screen: Screen, program: RSurvival | None) -> list[Checked]:
    """Print each trial's tables when they are there, then the summary."""
    done = []
    for checked in run.reproduce():
        from survkit.cli.verdicts import trial_text

        write_text(trial_text(checked.reproduction, screen, checked.opinions))
        done.append(checked)
    from survkit.cli.closing import summary_text

    notes = _notes(done, program)
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
