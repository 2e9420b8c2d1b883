"""Asking R: patients and figures into a folder, figures.R over it, values back."""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.errors import SurvkitError
from survkit.trial import hypothesis_of
from survkit.typed import as_instance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from survkit.trial import Analysis, Contrast, Figure

__all__ = ["FIGURES_SCRIPT", "RSurvival", "find_r", "write_inputs"]

FIGURES_SCRIPT = Path(__file__).with_name("figures.R")
"""The script that refits; also the source of the tests' reference values."""

_COLUMNS = (
    *("analysis", "subject", "quantity", "time", "level", "transform", "ties"),
    *("reference", "experimental", "stratified_model", "test", "sided", "stratified", "draws_on"),
    *("alternative", "margin", "estimator", "year"),
)
_VERSIONS = 'cat(R.version$major, ".", R.version$minor, "\\n", sep = "");'
_SURVIVAL = 'cat(as.character(packageVersion("survival")))'


@dataclass(frozen=True, slots=True)
class RSurvival:
    """R with its package survival."""

    program: str  # path of Rscript
    versions: dict[str, str]  # versions of ``R`` and ``survival``

    def refit(
        self, patients: Mapping[str, tuple[pd.DataFrame, Analysis]]
    ) -> dict[str, tuple[float, ...]]:
        """
        Refit analyses.

        Parameters
        ----------
        patients : mapping of str to (pandas.DataFrame, Analysis)
            By a name that a file can have: columns ``time``, ``event``, ``arm`` and, where there
            are strata, ``stratum``; and the analysis whose figures are asked for.

        Returns
        -------
        dict of str to tuple of float
            By name, R's value for each figure in the order of the figures, in the printed unit:
            infinite for "not reached", NaN for none.

        Raises
        ------
        SurvkitError
            If R fails.
        """
        with tempfile.TemporaryDirectory(prefix="survkit-") as place:
            folder = Path(place)
            try:
                write_inputs(folder, patients)
            except OSError as error:
                fault = f"{place}: files for R must be writable, got: {error.strerror}"
                raise SurvkitError(fault) from None
            command = [self.program, "--vanilla", str(FIGURES_SCRIPT), place, place]
            done = _run(command)
            if done.returncode != 0:
                fault = f"{self.program}: R must refit the figures, got: {_last_line(done.stderr)}"
                raise SurvkitError(fault)
            values = _values(folder / "figures.csv")
        return {name: tuple(values[name]) for name in patients}


def find_r() -> RSurvival:
    """
    Find R with its package survival.

    Returns
    -------
    RSurvival
        What runs it.

    Raises
    ------
    SurvkitError
        If Rscript or the package is not installed.
    """
    program = shutil.which("Rscript")
    if program is None:
        fault = "a second opinion needs R with its package survival: no Rscript on the search path"
        raise SurvkitError(fault)
    done = _run([program, "--vanilla", "-e", _VERSIONS + _SURVIVAL])
    if done.returncode != 0:
        fault = (
            f"a second opinion needs R's package survival, {program} has none: "
            "Rscript -e 'install.packages(\"survival\")'"
        )
        raise SurvkitError(fault)
    version, survival = done.stdout.split()
    return RSurvival(program, {"R": version, "survival": survival})


def write_inputs(folder: Path, patients: Mapping[str, tuple[pd.DataFrame, Analysis]]) -> None:
    """Write what figures.R reads."""
    as_instance(folder, Path, "write_inputs", "the path of a folder")
    as_instance(patients, dict, "write_inputs", "patients and analyses by name")
    (folder / "patients").mkdir()
    rows: list[tuple[object, ...]] = []
    for name, (ipd, analysis) in patients.items():
        ipd.to_csv(folder / "patients" / f"{name}.csv", index=False)
        rows += _figure_rows(name, analysis)
    _write_rows(folder / "figures.csv", rows)


def _figure_rows(name: str, analysis: Analysis) -> Iterator[tuple[object, ...]]:
    """Yield what R must know of each figure to compute it."""
    contrasts = {contrast.subject: contrast for contrast in analysis.contrasts}
    for figure in analysis.figures:
        key = figure.key
        contrast = contrasts.get(key.subject)
        test = contrast.p_value if contrast and key.quantity == "p_value" else None
        yield (
            *(name, key.subject, key.name, key.time, figure.level),
            *(_scale(figure, analysis), analysis.ties),
            *((contrast.reference, contrast.experimental) if contrast else ("", "")),
            str(analysis.stratified).upper(),
            *((test.test, test.sided, str(test.stratified).upper()) if test else ("", "", "")),
            str(analysis.draws_on(figure)).upper(),
            *_tested(analysis, contrast),
            analysis.year,
        )


def _tested(analysis: Analysis, contrast: Contrast | None) -> tuple[str, float, str]:
    """Return the direction of a test, its margin on the log scale, and the ratio's estimator."""
    if contrast is None:
        return "less", 0.0, "cox"
    hypothesis = hypothesis_of(analysis.arms, contrast)
    return hypothesis.alternative, hypothesis.log_margin, contrast.estimator


def _scale(figure: Figure, analysis: Analysis) -> str:
    """Return the scale on which the interval of a figure is symmetric."""
    of_survival = figure.key.quantity in {"survival", "incidence"}
    return analysis.survival_scale if of_survival else analysis.median_interval


def _write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)


def _values(path: Path) -> dict[str, list[float]]:
    """Read R's values by analysis."""
    values: dict[str, list[float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            value = float(row["value"]) if row["value"] else math.nan
            values.setdefault(row["analysis"], []).append(value)
    return values


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run R without a shell."""
    return subprocess.run(  # noqa: S603 - a program found by name, arguments of our own
        command, capture_output=True, check=False, encoding="utf-8", errors="replace"
    )


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no message"
