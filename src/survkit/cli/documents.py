"""The JSON that other programs read; the format's name changes whenever its keys do."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survkit.cli.audited import AuditedAnalysis
    from survkit.consistency import Finding
    from survkit.reproduction import Witness
    from survkit.trial import Analysis, Figure, Trial

__all__ = [
    "AUDIT_FORMAT",
    "SHOW_FORMAT",
    "analysis_entry",
    "audit_json",
    "figure_entry",
    "finding_entry",
    "json_text",
    "number_or_null",
    "show_json",
    "typed_audit_json",
]

AUDIT_FORMAT = "survkit-audit/1"
SHOW_FORMAT = "survkit-show/1"


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
    return json_text(
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
                    **analysis_entry(analysis),
                    "of": analysis.of,
                    "ties": analysis.ties,
                    "median_interval": analysis.median_interval,
                    "survival_interval": analysis.survival_scale,
                    "figures": [figure_entry(figure) for figure in analysis.figures],
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
    return json_text(
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
                    "findings": [finding_entry(finding) for finding in each.findings],
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
        "findings": [finding_entry(finding) for finding in findings],
        "witness": None,
    }
    return json_text(
        {
            "format": AUDIT_FORMAT,
            "survkit": version("survkit"),
            "impossible": _impossible(findings),
            "analyses": [analysis],
        }
    )


def _impossible(findings: Sequence[Finding]) -> bool:
    return any(finding.severity == "impossible" for finding in findings)


def finding_entry(finding: Finding) -> dict[str, Any]:
    """
    Write down one finding.

    Parameters
    ----------
    finding : Finding
        What the audit found.

    Returns
    -------
    dict
        Keys of the document.
    """
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "subject": finding.subject,
        "printed": finding.printed,
        "required": finding.required,
        "implied": finding.implied,
        "numbers": {name: number_or_null(value) for name, value in finding.numbers.items()},
        "figures": [figure_entry(figure) for figure in finding.figures],
    }


def _witness(witness: Witness) -> dict[str, Any]:
    """Write down what patients prove."""
    return {
        "proves": witness.proves,
        "patients": len(witness.reconstruction.ipd),
        "ipd_sha256": witness.reconstruction.provenance.ipd_digest,
        "missed": [
            {**figure_entry(match.figure), "achieved": number_or_null(match.achieved)}
            for match in witness.missed
        ],
    }


def json_text(document: dict[str, Any]) -> str:
    """
    Write a document as text.

    Parameters
    ----------
    document : dict
        What JSON can say.

    Returns
    -------
    str
        Indented, with a final line end.
    """
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def analysis_entry(analysis: Analysis) -> dict[str, Any]:
    """
    Write down what identifies and describes an analysis.

    Parameters
    ----------
    analysis : Analysis
        The analysis.

    Returns
    -------
    dict
        Keys of the document.
    """
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


def figure_entry(figure: Figure) -> dict[str, Any]:
    """
    Write down one printed figure.

    Parameters
    ----------
    figure : Figure
        The figure.

    Returns
    -------
    dict
        Keys of the document; printed digits are a string.
    """
    definition = figure.key.definition
    return {
        "quantity": figure.key.name,
        "subject": figure.key.subject,
        "time": None if figure.key.time is None else float(figure.key.time),
        "unit": definition.unit,
        "level": figure.level if figure.key.is_limit else None,
        "printed": str(figure.printed),
        "role": figure.role,
        "source": figure.source,
        "verified": figure.verified,
        "note": figure.note,
    }


def number_or_null(value: float) -> float | None:
    """
    Keep what JSON has no number for out of it.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    float or None
        The number, None unless it is finite.
    """
    return value if math.isfinite(value) else None
