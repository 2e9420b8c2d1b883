"""Can these printed figures all be true at once? Named checks, from figures to findings."""

from __future__ import annotations

from survkit.consistency.auditing import CHECKS, audit, audit_sheet, sort_findings
from survkit.consistency.finding import Finding, Severity
from survkit.consistency.sheet import Pair, Sheet, lay_out, phrase

__all__ = [
    "CHECKS",
    "Finding",
    "Pair",
    "Severity",
    "Sheet",
    "audit",
    "audit_sheet",
    "lay_out",
    "phrase",
    "sort_findings",
]
