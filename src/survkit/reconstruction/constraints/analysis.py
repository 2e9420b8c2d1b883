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
    from survkit.reconstruction.constraints.families.quantiles import (
        QuantileConstraint,
        Rest,
        SymmetricInterval,
    )
    from survkit.reconstruction.constraints.families.survival import SurvivalConstraint
    from survkit.reconstruction.constraints.schedule import Schedule

__all__ = ["AnalysisConstraints", "ArmConstraints"]

_MONTHS_OF_USUAL_END = 60.0
_ABOUT = 0.01
"""Relative room of a follow-up that is not printed but taken from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmConstraints:
    """What is asked of one arm."""

    id: str  # the arm's id
    n: int  # patients
    events: int | None  # events, where printed
    # median, quartiles and median follow-up with their limits; earlier ones first
    quantiles: tuple[QuantileConstraint, ...]
    z: float  # normal quantile of the median's confidence level
    transform: Transform  # scale of the median's interval
    end: Interval | None  # the longest follow-up, where printed, in time units
    survival: tuple[SurvivalConstraint, ...] = ()  # the curve at printed times, ascending
    # times and numbers at risk, ascending; patients with a time at or after each
    at_risk: tuple[tuple[float, int], ...] = ()
    # where areas under the arm's curve end, ascending, in time units
    horizons: tuple[float, ...] = ()
    # quantiles whose limits are estimate ± z · error, and those that are the middle of a rest
    symmetric: tuple[SymmetricInterval, ...] = ()
    rests: tuple[Rest, ...] = ()
    # where the population passes further shares, which no order has to
    guides: tuple[QuantileConstraint, ...] = ()

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
    """Everything the printed input figures of one analysis ask for."""

    arms: tuple[ArmConstraints, ...]  # in the file's order
    contrasts: tuple[ContrastConstraint, ...]  # in the file's order
    total_events: int | None  # events over all arms, where printed
    # latest time that any figure of the analysis states or belongs to, 0 where there is none.
    # That a check is printed for a time tells that patients were followed so long; its value
    # stays unseen.
    last_printed_time: float
    # five years in the analysis' unit, the follow-up where no time at all is printed
    usual_end: float
    # when patients are assessed; None where events may happen at any time
    schedule: Schedule | None = None
    ties: Ties = "efron"  # how tied events share a risk set
    areas: tuple[AreaConstraint, ...] = ()  # restricted means and their differences
    endpoint: str = ""  # as abbreviated in print; empty where it is not known
    prior: str | None = None  # name of the prior on hazards, as the trial file has it
    # the shortest and the longest time that a patient can have been followed, as enrolment and
    # cut-off have it; zero and infinity where one of them is not known
    potential: Interval | None = None
    longest: float | None = None  # the longest time that any patient was followed
    # ids of arms, and the share of each taken to be followed still at all arms' median follow-up
    still_followed: tuple[tuple[str, float], ...] = ()

    @property
    def months(self) -> float:
        """Months that make the analysis' unit of time."""
        return _MONTHS_OF_USUAL_END / self.usual_end

    def followed(self, ends: Mapping[str, float]) -> AnalysisConstraints:
        """Take the longest follow-up by arm id from elsewhere, where it is not printed."""
        arms = [
            replace(arm, end=Interval((1.0 - _ABOUT) * ends[arm.id], ends[arm.id]))
            if arm.end is None and arm.id in ends
            else arm
            for arm in self.arms
        ]
        return replace(self, arms=tuple(arms))
