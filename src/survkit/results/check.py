"""Trials that were checked, and the JSON of a check; docs/schemas/check-3.json describes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from survkit.results.entries import (
    analysis_entry,
    document_text,
    figure_entry,
    finding_entry,
    number_or_null,
)
from survkit.trial import figure_ids
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survkit.comparison import Comparison
    from survkit.reconstruction import ArmPlausibility, CurveMatch
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.second_opinion import Opinion

__all__ = ["CheckedTrial", "check_json"]

_FORMAT = "survkit-check/3"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTrial:
    """A trial, reproduced, with R's opinion where it was asked for."""

    reproduction: Reproduction  # patients, refits and verdicts
    # by analysis id, R's value for each figure; empty where R was not asked
    opinions: Mapping[str, tuple[Opinion, ...]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether every analysis is reproduced and R contradicts none without an explanation."""
        every = [opinion for opinions in self.opinions.values() for opinion in opinions]
        return self.reproduction.reproduced and not any(each.contradicts for each in every)


def check_json(checked: Sequence[CheckedTrial], r_versions: Mapping[str, str] | None = None) -> str:
    """Write down what a check found; docs/schemas/check-3.json describes it."""
    as_instances(checked, CheckedTrial, "check_json", "checked trials")
    content = {
        "r": None if r_versions is None else dict(r_versions),
        "reproduced": all(each.reproduction.reproduced for each in checked),
        "trials": [_trial(each) for each in checked],
    }
    return document_text(_FORMAT, content)


def _trial(checked: CheckedTrial) -> dict[str, Any]:
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
            _analysis(result, checked.opinions.get(result.analysis.id, ()))
            for result in reproduction.analyses
        ],
    }


def _analysis(result: AnalysisReproduction, opinions: Sequence[Opinion]) -> dict[str, Any]:
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
        "plausibility": [_plausibility(judged) for judged in result.plausibility],
        "within": reconstruction.within,
        "slips": [slip.condition for slip in result.slips],
        "conflict": _conflict(result),
        "proportional_hazards": {subject: number_or_null(p) for subject, p in tests.items()},
        "provenance": {
            "method": reconstruction.provenance.method,
            "spec_sha256": reconstruction.provenance.spec_digest,
            "ipd_sha256": reconstruction.provenance.ipd_digest,
            "versions": reconstruction.provenance.versions,
        },
        "curves": [_curve(match) for match in reconstruction.curves],
        "findings": [finding_entry(finding) for finding in result.findings],
        "figures": [
            {"id": name, **_comparison(comparison), "r": _opinion(opinion)}
            for name, comparison, opinion in figures
        ],
    }


def _curve(match: CurveMatch) -> dict[str, Any]:
    """Write down how near patients come to a drawn curve."""
    return {
        "arm": match.arm,
        "number": match.number,
        "role": match.role,
        "source": match.source,
        "points": match.points,
        "mean_residual": number_or_null(match.mean),
        "largest_residual": number_or_null(match.largest),
        "largest_at": number_or_null(match.largest_at),
        "precision": number_or_null(match.precision),
        "followed": match.followed,
    }


def _plausibility(judged: ArmPlausibility) -> dict[str, Any]:
    """Write down how usual the curve of an arm is."""
    return {
        "arm": judged.arm,
        "percentile": judged.percentile,
        "unusual": judged.unusual,
        "stretch": {
            "start": judged.start,
            "stop": judged.stop,
            "events": judged.events,
            "usual_events": judged.expected,
        },
    }


def _conflict(result: AnalysisReproduction) -> dict[str, Any] | None:
    """Write down which figures stand in each other's way."""
    conflict = result.conflict
    return (
        None
        if conflict is None
        else {
            "figures": [str(figure.key) for figure in conflict.figures],
            "minimal": conflict.minimal,
            "attempts": conflict.attempts,
        }
    )


def _opinion(opinion: Opinion | None) -> dict[str, Any] | None:
    """Write down what R says."""
    return (
        None
        if opinion is None
        else {
            "estimate": number_or_null(opinion.value),
            "agrees": opinion.agrees,
            "convention": opinion.convention,
        }
    )


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
