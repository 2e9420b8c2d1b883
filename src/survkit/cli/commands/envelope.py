"""The command ``survkit envelope``: an ensemble of one analysis, its bands and intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from survkit.cli.options import AnalysisId, Cluster, Prior, TrialName, Workers

__all__ = ["envelop_analysis"]


def envelop_analysis(  # noqa: PLR0913, PLR0917 - one parameter per option
    trial: TrialName,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FOLDER",
            help="Where to; a folder with members of an earlier run goes on where it stopped.",
        ),
    ],
    analysis: AnalysisId = None,
    members: Annotated[
        int, typer.Option("--members", metavar="M", min=2, max=100_000, help="How many data sets.")
    ] = 200,
    seed: Annotated[
        int, typer.Option("--seed", metavar="SEED", min=0, help="Seed of all that is drawn.")
    ] = 1,
    level: Annotated[
        float, typer.Option("--level", metavar="SHARE", help="Share that bands hold.")
    ] = 0.9,
    workers: Workers = None,
    cluster: Cluster = None,
    prior: Prior = None,
) -> None:
    """
    Draw many data sets that all print the figures.

    How far they lie apart is what the paper leaves open. None of them is the trial.
    """
    from survkit.cli.ensembles.drawing import draw_missing, write_findings
    from survkit.cli.ensembles.folder import EnsembleFolder
    from survkit.cli.selection import choose_analysis, load_one, refuse_workers_beside
    from survkit.cli.terminal import find_screen, write_text
    from survkit.cli.text.envelope import closing_text
    from survkit.ensembles import Ensemble, prepare_draws
    from survkit.ensembles.bands import check_level
    from survkit.running import on_cluster

    check_level(level)
    refuse_workers_beside(cluster, workers)
    loaded = load_one(trial, prior)
    chosen = choose_analysis(loaded, analysis)
    draws = prepare_draws(chosen, seed=seed)
    folder = EnsembleFolder(output, draws, loaded)
    folder.open()
    found = folder.read(members)
    missing = [number for number in range(1, members + 1) if number not in found]
    with on_cluster(cluster):
        found |= draw_missing(folder, missing, workers)
    drawn = Ensemble(
        analysis=chosen,
        seed=seed,
        prior=draws.prior,
        members=tuple(found[number] for number in range(1, members + 1)),
    )
    write_findings(folder, drawn, level)
    write_text(closing_text(drawn, output, level, find_screen()))
