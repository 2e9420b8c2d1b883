"""What percentages, quantiles and numbers at risk say about one curve that only falls."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from survkit.consistency.finding import Finding, Severity
from survkit.consistency.rounding import certainly_above, interval_of
from survkit.consistency.sheet import phrase
from survkit.quantity import QUANTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.consistency.sheet import Sheet
    from survkit.trial import Figure

__all__ = [
    "Bound",
    "curve_bounds",
    "figures_of_one_curve",
    "percentages_fall",
    "quantiles_in_order",
]

"""Survival at which each quantile of time is read."""

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One side of what a figure says about a survival curve."""

    figure: Figure  # the printed figure
    # where it holds from (a ceiling) or up to (a floor); infinite for the whole follow-up
    time: float
    share: float  # survival is at most (a ceiling) or at least (a floor) this
    open: bool = False  # whether a floor holds just before `time` only

    def reaches(self, time: float) -> bool:
        """
        Tell whether a floor holds at a point in time.

        Parameters
        ----------
        time : float
            A point in time.

        Returns
        -------
        bool
            True if survival at `time` is at least the share.
        """
        return time < self.time or (time == self.time and not self.open)


def curve_bounds(sheet: Sheet, arm: str) -> tuple[list[Bound], list[Bound]]:
    """
    Collect what the figures of an arm say about its curve.

    A percentage bounds the curve on both sides of its time; a quantile of time says that the curve
    is at or above its share before, at or below it after; a number at risk R(t) that the curve is
    at R(t) / n or above before t, since R(t) <= n S(t-): censoring takes patients away and leaves
    the curve.
    """
    floors, ceilings = [], []
    for figure in sheet.series("survival", arm):
        window, time = interval_of(figure), figure.key.instant
        floors.append(Bound(figure=figure, time=time, share=window.lower / 100.0))
        ceilings.append(Bound(figure=figure, time=time, share=window.upper / 100.0))
    for quantity, share in QUANTILES.items():
        if quantile := sheet.get(quantity, arm):
            window = interval_of(quantile)
            floors.append(Bound(figure=quantile, time=window.lower, share=share, open=True))
            if math.isfinite(window.upper):
                ceilings.append(Bound(figure=quantile, time=window.upper, share=share))
    n = sheet.count("n", arm)
    for table in sheet.series("at_risk", arm) if n else ():
        share = min(1.0, table.printed.value / (n or 1))
        floors.append(Bound(figure=table, time=table.key.instant, share=share, open=True))
    return floors, ceilings


def percentages_fall(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether the survival percentages of an arm fall over time.

    Formula: S(t1) >= S(t2) for t1 < t2, on the rounding intervals. No assumption.
    """
    for arm in sheet.arms:
        for earlier, later in pairwise(sheet.series("survival", arm)):
            if certainly_above(later, earlier):
                yield Finding(
                    check="percentages fall",
                    severity=Severity.IMPOSSIBLE,
                    subject=arm,
                    figures=(earlier, later),
                    printed=f"{phrase(earlier)}, {phrase(later)}",
                    required="survival never rises",
                    implied="a digit, a time or an arm is another one",
                )


def quantiles_in_order(sheet: Sheet) -> Iterator[Finding]:
    """
    Ask whether quartiles and median of an arm come one after the other.

    Formula: lower quartile <= median <= upper quartile. No assumption.
    """
    for arm in sheet.arms:
        found = [figure for key in QUANTILES if (figure := sheet.get(key, arm))]
        for earlier, later in combinations(found, 2):
            if certainly_above(earlier, later):
                yield Finding(
                    check="quantiles in order",
                    severity=Severity.IMPOSSIBLE,
                    subject=arm,
                    figures=(earlier, later),
                    printed=f"{phrase(earlier)}, {phrase(later)}",
                    required=f"the {later.key.label} is at or after the {earlier.key.label}",
                    implied="they are exchanged, or one is mistyped",
                )


def figures_of_one_curve(sheet: Sheet) -> Iterator[Finding]:
    r"""
    Ask whether median, quartiles, percentages and numbers at risk can be of one falling curve.

    Formula: no floor exceeds a ceiling that holds at the same or an earlier time: S(t) >= 1/2
    before the median, S(t) <= 1/2 after it, :math:`R(t) \le n S(t-)`. Assumptions: times in one
    unit; numbers at risk count patients with time >= t, or > t.

    References
    ----------
    .. [1] Kaplan, E. L., Meier, P., "Nonparametric estimation from incomplete observations",
       J Am Stat Assoc 53 (1958), 457-481: section 2, with S(t) = product of 1 - d / r.
    """
    for arm in sheet.arms:
        floors, ceilings = curve_bounds(sheet, arm)
        seen = set()
        for floor in floors:
            for ceiling in ceilings:
                kinds = {floor.figure.key.quantity, ceiling.figure.key.quantity}
                if kinds == {"survival"} or kinds <= set(QUANTILES):
                    continue  # these have their own checks, which know how rounding keeps order
                clash = floor.reaches(ceiling.time) and floor.share > ceiling.share + _SLACK
                pair = (floor.figure.key, ceiling.figure.key)
                if clash and pair not in seen:
                    seen.add(pair)
                    yield _clash(arm, floor, ceiling)


def _clash(arm: str, floor: Bound, ceiling: Bound) -> Finding:
    """Say that one figure holds the curve up where another one has let it fall."""
    up, down = floor.figure, ceiling.figure
    at = f"{ceiling.time:g}"
    return Finding(
        check=_name(up),
        severity=Severity.IMPOSSIBLE,
        subject=arm,
        figures=(up, down),
        printed=f"{phrase(up)}, {phrase(down)}",
        required=f"by the {up.key.label}, survival at {at} is at least {100 * floor.share:.4g} %",
        implied=f"by the {down.key.label}, it is at most {100 * ceiling.share:.4g} %",
        numbers={"at_least": 100.0 * floor.share, "at_most": 100.0 * ceiling.share},
    )


def _name(up: Figure) -> str:
    if up.key.quantity == "at_risk":
        return "numbers at risk against the curve"
    return "quantiles against percentages"
