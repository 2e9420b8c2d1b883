"""Analyses with their findings and witnesses, and the JSON of an audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survkit.consistency import Finding, Severity
from survkit.results.entries import (
    document_text,
    figure_entry,
    finding_entry,
    number_or_null,
)
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reproduction import Witness
    from survkit.trial import Analysis, Trial

__all__ = ["AuditedAnalysis", "audit_json", "typed_audit_json"]

_FORMAT = "survkit-audit/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedAnalysis:
    """One analysis, audited."""

    trial: Trial  # its trial
    analysis: Analysis  # the analysis
    findings: tuple[Finding, ...]  # what the checks found, the worst first
    witness: Witness | None  # patients made from all figures; None where none were sought

    @property
    def worst(self) -> Severity | None:
        """The worst severity found."""
        return self.findings[0].severity if self.findings else None


def audit_json(audited: Sequence[AuditedAnalysis]) -> str:
    """Write down what an audit found."""
    as_instances(audited, AuditedAnalysis, "audit_json", "audited analyses")
    return _text(
        [
            _entry(
                each.analysis.id,
                each.findings,
                trial=each.trial.id,
                file=each.trial.origin,
                sha256=each.trial.digest,
                witness=None if each.witness is None else _witness(each.witness),
            )
            for each in audited
        ]
    )


def typed_audit_json(findings: Sequence[Finding]) -> str:
    """Write down what an audit found about figures that stand in no file."""
    as_instances(findings, Finding, "typed_audit_json", "findings of an audit")
    return _text([_entry("typed", findings)])


def _text(analyses: Sequence[dict[str, Any]]) -> str:
    severities = {found["severity"] for analysis in analyses for found in analysis["findings"]}
    impossible = Severity.IMPOSSIBLE.value in severities
    return document_text(_FORMAT, {"impossible": impossible, "analyses": analyses})


def _entry(
    analysis: str,
    findings: Sequence[Finding],
    *,
    trial: str | None = None,
    file: str | None = None,
    sha256: str | None = None,
    witness: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write down one analysis; typed figures have no trial."""
    return {
        "trial": trial,
        "file": file,
        "sha256": sha256,
        "analysis": analysis,
        "findings": [finding_entry(finding) for finding in findings],
        "witness": witness,
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
