"""What a check found, in words and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from survkit.cli.findings import short_text
from survkit.cli.layout import Cell, Line, fits, paragraph, table, terms
from survkit.comparison import Comparison, Verdict
from survkit.wording import (
    UNVERIFIED,
    by_subject,
    count_agreeing,
    describe_analysis,
    difference_text,
    explain_conflict,
    explain_hazards,
    explain_parent,
    name_figure,
    name_source,
    plural,
)

if TYPE_CHECKING:
    from survkit.cli.terminal import Screen, Style
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.trial import Trial

__all__ = ["summary_text", "trial_text"]

_STYLES: dict[Verdict, Style] = {
    Verdict.REPRODUCED: "good",
    Verdict.WITHIN_TOLERANCE: "good",
    Verdict.NOT_COMPARABLE: "faint",
    Verdict.MISSED: "bad",
}
_TITLES = ("figure", "printed", "refitted", "difference", "verdict", "source")
_NUMBERS = ("printed", "refitted", "difference")


def trial_text(reproduction: Reproduction, screen: Screen) -> str:
    """
    Report every figure of a trial.

    Parameters
    ----------
    reproduction : Reproduction
        The trial, reproduced.
    screen : Screen
        Width and colour.

    Returns
    -------
    str
        One table per analysis, inputs and checks apart, and what to know about it.
    """
    lines: list[str] = []
    for result in reproduction.analyses:
        lines += [*_analysis_lines(reproduction.trial, result, screen), ""]
    return "".join(f"{line}\n" for line in lines)


def summary_text(reproductions: Sequence[Reproduction], screen: Screen) -> str:
    """
    Sum up a run: a row per analysis, and what it means.

    Parameters
    ----------
    reproductions : sequence of Reproduction
        The trials, reproduced.
    screen : Screen
        Width and colour.

    Returns
    -------
    str
        The summary table and its reading.
    """
    results = [result for reproduction in reproductions for result in reproduction.analyses]
    titles = ("trial", "analysis", "inputs", "checks", "verdict")
    rows = [[Cell(title, "faint", right=title in {"inputs", "checks"}) for title in titles]]
    rows += [
        _summary_row(reproduction.trial, result)
        for reproduction in reproductions
        for result in reproduction.analyses
    ]
    lines = [screen.paint("Summary", "strong"), *table(rows, screen), ""]
    for sentence in _meaning(results):
        lines += paragraph(sentence, screen)
    return "".join(f"{line}\n" for line in lines)


def _analysis_lines(trial: Trial, result: AnalysisReproduction, screen: Screen) -> Iterator[str]:
    """Report one analysis."""
    rows: list[Sequence[Cell] | Line] = list(_figure_rows(result))
    narrow = not fits(rows, screen)
    if narrow:
        rows = list(_narrowed(rows, result.analysis.source))
    yield screen.paint(f"{trial.name}, {result.analysis.id}", "strong")
    yield from paragraph(describe_analysis(result.analysis), screen)
    yield ""
    yield from table(rows, screen)
    yield ""
    yield from terms(_remarks(result, narrow=narrow), screen)


def _figure_rows(result: AnalysisReproduction) -> Iterator[list[Cell] | Line]:
    """Tabulate the comparisons of one analysis, inputs and checks apart."""
    yield [Cell(title, "faint", right=title in _NUMBERS) for title in _TITLES]
    for title, comparisons in (
        ("INPUT, shaped the patients", result.inputs),
        ("CHECK, kept out and predicted", result.checks),
    ):
        if comparisons:
            agreeing = f"{count_agreeing(comparisons)} of {len(comparisons)} agree"
            yield Line("")
            yield Line(f"{title}: {agreeing}", "strong")
            yield from _comparison_rows(comparisons, result.analysis.time_unit)


def _comparison_rows(comparisons: Sequence[Comparison], unit: str) -> Iterator[list[Cell] | Line]:
    """Tabulate comparisons, arm by arm."""
    ordered = iter(comparisons)
    for subject, figures in by_subject(comparison.figure for comparison in comparisons):
        yield Line(subject)
        for above, figure in zip([None, *figures], figures, strict=False):
            comparison = next(ordered)
            estimate, _, limit = name_figure(figure, unit, above).rpartition(": ")
            if estimate:  # a limit whose estimate stands elsewhere: a line for the estimate's name
                yield Line(estimate, indent=2)
            yield [
                Cell(f"    {limit}" if estimate else f"  {limit}"),
                Cell(str(figure.printed), right=True),
                Cell(comparison.rendered, right=True),
                Cell(difference_text(comparison), right=True),
                Cell(comparison.verdict.value, _style(comparison)),
                Cell(name_source(figure), "plain" if figure.verified else "fair"),
            ]
            if comparison.reason:
                yield Line(comparison.reason, "faint", indent=6)


def _narrowed(rows: Iterable[Sequence[Cell] | Line], usual: str) -> Iterator[Sequence[Cell] | Line]:
    """Take the column of sources away; name below its row a source that is not the usual one."""
    for row in rows:
        if isinstance(row, Line):
            yield row
            continue
        *cells, source = row
        yield cells
        if source.text not in {usual, _TITLES[-1]}:
            yield Line(f"source {source.text}", source.style, indent=6)


def _style(comparison: Comparison) -> Style:
    """Paint alarming only what fails a run."""
    missed = comparison.verdict is Verdict.MISSED
    return "fair" if missed and not comparison.failed else _STYLES[comparison.verdict]


def _remarks(result: AnalysisReproduction, *, narrow: bool) -> list[tuple[str, str]]:
    """Say what to know about an analysis besides its figures."""
    analysis = result.analysis
    assumed = "; ".join(result.reconstruction.assumptions)
    sources = [f"{analysis.source} where no other is named."] if narrow else []
    if not all(comparison.figure.verified for comparison in result.comparisons):
        sources.append(UNVERIFIED)
    return [
        ("audit", short_text(result.findings)),
        ("conflict", explain_conflict(result)),
        ("within", explain_parent(result)),
        ("assumed", f"{assumed}." if assumed else ""),
        ("differs", analysis.differences or ""),
        ("note", analysis.note or ""),
        ("hazards", explain_hazards(result)),
        ("source", " ".join(sources)),
    ]


def _summary_row(trial: Trial, result: AnalysisReproduction) -> list[Cell]:
    """Sum up one analysis."""
    verdict = result.verdict
    return [
        Cell(trial.id),
        Cell(result.analysis.id),
        Cell(_share(result.inputs), right=True),
        Cell(_share(result.checks), right=True),
        Cell(verdict.value, _STYLES[verdict]),
    ]


def _share(comparisons: Sequence[Comparison]) -> str:
    return f"{count_agreeing(comparisons)}/{len(comparisons)}" if comparisons else "none"


def _meaning(results: Sequence[AnalysisReproduction]) -> Iterator[str]:
    """Say what the run means for somebody who wants to use the patients."""
    found = [comparison for result in results for comparison in result.comparisons]
    missed = sum(not result.reproduced for result in results)
    if missed:
        yield (
            f"{missed} of {plural(len(results), 'analysis', 'analyses')} missed: refitted with "
            "lifelines, its patients do not print every figure that binds. Either the printed "
            "figures cannot all be true at once, or the printed model is another one."
        )
    else:
        tolerant = any(each.verdict is Verdict.WITHIN_TOLERANCE for each in found)
        how = "or stay within its stated tolerance" if tolerant else "digit for digit"
        yield (
            f"{plural(len(results), 'analysis', 'analyses')} reproduced: refitted with lifelines, "
            f"the synthetic patients print every input figure, {how}."
        )
    if checks := [each for each in found if each.figure.role == "check"]:
        yield (
            f"Checks had no part in making them: {count_agreeing(checks)} of {len(checks)} agree. "
            "A missed check is a limit of the inputs, and fails a run only with a stated tolerance."
        )
    if silent := sum(each.verdict is Verdict.NOT_COMPARABLE for each in found):
        yield f"{plural(silent, 'figure')} could not be compared, for the reasons above."
