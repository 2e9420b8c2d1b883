"""Plots as files: which ones, under which names, in which format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from survkit.cli.files import check_target, write_file
from survkit.errors import OutputError

if TYPE_CHECKING:
    from survkit.plot import Format
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.scene import View
    from survkit.trial import Trial

__all__ = ["ENDINGS", "check_plot_target", "write_analysis_plot", "write_plots", "write_trial_plot"]

ENDINGS = (".png", ".svg", ".pdf")
"""Endings of plots; known without loading matplotlib."""


def check_plot_target(path: Path) -> None:
    """Refuse a plot that cannot be written or has another ending, before anything is drawn."""
    if path.suffix.lower() not in ENDINGS:
        got = path.suffix or "none"
        msg = f"{path}: the ending of a plot must be .png, .svg or .pdf, got {got}"
        raise OutputError(msg)
    check_target(path)


def write_analysis_plot(
    trial: Trial, result: AnalysisReproduction, path: Path, view: View | None = None
) -> None:
    """Draw one analysis into a file whose ending names the format."""
    from survkit.plot import View, draw_analysis, render

    figure = draw_analysis(result, trial=trial, view=view or View())
    write_file(path, render(figure, _format(path)))


def write_trial_plot(reproduction: Reproduction, path: Path, view: View | None = None) -> int:
    """
    Draw the curves of every analysis of a trial and a forest plot; return how many files that is.

    The second page of `trial.png` is `trial-2.png`.
    """
    from survkit.plot import View, draw_pages, render

    pages = draw_pages(reproduction, view=view or View())
    for number, page in enumerate(pages, 1):
        file = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        write_file(file, render(page, _format(path)))
    return len(pages)


def write_plots(reproduction: Reproduction, folder: Path) -> int:
    """Draw a trial and each of its analyses into a folder; return how many files that is."""
    trial = reproduction.trial
    pages = write_trial_plot(reproduction, folder / f"{trial.id}.png")
    for result in reproduction.analyses:
        write_analysis_plot(trial, result, folder / f"{trial.id}_{result.analysis.id}.png")
    return pages + len(reproduction.analyses)


def _format(path: Path) -> Format:
    return cast("Format", path.suffix.lower().removeprefix("."))
