"""Members drawn into their folder, and what they show together."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from survkit.cli.terminal import Progress, write_text
from survkit.cli.text.envelope import cost_text
from survkit.ensembles import draw_members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.cli.ensembles.folder import EnsembleFolder
    from survkit.ensembles import Ensemble, Member

__all__ = ["draw_missing", "write_findings"]


def draw_missing(
    folder: EnsembleFolder, missing: Sequence[int], workers: int | None
) -> dict[int, Member]:
    """
    Draw members, and write each as soon as it is there.

    The first one tells what the others will cost, which is said before they are drawn.
    """
    found: dict[int, Member] = {}
    begun = perf_counter()
    progress = Progress(len(missing))

    def take(numbers: Sequence[int], workers: int | None) -> None:
        """Draw some of them."""
        for member in draw_members(folder.draws, numbers, workers=workers):
            folder.write(member)
            found[member.number] = member
            progress.show(f"member {member.number}", len(found))

    try:
        take(missing[:1], 1)
        seconds = perf_counter() - begun
        progress.clear()
        write_text(cost_text(folder.draws, len(missing), seconds, workers))
        take(missing[1:], workers)
    finally:
        progress.clear()
    return found


def write_findings(folder: EnsembleFolder, drawn: Ensemble, level: float) -> None:
    """Write bands, intervals and the picture."""
    from survkit.export.ensembles import table_csv
    from survkit.plot import draw_bands, render
    from survkit.scene import compose_bands

    bands, members = drawn.bands(level), len(drawn.members)
    scene = compose_bands(drawn.analysis, bands, members=members, level=level)
    for name, table in (("bands.csv", bands), ("intervals.csv", drawn.intervals(level))):
        text = table_csv(table, folder.draws, folder.trial, members, level)
        folder.finish(name, text.encode())
    folder.finish("bands.png", render(draw_bands(scene), "png"))
