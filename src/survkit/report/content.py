"""What the pages say of a reproduced trial, beside what its objects say themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from survkit.consistency import Severity
from survkit.wording import (
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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from survkit.comparison import Comparison
    from survkit.consistency import Finding
    from survkit.report.drawings import (
        ForestDrawing,
        KaplanMeierDrawing,
        LogLogDrawing,
        ResidualDrawing,
    )
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.trial import Source

__all__ = ["FILTERS", "AnalysisContent", "TrialContent", "link_to"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisContent:
    """One analysis with its drawings, and the name of the file with its patients."""

    result: AnalysisReproduction
    curves: KaplanMeierDrawing
    residuals: ResidualDrawing | None
    log_log: LogLogDrawing | None
    data: str

    @property
    def id(self) -> str:
        """Id of the analysis."""
        return self.result.analysis.id

    @property
    def verdict(self) -> str:
        """The worst binding verdict."""
        return self.result.verdict.value


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialContent:
    """One trial: its page, and its part of the overview."""

    reproduction: Reproduction
    forest: ForestDrawing | None
    analyses: tuple[AnalysisContent, ...]

    @property
    def good(self) -> int:
        """How many analyses are reproduced."""
        return sum(one.result.reproduced for one in self.analyses)

    @property
    def page(self) -> str:
        """Name of its page, beside that of the overview."""
        return f"trial-{self.reproduction.trial.id}.html"

    @property
    def made_by(self) -> str:
        """Version and method."""
        provenance = self.analyses[0].result.reconstruction.provenance
        return f"survkit {provenance.versions['survkit']}, method {provenance.method}"


def link_to(source: Source) -> str:
    """Find the address of a DOI, of a PubMed entry or of a page; empty where there is none."""
    if source.doi:
        return f"https://doi.org/{quote(source.doi, safe='/:;()')}"
    if source.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/"
    return source.url or ""


def _alarms(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are more than notes."""
    return [finding for finding in findings if finding.severity is not Severity.NOTE]


def _ratios(result: AnalysisReproduction) -> str:
    """Name printed hazard ratios, each with the refitted one where that differs."""
    pairs = (
        (str(comparison.figure.printed), comparison.rendered)
        for comparison in result.comparisons
        if comparison.figure.key.name == "hazard_ratio"
    )
    return "; ".join(
        printed if printed == refitted else f"{printed} [{refitted}]" for printed, refitted in pairs
    )


def _remarks(result: AnalysisReproduction) -> Iterator[tuple[str, str]]:
    """Say by heading what to know about an analysis besides its figures."""
    analysis = result.analysis
    told = (
        ("Perhaps", explain_slips(result)),
        ("Conflict", explain_conflict(result)),
        ("Patients", explain_parent(result)),
        ("Curves", explain_curves(result)),
        ("Assumed", ". ".join(map(_sentence, result.reconstruction.assumptions))),
        ("Shapes", explain_shapes(result)),
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


def _reason(comparison: Comparison) -> str:
    """Say what there is to say about a verdict, and about the figure."""
    told = (comparison.reason, comparison.figure.note)
    return "; ".join(text for text in told if text)


def _agreement(comparisons: Sequence[Comparison]) -> str:
    """Say how many figures agree, such as "12 of 12"; nothing where there are none."""
    return f"{count_agreeing(comparisons)} of {len(comparisons)}" if comparisons else ""


FILTERS: dict[str, Callable[..., object]] = {
    "address": link_to,
    "agreement": _agreement,
    "alarms": _alarms,
    "described": describe_analysis,
    "difference": difference_text,
    "named": name_figure,
    "ratios": _ratios,
    "reason": _reason,
    "remarks": _remarks,
}
"""Words for what the templates are given, by the name of the filter."""
