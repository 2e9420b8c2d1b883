"""Entries that the JSON documents share; a format's name changes whenever its keys do."""

from __future__ import annotations

import json
import math
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survkit.consistency import Finding
    from survkit.trial import Analysis, Figure

__all__ = ["analysis_entry", "document_text", "figure_entry", "finding_entry", "number_or_null"]


def document_text(name: str, content: dict[str, Any]) -> str:
    """Write a document of the format `name`: indented JSON with a final line end."""
    document = {"format": name, "survkit": version("survkit"), **content}
    text = json.dumps(document, indent=2, allow_nan=False)
    return text.replace("##[", "#\\u0023[") + "\n"  # a runner of GitHub's would obey it


def analysis_entry(analysis: Analysis) -> dict[str, Any]:
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


def figure_entry(figure: Figure) -> dict[str, Any]:
    """Write down one printed figure; its digits are a string."""
    return {
        "quantity": figure.key.name,
        "subject": figure.key.subject,
        "time": None if figure.key.time is None else float(figure.key.time),
        "unit": figure.key.definition.unit,
        "level": figure.level if figure.key.is_limit else None,
        "printed": str(figure.printed),
        "role": figure.role,
        "source": figure.source,
        "verified": figure.verified,
        "note": figure.note,
    }


def finding_entry(finding: Finding) -> dict[str, Any]:
    """Write down what the audit found."""
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


def number_or_null(value: float) -> float | None:
    """Keep what JSON has no number for out of it."""
    return value if math.isfinite(value) else None
