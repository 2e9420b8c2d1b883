"""A run of trials as one Markdown page, fit for the summary of a CI job."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import TYPE_CHECKING

from survkit.comparison import Verdict
from survkit.consistency import Severity
from survkit.wording import count_agreeing, difference_text, name_figure, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.reproduction import AnalysisReproduction, Reproduction

__all__ = ["markdown_text"]

_SIGNS = {
    Verdict.REPRODUCED: "✅",
    Verdict.WITHIN_TOLERANCE: "✅",
    Verdict.NOT_COMPARABLE: "⚪",
    Verdict.MISSED: "❌",
}
_SYNTHETIC = (
    "All patients are **synthetic**: made from printed figures, no real persons, no data of the "
    "trials."
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|~$@])")


def markdown_text(reproductions: Sequence[Reproduction]) -> str:
    """
    Sum up reproduced trials in Markdown, on one page that needs no other file.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.

    Returns
    -------
    str
        A row per analysis, then the binding figures that are missed and what the audit finds.
    """
    results = [(one, result) for one in reproductions for result in one.analyses]
    good = sum(result.reproduced for _, result in results)
    trials = plural(len(reproductions), "trial")
    analyses = plural(len(results), "analysis", "analyses")
    lines = [
        "# survkit report",
        "",
        f"{good} of {analyses} of {trials} reproduced. {_SYNTHETIC}",
        "",
        *_table(("Trial", "Analysis", "Printed HR", "Inputs", "Checks", "Findings", "Verdict")),
        *(_row(one.trial.name, result) for one, result in results),
        *_missed(results),
        *_findings(results),
    ]
    return "\n".join([*lines, ""])


def _table(titles: Sequence[str]) -> Iterator[str]:
    yield _joined(titles)
    yield _joined(["---"] * len(titles))


def _joined(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(trial: str, result: AnalysisReproduction) -> str:
    """Sum up one analysis."""
    ratios = (
        str(one.figure.printed)
        for one in result.comparisons
        if one.figure.key.quantity == "hazard_ratio"
    )
    counted = Counter(finding.severity for finding in result.findings)
    findings = (f"{counted[each]} {each}" for each in Severity if counted[each])
    return _joined(
        [
            _plain(trial),
            _plain(result.analysis.id),
            ", ".join(ratios),
            *(
                f"{count_agreeing(group)}/{len(group)}" if group else ""
                for group in (result.inputs, result.checks)
            ),
            ", ".join(findings),
            f"{_SIGNS[result.verdict]} {result.verdict}",
        ]
    )


def _missed(results: Sequence[tuple[Reproduction, AnalysisReproduction]]) -> Iterator[str]:
    """List the figures that fail the run."""
    failed = [(one, result, each) for one, result in results for each in result.comparisons]
    failed = [found for found in failed if found[2].failed]
    if not failed:
        return
    yield from ("", "## Missed", "")
    yield from _table(("Trial", "Analysis", "Of", "Figure", "Printed", "Refitted", "Difference"))
    for one, result, each in failed:
        figure = each.figure
        yield _joined(
            [
                _plain(one.trial.name),
                _plain(result.analysis.id),
                _plain(figure.key.subject or "all arms"),
                _plain(name_figure(figure, result.analysis.time_unit)),
                str(figure.printed),
                each.rendered,
                difference_text(each),
            ]
        )


def _findings(results: Sequence[tuple[Reproduction, AnalysisReproduction]]) -> Iterator[str]:
    """List what the audit finds, notes left out."""
    told = [
        f"- {_plain(one.trial.name)}, {_plain(result.analysis.id)}: **{finding.severity}**, "
        f"{_plain(finding.check)}"
        + (f" ({_plain(finding.subject)})" if finding.subject else "")
        + f"; {_plain(finding.sentence)}"
        for one, result in results
        for finding in result.findings
        if finding.severity is not Severity.NOTE
    ]
    if told:
        yield from ("", "## Audit: can these printed figures all be true?", "", *told)


def _plain(text: str) -> str:
    """Take every meaning from the letters that Markdown and HTML give one to."""
    return _SPECIAL.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
