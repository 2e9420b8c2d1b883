"""What the printed figures of an analysis ask of the patients, as numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.kernels import Ties, Transform
    from survkit.reconstruction.constraints.schedule import Schedule

__all__ = [
    "AreaTarget",
    "ArmTargets",
    "ContrastTargets",
    "Passage",
    "SurvivalTarget",
    "Targets",
]

Flags = NDArray[np.bool_]

_ABOUT = 0.01
"""Relative room of a follow-up that is not printed but taken from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalTarget:
    """
    What is asked of an arm's curve at one point in time.

    Parameters
    ----------
    time : float
        The point in time.
    value, lower, upper : Window or None
        The curve and its confidence limits, as probabilities.
    z : float
        Normal quantile of the confidence level.
    transform : {"log-log", "log", "plain"}
        Scale of the limits.
    """

    time: float
    value: Window | None
    lower: Window | None
    upper: Window | None
    z: float
    transform: Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """
    When a curve, or a limit of it, comes down to a share: a printed quantile of time.

    Parameters
    ----------
    share : float
        Survival probability, 0.5 for a median.
    window : Window
        The printed time; infinite where the curve must stay above the share.
    z : float
        Normal quantile of the limit, negative for the lower one; 0 for the curve itself.
    transform : {"log-log", "log", "plain"}
        Scale of the limits.
    reverse : bool
        Whether it is the reverse curve, whose events are the patients who leave without one
        (Schemper and Smith 1996), as for a median follow-up.
    """

    share: float
    window: Window
    z: float
    transform: Transform
    reverse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaTarget:
    """
    What is asked of the area under a curve, or between two curves, up to a horizon.

    Parameters
    ----------
    horizon : float
        Where the area ends, in time units.
    arms : tuple of (int, int)
        Positions of the arms whose areas add up, each with 1, or with -1 if it is subtracted.
    value, lower, upper : Window or None
        The area and its confidence limits, in time units.
    z : float
        Normal quantile of the confidence level.
    standard_error : Window or None
        The standard errors that let all three figures print as they do.
    """

    horizon: float
    arms: tuple[tuple[int, int], ...]
    value: Window | None
    lower: Window | None
    upper: Window | None
    z: float
    standard_error: Window | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTargets:
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
    passages : tuple of Passage
        Median, quartiles and median follow-up with their limits; earlier ones first.
    z : float
        Normal quantile of the median's confidence level.
    transform : {"log-log", "log", "plain"}
        Scale of the median's interval.
    end : Window or None
        The longest follow-up, where printed, in time units.
    survival : tuple of SurvivalTarget
        The curve at printed times, ascending.
    at_risk : tuple of tuple
        Times and numbers at risk, ascending; patients with a time at or after each.
    horizons : tuple of float
        Where areas under the arm's curve end, ascending, in time units.
    """

    id: str
    n: int
    events: int | None
    passages: tuple[Passage, ...]
    z: float
    transform: Transform
    end: Window | None
    survival: tuple[SurvivalTarget, ...] = ()
    at_risk: tuple[tuple[float, int], ...] = ()
    horizons: tuple[float, ...] = ()

    @property
    def median(self) -> Window | None:
        """The printed median."""
        found = [own.window for own in self.of_events if own.share == 0.5 and own.z == 0.0]
        return found[0] if found else None

    @property
    def of_events(self) -> tuple[Passage, ...]:
        """The passages of the curve itself, and of its limits."""
        return tuple(own for own in self.passages if not own.reverse)

    @property
    def landmarks(self) -> tuple[float, ...]:
        """Every printed point in time of the arm."""
        passed = [own.window.middle for own in self.passages if own.window.reached]
        curve = [point.time for point in self.survival]
        at_risk = [time for time, _ in self.at_risk if time > 0.0]
        return (*passed, *curve, *at_risk, *self.horizons)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastTargets:
    """
    What is asked of two arms together.

    Parameters
    ----------
    subject : str
        The contrast in words, as in the figure keys.
    reference, experimental : int
        Positions of the two arms.
    ratio, lower, upper : Window or None
        The hazard ratio and its limits, experimental over reference.
    z : float
        Normal quantile of the interval.
    rounding : float
        Half the rounding window of the ratio, or of a limit of it, on the log scale.
    log_ratio : float or None
        The log hazard ratio that sits most comfortably among the printed figures; where none is
        printed, what the p-value lets guess.
    standard_error : Window or None
        The standard errors of it that let all three figures print as they do.
    log_rank, wald : Window or None
        The log-rank statistic, or the ratio of the log hazard ratio to its standard error, behind a
        printed p-value, negative where the experimental arm does better.
    room : Window or None
        The standard errors that leave room for sub-groups, where there are any.
    members : tuple of ndarray of bool, or None
        Who is compared, arm by arm, in the order of leaving; None for everybody.
    """

    subject: str
    reference: int
    experimental: int
    ratio: Window | None
    lower: Window | None
    upper: Window | None
    z: float
    rounding: float
    log_ratio: float | None
    standard_error: Window | None
    log_rank: Window | None = None
    wald: Window | None = None
    room: Window | None = None
    members: tuple[Flags, ...] | None = None

    @property
    def logs(self) -> tuple[Window | None, Window | None, Window | None]:
        """The hazard ratio and its limits on the log scale, on which these are symmetric."""
        ratio, lower, upper = (
            None if own is None else own.log() for own in (self.ratio, self.lower, self.upper)
        )
        return ratio, lower, upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """
    Everything the printed input figures of one analysis ask for.

    Parameters
    ----------
    arms : tuple of ArmTargets
        In the file's order.
    contrasts : tuple of ContrastTargets
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
    areas : tuple of AreaTarget
        Restricted means and their differences.
    """

    arms: tuple[ArmTargets, ...]
    contrasts: tuple[ContrastTargets, ...]
    total_events: int | None
    last_printed_time: float
    usual_end: float
    schedule: Schedule | None = None
    ties: Ties = "efron"
    areas: tuple[AreaTarget, ...] = ()

    def followed(self, ends: Mapping[str, float]) -> Targets:
        """
        Take the longest follow-up from elsewhere, where it is not printed.

        Parameters
        ----------
        ends : mapping of str to float
            The longest follow-up of each arm, in time units.

        Returns
        -------
        Targets
            With an end for every arm that the mapping knows.
        """
        arms = [
            replace(arm, end=Window((1.0 - _ABOUT) * ends[arm.id], ends[arm.id]))
            if arm.end is None and arm.id in ends
            else arm
            for arm in self.arms
        ]
        return replace(self, arms=tuple(arms))
