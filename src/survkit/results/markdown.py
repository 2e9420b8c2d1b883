"""A run as Markdown: a row per analysis, what fails and why, and what the audit finds."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from survkit.characters import visible
from survkit.consistency import Severity
from survkit.results.outcomes import Outcome, list_outcomes
from survkit.wording import share_agreeing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from survkit.reproduction import AnalysisReproduction, Reproduction

__all__ = ["markdown_summary"]

_SYNTHETIC = (
    "The patients are synthetic: made from the printed figures, they print the same figures and "
    "prove nothing else. Inputs shaped them; checks were kept out and predicted."
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|~$@])")


def markdown_summary(reproductions: Sequence[Reproduction], notes: Sequence[str] = ()) -> str:
    """
    Sum up a run for a page that renders Markdown, such as a pull request's.

    A heading with the verdict, a table of the analyses, notes about the run, such as what moved
    since another one, a line each, and, where there are any, the figures that fail the run, checks
    that are missed, and what the audit finds, its notes left out.
    """
    results = [result for each in reproductions for result in each.analyses]
    missed = sum(not result.reproduced for result in results)
    verdict = f"{missed} of {len(results)} missed" if missed else f"{len(results)} reproduced"
    outcomes = [
        outcome
        for each in reproductions
        for result in each.analyses
        for outcome in list_outcomes(each.trial, result)
    ]
    lines = [f"## survkit: {verdict}", "", *_analyses(reproductions), ""]
    lines += [line for note in notes for line in (f"- {_plain(note)}", "")]
    lines += _figures("Figures that fail the run", outcomes, "failed")
    lines += _figures("Checks that were missed, for information", outcomes, "missed check")
    lines += _findings(reproductions)
    return "\n".join([*lines, _SYNTHETIC, ""])


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]], right: str) -> list[str]:
    """Write a table; the columns named in `right` are numbers."""
    rule = ["---:" if title in right.split() else "---" for title in titles]
    return [_row(titles), _row(rule), *map(_row, rows)]


def _analyses(reproductions: Sequence[Reproduction]) -> list[str]:
    """Tabulate the analyses."""
    rows = [
        (
            _plain(each.trial.id),
            _plain(result.analysis.id),
            _ratios(result),
            share_agreeing(result.inputs),
            share_agreeing(result.checks),
            _counted(result),
            result.verdict.value if result.reproduced else f"**{result.verdict.value}**",
        )
        for each in reproductions
        for result in each.analyses
    ]
    titles = ("trial", "analysis", "HR", "inputs", "checks", "findings", "verdict")
    return _table(titles, rows, right="HR inputs checks")


def _ratios(result: AnalysisReproduction) -> str:
    """Give the printed hazard ratios, experimental over reference."""
    figures = (one.figure for one in result.comparisons)
    return ", ".join(str(each.printed) for each in figures if each.key.name == "hazard_ratio")


def _counted(result: AnalysisReproduction) -> str:
    """Count what the audit finds, the worst first."""
    found = [finding.severity for finding in result.findings]
    return ", ".join(f"{found.count(each)} {each}" for each in Severity if each in found)


def _findings(reproductions: Sequence[Reproduction]) -> Iterator[str]:
    """List what the audit finds, notes left out."""
    told = [
        f"- {_plain(each.trial.id)}, {_plain(result.analysis.id)}: **{finding.severity}**, "
        f"{_plain(finding.check)}"
        + (f" ({_plain(finding.subject)})" if finding.subject else "")
        + f"; {_plain(finding.sentence)}"
        for each in reproductions
        for result in each.analyses
        for finding in result.findings
        if finding.severity is not Severity.NOTE
    ]
    if told:
        yield from ("### Audit: can these printed figures all be true?", "", *told, "")


def _figures(title: str, outcomes: Sequence[Outcome], status: str) -> Iterator[str]:
    """Tabulate the figures of one status; nothing where there are none."""
    rows = [
        (
            f"`{visible(outcome.address).replace('|', '').replace('`', '')}`",
            str(outcome.comparison.figure.printed),
            f"{outcome.comparison.rendered} ({outcome.comparison.estimate:.6g})",
            f"{outcome.comparison.allowance:g}",
            _plain(outcome.comparison.figure.source),
        )
        for outcome in outcomes
        if outcome.status == status
    ]
    if rows:
        titles = ("figure", "printed", "refitted", "allowance", "source")
        table = _table(titles, rows, right="printed refitted allowance")
        yield from (f"### {title}", "", *table, "")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Take every meaning from the letters that Markdown and HTML give one to."""
    return _SPECIAL.sub(r"\\\1", html.escape(visible(" ".join(text.split())), quote=False))
