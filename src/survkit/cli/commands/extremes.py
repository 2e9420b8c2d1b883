"""The command ``survkit extremes``: how far what is not printed was found to go."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from survkit.cli.options import AnalysisId, Cluster, Prior, TrialName, Workers

if TYPE_CHECKING:
    from survkit.ensembles import Draws, Extreme
    from survkit.trial import Trial

__all__ = ["seek_extremes"]


def seek_extremes(
    trial: TrialName,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FOLDER", help="Where the data sets are written."),
    ],
    analysis: AnalysisId = None,
    workers: Workers = None,
    cluster: Cluster = None,
    prior: Prior = None,
) -> None:
    """
    Seek how far what is not printed can go.

    Each end comes with synthetic patients who print every input figure and reach it. What was
    found is no bound: others may go farther.
    """
    from survkit.cli.files import make_folder
    from survkit.cli.reproducing import announce_cost
    from survkit.cli.selection import choose_analysis, load_one, refuse_workers_beside
    from survkit.cli.terminal import find_screen, write_text
    from survkit.cli.text.extremes import cost_text, extremes_text
    from survkit.ensembles import list_ends, prepare_draws, tabulate_extremes
    from survkit.running import on_cluster

    refuse_workers_beside(cluster, workers)
    loaded = load_one(trial, prior)
    chosen = choose_analysis(loaded, analysis)
    make_folder(output)
    announce_cost([chosen])
    begun = perf_counter()
    draws = prepare_draws(chosen)
    seconds = perf_counter() - begun
    write_text(cost_text(draws, len(list_ends(draws)), seconds, workers))
    with on_cluster(cluster):
        found = _sought(draws, loaded, output, workers)
    table = tabulate_extremes(found)
    _write(output / "extremes.csv", table.to_csv(index=False, lineterminator="\n"))
    write_text(extremes_text(chosen, table, output, find_screen()))


def _sought(draws: Draws, trial: Trial, folder: Path, workers: int | None) -> tuple[Extreme, ...]:
    """Seek all ends, and write the patients of each as soon as they are there."""
    from survkit.cli.terminal import Progress
    from survkit.ensembles import list_ends, search_extremes
    from survkit.export.patients import csv_text

    found: list[Extreme] = []
    progress = Progress(len(list_ends(draws)))
    try:
        for one in search_extremes(draws, workers=workers):
            found.append(one)
            _write(folder / f"{_name(one)}.csv", csv_text(one.reconstruction, trial))
            progress.show(_name(one), len(found))
    finally:
        progress.clear()
    return tuple(found)


def _name(one: Extreme) -> str:
    """Name a file after what its patients reach."""
    parts = [one.key.subject.replace(" ", "-"), one.key.quantity.replace("_", "-")]
    if one.key.time is not None:
        parts.append(str(one.key.time))
    return "-".join([*parts, one.side])


def _write(path: Path, text: str) -> None:
    from survkit.cli.files import write_file

    write_file(path, text.encode())
