"""The command audit: findings of every analysis, and patients as witnesses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from survkit.cli.audited import AuditedAnalysis
from survkit.cli.exits import ExitCode
from survkit.cli.selection import load_trials
from survkit.cli.terminal import Progress, find_screen, write_text
from survkit.cli.typed import TypedFigures, lay_out_typed
from survkit.consistency import Severity, audit, audit_sheet

if TYPE_CHECKING:
    from survkit.consistency import Finding
    from survkit.reproduction import Witness
    from survkit.trial import Analysis, Trial

__all__ = ["audit_trials", "audit_typed"]


def audit_trials(names: Sequence[str], *, as_json: bool, patients: bool) -> ExitCode:
    """
    Audit trials and report the findings.

    Parameters
    ----------
    names : sequence of str
        Ids of shipped trials, TOML files and folders; empty for all shipped trials.
    as_json : bool
        Whether to print JSON in place of text.
    patients : bool
        Whether to look for patients that print every figure.

    Returns
    -------
    ExitCode
        Whether anything is impossible.
    """
    trials = load_trials(names)
    done: list[AuditedAnalysis] = []
    screen = find_screen()
    for audited in _audited(trials, patients=patients):
        if not as_json:
            from survkit.cli.findings import audited_text

            write_text(audited_text(audited, screen))
        done.append(audited)
    if as_json:
        from survkit.cli.documents import audit_json

        write_text(audit_json(done))
    else:
        from survkit.cli.findings import audit_summary_text

        write_text(audit_summary_text(done, screen))
    return _exit_code(finding for audited in done for finding in audited.findings)


def audit_typed(typed: TypedFigures, *, as_json: bool) -> ExitCode:
    """
    Audit figures typed at the prompt.

    Parameters
    ----------
    typed : TypedFigures
        The figures.
    as_json : bool
        Whether to print JSON in place of text.

    Returns
    -------
    ExitCode
        Whether anything is impossible.
    """
    findings = audit_sheet(lay_out_typed(typed))
    if as_json:
        from survkit.cli.documents import typed_audit_json

        write_text(typed_audit_json(findings))
    else:
        from survkit.cli.findings import typed_text

        write_text(typed_text(findings, find_screen()))
    return _exit_code(iter(findings))


def _audited(trials: Sequence[Trial], *, patients: bool) -> Iterator[AuditedAnalysis]:
    """Audit one analysis after the other."""
    progress = Progress()
    try:
        for trial in trials:
            found = audit(trial)
            for analysis in trial.analyses:
                own = tuple(finding for finding in found if finding.analysis == analysis.id)
                possible = not own or own[0].severity is not Severity.IMPOSSIBLE
                witness = None
                if patients and possible:
                    progress.show(f"{trial.id}, {analysis.id}: looking for patients")
                    witness = _witness(analysis)
                    progress.clear()
                yield AuditedAnalysis(trial=trial, analysis=analysis, findings=own, witness=witness)
    finally:
        progress.clear()


def _witness(analysis: Analysis) -> Witness:
    from survkit.reproduction import seek_witness

    return seek_witness(analysis)


def _exit_code(findings: Iterator[Finding]) -> ExitCode:
    impossible = any(finding.severity is Severity.IMPOSSIBLE for finding in findings)
    return ExitCode.MISSED if impossible else ExitCode.REPRODUCED
