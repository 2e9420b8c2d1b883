"""One printed figure against one estimate: the rule, the allowance and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from survkit.trial import Figure
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from survkit.refit import Estimate

__all__ = ["VERDICT_COLUMNS", "Comparison", "Verdict", "compare_figures"]

VERDICT_COLUMNS = (
    "subject",
    "quantity",
    "time",
    "printed",
    "refitted",
    "estimate",
    "verdict",
    "role",
    "verified",
    "source",
)
"""What tables say of a comparison."""


class Verdict(StrEnum):
    """What a comparison finds, from best to worst."""

    REPRODUCED = "reproduced"
    """The estimate, printed like the figure, gives the same digits."""
    WITHIN_TOLERANCE = "within tolerance"
    """The digits differ, but by no more than the trial file allows, with its reason."""
    NOT_COMPARABLE = "not comparable"
    """There is no estimate to compare with, for a stated reason."""
    MISSED = "missed"
    """The digits differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    A printed figure, what the refit gives for it, and the verdict.

    Parameters
    ----------
    figure : Figure
        The printed figure.
    estimate : float
        The referee's estimate in the printed unit: infinite for "not reached", NaN for none.
    allowance : float
        Largest distance that still agrees, in the printed unit: half a unit of the last printed
        place, or the trial file's tolerance.
    verdict : Verdict
        The finding.
    reason : str or None
        Why a figure is not comparable, what a tolerance is for, or, for a missed check, where the
        prediction lies in the printed interval.
    """

    figure: Figure
    estimate: float
    allowance: float
    verdict: Verdict
    reason: str | None = None

    @property
    def rendered(self) -> str:
        """The estimate, printed like the figure."""
        return self.figure.printed.render(self.estimate)

    @property
    def cells(self) -> tuple[object, ...]:
        """What `VERDICT_COLUMNS` names; the time is a float, None where there is none."""
        figure = self.figure
        time = None if figure.key.time is None else float(figure.key.time)
        values = (str(figure.printed), self.rendered, self.estimate, self.verdict.value)
        standing = (figure.role, figure.verified, figure.source)
        return (figure.key.subject, figure.key.label, time, *values, *standing)

    @property
    def difference(self) -> float:
        """Estimate minus printed value, in the printed unit; NaN where either is not a number."""
        if not math.isfinite(self.estimate) or not self.figure.printed.exact:
            return math.nan
        return self.estimate - self.figure.printed.value

    @property
    def binding(self) -> bool:
        """Whether a miss fails a run: every input, and every check with a stated tolerance."""
        return self.figure.role == "input" or self.figure.tolerance is not None

    @property
    def failed(self) -> bool:
        """Whether this comparison fails a run."""
        return self.binding and self.verdict is Verdict.MISSED


def compare_figures(
    figures: Sequence[Figure], estimates: Iterable[Estimate]
) -> tuple[Comparison, ...]:
    """
    Hold every printed figure against its estimate.

    Parameters
    ----------
    figures : sequence of Figure
        Printed figures.
    estimates : iterable of Estimate
        One estimate per figure, in the same order.

    Returns
    -------
    tuple of Comparison
        One per figure, in the same order.

    Raises
    ------
    ValueError
        If there are not as many estimates as figures.
    """
    as_instances(figures, Figure, "compare_figures", "printed figures, such as analysis.figures")
    return tuple(
        _compare(figure, estimate, figures)
        for figure, estimate in zip(figures, estimates, strict=True)
    )


def _compare(figure: Figure, estimate: Estimate, figures: Sequence[Figure]) -> Comparison:
    tolerance = figure.tolerance
    allowance = figure.printed.half_unit if tolerance is None else float(tolerance.absolute)
    verdict, reason = Verdict.MISSED, None
    if math.isnan(estimate.value):
        verdict = Verdict.NOT_COMPARABLE
        reason = estimate.reason or "these patients give no estimate"
    elif figure.printed.admits(estimate.value):
        verdict = Verdict.REPRODUCED
    elif tolerance is not None and abs(estimate.value - figure.printed.value) <= allowance:
        verdict, reason = Verdict.WITHIN_TOLERANCE, tolerance.reason
    elif figure.role == "check":
        reason = _place_in_interval(figure, estimate.value, figures)
    return Comparison(
        figure=figure,
        estimate=estimate.value,
        allowance=allowance,
        verdict=verdict,
        reason=reason,
    )


def _place_in_interval(figure: Figure, value: float, figures: Sequence[Figure]) -> str | None:
    """Tell whether a missed prediction still lies inside the figure's printed interval."""
    limits = [other for other in figures if other.key in figure.key.limits]
    if figure.key.is_limit or len(limits) != 2:
        return None
    lower, upper = limits
    inside = lower.printed.value <= value <= upper.printed.value
    where = "inside" if inside else "outside"
    return f"{where} the printed {lower.level:g} % interval, {lower.printed} to {upper.printed}"
