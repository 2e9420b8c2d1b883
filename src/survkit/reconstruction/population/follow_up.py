"""How long the arms were followed, where no paper says so, and how patients leave without events.

Both are background assumptions: they fill what is not printed and give way to what is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from survkit.reconstruction.constraints.families.p_values import USUAL_EVENT_SHARE
from survkit.reconstruction.population.endpoints import is_recurrence
from survkit.reconstruction.population.population import FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.arrays import Floats
    from survkit.interval import Interval
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = [
    "administrative_censoring",
    "arm_ends",
    "expected_total_events",
    "follow_up_end",
    "median_scale",
    "medians_behind_percentages",
    "passes_half",
    "smooth_follow_up",
]

_LONGEST_IN_MEDIANS = 12.0
_BEYOND_LAST_PRINTED = 1.1
_BISECTIONS = 40
_MANY_HAVE_IT = 0.35
"""Share of patients with an event beyond which a curve has usually passed one half."""
_HALF = 0.5
_JUST_BEYOND = 1.0 / 400.0
"""How much later than a time at which somebody is at risk, as a share of it, follow-up ends."""
_STEEPEST_CENSORING = 4.0
"""Cumulative hazard of censoring in one cell beyond which nobody is left anyway."""


def median_scale(constraints: AnalysisConstraints) -> float:
    """
    Return the time scale of the curves: the geometric mean of the medians, reached or expected.

    Where no median was reached or printed, it is that of exponential curves through the last
    percentages; without any, that of a curve that still stands at three quarters when follow-up
    ends.
    """
    medians = [arm.median.middle for arm in constraints.arms if arm.median and arm.median.reached]
    if not medians:
        medians = medians_behind_percentages(constraints)
    if medians:
        return math.exp(sum(map(math.log, medians)) / len(medians))
    times = [time for arm in constraints.arms for time in arm.landmarks if time > 0.0]
    times += [arm.end.middle for arm in constraints.arms if arm.end]
    return math.log(2.0) / math.log(4.0 / 3.0) * max(times, default=constraints.usual_end)


def medians_behind_percentages(constraints: AnalysisConstraints) -> list[float]:
    """
    Return the medians of exponential curves through the last percentage of each arm.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.

    Returns
    -------
    list of float
        In time units, one for each arm that prints a percentage above 0 and below 100.
    """
    last = [_last_percentage(arm) for arm in constraints.arms]
    return [one[0] * math.log(0.5) / math.log(one[1]) for one in last if one is not None]


def _last_percentage(arm: ArmConstraints) -> tuple[float, float] | None:
    """Return the last time and share at which a printed curve is between its ends."""
    points = [(one.time, one.value.middle) for one in arm.survival if one.value is not None]
    between = [(time, share) for time, share in points if 0.0 < share < 1.0 and time > 0.0]
    return between[-1] if between else None


def expected_total_events(constraints: AnalysisConstraints) -> float | None:
    """
    Total events as printed, or as the width of a hazard ratio's interval needs them.

    With shares of the arms p and 1 - p at risk, the information of an unadjusted Cox model is about
    d p (1 - p), and it is the inverse square of the standard error. None where nothing printed
    tells.
    """
    if constraints.total_events is not None:
        return float(constraints.total_events)
    if all(arm.events is not None for arm in constraints.arms):
        return float(sum(arm.events or 0 for arm in constraints.arms))
    estimates = [_events_behind(contrast, constraints.arms) for contrast in constraints.contrasts]
    known = [estimate for estimate in estimates if estimate is not None]
    return max(known) if known else None


def _events_behind(contrast: ContrastConstraint, arms: tuple[ArmConstraints, ...]) -> float | None:
    error = contrast.standard_error
    if error is None:
        return None
    sizes = arms[contrast.reference].n, arms[contrast.experimental].n
    share = sizes[0] / sum(sizes)
    return min(1.0 / (error.middle**2 * share * (1.0 - share)), 0.95 * sum(sizes))


def follow_up_end(constraints: AnalysisConstraints, scale: float) -> float:
    """
    End of follow-up: printed, or the one at which exponential curves give the events.

    Where it is not printed, patients are taken to enter evenly over the whole of it, and it reaches
    beyond every point in time that a figure is printed for; just beyond where neither events nor a
    median tell how many patients had the event. Where one arm prints it, it is that of the other,
    too, unless this one has figures for later.
    """
    printed = [_printed_end(arm, arm.end) for arm in constraints.arms if arm.end]
    if printed:
        end = max(printed)
        others = [arm for arm in constraints.arms if arm.end is None]
        times = [time for arm in others for time in arm.landmarks]
        seen = [time for arm in others for time, count in arm.at_risk if count and time <= end]
        beyond = [_BEYOND_LAST_PRINTED * time for time in times if time > end]
        return max([end, *beyond, *((1.0 + _JUST_BEYOND) * time for time in seen)])
    if constraints.last_printed_time == 0.0:
        return constraints.usual_end
    low = _BEYOND_LAST_PRINTED * constraints.last_printed_time
    high = max(_LONGEST_IN_MEDIANS * scale, low)
    events = expected_total_events(constraints)
    if events is None and not any(arm.median and arm.median.reached for arm in constraints.arms):
        return low
    wanted = (
        USUAL_EVENT_SHARE * sum(arm.n for arm in constraints.arms) if events is None else events
    )
    return _bisect(
        lambda end: _exponential_events(constraints, scale, 0.0, end) < wanted, low, high
    )


def _bisect(is_below: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a condition ceases to hold; the middle of an interval as small as it takes."""
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return 0.5 * (low + high)


