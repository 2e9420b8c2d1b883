"""Words for trials, figures and verdicts: the same on the command line and in reports."""

from __future__ import annotations

from survkit.wording.names import (
    UNVERIFIED,
    by_subject,
    describe_analysis,
    name_figure,
    name_source,
    plural,
)
from survkit.wording.verdicts import (
    count_agreeing,
    difference_text,
    explain_conflict,
    explain_curves,
    explain_hazards,
    explain_parent,
    explain_shapes,
    explain_slips,
    share_agreeing,
)

__all__ = [
    "UNVERIFIED",
    "by_subject",
    "count_agreeing",
    "describe_analysis",
    "difference_text",
    "explain_conflict",
    "explain_curves",
    "explain_hazards",
    "explain_parent",
    "explain_shapes",
    "explain_slips",
    "name_figure",
    "name_source",
    "plural",
    "share_agreeing",
]
