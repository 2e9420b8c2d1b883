"""The command ``survkit audit``: findings about trial files, or about figures typed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from survkit.cli.exits import ExitCode
from survkit.cli.options import AsJson, TrialNames
from survkit.errors import SurvkitError

if TYPE_CHECKING:
    from survkit.consistency import Finding
    from survkit.reproduction import Witness
    from survkit.results import AuditedAnalysis
    from survkit.trial import Analysis, Trial

__all__ = ["audit_figures"]

_Word = str | None
_Two = tuple[str, str] | None
_Rows = list[str] | None


def audit_figures(  # noqa: PLR0913, PLR0917 - one parameter per option
    trials: TrialNames = None,
    as_json: AsJson = False,
    patients: Annotated[
        bool, typer.Option(help="Look for patients that print every figure of a file.")
    ] = True,
    hr: Annotated[
        _Word,
        typer.Option("--hr", "--hazard-ratio", metavar="HR", help="Hazard ratio, as printed."),
    ] = None,
    ci: Annotated[_Two, typer.Option(metavar="LOWER UPPER", help="Its interval.")] = None,
    level: Annotated[float, typer.Option(metavar="PERCENT", help="Level of the interval.")] = 95.0,
    p: Annotated[
        _Word, typer.Option("--p", metavar="P", help='P-value, such as 0.03 or "<0.001".')
    ] = None,
    test: Annotated[_Word, typer.Option(metavar="log-rank|wald", help="Its test.")] = None,
    sided: Annotated[int | None, typer.Option(metavar="1|2", min=1, max=2, help="Sides.")] = None,
    reduction: Annotated[
        _Word, typer.Option(metavar="PERCENT", help="Reduction of the risk.")
    ] = None,
    n: Annotated[
        _Two, typer.Option("--n", metavar="EXP REF", help="Patients of both arms.")
    ] = None,
    events: Annotated[_Two, typer.Option(metavar="EXP REF", help="Events of both arms.")] = None,
    total_n: Annotated[_Word, typer.Option(metavar="N", help="Patients together.")] = None,
    total_events: Annotated[_Word, typer.Option(metavar="D", help="Events together.")] = None,
    medians: Annotated[_Two, typer.Option(metavar="EXP REF", help="Medians of both arms.")] = None,
    survival: Annotated[
        _Rows, typer.Option(metavar="TIME:EXP:REF", help="Percentages; repeatable.")
    ] = None,
    at_risk: Annotated[
        _Rows, typer.Option(metavar="TIME:EXP:REF", help="Numbers at risk; repeatable.")
    ] = None,
) -> None:
    """Ask whether printed figures can all be true at once."""
    options = {
        "--hr": hr,
        "--ci": ci,
        "--p": p,
        "--reduction": reduction,
        "--n": n,
        "--events": events,
        "--total-n": total_n,
        "--total-events": total_events,
        "--medians": medians,
        "--survival": survival or None,
        "--at-risk": at_risk or None,
    }
    typed = {option: texts for option, texts in options.items() if texts is not None}
    if not typed:
        found = _audit_trials(trials or (), as_json=as_json, patients=patients)
    elif trials:
        fault = f"figures must be typed without trials, got {', '.join(trials)}"
        raise SurvkitError(fault)
    else:
        found = _audit_typed(typed, level=level, test=test, sided=sided, as_json=as_json)
    impossible = any(finding.severity == "impossible" for finding in found)
    raise typer.Exit(ExitCode.MISSED if impossible else ExitCode.REPRODUCED)


def _audit_trials(names: Sequence[str], *, as_json: bool, patients: bool) -> Iterable[Finding]:
    """Report the findings about every analysis of trial files, each when it is there."""
    from survkit.cli.selection import load_trials
    from survkit.cli.terminal import find_screen, write_text

    trials = load_trials(names)
    done: list[AuditedAnalysis] = []
    if as_json:
        from survkit.results import audit_json

        done += _audited(trials, patients=patients)
        write_text(audit_json(done))
    else:
        from survkit.cli.text.findings import audit_summary_text, audited_text

        screen = find_screen()
        for audited in _audited(trials, patients=patients):
            write_text(audited_text(audited, screen))
            done.append(audited)
        write_text(audit_summary_text(done, screen))
    return [finding for audited in done for finding in audited.findings]


def _audit_typed(
    typed: dict[str, Any], *, level: float, test: str | None, sided: int | None, as_json: bool
) -> Iterable[Finding]:
    """Report the findings about typed figures."""
    from survkit.cli.terminal import find_screen, write_text
    from survkit.cli.typed.sheet import lay_out_typed
    from survkit.consistency import audit_sheet

    findings = audit_sheet(lay_out_typed(typed, level=level, test=test, sided=sided))
    if as_json:
        from survkit.results import typed_audit_json

        write_text(typed_audit_json(findings))
    else:
        from survkit.cli.text.findings import typed_text

        write_text(typed_text(findings, find_screen()))
    return findings


def _audited(trials: Sequence[Trial], *, patients: bool) -> Iterator[AuditedAnalysis]:
    """Audit one analysis after the other; patients are sought unless a check says impossible."""
    from survkit.cli.reproducing import announce_cost
    from survkit.cli.terminal import Progress
    from survkit.crossvalidation import audit
    from survkit.results import AuditedAnalysis

    progress = Progress(sum(len(trial.analyses) for trial in trials))
    done = 0
    try:
        for trial in trials:
            found = audit(trial)
            for analysis in trial.analyses:
                findings = tuple(each for each in found if each.analysis == analysis.id)
                witness = None
                if patients and not any(each.severity == "impossible" for each in findings):
                    announce_cost([analysis])
                    progress.show(f"{trial.id}, {analysis.id}: looking for patients", done)
                    witness = _witness(analysis)
                    progress.clear()
                done += 1
                yield AuditedAnalysis(
                    trial=trial, analysis=analysis, findings=findings, witness=witness
                )
    finally:
        progress.clear()


def _witness(analysis: Analysis) -> Witness:
    from survkit.reproduction import seek_witness

    return seek_witness(analysis)
