"""What the pages say: a reproduction as rows, remarks and drawings, ready to be set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from survkit.consistency import Severity
from survkit.report.curves import draw_curves, draw_thumbnail
from survkit.report.forest import draw_forest
from survkit.report.log_log import draw_log_log
from survkit.wording import (
    count_agreeing,
    describe_analysis,
    difference_text,
    explain_conflict,
    explain_hazards,
    explain_parent,
    name_figure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.comparison import Comparison
    from survkit.consistency import Finding
    from survkit.report.curves import CurveDrawing, Line
    from survkit.report.forest import ForestDrawing
    from survkit.report.log_log import LogLogDrawing
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.trial import Source, Trial

__all__ = ["AnalysisContent", "FigureRow", "TrialContent", "describe_trial", "link_to"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """
    One printed figure with its verdict.

    Parameters
    ----------
    subject : str
        Arm, contrast or "all arms".
    name : str
        The figure, with its unit.
    printed, refitted, difference : str
        Digits; the difference is refitted minus printed.
    verdict : str
        The verdict.
    failed : bool
        Whether it fails a run.
    reason : str
        What there is to say about the verdict, and about the figure.
    role : {"input", "check"}
        Whether the figure shaped the patients.
    source : str
        Id of its source.
    address : str
        Where the source is to be found; empty where it has no identifier.
    verified : bool
        Whether somebody has read the figure there.
    """

    subject: str
    name: str
    printed: str
    refitted: str
    difference: str
    verdict: str
    failed: bool
    reason: str
    role: str
    source: str
    address: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisContent:
    """
    One analysis on its trial's page, and in the overview.

    Parameters
    ----------
    id, endpoint, title : str
        What it is; the title is its description in a line.
    parent : str
        Id of the analysis that it is a part of, or empty.
    verdict : str
        The worst binding verdict.
    inputs, checks : str
        How many figures agree, such as "12 of 12"; empty where there are none.
    ratio : str
        Printed hazard ratios, refitted ones in brackets where they differ.
    findings : tuple of Finding
        What the audit finds, the worst first.
    remarks : tuple of (str, str)
        What else there is to know, by heading.
    rows : tuple of FigureRow
        Every printed figure.
    curves : CurveDrawing
        The plot.
    log_log : LogLogDrawing or None
        The curves on the scale that shows proportional hazards.
    thumbnail : tuple of Line
        The curves, small.
    data : str
        Name of the file with its patients.
    """

    id: str
    endpoint: str
    title: str
    parent: str
    verdict: str
    inputs: str
    checks: str
    ratio: str
    findings: tuple[Finding, ...]
    remarks: tuple[tuple[str, str], ...]
    rows: tuple[FigureRow, ...]
    curves: CurveDrawing
    log_log: LogLogDrawing | None
    thumbnail: tuple[Line, ...]
    data: str

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """Findings that are more than notes."""
        return tuple(each for each in self.findings if each.severity is not Severity.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialContent:
    """
    One trial: its page, and its part of the overview.

    Parameters
    ----------
    id, name, registration, condition, digest : str
        What the trial file says, and its SHA-256; empty where it says nothing.
    good : int
        How many analyses are reproduced.
    sources : tuple of (str, Source, str)
        Id, source and its address.
    forest : ForestDrawing or None
        Printed against refitted hazard ratios.
    analyses : tuple of AnalysisContent
        The analyses.
    made_by : str
        Version and method.
    """

    id: str
    name: str
    registration: str
    condition: str
    digest: str
    good: int
    sources: tuple[tuple[str, Source, str], ...]
    forest: ForestDrawing | None
    analyses: tuple[AnalysisContent, ...]
    made_by: str

    @property
    def reproduced(self) -> bool:
        """Whether every analysis is reproduced."""
        return self.good == len(self.analyses)

    @property
    def page(self) -> str:
        """Name of its page, beside that of the overview."""
        return f"trial-{self.id}.html"


def describe_trial(reproduction: Reproduction) -> TrialContent:
    """
    Put a reproduced trial into words, rows and drawings.

    Parameters
    ----------
    reproduction : Reproduction
        A reproduced trial.

    Returns
    -------
    TrialContent
        What its page says.
    """
    trial = reproduction.trial
    provenance = reproduction.analyses[0].reconstruction.provenance
    return TrialContent(
        id=trial.id,
        name=trial.name,
        registration=trial.registration or "",
        condition=trial.condition or "",
        digest=trial.digest,
        good=sum(result.reproduced for result in reproduction.analyses),
        sources=tuple((key, source, link_to(source)) for key, source in trial.sources.items()),
        forest=draw_forest(reproduction.analyses),
        analyses=tuple(_describe(trial, result) for result in reproduction.analyses),
        made_by=f"survkit {provenance.versions['survkit']}, method {provenance.method}",
    )


def link_to(source: Source) -> str:
    """
    Find the address of a source.

    Parameters
    ----------
    source : Source
        A publication.

    Returns
    -------
    str
        That of its DOI, of its PubMed entry, or its own; empty where it has none.
    """
    if source.doi:
        return f"https://doi.org/{quote(source.doi, safe='/:;()')}"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return source.url or ""


def _describe(trial: Trial, result: AnalysisReproduction) -> AnalysisContent:
    """Describe one analysis."""
    analysis = result.analysis
    return AnalysisContent(
        id=analysis.id,
        endpoint=analysis.endpoint,
        title=describe_analysis(analysis),
        parent=analysis.of or "",
        verdict=result.verdict.value,
        inputs=_share(result.inputs),
        checks=_share(result.checks),
        ratio="; ".join(_ratios(result)),
        findings=result.findings,
        remarks=tuple(_remarks(result)),
        rows=tuple(_row(trial, result, each) for each in result.comparisons),
        curves=draw_curves(result),
        log_log=draw_log_log(result),
        thumbnail=draw_thumbnail(result),
        data=f"data/{trial.id}/{analysis.id}.csv",
    )


def _ratios(result: AnalysisReproduction) -> Iterator[str]:
    """Name printed hazard ratios, each with the refitted one where that differs."""
    for comparison in result.comparisons:
        if comparison.figure.key.name == "hazard_ratio":
            printed, refitted = str(comparison.figure.printed), comparison.rendered
            yield printed if printed == refitted else f"{printed} [{refitted}]"


def _remarks(result: AnalysisReproduction) -> Iterator[tuple[str, str]]:
    """Say what to know about an analysis besides its figures."""
    analysis = result.analysis
    told = (
        ("Conflict", explain_conflict(result)),
        ("Patients", explain_parent(result)),
        ("Assumed", ". ".join(map(_sentence, result.reconstruction.assumptions))),
        ("Stratified by", ", ".join(analysis.stratified_by)),
        ("Differences", analysis.differences or ""),
        ("Note", analysis.note or ""),
        ("Hazards", explain_hazards(result)),
    )
    for heading, text in told:
        if text:
            yield heading, _sentence(text).removesuffix(".") + "."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(trial: Trial, result: AnalysisReproduction, comparison: Comparison) -> FigureRow:
    """Describe one figure."""
    figure = comparison.figure
    told = (comparison.reason, figure.note)
    return FigureRow(
        subject=figure.key.subject or "all arms",
        name=name_figure(figure, result.analysis.time_unit),
        printed=str(figure.printed),
        refitted=comparison.rendered,
        difference=difference_text(comparison),
        verdict=comparison.verdict.value,
        failed=comparison.failed,
        reason="; ".join(text for text in told if text),
        role=figure.role,
        source=figure.source,
        address=link_to(trial.sources[figure.source]),
        verified=figure.verified,
    )


def _share(comparisons: Sequence[Comparison]) -> str:
    return f"{count_agreeing(comparisons)} of {len(comparisons)}" if comparisons else ""
