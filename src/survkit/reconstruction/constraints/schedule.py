"""When patients are assessed, in the time unit of the analysis.

With one, the attempts leave placement and calibration to the folder `visits`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats
    from survkit.trial import Analysis, AssessmentSchedule

__all__ = ["Schedule", "read_schedule"]

_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12.0, "year": 365.25}
_SAME_TIME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The visits at which events are found, all in the time unit of the analysis."""

    every: float  # time between two visits
    window: float  # how much before or after its date a visit may take place
    until: float  # time of the last visit before the spacing changes; infinite where it does not
    then_every: float  # time between two visits afterwards
    day: float  # length of a day

    def visits(self, end: float) -> Floats:
        """
        List the dates of the visits.

        Parameters
        ----------
        end : float
            Time up to which a visit may take place.

        Returns
        -------
        ndarray of float, shape (k,)
            Dates, ascending; the visit at time 0 is none of them.
        """
        latest = end + self.window + _SAME_TIME
        regular = math.floor(min(self.until, latest) / self.every + _SAME_TIME)
        first: Floats = self.every * np.arange(1, regular + 1, dtype=np.float64)
        if self.until >= latest:
            return first
        last = float(first[-1]) if first.size else 0.0
        more = max(0, math.floor((latest - last) / self.then_every + _SAME_TIME))
        later = last + self.then_every * np.arange(1, more + 1)
        both: Floats = np.concatenate((first, later)).astype(np.float64)
        return both

    def is_visit(self, times: Floats, rounding: float) -> Flags:
        """
        Tell which times are those of a visit, its window included.

        Parameters
        ----------
        times : ndarray of float
            Points in time.
        rounding : float
            How far from its exact time a visit may be written.

        Returns
        -------
        ndarray of bool
            In the same shape.
        """
        visits = self.visits(float(times.max(initial=0.0)) + self.every)
        if not visits.size:
            return np.zeros(times.shape, dtype=np.bool_)
        after = np.searchsorted(visits, times)
        nearest = np.minimum(
            np.abs(times - visits[np.minimum(after, visits.size - 1)]),
            np.abs(times - visits[np.maximum(after - 1, 0)]),
        )
        return nearest <= self.window + rounding


def read_schedule(analysis: Analysis) -> Schedule | None:
    """Read the schedule of an analysis."""
    stated = analysis.assessment_every
    if stated is None:
        return None
    unit = _DAYS[stated.unit or analysis.time_unit] / _DAYS[analysis.time_unit]
    later = _later(stated)
    return Schedule(
        every=float(stated.value) * unit,
        window=float(stated.window) * unit,
        until=later[0] * unit,
        then_every=later[1] * unit,
        day=1.0 / _DAYS[analysis.time_unit],
    )


def _later(stated: AssessmentSchedule) -> tuple[float, float]:
    """Return when the spacing changes, and to what; never, where nothing is stated."""
    if stated.until is None or stated.then_every is None:
        return math.inf, float(stated.value)
    return float(stated.until), float(stated.then_every)
