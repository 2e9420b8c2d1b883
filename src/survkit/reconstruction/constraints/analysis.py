"""What the printed input figures of one analysis ask of the patients, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from survkit.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.kernels import Ties, Transform
    from survkit.reconstruction.constraints.families.areas import AreaConstraint
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.constraints.families.quantiles import QuantileConstraint
    from survkit.reconstruction.constraints.families.survival import SurvivalConstraint
    from survkit.reconstruction.constraints.schedule import Schedule

__all__ = ["AnalysisConstraints", "ArmConstraints"]

_ABOUT = 0.01
"""Relative room of a follow-up that is not printed but taken from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmConstraints:
    """
    What is asked of one arm.

    Parameters
    ----------
    id : str
        The arm's id.
    n : int
        Patients.
    events : int or None
        Events, where printed.
    quantiles : tuple of QuantileConstraint
        Median, quartiles and median follow-up with their limits; earlier ones first.
    z : float
        Normal quantile of the median's confidence level.
    transform : {"log-log", "log", "plain"}
        Scale of the median's interval.
    end : Interval or None
        The longest follow-up, where printed, in time units.
    survival : tuple of SurvivalConstraint
        The curve at printed times, ascending.
    at_risk : tuple of tuple
        Times and numbers at risk, ascending; patients with a time at or after each.
    horizons : tuple of float
        Where areas under the arm's curve end, ascending, in time units.
    """

    id: str
    n: int
    events: int | None
    quantiles: tuple[QuantileConstraint, ...]
    z: float
    transform: Transform
    end: Interval | None
    survival: tuple[SurvivalConstraint, ...] = ()
    at_risk: tuple[tuple[float, int], ...] = ()
    horizons: tuple[float, ...] = ()

    @property
    def median(self) -> Interval | None:
        """The printed median."""
        found = (one.window for one in self.of_events if one.share == 0.5 and one.z == 0.0)
        return next(found, None)

    @property
    def of_events(self) -> tuple[QuantileConstraint, ...]:
        """The quantiles of the curve itself, and of its limits."""
        return tuple(quantile for quantile in self.quantiles if not quantile.reverse)

    @property
    def of_follow_up(self) -> tuple[QuantileConstraint, ...]:
        """The quantiles of the reverse curve itself, without its limits."""
        return tuple(one for one in self.quantiles if one.reverse and one.z == 0.0)

    @property
    def landmarks(self) -> tuple[float, ...]:
        """Every printed point in time of the arm."""
        passed = [one.window.middle for one in self.quantiles if one.window.reached]
        curve = [point.time for point in self.survival]
        at_risk = [time for time, _ in self.at_risk if time > 0.0]
        return (*passed, *curve, *at_risk, *self.horizons)

    def end_before(self, latest: float) -> float:
        """Return the end of the arm's follow-up: printed, but not later than that of all arms."""
        return latest if self.end is None else min(self.end.middle, latest)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisConstraints:
    """
    Everything the printed input figures of one analysis ask for.

    Parameters
    ----------
    arms : tuple of ArmConstraints
        In the file's order.
    contrasts : tuple of ContrastConstraint
        In the file's order.
    total_events : int or None
        Events over all arms, where printed.
    last_printed_time : float
        Latest time that any figure of the analysis states or belongs to, 0 where there is none.
        That a check is printed for a time tells that patients were followed so long; its value
        stays unseen.
    usual_end : float
        Five years in the analysis' unit, the follow-up where no time at all is printed.
    schedule : Schedule or None
        When patients are assessed; None where events may happen at any time.
    ties : {"efron", "breslow"}
        How tied events share a risk set.
    areas : tuple of AreaConstraint
        Restricted means and their differences.
    """

    arms: tuple[ArmConstraints, ...]
    contrasts: tuple[ContrastConstraint, ...]
    total_events: int | None
    last_printed_time: float
    usual_end: float
    schedule: Schedule | None = None
    ties: Ties = "efron"
    areas: tuple[AreaConstraint, ...] = ()

    def followed(self, ends: Mapping[str, float]) -> AnalysisConstraints:
        """Take the longest follow-up by arm id from elsewhere, where it is not printed."""
        arms = [
            replace(arm, end=Interval((1.0 - _ABOUT) * ends[arm.id], ends[arm.id]))
            if arm.end is None and arm.id in ends
            else arm
            for arm in self.arms
        ]
        return replace(self, arms=tuple(arms))
