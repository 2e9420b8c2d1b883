"""Printed medians, quartiles and survival percentages as points on the Kaplan-Meier plane."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from survkit.quantity import QUANTILES, QUANTITIES
from survkit.scene.arms import first_by_key, order_arms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.printed import Relation
    from survkit.reproduction import AnalysisReproduction
    from survkit.scene.arms import SceneArm
    from survkit.trial import Role

__all__ = ["USES", "Target", "place_targets"]

USES: dict[Role, str] = {"input": "used as input", "check": "kept out as check"}
"""What was done with a printed figure, by its role."""

_NAMES = {share: QUANTITIES[key].label for key, share in QUANTILES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A printed figure that a curve should pass through."""

    arm: SceneArm  # the arm
    # A median lies at survival 0.5, a quartile at 0.75 or 0.25, a survival percentage at its
    # point in time
    kind: Literal["quantile", "survival"]
    time: float  # in the analysis' unit
    survival: float  # A probability
    # printed confidence limits, of the time for a quantile and of the survival for a percentage;
    # infinite where not reached, None where not printed
    lower: float | None
    upper: float | None
    relation: Relation  # how the figure is stated; "<" and ">" are thresholds
    role: Role  # whether the figure shaped the patients or was kept out
    # whether it is turned over, to 1 - S; then `survival` and the limits of a percentage are, too
    turned: bool = False

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both limits, the upper one perhaps infinite; None where there is nothing to draw."""
        if self.lower is None or self.upper is None or not math.isfinite(self.lower):
            return None
        return self.lower, self.upper

    @property
    def last_time(self) -> float:
        """The last finite time that has to be seen."""
        ends = self.upper is not None and self.kind == "quantile" and math.isfinite(self.upper)
        return max(self.time, self.upper or 0.0) if ends else self.time

    @property
    def words(self) -> str:
        """What it is, for those who do not see it."""
        if self.kind == "quantile":
            share = 1.0 - self.survival if self.turned else self.survival
            what = f"{_NAMES[share]} {self.time:g}"
        else:
            name = "incidence" if self.turned else "survival"
            what = f"{name} {100.0 * self.survival:g} % at {self.time:g}"
        relation = "" if self.relation == "=" else f"{self.relation} "
        return f"{self.arm.name}: printed {relation}{what}, {USES[self.role]}"


def place_targets(result: AnalysisReproduction) -> Iterator[Target]:
    """
    Place the printed medians, quartiles and survival percentages of an analysis.

    Quantiles that are not reached have no place.
    """
    found, arms = first_by_key(result), order_arms(result.analysis)
    kind: Literal["quantile", "survival"]
    for key, comparison in found.items():
        printed, unit = comparison.figure.printed, 1.0
        if key.quantity in QUANTILES and printed.reached and not key.is_limit:
            kind, time, survival = "quantile", printed.value, QUANTILES[key.quantity]
        elif key.quantity == "survival" and key.time is not None and not key.is_limit:
            kind, time, survival, unit = "survival", float(key.time), printed.value / 100.0, 100.0
        else:
            continue
        limits = (found.get(limit) for limit in key.limits)
        lower, upper = (None if one is None else one.figure.printed.value / unit for one in limits)
        yield Target(
            arm=arms[key.subject],
            kind=kind,
            time=time,
            survival=survival,
            lower=lower,
            upper=upper,
            relation=printed.relation,
            role=comparison.figure.role,
        )
