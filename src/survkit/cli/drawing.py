"""Plots as files: which ones, under which names, in which format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from survkit.cli.files import check_target, write_file
from survkit.errors import OutputError, SurvkitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.plot import Format
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.trial import Trial

__all__ = [
    "ENDINGS",
    "check_plot_names",
    "check_plot_target",
    "write_analysis_plot",
    "write_plots",
    "write_trial_plot",
]

ENDINGS = (".png", ".svg", ".pdf")
"""Endings of plots; known without loading matplotlib."""


def check_plot_target(path: Path) -> None:
    """
    Refuse a plot that cannot be written, before anything is drawn.

    Parameters
    ----------
    path : pathlib.Path
        Where it will be written; the ending names the format.

    Raises
    ------
    OutputError
        If the ending is unknown or the place cannot be written.
    """
    if path.suffix.lower() not in ENDINGS:
        msg = (
            f"{path}: the ending of a plot must be .png, .svg or .pdf, got {path.suffix or 'none'}"
        )
        raise OutputError(msg)
    check_target(path)


def write_analysis_plot(trial: Trial, result: AnalysisReproduction, path: Path) -> None:
    """
    Draw one analysis into a file.

    Parameters
    ----------
    trial : Trial
        The trial it belongs to.
    result : AnalysisReproduction
        The analysis, reproduced.
    path : pathlib.Path
        Where to; the ending names the format.
    """
    from survkit.plot import draw_analysis, render

    write_file(path, render(draw_analysis(result, trial=trial), _format(path)))


def write_trial_plot(reproduction: Reproduction, path: Path) -> None:
    """
    Draw a whole trial into a file: the curves of every analysis and a forest plot.

    Parameters
    ----------
    reproduction : Reproduction
        The trial, reproduced.
    path : pathlib.Path
        Where to; the ending names the format.
    """
    from survkit.plot import draw_trial, render

    write_file(path, render(draw_trial(reproduction), _format(path)))


def check_plot_names(trials: Sequence[Trial]) -> None:
    """
    Refuse trials whose plots would overwrite each other.

    Parameters
    ----------
    trials : sequence of Trial
        The trials that will be drawn.

    Raises
    ------
    SurvkitError
        If two of them have the same id.
    """
    seen: dict[str, str] = {}
    for trial in trials:
        if trial.id in seen:
            msg = f"{trial.origin}: id must differ from that in {seen[trial.id]}, got {trial.id!r}"
            raise SurvkitError(msg)
        seen[trial.id] = trial.origin


def write_plots(reproduction: Reproduction, folder: Path) -> int:
    """
    Draw a trial and each of its analyses into a folder.

    Parameters
    ----------
    reproduction : Reproduction
        The trial, reproduced.
    folder : pathlib.Path
        Where to; it exists. ``<trial>.png`` and ``<trial>_<analysis>.png`` are written.

    Returns
    -------
    int
        How many plots were written.
    """
    trial = reproduction.trial
    write_trial_plot(reproduction, folder / f"{trial.id}.png")
    for result in reproduction.analyses:
        write_analysis_plot(trial, result, folder / f"{trial.id}_{result.analysis.id}.png")
    return len(reproduction.analyses) + 1


def _format(path: Path) -> Format:
    return cast("Format", path.suffix.lower().removeprefix("."))
