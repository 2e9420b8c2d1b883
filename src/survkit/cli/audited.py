"""One analysis with its findings and its witness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survkit.consistency import Finding, Severity
    from survkit.reproduction import Witness
    from survkit.trial import Analysis, Trial

__all__ = ["AuditedAnalysis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedAnalysis:
    """
    One analysis, audited.

    Parameters
    ----------
    trial : Trial
        Its trial.
    analysis : Analysis
        The analysis.
    findings : tuple of Finding
        What the checks found, the worst first.
    witness : Witness or None
        Patients made from all figures; None where none were sought.
    """

    trial: Trial
    analysis: Analysis
    findings: tuple[Finding, ...]
    witness: Witness | None

    @property
    def worst(self) -> Severity | None:
        """The worst severity found."""
        return self.findings[0].severity if self.findings else None
