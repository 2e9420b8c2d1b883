"""The command ``survkit plot``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from survkit.cli.options import Prior, TrialName

__all__ = ["plot_trial"]


def plot_trial(
    trial: TrialName,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="A .png, .svg or .pdf file; further pages of x.png are x-2.png and so on.",
        ),
    ],
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="ID", help="Draw this analysis, not the whole trial."),
    ] = None,
    prior: Prior = None,
) -> None:
    """Draw a trial, or one analysis of it."""
    from survkit.cli.drawing import check_plot_target, write_analysis_plot, write_trial_plot
    from survkit.cli.selection import load_one

    loaded = load_one(trial, prior)
    chosen = None if analysis is None else loaded.analysis(analysis)
    check_plot_target(output)

    from survkit.cli.reproducing import announce_cost
    from survkit.reconstruction import Family
    from survkit.reproduction import reproduce, reproduce_analysis

    announce_cost(loaded.analyses if chosen is None else [chosen])
    if chosen is None:
        write_trial_plot(reproduce(loaded), output)
    else:
        write_analysis_plot(loaded, reproduce_analysis(chosen, Family(loaded.analyses)), output)
