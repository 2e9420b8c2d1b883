"""Ask R's package survival again, and store its answers beside this file.

Run from anywhere, after every change of the synthetic patients: ``python regenerate.py``. Needs
Rscript and R's package survival; writes the tables and VERSIONS that test_r_survival.py reads.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from survkit.reconstruction import reconstruct_analysis
from survkit.trial import load_trial, shipped_trials

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from survkit.trial import Analysis, Figure

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

FIGURE_COLUMNS = (
    *("analysis", "subject", "quantity", "time", "level", "transform", "ties"),
    *("reference", "experimental", "stratified_model", "test", "sided", "stratified"),
)


def main() -> None:
    """Write what R shall read, run R, and note which patients it saw."""
    program = shutil.which("Rscript")
    if program is None:
        sys.exit("regenerate.py needs Rscript and R's package survival, found no Rscript")
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder)
        write_cohorts(inputs / "cohorts")
        digests = write_analyses(inputs)
        script = HERE / "make_reference.R"
        subprocess.run([program, "--vanilla", str(script), str(inputs), str(HERE)], check=True)
    write_rows(HERE / "digests.csv", ("analysis", "ipd_digest"), digests)
    with (HERE / "VERSIONS").open("a", encoding="utf-8") as versions:
        versions.write(f"lifelines {version('lifelines')} (data sets)\n")


def write_cohorts(folder: Path) -> None:
    """Write the data sets that lifelines ships."""
    sys.path.insert(0, str(ROOT))
    from tests.reference.real_data import SETS, load_cohort

    folder.mkdir()
    for name in SETS:
        cohort = load_cohort(name)
        columns = {
            "time": cohort.time,
            "event": cohort.event,
            "experimental": cohort.experimental,
            "stratum": cohort.stratum,
        }
        frame = pd.DataFrame(columns).astype({"event": int, "experimental": int})
        frame.to_csv(folder / f"{name}.csv", index=False)


def write_analyses(folder: Path) -> list[tuple[str, str]]:
    """Write the patients and figures of every shipped analysis; return the patients' digests."""
    (folder / "patients").mkdir()
    digests, figures = [], []
    for trial in map(load_trial, shipped_trials()):
        for analysis in trial.analyses:
            name = f"{trial.id}--{analysis.id}"
            reconstruction = reconstruct_analysis(analysis)
            reconstruction.ipd.to_csv(folder / "patients" / f"{name}.csv", index=False)
            digests.append((name, reconstruction.provenance.ipd_digest))
            figures += figure_rows(name, analysis)
    write_rows(folder / "figures.csv", FIGURE_COLUMNS, figures)
    return digests


def figure_rows(name: str, analysis: Analysis) -> Iterator[tuple[object, ...]]:
    """Yield what R must know of each figure to compute it."""
    contrasts = {contrast.subject: contrast for contrast in analysis.contrasts}
    for figure in analysis.figures:
        key = figure.key
        contrast = contrasts.get(key.subject)
        test = contrast.p_value if contrast and key.quantity == "p_value" else None
        yield (
            *(name, key.subject, key.quantity, key.time, figure.level),
            *(scale_of(figure, analysis), analysis.ties),
            *((contrast.reference, contrast.experimental) if contrast else ("", "")),
            str(bool(analysis.stratified_by)).upper(),
            *((test.test, test.sided, str(test.stratified).upper()) if test else ("", "", "")),
        )


def scale_of(figure: Figure, analysis: Analysis) -> str:
    """Return the scale on which the interval of a figure is symmetric."""
    of_survival = figure.key.quantity.startswith("survival")
    return analysis.survival_scale if of_survival else analysis.median_interval


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
