"""The command ``survkit check``: read everything, reproduce, answer as soon as possible."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from survkit.characters import visible
from survkit.cli.exits import ExitCode
from survkit.cli.options import AsJson, Cache, Prior, TrialNames
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.reproduction import Reproduction
    from survkit.results import CheckedTrial, Drift
    from survkit.second_opinion import Opinion, RSurvival
    from survkit.trial import Trial

__all__ = ["check_trials"]

_File = Path | None


def check_trials(  # noqa: PLR0913, PLR0917 - one parameter per option
    trials: TrialNames = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="Check this analysis of one trial only."),
    ] = None,
    prior: Prior = None,
    as_json: AsJson = False,
    plots: Annotated[
        _File,
        typer.Option(
            metavar="FOLDER", help="Draw every analysis and every trial into this folder."
        ),
    ] = None,
    junit: Annotated[
        _File, typer.Option(metavar="FILE", help="Write JUnit XML: a case per figure.")
    ] = None,
    markdown: Annotated[
        _File, typer.Option(metavar="FILE", help="Write a summary in Markdown.")
    ] = None,
    lock: Annotated[
        _File,
        typer.Option(
            metavar="FILE", help="Say which figure moved since this file was written; write it."
        ),
    ] = None,
    update_lock: Annotated[
        bool, typer.Option("--update-lock", help="Write the file of --lock anew.")
    ] = False,
    with_r: Annotated[
        bool, typer.Option("--with-r", help="Let R's package survival refit, too.")
    ] = False,
    no_conflict: Annotated[
        bool,
        typer.Option(
            "--no-conflict",
            help="Where figures are missed, do not seek which of them stand in each other's way; "
            "verdicts and exit code are the same, sooner.",
        ),
    ] = False,
    cache: Cache = None,
) -> None:
    """Reproduce trials and check every figure."""
    options = _Options(
        analysis=analysis,
        prior=prior,
        as_json=as_json,
        plots=plots,
        junit=junit,
        markdown=markdown,
        lock=lock,
        update_lock=update_lock,
        with_r=with_r,
        no_conflict=no_conflict,
        cache=cache,
    )
    raise typer.Exit(_check(trials or (), options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line asks for besides trials."""

    analysis: str | None
    prior: str | None
    as_json: bool
    plots: Path | None
    junit: Path | None
    markdown: Path | None
    lock: Path | None
    update_lock: bool
    with_r: bool
    no_conflict: bool
    cache: Path | None


def _check(names: Sequence[str], options: _Options) -> ExitCode:
    """Tell whether everything is reproduced, nothing has moved and R contradicts nothing."""
    from survkit.cli.reproducing import reproduce_trials
    from survkit.cli.selection import find_asked, load_trials

    trials = load_trials(names, options.prior)
    only = find_asked(trials, options.analysis)
    record = _prepare(trials, options)
    finish = _Finishing(options)
    explain = not options.no_conflict
    coming = reproduce_trials(
        trials,
        then=finish,
        doing=finish.doing,
        only=only,
        explain=explain,
        cache=options.cache,
    )
    checked = _print_json(coming, finish) if options.as_json else _print_tables(coming, finish)
    if options.plots is not None:
        from survkit.cli.terminal import write_remark
        from survkit.wording import plural

        write_remark(visible(f"{plural(finish.plots_drawn, 'plot')} in {options.plots}"))
    drifts = _compare_with_lock(checked, options, record)
    _write_results(
        checked, options, [*finish.notes(checked), *(drift.sentence for drift in drifts)]
    )
    _annotate(checked, drifts)
    good = all(each.good for each in checked) and not drifts
    return ExitCode.REPRODUCED if good else ExitCode.MISSED


def _prepare(trials: Sequence[Trial], options: _Options) -> dict[str, Any] | None:
    """Refuse what cannot be, before any work is done; read the record of the lock."""
    from survkit.cli.files import check_apart, check_output, make_folder
    from survkit.cli.selection import refuse_same_ids

    if options.update_lock and options.lock is None:
        fault = "--update-lock must come with --lock FILE, got no file"
        raise SurvkitError(fault)
    if options.lock is not None and options.analysis is not None:
        # a record of one analysis would say of the others that they are gone
        fault = "--lock must come with whole trials, got --analysis"
        raise SurvkitError(fault)
    written = options.junit, options.markdown, options.lock
    check_apart(written)
    for path in written:
        check_output(path)
    if options.plots is not None or options.lock is not None:
        refuse_same_ids(trials)
    if options.plots is not None:
        make_folder(options.plots)
    if options.lock is None or not options.lock.exists():
        return None

    from survkit.results import read_lock

    return read_lock(options.lock)


