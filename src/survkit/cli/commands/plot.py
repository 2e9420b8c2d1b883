"""The command ``survkit plot``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.cli.options import Prior, TrialName

if TYPE_CHECKING:
    from survkit.scene import View

__all__ = ["plot_trial"]


def plot_trial(  # noqa: PLR0913, PLR0917 - one parameter per option
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
    counts: Annotated[
        bool,
        typer.Option("--counts", help="Write who was censored and who had the event, too."),
    ] = False,
    p_value: Annotated[
        bool, typer.Option("--p-value", help="Write the log-rank test of the synthetic patients.")
    ] = False,
    incidence: Annotated[
        bool, typer.Option("--incidence", help="Draw 1 - S: curves that rise.")
    ] = False,
    percent: Annotated[
        str | None,
        typer.Option(metavar="LOW:HIGH", help="Ends of the vertical axis, as 0:40."),
    ] = None,
    colour: Annotated[
        list[str] | None,
        typer.Option(metavar="ARM=#RRGGBB", help="Colour of an arm; may be repeated."),
    ] = None,
    arms: Annotated[
        str | None,
        typer.Option(metavar="ID,ID", help="Order of the arms in tables; others follow."),
    ] = None,
) -> None:
    """Draw a trial, or one analysis of it."""
    from survkit.cli.typed.view import read_colours, read_order, read_percent
    from survkit.scene import View

    view = View(
        counts=counts,
        p_value=p_value,
        incidence=incidence,
        percent=read_percent(percent),
        colours=read_colours(colour or ()),
        order=read_order(arms),
    )
    _plot(trial, analysis, prior, output, view)


def _plot(trial: str, analysis: str | None, prior: str | None, output: Path, view: View) -> None:
    """Reproduce and draw, once everything that is asked for is known to be possible."""
    from survkit.cli.drawing import check_plot_target, write_analysis_plot, write_trial_plot
    from survkit.cli.selection import load_one

    loaded = load_one(trial, prior)
    chosen = None if analysis is None else loaded.analysis(analysis)
    asked = loaded.analyses if chosen is None else [chosen]
    view.check_arms(arm.id for each in asked for arm in each.arms)
    check_plot_target(output)

    from survkit.cli.reproducing import announce_cost
    from survkit.reconstruction import Family
    from survkit.reproduction import reproduce, reproduce_analysis

    announce_cost(asked)
    if chosen is None:
        write_trial_plot(reproduce(loaded, explain=False), output, view)
    else:
        result = reproduce_analysis(chosen, Family(loaded.analyses), explain=False)
        write_analysis_plot(loaded, result, output, view)
