"""What an audit found, in words and columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from survkit.cli.text.layout import Cell, paragraph, table, terms
from survkit.consistency import Finding, Severity
from survkit.wording import describe_analysis, name_figure, plural

if TYPE_CHECKING:
    from survkit.cli.terminal import Screen, Style
    from survkit.reproduction import Witness
    from survkit.results import AuditedAnalysis

__all__ = ["audit_summary_text", "audited_text", "short_text", "typed_text"]

_STYLES: dict[Severity, Style] = {
    Severity.IMPOSSIBLE: "bad",
    Severity.UNLIKELY: "fair",
    Severity.NOTE: "faint",
}
_MISSED_NAMED = 3


def audited_text(audited: AuditedAnalysis, screen: Screen) -> str:
    """Report what the audit found about one analysis."""
    analysis = audited.analysis
    lines = [
        screen.paint(f"{audited.trial.name}, {analysis.id}", "strong"),
        *paragraph(describe_analysis(analysis), screen),
        "",
        *_finding_lines(audited.findings, screen),
        *terms([("witness", _witness_text(audited))], screen),
        "",
    ]
    return _text(lines)


def typed_text(findings: Sequence[Finding], screen: Screen) -> str:
    """Report what the audit found about typed figures."""
    lines = list(_finding_lines(findings, screen))
    if not any(finding.severity is Severity.IMPOSSIBLE for finding in findings):
        meaning = "No check says impossible. No patients were sought, so nothing is proved: that "
        lines += paragraph(f"{meaning}takes a trial file.", screen)
    else:
        meaning = "Impossible: no unrounded values exist that print like this."
        lines += paragraph(meaning, screen)
    return _text(lines)


def audit_summary_text(audited: Sequence[AuditedAnalysis], screen: Screen) -> str:
    """Sum up an audit: a row per analysis, and what it means."""
    numbers = ("figures", *(severity.value for severity in Severity))
    titles = ("trial", "analysis", *numbers, "witness")
    rows = [[Cell(title, "faint", right=title in numbers) for title in titles]]
    rows += [_summary_row(each) for each in audited]
    lines = [screen.paint("Summary", "strong"), *table(rows, screen), ""]
    for sentence in _meaning(audited):
        lines += paragraph(sentence, screen)
    return _text(lines)


def short_text(findings: Iterable[Finding]) -> str:
    """Tell in a line what the audit found, for reports on other things."""
    told = [each for each in findings if each.severity is not Severity.NOTE]
    counted = Counter((each.severity, each.check, each.subject) for each in told)
    named = [
        f"{severity}: {check}" + (f" ({subject})" if subject else "")
        for severity, check, subject in counted
    ]
    return f"{'; '.join(named)}. survkit audit says more." if named else ""


def _finding_lines(findings: Sequence[Finding], screen: Screen) -> Iterator[str]:
    """Set the findings under each other."""
    for finding in findings:
        severity = screen.paint(finding.severity.value, _STYLES[finding.severity])
        subject = f", {finding.subject}" if finding.subject else ""
        yield f"{severity}  {finding.check}{subject}"
        said = (
            ("printed", finding.printed),
            ("required", finding.required),
            ("implied", finding.implied),
        )
        yield from terms(said, screen, indent=2)
        yield ""


def _witness_text(audited: AuditedAnalysis) -> str:
    """Say what the patients prove."""
    witness = audited.witness
    if witness is None:
        if audited.worst is Severity.IMPOSSIBLE:
            return "none sought: a check says impossible."
        return "none sought. No check says impossible; that proves nothing."
    patients, figures = len(witness.reconstruction.ipd), plural(len(witness.matches), "figure")
    if witness.proves:
        return (
            f"{patients} synthetic patients print all {figures}, which proves them compatible"
            f"{_strata(audited)}."
        )
    return (
        f"none found. No check says impossible, and yet no patients were found that print every "
        f"figure: the nearest miss {len(witness.missed)} of {figures} ({_missed(witness)})."
    )


def _strata(audited: AuditedAnalysis) -> str:
    """Say that a stratified figure was taken with one stratum."""
    return " (with all of them in one stratum)" if audited.analysis.stratified_by else ""


def _missed(witness: Witness) -> str:
    """Name the first figures that patients miss."""
    unit = witness.analysis.time_unit
    named = [
        f"{match.figure.key.subject} {name_figure(match.figure, unit)}".strip()
        for match in witness.missed[:_MISSED_NAMED]
    ]
    more = len(witness.missed) - len(named)
    return "; ".join([*named, f"{more} more"] if more else named)


def _summary_row(audited: AuditedAnalysis) -> list[Cell]:
    counts = Counter(finding.severity for finding in audited.findings)
    cells = [
        Cell(audited.trial.id),
        Cell(audited.analysis.id),
        Cell(str(len(audited.analysis.figures)), right=True),
    ]
    for severity in Severity:
        style = _STYLES[severity] if counts[severity] else "plain"
        cells.append(Cell(str(counts[severity]), style, right=True))
    witness = audited.witness
    if witness is None:
        return [*cells, Cell("not sought", "faint")]
    return [*cells, Cell("found", "good") if witness.proves else Cell("none found", "fair")]


def _meaning(audited: Sequence[AuditedAnalysis]) -> Iterator[str]:
    """Say what the audit means for somebody who wants to use the figures."""
    broken = sum(each.worst is Severity.IMPOSSIBLE for each in audited)
    proved = sum(each.witness is not None and each.witness.proves for each in audited)
    rest = len(audited) - broken - proved
    analyses = plural(len(audited), "analysis", "analyses")
    if broken:
        yield (
            f"{broken} of {analyses} impossible: no unrounded values exist that print like this, "
            "under the assumptions of the check (docs/audit.md)."
        )
    if proved:
        yield f"{proved} of {analyses} proved compatible, by patients that print every figure."
    if rest:
        yield (
            f"{rest} of {analyses} open: no check says impossible, and no patients were found, "
            "or sought, that print every figure."
        )


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
