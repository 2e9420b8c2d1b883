"""The audit with all that it has: bounds on figures, and figures forecast from the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.consistency import Finding, Severity, phrase, sort_findings
from survkit.consistency import audit as audit_bounds
from survkit.crossvalidation.crossvalidate import crossvalidate
from survkit.errors import ReconstructionError
from survkit.trial import Trial
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.crossvalidation.crossvalidate import CrossValidation, Prediction, Surprise
    from survkit.trial import Analysis

__all__ = ["CHECK", "Suspicion", "audit", "find_surprises", "suspect"]

CHECK = "leave one out"
"""Name of the check, as in docs/audit.md."""

RARE = 0.001
"""Probability, over all that is left out of an analysis, from which on a figure is unlikely."""
LIKELIER = 5.0
"""How many times likelier figures must be under a slip, over all that are of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """
    A surprise, weighed against all others that the same analysis might have had.

    Parameters
    ----------
    surprise : Surprise
        What was left out, and how far off it is.
    probability : float
        How often anything that is left out would be so far off: its probability, times how much is
        left out.
    odds : float
        How many times likelier it is under its slip, over all that are of its kind and might have
        suffered one; 0 where no slip was tried.
    """

    surprise: Surprise
    probability: float
    odds: float


def audit(printed: Trial | Analysis) -> tuple[Finding, ...]:
    """
    Ask whether printed figures can all be true at once, and whether they are usual together.

    The bounds of every check hold for the rounding intervals of all figures involved. Where none
    says impossible, each figure is forecast from the others, too; what is far off is unlikely, with
    its probability. That nothing is found does not prove the figures right.

    Parameters
    ----------
    printed : Trial or Analysis
        A published trial, or one analysis of it.

    Returns
    -------
    tuple of Finding
        Analysis by analysis, the worst first; empty where no check finds anything.

    Examples
    --------
    >>> import survkit
    >>> survkit.audit(survkit.load_trial("radiant-3"))
    ()
    """
    whole = isinstance(printed, Trial)
    asked = printed if whole else as_analysis(printed, "audit")
    analyses = printed.analyses if isinstance(printed, Trial) else (as_analysis(asked, "audit"),)
    found = [*audit_bounds(asked)]
    broken = {one.analysis for one in found if one.severity is Severity.IMPOSSIBLE}
    for analysis in analyses:
        if analysis.id not in broken:
            found += find_surprises(analysis)
    return sort_findings(found, {one.id: place for place, one in enumerate(analyses)})


def find_surprises(analysis: Analysis) -> tuple[Finding, ...]:
    """
    Find the figures that are unlikely, given all others.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.

    Returns
    -------
    tuple of Finding
        The least likely first; none where figures contradict each other beyond all bounds.
    """
    try:
        found = crossvalidate(analysis)
    except ReconstructionError:
        return ()
    return tuple(_findings(found))


def suspect(found: CrossValidation) -> tuple[Suspicion, ...]:
    """
    Weigh the surprises of an analysis against how much is left out, the most surprising first.

    None where the other figures are far from all that is expected of trials.
    """
    slips = Counter(_quantity(one) for one in found.surprises for _ in range(one.tried))
    return tuple(
        Suspicion(
            surprise=one,
            probability=min(one.probability * len(found.surprises), 1.0),
            odds=one.odds / max(slips[_quantity(one)], 1),
        )
        for one in found.surprises
        if not one.unusual
    )


def _findings(found: CrossValidation) -> Iterator[Finding]:
    """Yield a finding for each surprise that is far beyond what is left out by chance."""
    for one in suspect(found):
        slipped = one.odds > LIKELIER
        if slipped or one.probability < RARE:
            yield _finding(found.analysis, one.surprise, slipped=slipped)


def _quantity(surprise: Surprise) -> str:
    """Return what is forecast, whenever and of whom."""
    return surprise.predictions[0].figure.key.quantity


def _finding(analysis: Analysis, surprise: Surprise, *, slipped: bool) -> Finding:
    figures = tuple(one.figure for one in surprise.predictions)
    implied = f"figures are so far off with a probability of {surprise.probability:.2g}"
    if slipped:
        implied += f"; they are {_times(surprise.odds)} likelier with {surprise.slip}"
    return Finding(
        check=CHECK,
        severity=Severity.UNLIKELY,
        subject=surprise.subject,
        figures=figures,
        printed=", ".join(phrase(figure) for figure in figures),
        required=f"by all other figures, {' and '.join(map(_band, surprise.predictions))}",
        implied=implied,
        numbers={"probability": surprise.probability, "odds": surprise.odds},
        analysis=analysis.id,
    )


def _times(odds: float) -> str:
    return f"{odds:.2g} times" if odds < 1000.0 else "more than 1000 times"


def _band(prediction: Prediction) -> str:
    """Say where the figure is expected."""
    ends = f"{_number(prediction.lower)} to {_number(prediction.upper)}"
    of = prediction.figure.key
    subject = f" of {of.subject}" if of.definition.scope == "arm" else ""
    return f"{of.label}{subject} is {_number(prediction.middle)} ({ends} in nine of ten)"


def _number(value: float) -> str:
    return "not reached" if value == float("inf") else f"{value:.3g}"
