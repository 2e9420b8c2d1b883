"""What a run found, for other programs: Markdown, JUnit XML, remarks on GitHub."""

from __future__ import annotations

from survkit.summary.annotations import github_annotations, github_remarks
from survkit.summary.junit import junit_xml
from survkit.summary.markdown import markdown_summary
from survkit.summary.outcome import (
    Outcome,
    explain_comparison,
    figure_address,
    list_outcomes,
    status_of,
)

__all__ = [
    "Outcome",
    "explain_comparison",
    "figure_address",
    "github_annotations",
    "github_remarks",
    "junit_xml",
    "list_outcomes",
    "markdown_summary",
    "status_of",
]