def smooth_follow_up(
    constraints: AnalysisConstraints, scale: float, _probability: float
) -> FollowUp:
    """Take the follow-up at which exponential curves give the events; nothing tells its range."""
    end = follow_up_end(constraints, scale)
    return FollowUp(end=end, lower=end, upper=end)


def passes_half(constraints: AnalysisConstraints) -> bool:
    """
    Tell, where no median is printed, whether curves come down to one half before follow-up ends.

    The last percentages tell, or events, or half of the patients who are still at risk when tables
    end; where nothing does, curves of recurrence stay above one half as a rule, and others do not.
    """
    if any(arm.median is not None for arm in constraints.arms):
        return False
    last = [point.value.middle for arm in constraints.arms for point in arm.survival if point.value]
    if last:
        return min(last) < _HALF
    share = _event_share(constraints)
    if share is not None:
        return share > _MANY_HAVE_IT
    left = [_last_at_risk(arm) for arm in constraints.arms]
    return max(left) < _HALF and not is_recurrence(constraints.endpoint)


def _event_share(constraints: AnalysisConstraints) -> float | None:
    """Return the share of patients with an event, of the arms that print it where not all do."""
    events = expected_total_events(constraints)
    if events is not None:
        return events / sum(arm.n for arm in constraints.arms)
    known = [(arm.events, arm.n) for arm in constraints.arms if arm.events is not None]
    return sum(count for count, _ in known) / sum(n for _, n in known) if known else None


def _last_at_risk(arm: ArmConstraints) -> float:
    """Return the share of patients who are at risk at the last time of a table; 0 without one."""
    return arm.at_risk[-1][1] / arm.n if len(arm.at_risk) > 1 else 0.0


def arm_ends(constraints: AnalysisConstraints, end: float) -> list[float]:
    """
    End of each arm's follow-up: its own where printed, else that of the analysis.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    end : float
        End of follow-up of the analysis, in time units.

    Returns
    -------
    list of float
        Times, in time units.
    """
    return [min(_printed_end(arm, arm.end), end) if arm.end else end for arm in constraints.arms]


def _printed_end(arm: ArmConstraints, printed: Interval) -> float:
    """Return the end of an arm: as printed, but just beyond a time at which somebody is at risk."""
    at_risk = [time for time, count in arm.at_risk if count and time <= printed.upper]
    return max([printed.middle, *((1.0 + _JUST_BEYOND) * time for time in at_risk[-1:])])


def _exponential_events(
    constraints: AnalysisConstraints, scale: float, entry: float, end: float
) -> float:
    """Events of exponential arms when follow-up is uniform from a share of it to its end."""
    ends = arm_ends(constraints, end)
    medians = [
        arm.median.middle if arm.median and arm.median.reached else scale
        for arm in constraints.arms
    ]
    return sum(
        arm.n * _exponential_event_share(median, entry * last, last)
        for arm, median, last in zip(constraints.arms, medians, ends, strict=True)
    )


def _exponential_event_share(median: float, first: float, last: float) -> float:
    """Share of exponential patients with an event when follow-up is uniform on [first, last]."""
    hazard = math.log(2.0) / median
    if last - first < 1e-9 * last:
        return 1.0 - math.exp(-hazard * last)
    return 1.0 - (math.exp(-hazard * first) - math.exp(-hazard * last)) / (hazard * (last - first))


def administrative_censoring(
    constraints: AnalysisConstraints, edges: Floats, scale: float
) -> Floats:
    """
    Cumulative censoring hazard in each cell when follow-up is uniform up to each arm's end.

    The shortest follow-up, as a share of the longest, is the one at which exponential curves give
    the printed events.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.
    edges : ndarray of float, shape (k + 1,)
        Cell edges from 0 to the end of follow-up, in time units.
    scale : float
        Time scale of the curves.

    Returns
    -------
    ndarray of float, shape (arms, k)
        Cumulative hazards, positive.
    """
    end = float(edges[-1])
    events = expected_total_events(constraints)
    entry = 0.5
    if events is not None:
        entry = _bisect(
            lambda share: _exponential_events(constraints, scale, share, end) < events, 0.0, 1.0
        )
    entry = min(entry, 0.98)
    ends = np.array(arm_ends(constraints, end))[:, None]
    still_followed = np.clip((ends - edges) / (ends * (1.0 - entry)), 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.log(still_followed[:, :-1] / still_followed[:, 1:])
    floor = 0.05 * np.diff(edges) / ends
    hazard = np.nan_to_num(hazard, nan=_STEEPEST_CENSORING)
    clipped: Floats = np.clip(hazard, floor, _STEEPEST_CENSORING)
    return clipped