class _Finishing:
    """What is done with a trial once it is reproduced: it is drawn, and R has a look."""

    def __init__(self, options: _Options) -> None:
        self._folder = options.plots
        self._program = _find_r() if options.with_r else None
        self.plots_drawn = 0
        work = ("drawing" * (options.plots is not None), "asking R" * options.with_r)
        self.doing = ", ".join(filter(None, work))

    def __call__(self, reproduction: Reproduction) -> CheckedTrial:
        """Draw the trial, and let R refit it, where that is asked for."""
        from survkit.results import CheckedTrial

        if self._folder is not None:
            from survkit.cli.drawing import write_plots

            self.plots_drawn += write_plots(reproduction, self._folder)
        if self._program is None:
            return CheckedTrial(reproduction=reproduction)
        return CheckedTrial(reproduction=reproduction, opinions=_ask_r(self._program, reproduction))

    @property
    def r_versions(self) -> dict[str, str] | None:
        """Versions of R and survival, where R was asked."""
        return None if self._program is None else dict(self._program.versions)

    def notes(self, checked: Sequence[CheckedTrial]) -> list[str]:
        """Sum up what R says."""
        if self._program is None:
            return []
        from survkit.cli.text.closing import opinion_text

        found = [some for each in checked for some in each.opinions.values()]
        return [opinion_text(self._program, [*chain.from_iterable(found)])]


def _find_r() -> RSurvival:
    from survkit.second_opinion import find_r

    return find_r()


def _ask_r(program: RSurvival, reproduction: Reproduction) -> dict[str, tuple[Opinion, ...]]:
    """Let R refit the patients of a trial; its opinion of every figure, by analysis id."""
    from survkit.second_opinion import compare_opinions

    results = {result.analysis.id: result for result in reproduction.analyses}
    values = program.refit(
        {name: (each.reconstruction.ipd, each.analysis) for name, each in results.items()}
    )
    return {
        name: compare_opinions(
            each.analysis, each.reconstruction.ipd, each.refit.estimates, values[name]
        )
        for name, each in results.items()
    }


def _print_json(coming: Iterator[CheckedTrial], finish: _Finishing) -> list[CheckedTrial]:
    """Print a document once all trials are there."""
    from survkit.cli.terminal import write_text

    checked = list(coming)
    from survkit.results import check_json

    write_text(check_json(checked, finish.r_versions))
    return checked


def _print_tables(coming: Iterator[CheckedTrial], finish: _Finishing) -> list[CheckedTrial]:
    """Print each trial's tables when they are there, then the summary."""
    from survkit.cli.terminal import find_screen, write_text

    screen = find_screen()
    checked = []
    for each in coming:
        from survkit.cli.text.verdicts import trial_text

        write_text(trial_text(each.reproduction, screen, each.opinions))
        checked.append(each)
    from survkit.cli.text.closing import summary_text

    reproductions = [each.reproduction for each in checked]
    write_text(summary_text(reproductions, screen, finish.notes(checked)))
    return checked


def _compare_with_lock(
    checked: Sequence[CheckedTrial], options: _Options, record: dict[str, Any] | None
) -> tuple[Drift, ...]:
    """Say what moved since the record was made; write it where it is new or asked for."""
    if options.lock is None:
        return ()
    from survkit.cli.files import write_file
    from survkit.cli.terminal import write_remark
    from survkit.results import find_drifts, lock_text

    reproductions = [each.reproduction for each in checked]
    if record is None or options.update_lock:
        write_file(options.lock, lock_text(reproductions, record).encode())
        write_remark(visible(f"{options.lock} is written"))
        return ()
    drifts = find_drifts(record, reproductions)
    for drift in drifts:
        write_remark(visible(drift.sentence))
    return drifts


def _write_results(
    checked: Sequence[CheckedTrial], options: _Options, notes: Sequence[str]
) -> None:
    """Write what other programs read."""
    from survkit.cli.files import write_file
    from survkit.results import junit_xml, markdown_summary

    reproductions = [each.reproduction for each in checked]
    if options.junit is not None:
        write_file(options.junit, junit_xml(reproductions).encode())
    if options.markdown is not None:
        write_file(options.markdown, markdown_summary(reproductions, notes).encode())


def _annotate(checked: Sequence[CheckedTrial], drifts: Sequence[Drift]) -> None:
    """Say where GitHub reads it what fails; it reads standard error, too."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return
    from survkit.results import github_annotations, github_remarks

    remarks = github_annotations([each.reproduction for each in checked])
    remarks += github_remarks("a locked figure moved", drifts)
    with suppress(OSError):  # the exit code says it, too
        print(remarks, end="", file=sys.stderr, flush=True)
