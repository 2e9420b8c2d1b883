"""The JSON that other programs read; the format's name changes whenever its keys do."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survkit.cli.audited import AuditedAnalysis
    from survkit.comparison import Comparison
    from survkit.consistency import Finding
    from survkit.reconstruction import Conflict
    from survkit.reproduction import AnalysisReproduction, Reproduction, Witness
    from survkit.trial import Analysis, Figure, Trial

__all__ = [
    "AUDIT_FORMAT",
    "CHECK_FORMAT",
    "SHOW_FORMAT",
    "audit_json",
    "check_json",
    "show_json",
    "typed_audit_json",
]

AUDIT_FORMAT = "survkit-audit/1"
CHECK_FORMAT = "survkit-check/1"
SHOW_FORMAT = "survkit-show/1"


def check_json(reproductions: Sequence[Reproduction]) -> str:
    """
    Write down what a check found.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.

    Returns
    -------
    str
        A JSON document; what is no finite number in it is null.
    """
    return _json(
        {
            "format": CHECK_FORMAT,
            "survkit": version("survkit"),
            "reproduced": all(each.reproduced for each in reproductions),
            "trials": [_checked_trial(each) for each in reproductions],
        }
    )


def show_json(trial: Trial) -> str:
    """
    Write down what a trial file says, with everything it leaves out filled in.

    Parameters
    ----------
    trial : Trial
        The trial.

    Returns
    -------
    str
        A JSON document; printed figures are strings, their digits are kept.
    """
    return _json(
        {
            "format": SHOW_FORMAT,
            "survkit": version("survkit"),
            "id": trial.id,
            "name": trial.name,
            "registration": trial.registration,
            "condition": trial.condition,
            "file": trial.origin,
            "sha256": trial.digest,
            "sources": {name: source.model_dump() for name, source in trial.sources.items()},
            "analyses": [
                {
                    **_analysis(analysis),
                    "of": analysis.of,
                    "ties": analysis.ties,
                    "median_interval": analysis.median_interval,
                    "survival_interval": analysis.survival_scale,
                    "figures": [_figure(figure) for figure in analysis.figures],
                }
                for analysis in trial.analyses
            ],
        }
    )


def audit_json(audited: Sequence[AuditedAnalysis]) -> str:
    """
    Write down what an audit found.

    Parameters
    ----------
    audited : sequence of AuditedAnalysis
        The analyses.

    Returns
    -------
    str
        A JSON document; what is no finite number in it is null.
    """
    return _json(
        {
            "format": AUDIT_FORMAT,
            "survkit": version("survkit"),
            "impossible": any(_impossible(each.findings) for each in audited),
            "analyses": [
                {
                    "trial": each.trial.id,
                    "file": each.trial.origin,
                    "sha256": each.trial.digest,
                    "analysis": each.analysis.id,
                    "findings": [_finding(finding) for finding in each.findings],
                    "witness": None if each.witness is None else _witness(each.witness),
                }
                for each in audited
            ],
        }
    )


def typed_audit_json(findings: Sequence[Finding]) -> str:
    """
    Write down what an audit found about typed figures.

    Parameters
    ----------
    findings : sequence of Finding
        The findings.

    Returns
    -------
    str
        A JSON document like that of a file, with one analysis called "typed".
    """
    analysis = {
        "trial": None,
        "file": None,
        "sha256": None,
        "analysis": "typed",
        "findings": [_finding(finding) for finding in findings],
        "witness": None,
    }
    return _json(
        {
            "format": AUDIT_FORMAT,
            "survkit": version("survkit"),
            "impossible": _impossible(findings),
            "analyses": [analysis],
        }
    )


def _impossible(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "impossible" for finding in findings)


def _finding(finding: Finding) -> dict[str, Any]:
    """Write down one finding."""
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "printed": finding.printed,
        "required": finding.required,
        "implied": finding.implied,
        "numbers": {name: _number(value) for name, value in finding.numbers.items()},
        "figures": [_figure(figure) for figure in finding.figures],
    }


def _witness(witness: Witness) -> dict[str, Any]:
    """Write down what patients prove."""
    return {
        "proves": witness.proves,
        "patients": len(witness.reconstruction.ipd),
        "ipd_sha256": witness.reconstruction.provenance.ipd_digest,
        "missed": [
            {**_figure(match.figure), "achieved": _number(match.achieved)}
            for match in witness.missed
        ],
    }


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _checked_trial(reproduction: Reproduction) -> dict[str, Any]:
    """Write down one trial."""
    trial = reproduction.trial
    return {
        "id": trial.id,
        "name": trial.name,
        "file": trial.origin,
        "sha256": trial.digest,
        "reproduced": reproduction.reproduced,
        "analyses": [_checked_analysis(result) for result in reproduction.analyses],
    }


def _checked_analysis(result: AnalysisReproduction) -> dict[str, Any]:
    """Write down one analysis with every comparison."""
    reconstruction = result.reconstruction
    tests = result.refit.proportional_hazards
    return {
        **_analysis(result.analysis),
        "reproduced": result.reproduced,
        "verdict": result.verdict.value,
        "assumptions": list(reconstruction.assumptions),
        "within": reconstruction.within,
        "conflict": None if result.conflict is None else _conflict(result.conflict),
        "proportional_hazards": {subject: _number(p) for subject, p in tests.items()},
        "provenance": {
            "method": reconstruction.provenance.method,
            "spec_sha256": reconstruction.provenance.spec_digest,
            "ipd_sha256": reconstruction.provenance.ipd_digest,
            "versions": reconstruction.provenance.versions,
        },
        "findings": [_finding(finding) for finding in result.findings],
        "figures": [_comparison(comparison) for comparison in result.comparisons],
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    """Write down which figures stand in each other's way."""
    return {
        "figures": [str(figure.key) for figure in conflict.figures],
        "minimal": conflict.minimal,
        "attempts": conflict.attempts,
    }


def _analysis(analysis: Analysis) -> dict[str, Any]:
    """Write down what identifies and describes an analysis."""
    return {
        "id": analysis.id,
        "endpoint": analysis.endpoint,
        "assessment": analysis.assessment,
        "population": analysis.population,
        "subgroup": analysis.subgroup,
        "status": analysis.status,
        "cut_off": analysis.cut_off.isoformat() if analysis.cut_off else None,
        "time_unit": analysis.time_unit,
        "stratified_by": list(analysis.stratified_by),
        "differences": analysis.differences,
        "note": analysis.note,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    """Write down one printed figure."""
    definition = figure.key.definition
    return {
        "quantity": figure.key.quantity,
        "subject": figure.key.subject,
        "time": None if figure.key.time is None else float(figure.key.time),
        "unit": definition.unit,
        "level": figure.level if definition.limit_of else None,
        "printed": str(figure.printed),
        "role": figure.role,
        "source": figure.source,
        "verified": figure.verified,
        "note": figure.note,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    """Write down one comparison."""
    return {
        **_figure(comparison.figure),
        "refitted": comparison.rendered,
        "estimate": _number(comparison.estimate),
        "difference": _number(comparison.difference),
        "allowance": _number(comparison.allowance),
        "verdict": comparison.verdict.value,
        "binding": comparison.binding,
        "reason": comparison.reason,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
