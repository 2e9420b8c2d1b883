"""What a reproduction found, in sentences and digits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.comparison import Comparison, Verdict
from survkit.wording.names import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.reconstruction import CurveMatch
    from survkit.reproduction import AnalysisReproduction

__all__ = [
    "count_agreeing",
    "difference_text",
    "explain_conflict",
    "explain_curves",
    "explain_hazards",
    "explain_parent",
    "explain_shapes",
    "explain_slips",
    "share_agreeing",
]

_AGREEING = (Verdict.REPRODUCED, Verdict.WITHIN_TOLERANCE)


def count_agreeing(comparisons: Iterable[Comparison]) -> int:
    """
    Count the figures that agree.

    Parameters
    ----------
    comparisons : iterable of Comparison
        Figures with their verdicts.

    Returns
    -------
    int
        How many are reproduced or within their stated tolerance.
    """
    return sum(comparison.verdict in _AGREEING for comparison in comparisons)


def share_agreeing(comparisons: Sequence[Comparison]) -> str:
    """Count the figures that agree, of how many: "3/4"; "none" where there are none."""
    return f"{count_agreeing(comparisons)}/{len(comparisons)}" if comparisons else "none"


def difference_text(comparison: Comparison) -> str:
    """
    Print estimate minus printed value, with two places more than the figure has.

    Parameters
    ----------
    comparison : Comparison
        A figure with its estimate.

    Returns
    -------
    str
        The signed difference in the figure's unit; empty where one of the two is no number.
    """
    difference = comparison.difference
    if math.isnan(difference):
        return ""
    figure = comparison.figure
    places = 0 if figure.key.definition.unit == "patients" else figure.printed.decimals + 2
    text = f"{difference:+.{places}f}"
    return text if float(text) else text[1:]


def explain_slips(result: AnalysisReproduction) -> str:
    """Say what would have to be so for every figure to be met."""
    if not result.slips:
        return ""
    figures = plural(len(result.inputs), "input figure")
    conditions = ", or ".join(f"if {slip.condition}" for slip in result.slips)
    return f"all {figures} would be met {conditions}; that it was so is not shown."


def explain_conflict(result: AnalysisReproduction) -> str:
    """Say which figures stand in each other's way."""
    if result.reconstruction.met or result.slips:
        return ""
    conflict = result.conflict
    if conflict is None:
        parent = result.reconstruction.within
        return f"the figures go together, but no way was found to meet them within {parent}."
    names = [f"{figure.key} {figure.printed}" for figure in conflict.figures]
    if len(names) == 1:
        return f"no patients were found who print even this figure alone: {names[0]}."
    all_but_one = (
        "without any one of these figures, patients were found that print the others"
        if conflict.minimal
        else f"the search ended after {conflict.attempts} reconstructions; fewer may be in conflict"
    )
    return f"no patients were found that print all of these: {'; '.join(names)}; {all_but_one}."


def explain_curves(result: AnalysisReproduction) -> str:
    """Say how near the patients come to the curves that were drawn of them."""
    return "; ".join(map(_curve_verdict, result.reconstruction.curves))


def _curve_verdict(match: CurveMatch) -> str:
    """Say how near patients come to one curve, and whether it shaped them."""
    role = "" if match.role == "input" else ", kept out"
    verdict = "followed" if match.followed else "not followed"
    return (
        f"{match.arm}{role}: {verdict}; residuals of {match.points} points "
        f"{match.mean:.4f} in the mean and at most {match.largest:.4f}, at "
        f"{match.largest_at:.4g}, where points are precise to {match.precision:.4f}"
    )


def explain_parent(result: AnalysisReproduction) -> str:
    """Say whose patients a sub-group is made of."""
    parent = result.reconstruction.within
    return f"these patients are a part of those of {parent}." if parent else ""


def explain_shapes(result: AnalysisReproduction) -> str:
    """
    Say how usual the curves are among those of real trials, and what is least usual of them.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    str
        Sentences, arm by arm; empty where events are too few to judge.
    """
    unit = result.analysis.time_unit
    told = "; ".join(judged.sentence(unit) for judged in result.plausibility)
    return f"{told}." if told else ""


def explain_hazards(result: AnalysisReproduction) -> str:
    """
    Report the test of proportional hazards.

    Parameters
    ----------
    result : AnalysisReproduction
        A reproduced analysis.

    Returns
    -------
    str
        P-values by contrast, of the test on scaled Schoenfeld residuals; empty where there is none.
    """
    tests = "; ".join(
        f"{subject}: p = {_p_value(p)}"
        for subject, p in result.refit.proportional_hazards.items()
        if not math.isnan(p)
    )
    return f"test of proportionality, {tests}; information, no verdict." if tests else ""


def _p_value(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"
