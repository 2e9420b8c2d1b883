"""What is known about trials before anything is reconstructed: the text of list and show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from survkit.cli.text.layout import Cell, Line, paragraph, table, terms
from survkit.wording import (
    by_subject,
    describe_analysis,
    name_figure,
)

if TYPE_CHECKING:
    from survkit.cli.terminal import Screen
    from survkit.trial import Analysis, Figure, Source, Trial

__all__ = ["list_text", "show_text"]


def list_text(trials: Iterable[Trial], screen: Screen) -> str:
    """List trials."""
    titles = ("trial", "name", "analyses", "condition")
    rows: list[list[Cell]] = [
        [Cell(title, "faint", right=title == "analyses") for title in titles],
        *(
            [
                Cell(trial.id, "strong"),
                Cell(trial.name),
                Cell(str(len(trial.analyses)), right=True),
                Cell(trial.condition or ""),
            ]
            for trial in trials
        ),
    ]
    return _text(table(rows, screen))


def show_text(trial: Trial, screen: Screen) -> str:
    """Show everything that a trial file says."""
    about = (
        ("id", trial.id),
        ("condition", trial.condition or ""),
        ("registration", trial.registration or ""),
        ("file", trial.origin),
        ("SHA-256", trial.digest),
    )
    sources = [(name, _cited(source)) for name, source in trial.sources.items()]
    lines = [
        screen.paint(trial.name, "strong"),
        *terms(about, screen, indent=2),
        "",
        screen.paint("Sources", "strong"),
        *terms(sources, screen, indent=2),
    ]
    for analysis in trial.analyses:
        lines += ["", *_analysis_lines(analysis, screen)]
    return _text(lines)


def _analysis_lines(analysis: Analysis, screen: Screen) -> Iterator[str]:
    """Show one analysis."""
    about = (
        ("part of", analysis.of or ""),
        ("stratified by", ", ".join(analysis.stratified_by)),
        ("median interval", analysis.median_interval),
        ("survival interval", analysis.survival_interval or ""),
        ("ties", analysis.ties),
        ("differences", analysis.differences or ""),
        ("note", analysis.note or ""),
    )
    yield screen.paint(analysis.id, "strong")
    yield from paragraph(describe_analysis(analysis), screen, indent=2)
    yield from terms(about, screen, indent=2)
    yield ""
    yield from table(list(_figure_rows(analysis)), screen)


def _figure_rows(analysis: Analysis) -> Iterator[list[Cell] | Line]:
    """Tabulate the printed figures of one analysis."""
    titles = ("figure", "printed", "role", "verified", "source")
    yield [Cell(title, "faint", right=title == "printed") for title in titles]
    for subject, figures in by_subject(analysis.figures):
        yield Line(subject, "strong")
        above: Figure | None = None
        for figure in figures:
            yield [
                Cell(f"  {name_figure(figure, analysis.time_unit, above)}"),
                Cell(str(figure.printed), right=True),
                Cell(figure.role, "fair" if figure.role == "check" else "plain"),
                Cell("yes" if figure.verified else "no", "plain" if figure.verified else "fair"),
                Cell(figure.source),
            ]
            yield from _remarks(figure)
            above = figure


def _remarks(figure: Figure) -> Iterator[Line]:
    """Say what a reader should know about a figure."""
    if figure.tolerance is not None:
        allowed = f"tolerance {figure.tolerance.absolute}: {figure.tolerance.reason}"
        yield Line(allowed, "faint", indent=6)
    if figure.note:
        yield Line(figure.note, "faint", indent=6)


def _cited(source: Source) -> str:
    """Cite a source with its identifiers."""
    stated = (
        source.citation,
        f"doi {source.doi}" if source.doi else None,
        f"PMID {source.pmid}" if source.pmid else None,
        source.url,
        source.note,
    )
    return "; ".join(part.rstrip(".") for part in stated if part)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
