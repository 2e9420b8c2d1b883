"""What came out, as documents that others read: JSON, the lock, JUnit XML, Markdown, remarks."""

from __future__ import annotations

from survkit.results.annotations import github_annotations, github_remarks
from survkit.results.audit import AuditedAnalysis, audit_json, typed_audit_json
from survkit.results.check import CheckedTrial, check_json
from survkit.results.crossvalidation import crossvalidation_json
from survkit.results.junit import junit_xml
from survkit.results.lock import Drift, find_drifts, lock_text, read_lock
from survkit.results.markdown import markdown_summary
from survkit.results.outcomes import (
    Outcome,
    explain_comparison,
    figure_address,
    list_outcomes,
    status_of,
)
from survkit.results.show import show_json

__all__ = [
    "AuditedAnalysis",
    "CheckedTrial",
    "Drift",
    "Outcome",
    "audit_json",
    "check_json",
    "crossvalidation_json",
    "explain_comparison",
    "figure_address",
    "find_drifts",
    "github_annotations",
    "github_remarks",
    "junit_xml",
    "list_outcomes",
    "lock_text",
    "markdown_summary",
    "read_lock",
    "show_json",
    "status_of",
    "typed_audit_json",
]
