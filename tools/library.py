"""
Write everything that is made from the trial files: patients as CSV, the index, the predictions.

Usage: python tools/library.py
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from survkit.comparison import Comparison, Verdict
from survkit.consistency import Severity
from survkit.export import csv_text
from survkit.reproduction import AnalysisReproduction, Reproduction, reproduce
from survkit.trial import load_trial, shipped_trials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from survkit.consistency import Finding
    from survkit.quantity import FigureKey

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = Path("reconstructions")
INDEX = LIBRARY / "README.md"
PREDICTIONS = Path("docs") / "kept-out.md"
MARKERS = ("<!-- made by make library: begin -->", "<!-- end -->")
AGREEING = (Verdict.REPRODUCED, Verdict.WITHIN_TOLERANCE)


def library_files(reproductions: Iterable[Reproduction]) -> dict[Path, str]:
    """
    Make the files of the library.

    Parameters
    ----------
    reproductions : iterable of Reproduction
        Every shipped trial, reproduced.

    Returns
    -------
    dict of Path to str
        Contents by path from the root of the repository: a CSV per analysis, the page of the trial
        files with its index, the page of the kept-out figures with its table.
    """
    done = list(reproductions)
    files = {
        data_file(trial, result): csv_text(result.reconstruction, trial.trial)
        for trial in done
        for result in trial.analyses
    }
    files[INDEX] = _between_markers(INDEX, list(_index(done)))
    files[PREDICTIONS] = _between_markers(PREDICTIONS, list(_predictions(done)))
    return files


def data_file(trial: Reproduction, result: AnalysisReproduction) -> Path:
    """
    Say where the patients of an analysis lie.

    Parameters
    ----------
    trial : Reproduction
        The trial.
    result : AnalysisReproduction
        One of its analyses.

    Returns
    -------
    Path
        From the root of the repository.
    """
    return LIBRARY / trial.trial.id / f"{result.analysis.id}.csv"


def _between_markers(path: Path, lines: list[str]) -> str:
    """Return a page with new lines between its markers."""
    begin, end = MARKERS
    before, _, rest = (ROOT / path).read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    return "\n".join([before + begin, "", *lines, "", end + after])


def _index(done: Iterable[Reproduction]) -> Iterator[str]:
    """List every analysis: what it is, its hazard ratio, what is reproduced, where its data are."""
    yield from _heading(
        "trial", "condition", "analysis and patients", "arms (patients)", "endpoint",
        "part of", "printed HR", "refitted HR", "inputs", "checks", "findings", "not read",
        "verdict",
    )  # fmt: skip
    for trial in done:
        for result in trial.analyses:
            data = data_file(trial, result).relative_to(LIBRARY).as_posix()
            found = result.comparisons
            yield _row(
                f"[{trial.trial.name}]({trial.trial.origin})",
                trial.trial.condition or "",
                f"[{result.analysis.id}]({data})",
                ", ".join(f"{arm.id} ({arm.n.printed})" for arm in result.analysis.arms),
                result.analysis.endpoint,
                result.reconstruction.within or "",
                _ratio(found, lambda one: str(one.figure.printed)),
                _ratio(found, lambda one: one.rendered),
                _share(result.inputs),
                _share(result.checks),
                _counted(result.findings),
                str(sum(not one.figure.verified for one in found)),
                result.verdict.value,
            )


def _counted(findings: Iterable[Finding]) -> str:
    """Count what the audit finds, the worst first."""
    found = [finding.severity for finding in findings]
    return ", ".join(f"{found.count(each)} {each}" for each in Severity if each in found)


def _ratio(comparisons: Iterable[Comparison], show: Callable[[Comparison], str]) -> str:
    """Join a hazard ratio and its limits, as printed or as refitted."""
    shown: dict[FigureKey, str] = {}
    for comparison in comparisons:
        if comparison.figure.key.quantity == "hazard_ratio":
            shown.setdefault(comparison.figure.key, show(comparison))
    values = list(shown.values())
    return f"{values[0]} ({values[1]} to {values[2]})" if len(values) == 3 else "".join(values)


def _predictions(done: Iterable[Reproduction]) -> Iterator[str]:
    """List every figure that was kept out, limits and reprints aside."""
    yield from _heading("trial", "analysis", "figure", "printed", "predicted", "finding")
    for trial in done:
        for result in trial.analyses:
            for comparison in _kept_out(result):
                yield _row(
                    trial.trial.name,
                    result.analysis.id,
                    str(comparison.figure.key),
                    str(comparison.figure.printed),
                    comparison.rendered,
                    _finding(comparison),
                )


def _kept_out(result: AnalysisReproduction) -> Iterator[Comparison]:
    inputs = {comparison.figure.key for comparison in result.inputs}
    seen: set[FigureKey] = set()
    for comparison in result.checks:
        key = comparison.figure.key
        if not key.is_limit and key not in inputs | seen:
            yield comparison
        seen.add(key)


def _finding(comparison: Comparison) -> str:
    if comparison.verdict in AGREEING:
        return "agrees"
    return comparison.reason or comparison.verdict.value


def _share(comparisons: tuple[Comparison, ...]) -> str:
    agreeing = sum(comparison.verdict in AGREEING for comparison in comparisons)
    return f"{agreeing}/{len(comparisons)}" if comparisons else ""


def _heading(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def reproduce_library() -> Iterator[Reproduction]:
    """
    Reproduce every shipped trial.

    Yields
    ------
    Reproduction
        One trial after the other.
    """
    for name in shipped_trials():
        yield reproduce(load_trial(name))


def main() -> None:
    """Reproduce the library and write its files."""
    begun = time.perf_counter()
    done = []
    for trial in reproduce_library():
        done.append(trial)
        sys.stderr.write(f"{time.perf_counter() - begun:5.1f} s  {trial.trial.name}\n")
    files = library_files(done)
    for name in shipped_trials():
        shutil.rmtree(ROOT / LIBRARY / name, ignore_errors=True)
    for path, content in files.items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_bytes(content.encode())
    print(f"{len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
