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

from survkit.reconstruction import Family
from survkit.second_opinion import FIGURES_SCRIPT, write_inputs
from survkit.trial import load_trial, shipped_trials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.reconstruction import Reconstruction

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def main() -> None:
    """Write what R shall read, run R, and note which patients it saw."""
    program = shutil.which("Rscript")
    if program is None:
        sys.exit("regenerate.py needs Rscript and R's package survival, found no Rscript")
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder)
        write_cohorts(inputs / "cohorts")
        made = shipped_reconstructions()
        write_inputs(inputs, {name: (own.ipd, own.analysis) for name, own in made.items()})
        script = HERE / "make_reference.R"
        folders = [str(inputs), str(HERE), str(FIGURES_SCRIPT)]
        subprocess.run([program, "--vanilla", str(script), *folders], check=True)
    digests = [(name, own.provenance.ipd_digest) for name, own in made.items()]
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


def shipped_reconstructions() -> dict[str, Reconstruction]:
    """Reconstruct every shipped analysis, by a name that a file can have."""
    made = {}
    for trial in map(load_trial, shipped_trials()):
        family = Family(trial.analyses)
        for analysis in trial.analyses:
            made[f"{trial.id}--{analysis.id}"] = family.reconstruct(analysis)
    return made


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
