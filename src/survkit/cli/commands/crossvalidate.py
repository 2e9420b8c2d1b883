"""The command ``survkit crossvalidate``: each printed figure, forecast from the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.cli.options import AsJson, Prior, TrialNames, Workers

if TYPE_CHECKING:
    from survkit.crossvalidation import CrossValidation
    from survkit.trial import Analysis, Trial

__all__ = ["crossvalidate_trials"]


def crossvalidate_trials(
    trials: TrialNames = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="This analysis of one trial only."),
    ] = None,
    prior: Prior = None,
    as_json: AsJson = False,
    worth: Annotated[
        bool,
        typer.Option("--worth", help="Say, too, what each figure buys, and what to look for next."),
    ] = False,
    members: Annotated[
        int | None,
        typer.Option(
            "--members",
            metavar="M",
            min=2,
            max=100_000,
            help="Predict each figure by so many whole data sets that were made without it.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="SEED", min=0, help="Seed of the data sets.")
    ] = 1,
    workers: Workers = None,
) -> None:
    """
    Predict each printed figure from the others.

    The most surprising come first. A surprise is no error: figures that are unusual together may
    be true.
    """
    from survkit.cli.selection import find_asked, load_trials
    from survkit.cli.terminal import find_screen, write_text

    loaded = load_trials(trials or (), prior)
    predict = partial(_predict, members=members, seed=seed, workers=workers)
    found = _crossvalidated(loaded, find_asked(loaded, analysis), predict)
    if as_json:
        from survkit.results import crossvalidation_json

        write_text(crossvalidation_json([*found]))
        return
    from survkit.cli.text.predictions import predictions_text, worth_text
    from survkit.crossvalidation import weigh_figures

    screen = find_screen()
    for trial, one in found:
        write_text(predictions_text(trial, one, screen, members=members))
        if worth:
            write_text(worth_text(one.analysis, weigh_figures(one.analysis), screen))


def _crossvalidated(
    trials: Sequence[Trial],
    only: Sequence[str],
    predict: Callable[[Analysis], CrossValidation],
) -> Iterator[tuple[Trial, CrossValidation]]:
    """Yield each analysis when it is done; one whose figures lead nowhere is said, and passed."""
    from survkit.cli.terminal import write_remark
    from survkit.errors import SurvkitError

    for trial in trials:
        for analysis in trial.analyses:
            if only and analysis.id not in only:
                continue
            try:
                yield trial, predict(analysis)
            except SurvkitError as error:
                write_remark(str(error))


def _predict(
    analysis: Analysis, *, members: int | None, seed: int, workers: int | None
) -> CrossValidation:
    """Leave one out: by the population alone, or by whole data sets."""
    if members is None:
        from survkit.crossvalidation import crossvalidate

        return crossvalidate(analysis)
    from survkit.cli.reproducing import said_aloud
    from survkit.cli.terminal import write_remark
    from survkit.ensembles import crossvalidate_members

    with said_aloud(write_remark):
        return crossvalidate_members(analysis, members, seed, workers=workers)
