"""The JSON of a check; docs/schemas/check-2.json describes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from survkit.cli.documents import (
    analysis_entry,
    figure_entry,
    finding_entry,
    json_text,
    number_or_null,
)
from survkit.trial import figure_ids

if TYPE_CHECKING:
    from survkit.cli.checked import Checked
    from survkit.comparison import Comparison
    from survkit.reconstruction import Conflict
    from survkit.reproduction import AnalysisReproduction
    from survkit.second_opinion import Opinion

__all__ = ["CHECK_FORMAT", "check_json"]

CHECK_FORMAT = "survkit-check/2"


def check_json(done: Sequence[Checked], r_versions: Mapping[str, str] | None = None) -> str:
    """
    Write down what a check found; docs/schemas/check-2.json describes it.

    Parameters
    ----------
    done : sequence of Checked
        The trials, reproduced.
    r_versions : mapping of str to str, optional
        Versions of R and survival, where R was asked.

    Returns
    -------
    str
        A JSON document; what is no finite number in it is null.
    """
    return json_text(
        {
            "format": CHECK_FORMAT,
            "survkit": version("survkit"),
            "r": None if r_versions is None else dict(r_versions),
            "reproduced": all(each.reproduction.reproduced for each in done),
            "trials": [_checked_trial(each) for each in done],
        }
    )


def _checked_trial(checked: Checked) -> dict[str, Any]:
    """Write down one trial."""
    reproduction = checked.reproduction
    trial = reproduction.trial
    return {
        "id": trial.id,
        "name": trial.name,
        "file": trial.origin,
        "sha256": trial.digest,
        "reproduced": reproduction.reproduced,
        "analyses": [
            _checked_analysis(result, checked.opinions.get(result.analysis.id, ()))
            for result in reproduction.analyses
        ],
    }


def _checked_analysis(result: AnalysisReproduction, opinions: Sequence[Opinion]) -> dict[str, Any]:
    """Write down one analysis with every comparison."""
    reconstruction = result.reconstruction
    tests = result.refit.proportional_hazards
    names = figure_ids(result.analysis)
    asked: Sequence[Opinion | None] = opinions or [None] * len(names)
    figures = zip(names, result.comparisons, asked, strict=True)
    return {
        **analysis_entry(result.analysis),
        "reproduced": result.reproduced,
        "verdict": result.verdict.value,
        "assumptions": list(reconstruction.assumptions),
        "within": reconstruction.within,
        "conflict": None if result.conflict is None else _conflict(result.conflict),
        "proportional_hazards": {subject: number_or_null(p) for subject, p in tests.items()},
        "provenance": {
            "method": reconstruction.provenance.method,
            "spec_sha256": reconstruction.provenance.spec_digest,
            "ipd_sha256": reconstruction.provenance.ipd_digest,
            "versions": reconstruction.provenance.versions,
        },
        "findings": [finding_entry(finding) for finding in result.findings],
        "figures": [
            {"id": name, **_comparison(comparison), "r": _opinion(opinion)}
            for name, comparison, opinion in figures
        ],
    }


def _opinion(opinion: Opinion | None) -> dict[str, Any] | None:
    """Write down what R says."""
    if opinion is None:
        return None
    return {
        "estimate": number_or_null(opinion.value),
        "agrees": opinion.agrees,
        "convention": opinion.convention,
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    """Write down which figures stand in each other's way."""
    return {
        "figures": [str(figure.key) for figure in conflict.figures],
        "minimal": conflict.minimal,
        "attempts": conflict.attempts,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    """Write down one comparison."""
    return {
        **figure_entry(comparison.figure),
        "refitted": comparison.rendered,
        "estimate": number_or_null(comparison.estimate),
        "difference": number_or_null(comparison.difference),
        "allowance": number_or_null(comparison.allowance),
        "verdict": comparison.verdict.value,
        "binding": comparison.binding,
        "reason": comparison.reason,
    }
