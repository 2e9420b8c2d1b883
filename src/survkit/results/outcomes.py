"""One printed figure as a test: its address, how it came out, and why, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Literal

from survkit.comparison import Comparison, Verdict
from survkit.trial import figure_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.reproduction import AnalysisReproduction
    from survkit.trial import Trial

__all__ = [
    "Outcome",
    "explain_comparison",
    "figure_address",
    "list_outcomes",
    "status_of",
]

Status = Literal["passed", "failed", "missed check", "not comparable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one printed figure came out."""

    id: str  # its name in its analysis, such as ``hazard_ratio``
    address: str  # file, analysis and name, such as ``record-1.toml::os::hazard_ratio``
    comparison: Comparison  # printed and refitted value with the verdict
    status: Status  # only "failed" fails a run; a missed check without a tolerance is information
    explanation: str  # printed and refitted value, allowance and source, a line each


def list_outcomes(trial: Trial, result: AnalysisReproduction) -> Iterator[Outcome]:
    """Tell how every figure of an analysis came out."""
    names = figure_ids(result.analysis)
    for name, comparison in zip(names, result.comparisons, strict=True):
        yield Outcome(
            id=name,
            address=figure_address(trial, result.analysis.id, name),
            comparison=comparison,
            status=status_of(comparison),
            explanation=explain_comparison(comparison, trial),
        )


def figure_address(trial: Trial, analysis_id: str, name: str) -> str:
    """Say where a figure stands, as pytest names its items."""
    file = PurePath(trial.origin).name or f"{trial.id}.toml"
    return f"{file}::{analysis_id}::{name}"


def status_of(comparison: Comparison) -> Status:
    """Say what a comparison means for a run."""
    if comparison.verdict is Verdict.NOT_COMPARABLE:
        return "not comparable"
    if comparison.verdict is Verdict.MISSED:
        return "failed" if comparison.failed else "missed check"
    return "passed"


def explain_comparison(comparison: Comparison, trial: Trial) -> str:
    """
    Explain a verdict: what was printed and refitted, and below it all digits, allowance, source.

    A line each; the trial gives the citation of the source.
    """
    figure = comparison.figure
    unread = "" if figure.verified else " (nobody has read the figure there yet)"
    headline = f"printed {figure.printed}, refitted {comparison.rendered}"
    lines = {
        "figure": f"{figure.key} ({figure.role})",
        "printed": str(figure.printed),
        "refitted": f"{comparison.rendered} ({comparison.estimate:.6g})",
        "allowance": _allowance(comparison),
        "source": f"{figure.source}: {trial.sources[figure.source].citation}{unread}",
    }
    if comparison.reason and comparison.verdict is not Verdict.WITHIN_TOLERANCE:
        lines["reason"] = comparison.reason
    return "\n".join([headline, *(f"  {name:<9}  {text}" for name, text in lines.items())])


def _allowance(comparison: Comparison) -> str:
    """Say how far the estimate may be from the printed value, and why."""
    figure = comparison.figure
    if figure.tolerance is not None:
        return f"{comparison.allowance:g}, stated: {figure.tolerance.reason}"
    if not figure.printed.exact:
        return f"none: {figure.printed} must hold"
    return f"{comparison.allowance:g}, half a unit of the last printed digit"
