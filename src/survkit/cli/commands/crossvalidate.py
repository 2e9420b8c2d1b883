"""The command ``survkit crossvalidate``: each printed figure, forecast from the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.cli.options import AsJson, Prior, TrialNames

if TYPE_CHECKING:
    from survkit.crossvalidation import CrossValidation
    from survkit.trial import Trial

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
) -> None:
    """
    Predict each printed figure from the others.

    The most surprising come first. A surprise is no error: figures that are unusual together may
    be true.
    """
    from survkit.cli.selection import find_asked, load_trials
    from survkit.cli.terminal import find_screen, write_text

    loaded = load_trials(trials or (), prior)
    found = _crossvalidated(loaded, find_asked(loaded, analysis))
    if as_json:
        from survkit.results import crossvalidation_json

        write_text(crossvalidation_json([*found]))
        return
    from survkit.cli.text.predictions import predictions_text, worth_text
    from survkit.crossvalidation import weigh_figures

    screen = find_screen()
    for trial, one in found:
        write_text(predictions_text(trial, one, screen))
        if worth:
            write_text(worth_text(one.analysis, weigh_figures(one.analysis), screen))


def _crossvalidated(
    trials: Sequence[Trial], only: Sequence[str]
) -> Iterator[tuple[Trial, CrossValidation]]:
    """Yield each analysis when it is done; one whose figures lead nowhere is said, and passed."""
    from survkit.cli.terminal import write_remark
    from survkit.crossvalidation import crossvalidate
    from survkit.errors import ReconstructionError

    for trial in trials:
        for analysis in trial.analyses:
            if only and analysis.id not in only:
                continue
            try:
                yield trial, crossvalidate(analysis)
            except ReconstructionError as error:
                write_remark(str(error))
