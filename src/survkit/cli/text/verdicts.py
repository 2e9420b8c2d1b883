"""What a check found, in words and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from survkit.cli.text.findings import short_text
from survkit.cli.text.layout import Cell, Line, fits, paragraph, table, terms
from survkit.comparison import Comparison, Verdict
from survkit.wording import (
    UNVERIFIED,
    by_subject,
    count_agreeing,
    describe_analysis,
    difference_text,
    explain_conflict,
    explain_curves,
    explain_hazards,
    explain_parent,
    explain_shapes,
    explain_slips,
    name_figure,
    name_source,
)

if TYPE_CHECKING:
    from survkit.cli.terminal import Screen, Style
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.second_opinion import Opinion
    from survkit.trial import Trial

__all__ = ["STYLES", "trial_text"]

STYLES: dict[Verdict, Style] = {
    Verdict.REPRODUCED: "good",
    Verdict.WITHIN_TOLERANCE: "good",
    Verdict.NOT_COMPARABLE: "faint",
    Verdict.MISSED: "bad",
}
"""How a verdict is painted."""
_R = "R"
_TITLES = ("figure", "printed", "refitted", _R, "difference", "verdict", "source")
_NUMBERS = ("printed", "refitted", _R, "difference")


def trial_text(
    reproduction: Reproduction,
    screen: Screen,
    opinions: Mapping[str, Sequence[Opinion]] | None = None,
) -> str:
    """Report every figure of a trial; R's opinions, by analysis id, are a column of their own."""
    lines: list[str] = []
    for result in reproduction.analyses:
        of_r = (opinions or {}).get(result.analysis.id, ())
        lines += [*_analysis_lines(reproduction.trial, result, screen, of_r), ""]
    return "".join(f"{line}\n" for line in lines)


def _analysis_lines(
    trial: Trial, result: AnalysisReproduction, screen: Screen, opinions: Sequence[Opinion]
) -> Iterator[str]:
    """Report one analysis."""
    by_figure = dict(zip(map(id, result.comparisons), opinions, strict=False))
    rows: list[Sequence[Cell] | Line] = list(_figure_rows(result, by_figure))
    narrow = not fits(rows, screen)
    if narrow:
        rows = list(_narrowed(rows, result.analysis.source))
    if not fits(rows, screen):
        rows = [row if isinstance(row, Line) else [*row[:-2], row[-1]] for row in rows]
    yield screen.paint(f"{trial.name}, {result.analysis.id}", "strong")
    yield from paragraph(describe_analysis(result.analysis), screen)
    yield ""
    yield from table(rows, screen)
    yield ""
    yield from terms(_remarks(result, narrow=narrow), screen)


def _figure_rows(
    result: AnalysisReproduction, opinions: Mapping[int, Opinion]
) -> Iterator[list[Cell] | Line]:
    """Tabulate the comparisons of one analysis, inputs and checks apart."""
    titles = [title for title in _TITLES if opinions or title != _R]
    yield [Cell(title, "faint", right=title in _NUMBERS) for title in titles]
    for title, comparisons in (
        ("INPUT, shaped the patients", result.inputs),
        ("CHECK, kept out and predicted", result.checks),
    ):
        if comparisons:
            agreeing = f"{count_agreeing(comparisons)} of {len(comparisons)} agree"
            yield Line("")
            yield Line(f"{title}: {agreeing}", "strong")
            yield from _comparison_rows(comparisons, result.analysis.time_unit, opinions)


def _comparison_rows(
    comparisons: Sequence[Comparison], unit: str, opinions: Mapping[int, Opinion]
) -> Iterator[list[Cell] | Line]:
    """Tabulate comparisons, arm by arm."""
    ordered = iter(comparisons)
    for subject, figures in by_subject(comparison.figure for comparison in comparisons):
        yield Line(subject)
        for above, figure in zip([None, *figures], figures, strict=False):
            comparison = next(ordered)
            opinion = opinions.get(id(comparison))
            estimate, _, limit = name_figure(figure, unit, above).rpartition(": ")
            if estimate:  # a limit whose estimate stands elsewhere: a line for the estimate's name
                yield Line(estimate, indent=2)
            yield [
                Cell(f"    {limit}" if estimate else f"  {limit}"),
                Cell(str(figure.printed), right=True),
                Cell(comparison.rendered, right=True),
                *_opinion_cells(comparison, opinion),
                Cell(difference_text(comparison), right=True),
                Cell(comparison.verdict.value, _style(comparison)),
                Cell(name_source(figure), "plain" if figure.verified else "fair"),
            ]
            if comparison.reason:
                yield Line(comparison.reason, "faint", indent=6)
            if opinion is not None and not opinion.agrees:
                yield _difference_line(comparison, opinion)


def _opinion_cells(comparison: Comparison, opinion: Opinion | None) -> list[Cell]:
    """Print R's value like the figure, where R was asked."""
    if opinion is None:
        return []
    return [Cell(comparison.figure.printed.render(opinion.value), right=True)]


def _difference_line(comparison: Comparison, opinion: Opinion) -> Line:
    """Say why R gives another value, or that nothing explains it."""
    if opinion.convention is not None:
        return Line(opinion.convention, "faint", indent=6)
    return Line(
        f"R gives {opinion.value:.9g}, lifelines {comparison.estimate:.9g}", "bad", indent=6
    )


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
    return "fair" if missed and not comparison.failed else STYLES[comparison.verdict]


def _stopped(text: str) -> str:
    return f"{text}." if text else ""


def _remarks(result: AnalysisReproduction, *, narrow: bool) -> list[tuple[str, str]]:
    """Say what to know about an analysis besides its figures."""
    analysis = result.analysis
    assumed = "; ".join(result.reconstruction.assumptions)
    sources = [f"{analysis.source} where no other is named."] if narrow else []
    if not all(comparison.figure.verified for comparison in result.comparisons):
        sources.append(UNVERIFIED)
    return [
        ("audit", short_text(result.findings)),
        ("perhaps", explain_slips(result)),
        ("conflict", explain_conflict(result)),
        ("within", explain_parent(result)),
        ("curves", _stopped(explain_curves(result))),
        ("assumed", f"{assumed}." if assumed else ""),
        ("shapes", explain_shapes(result)),
        ("differs", analysis.differences or ""),
        ("note", analysis.note or ""),
        ("hazards", explain_hazards(result)),
        ("source", " ".join(sources)),
    ]
