"""A run as Markdown: a row per analysis, and every figure that fails with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.comparison import Verdict
from survkit.summary.outcome import Outcome, list_outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from survkit.comparison import Comparison
    from survkit.reproduction import Reproduction

__all__ = ["markdown_summary", "markdown_table"]

_SYNTHETIC = (
    "The patients are synthetic: made from the printed figures, they print the same figures and "
    "prove nothing else. Inputs shaped them; checks were kept out and predicted."
)


def markdown_summary(reproductions: Sequence[Reproduction], notes: Sequence[str] = ()) -> str:
    """
    Sum up a run for a page that renders Markdown, such as a pull request's.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.
    notes : sequence of str
        Sentences about the run, such as what moved since another one; a line each.

    Returns
    -------
    str
        A heading with the verdict, a table of the analyses and, where something fails the run or a
        check is missed, tables of these figures.
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
    lines += [line for note in notes for line in (f"- {note}", "")]
    lines += _figures("Figures that fail the run", outcomes, "failed")
    lines += _figures("Checks that were missed, for information", outcomes, "missed check")
    return "\n".join([*lines, _SYNTHETIC, ""])


def markdown_table(titles: Sequence[str], rows: Iterable[Sequence[str]], right: str) -> list[str]:
    """
    Write a table.

    Parameters
    ----------
    titles : sequence of str
        Titles of the columns.
    rows : iterable of sequence of str
        Cells; what would end a cell is escaped.
    right : str
        Titles, separated by blanks, of the columns that are numbers.

    Returns
    -------
    list of str
        Lines.
    """
    rule = ["---:" if title in right.split() else "---" for title in titles]
    return [_row(titles), _row(rule), *(_row(map(_escaped, row)) for row in rows)]


def _analyses(reproductions: Sequence[Reproduction]) -> list[str]:
    """Tabulate the analyses."""
    rows = [
        (
            each.trial.id,
            result.analysis.id,
            _share(result.inputs),
            _share(result.checks),
            result.verdict.value if result.reproduced else f"**{result.verdict.value}**",
        )
        for each in reproductions
        for result in each.analyses
    ]
    return markdown_table(
        ("trial", "analysis", "inputs", "checks", "verdict"), rows, right="inputs checks"
    )


def _figures(title: str, outcomes: Sequence[Outcome], status: str) -> Iterator[str]:
    """Tabulate the figures of one status; nothing where there are none."""
    rows = [
        (
            f"`{outcome.address}`",
            str(outcome.comparison.figure.printed),
            f"{outcome.comparison.rendered} ({outcome.comparison.estimate:.6g})",
            f"{outcome.comparison.allowance:g}",
            outcome.comparison.figure.source,
        )
        for outcome in outcomes
        if outcome.status == status
    ]
    if rows:
        titles = ("figure", "printed", "refitted", "allowance", "source")
        table = markdown_table(titles, rows, right="printed refitted allowance")
        yield from (f"### {title}", "", *table, "")


def _share(comparisons: Sequence[Comparison]) -> str:
    """Count the figures that agree."""
    good = {Verdict.REPRODUCED, Verdict.WITHIN_TOLERANCE}
    agreeing = sum(comparison.verdict in good for comparison in comparisons)
    return f"{agreeing}/{len(comparisons)}" if comparisons else "none"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")
