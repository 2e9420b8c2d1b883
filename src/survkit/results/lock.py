"""Refitted figures on record, so that a later run can say which of them moved."""

from __future__ import annotations

import errno
import json
import math
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survkit.errors import SurvkitError
from survkit.reproduction import Reproduction
from survkit.results.outcomes import figure_address
from survkit.trial import figure_ids
from survkit.typed import as_instance, as_instances

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survkit.comparison import Comparison
    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Trial

__all__ = ["LOCK_FORMAT", "Drift", "find_drifts", "lock_text", "read_lock"]

LOCK_FORMAT = "survkit-lock/1"

_DIGITS = 12
"""Significant digits on record: the last bits of a sum are no property of a figure."""
_SAME = 1e-9
_MOST_BYTES = 50_000_000
"""Largest record that is read."""
_PACKAGES = ("survkit", "lifelines", "numpy", "pandas", "scipy")
_NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """
    One difference between a run and its record.

    Parameters
    ----------
    sentence : str
        What moved, from what to what.
    file : str
        The trial file; empty where a difference is none of a trial's.
    analysis : str
        Id of the analysis; empty likewise.
    """

    sentence: str
    file: str = ""
    analysis: str = ""


def lock_text(reproductions: Sequence[Reproduction], known: Mapping[str, Any] | None = None) -> str:
    """
    Put a run on record.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.
    known : mapping or None
        What is on record already: analyses that are not in the run stay as they are.

    Returns
    -------
    str
        A JSON document with the versions of the packages and, by trial and analysis, the digests of
        the input figures and of the patients and every refitted figure.
    """
    as_instances(reproductions, Reproduction, "lock_text", "reproduced trials")
    trials: dict[str, dict[str, Any]] = dict((known or {}).get("trials", {}))
    for each in reproductions:
        entries = {result.analysis.id: _entry(result) for result in each.analyses}
        trials[each.trial.id] = {**trials.get(each.trial.id, {}), **entries}
    document = {
        "format": LOCK_FORMAT,
        "versions": {name: version(name) for name in _PACKAGES},
        "trials": dict(sorted(trials.items())),
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def read_lock(path: Path) -> dict[str, Any]:
    """
    Read a record.

    Parameters
    ----------
    path : pathlib.Path
        A file that `lock_text` made.

    Returns
    -------
    dict
        The document.

    Raises
    ------
    SurvkitError
        If it cannot be read or is no such record.
    """
    as_instance(path, Path, "read_lock", "the path of a record")
    try:
        document = json.loads(_text(path))
    except OSError as error:
        fault = f"{path}: the lock must be readable, got: {error.strerror}"
        raise SurvkitError(fault) from None
    except (ValueError, RecursionError) as error:
        fault = f"{path}: the lock must be JSON, got: {error}"
        raise SurvkitError(fault) from None
    found = document.get("format") if isinstance(document, dict) else None
    if found != LOCK_FORMAT or not isinstance(document.get("trials"), dict):
        fault = f"{path}: format must be {LOCK_FORMAT!r}, got {found!r}"
        raise SurvkitError(fault)
    if not _recorded_alike(document):
        fault = f"{path}: the lock must be as survkit wrote it, got entries of another form"
        raise SurvkitError(fault)
    return dict(document)


def _text(path: Path) -> str:
    """Return the text of a regular file of a bounded size."""
    if not path.is_file():
        raise OSError(errno.EINVAL, "no regular file")
    with path.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(errno.EFBIG, f"more than {_MOST_BYTES:,} bytes")
    return content.decode("utf-8")


def _recorded_alike(document: Mapping[str, Any]) -> bool:
    """Tell whether trials hold analyses, these their figures, and figures what is recorded."""
    analyses = [
        entry if isinstance(entry, dict) else None
        for trial in document["trials"].values()
        for entry in (trial.values() if isinstance(trial, dict) else [None])
    ]
    if None in analyses or not isinstance(document.get("versions", {}), dict):
        return False
    figures = [entry.get("figures", {}) for entry in analyses if entry is not None]
    if not all(isinstance(each, dict) for each in figures):
        return False
    values = [value for each in figures for value in each.values()]
    return all(value is None or isinstance(value, int | float | str) for value in values)


def find_drifts(
    lock: Mapping[str, Any], reproductions: Sequence[Reproduction]
) -> tuple[Drift, ...]:
    """
    Say what moved since a record was made.

    Parameters
    ----------
    lock : mapping
        The record.
    reproductions : sequence of Reproduction
        The trials, reproduced now.

    Returns
    -------
    tuple of Drift
        Each names the figure, what it was and what it is; the last one tells the packages that
        changed. Empty where nothing moved by more than 1e-9 relative.
    """
    as_instance(lock, dict, "find_drifts", "a record, as read_lock reads it")
    as_instances(reproductions, Reproduction, "find_drifts", "reproduced trials")
    drifts = [
        Drift(sentence=sentence, file=each.trial.origin, analysis=result.analysis.id)
        for each in reproductions
        for result in each.analyses
        for sentence in _drifts(lock, each.trial, result)
    ]
    changed = _changed_packages(lock.get("versions", {}))
    return (*drifts, *([Drift(sentence=changed)] if drifts and changed else ()))


def _entry(result: AnalysisReproduction) -> dict[str, Any]:
    """Put an analysis on record."""
    provenance = result.reconstruction.provenance
    names = figure_ids(result.analysis)
    return {
        "spec_sha256": provenance.spec_digest,
        "ipd_sha256": provenance.ipd_digest,
        "figures": {
            name: _recorded(comparison.estimate)
            for name, comparison in zip(names, result.comparisons, strict=True)
        },
    }


def _recorded(estimate: float) -> float | str | None:
    if math.isnan(estimate):
        return None
    return _NOT_REACHED if math.isinf(estimate) else float(f"{estimate:.{_DIGITS}g}")


def _drifts(lock: Mapping[str, Any], trial: Trial, result: AnalysisReproduction) -> Iterator[str]:
    """Yield what moved in one analysis."""
    here = figure_address(trial, result.analysis.id, "").removesuffix("::")
    known = lock["trials"].get(trial.id, {}).get(result.analysis.id)
    if known is None:
        yield f"{here} is not in the lock"
        return
    current = _entry(result)
    if known.get("spec_sha256") != current["spec_sha256"]:
        yield f"{here}: the input figures are not those that were locked"
    if known.get("ipd_sha256") != current["ipd_sha256"]:
        was, now = (str(entry.get("ipd_sha256"))[:12] for entry in (known, current))
        yield f"{here}: the digest of the patients moved from {was} to {now}"
    figures = known.get("figures", {})
    for name, comparison in zip(figure_ids(result.analysis), result.comparisons, strict=True):
        if name not in figures:
            yield f"{here}::{name} is not in the lock"
        elif not _same(figures[name], current["figures"][name]):
            yield f"{here}::{name} {_movement(figures[name], comparison)}"
    for name in sorted(figures.keys() - current["figures"].keys()):
        yield f"{here}::{name} is in the lock, and not in the file"


def _same(was: float | str | None, now: float | str | None) -> bool:
    if isinstance(was, int | float) and isinstance(now, int | float):
        return math.isclose(was, now, rel_tol=_SAME)
    return was == now


def _movement(was: float | str | None, comparison: Comparison) -> str:
    """Say from what a figure moved, and to what."""
    before, now = (
        "no estimate" if value is None else f"{value}"
        for value in (was, _recorded(comparison.estimate))
    )
    printed = comparison.figure.printed
    return f"moved from {before} to {now} (printed {printed}, {comparison.verdict.value})"


def _changed_packages(versions: Mapping[str, str]) -> str:
    """Name the packages that are not those of the record."""
    changes = [
        f"{name} {versions.get(name, 'unknown')} to {version(name)}"
        for name in _PACKAGES
        if versions.get(name) != version(name)
    ]
    return f"packages that changed since: {', '.join(changes)}" if changes else ""
