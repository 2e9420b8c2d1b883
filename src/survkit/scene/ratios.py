"""Printed hazard ratios beside the refitted ones, as numbers and as text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survkit.comparison import Comparison, Verdict
from survkit.quantity import FigureKey
from survkit.scene.arms import first_by_key, order_arms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reproduction import AnalysisReproduction

__all__ = ["Ratio", "RatioPair", "join_limits", "pair_ratios"]

_WORST_FIRST = (
    Verdict.MISSED,
    Verdict.NOT_COMPARABLE,
    Verdict.WITHIN_TOLERANCE,
    Verdict.REPRODUCED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A hazard ratio with its limits, experimental over reference."""

    value: float  # the hazard ratio; NaN where there is none
    lower: float  # confidence limits; NaN where there are none
    upper: float
    text: str  # the digits, such as ``"0.35 (0.27–0.45)"``


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioPair:
    """What was printed for a contrast, and what the patients give."""

    name: str  # the two arms compared, such as ``"active vs placebo"``
    printed: Ratio  # the publication's hazard ratio and the referee's
    refitted: Ratio
    level: float  # confidence level of the printed interval, in percent
    role: str  # "input", "check", or both where the interval has another role than the ratio
    verdict: Verdict  # the worst verdict among the ratio and its limits

    @property
    def shaped(self) -> bool:
        """Whether the printed ratio shaped the patients."""
        return self.role.startswith("input")


def pair_ratios(result: AnalysisReproduction) -> tuple[RatioPair, ...]:
    """Pair printed and refitted hazard ratios, one pair per contrast, in the file's order."""
    found, arms = first_by_key(result), order_arms(result.analysis)
    pairs = []
    for contrast in result.analysis.contrasts:
        ratio = FigureKey("hazard_ratio", contrast.subject)
        triple = [found.get(key) for key in (ratio, *ratio.limits)]
        if triple[0] is not None:
            sides = (arms[contrast.experimental], arms[contrast.reference])
            pairs.append(_pair(" vs ".join(arm.name for arm in sides), triple))
    return tuple(pairs)


def _pair(name: str, triple: list[Comparison | None]) -> RatioPair:
    """Pair a hazard ratio and its limits, as far as they are printed."""
    known = [comparison for comparison in triple if comparison is not None]
    verdicts = {comparison.verdict for comparison in known}
    roles = dict.fromkeys(comparison.figure.role for comparison in known)
    return RatioPair(
        name=name,
        printed=_ratio(
            [math.nan if one is None else one.figure.printed.value for one in triple],
            [str(one.figure.printed) for one in known],
        ),
        refitted=_ratio(
            [math.nan if one is None else one.estimate for one in triple],
            [one.rendered for one in known],
        ),
        level=known[-1].figure.level,
        role=" + ".join(roles),
        verdict=next(verdict for verdict in _WORST_FIRST if verdict in verdicts),
    )


def _ratio(values: list[float], digits: list[str]) -> Ratio:
    # beside an arm without events a ratio is 0 or infinite: nowhere on a log axis
    value, lower, upper = (one if 0.0 < one < math.inf else math.nan for one in values)
    return Ratio(value=value, lower=lower, upper=upper, text=join_limits(digits))


def join_limits(digits: Sequence[str]) -> str:
    """Write an estimate, alone or followed by both limits, such as ``"0.35 (0.27–0.45)"``."""
    interval = f" ({digits[1]}–{digits[2]})" if len(digits) == 3 else ""
    return digits[0] + interval if digits else ""
