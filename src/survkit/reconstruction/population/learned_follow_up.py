"""Follow-up that is not printed, as in trials with such medians, events, tables and dates."""

from __future__ import annotations

import math
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from survkit.reconstruction.population.follow_up import (
    expected_total_events,
    follow_up_end,
    passes_half,
)
from survkit.reconstruction.population.population import FollowUp
from survkit.reconstruction.population.shapes import (
    DURATIONS,
    describe_trial,
    log_minus_log,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.shapes import Shapes

__all__ = ["learned_follow_up"]

_IN_FOUR_OF_FIVE = (0.1, 0.9)
_BEYOND_LAST_PRINTED = 1.01
_OF_LONGEST_POSSIBLE = (0.95, 0.08)
"""The last patient's time over the time from first enrolment to cut-off, and the sd of its log."""
_UNUSUAL = 9.0
"""Squared distance of what is known from the trials' mean beyond which nothing was learned."""
_UNUSUAL_WIDENS = 2.0


class _Known(NamedTuple):
    """Numbers that tell of follow-up, by their place in `DURATIONS`, and what they are in words."""

    values: dict[int, float]
    words: list[str]
    reached: bool


def learned_follow_up(shapes: Shapes) -> Callable[[AnalysisConstraints, float, float], FollowUp]:
    """
    Infer follow-up as it is in trials like the given one.

    Parameters
    ----------
    shapes : Shapes
        What trials taught.

    Returns
    -------
    callable
        From printed figures, the time scale of the curves and a probability to the follow-up.
    """
    return partial(_take_or_infer, shapes)


def _take_or_infer(
    shapes: Shapes, constraints: AnalysisConstraints, scale: float, probability: float
) -> FollowUp:
    """Take what is printed, of the arms or of all patients, else infer it."""
    if any(arm.end is not None for arm in constraints.arms):
        end = follow_up_end(constraints, scale)
        return FollowUp(end=end, lower=end, upper=end)
    if constraints.longest is not None:
        end = max(constraints.longest, constraints.last_printed_time)
        return FollowUp(end=end, lower=end, upper=end, basis="the longest that is printed")
    return _infer(shapes, constraints, probability)


def _infer(shapes: Shapes, constraints: AnalysisConstraints, probability: float) -> FollowUp:
    """Infer it from what is known; at one half its median in such trials."""
    known = _what_is_known(constraints)
    kind = describe_trial(constraints.endpoint)[:3]
    reached = known.reached or passes_half(constraints)
    taught = shapes.follow_up if reached else shapes.follow_up_not_reached
    mean, sd, off = taught.first_given(known.values, kind)
    mean -= math.log(constraints.months)
    unusual = off > _UNUSUAL * max(len(known.values), 1)
    sd *= _UNUSUAL_WIDENS if unusual else 1.0
    words = known.words
    low, high = _bounds(constraints)
    if constraints.potential is not None and math.isfinite(constraints.potential.upper):
        share, spread = _OF_LONGEST_POSSIBLE
        of_dates = math.log(share * constraints.potential.upper)
        weight = sd**2 / (sd**2 + spread**2)
        mean, sd = mean + weight * (of_dates - mean), sd * math.sqrt(1.0 - weight)
        words = ["enrolment and cut-off", *words]
    if constraints.last_printed_time > 0.0:
        words = [*words, "the last time that is printed"]
    lower, upper = (_quantile(mean, sd, low, high, share) for share in _IN_FOUR_OF_FIVE)
    return FollowUp(
        end=_quantile(mean, sd, low, high, probability),
        lower=lower,
        upper=upper,
        basis=", ".join(words),
        unusual=unusual,
    )


def _what_is_known(constraints: AnalysisConstraints) -> _Known:
    """Gather medians, events and median follow-up, where they are printed."""
    place = {name: number for number, name in enumerate(DURATIONS)}
    values: dict[int, float] = {}
    words: list[str] = []
    medians = [
        arm.median.middle
        for arm in constraints.arms
        if arm.median and arm.median.reached and arm.median.middle > 0.0
    ]
    if medians:
        values[place["median"]] = _mean_log(medians) + math.log(constraints.months)
        words.append("medians")
    events = expected_total_events(constraints)
    if events is not None:
        values[place["events"]] = log_minus_log(events / sum(arm.n for arm in constraints.arms))
        words.append("events")
    followed = [
        quantile.window.middle
        for arm in constraints.arms
        for quantile in arm.of_follow_up
        if quantile.window.reached and quantile.window.middle > 0.0
    ]
    if followed:
        values[place["follow_up"]] = _mean_log(followed) + math.log(constraints.months)
        words.append("median follow-up")
    return _Known(values, words, reached=bool(medians))


def _mean_log(values: list[float]) -> float:
    return sum(map(math.log, values)) / len(values)


def _bounds(constraints: AnalysisConstraints) -> tuple[float, float]:
    """Return between which times the last patient must have left, as tables and dates have it."""
    low, high = constraints.last_printed_time, math.inf
    ends = [_end_of_table(arm.at_risk) for arm in constraints.arms if len(arm.at_risk) > 1]
    if ends:
        high = max(last for _, last in ends)
        if low >= high:  # nobody is at risk at the last time of the tables
            low = max(first for first, _ in ends)
    low *= _BEYOND_LAST_PRINTED
    if constraints.potential is not None:
        low = max(low, min(constraints.potential.lower, constraints.potential.upper))
        high = min(high, constraints.potential.upper)
    return low, max(high, low * _BEYOND_LAST_PRINTED)


def _end_of_table(at_risk: tuple[tuple[float, int], ...]) -> tuple[float, float]:
    """Return between which times the last patient left, as a table of numbers at risk has it."""
    times = [time for time, _ in at_risk]
    present = [time for time, count in at_risk if count > 0]
    last = present[-1] if present else 0.0
    later = [time for time in times if time > last]
    return last, later[0] if later else last + (times[-1] - times[-2])


def _quantile(mean: float, sd: float, low: float, high: float, share: float) -> float:
    """Return a quantile of a log-normal time between bounds, in time units."""
    normal = NormalDist(mean, max(sd, 1e-6))
    below = normal.cdf(math.log(low)) if low > 0.0 else 0.0
    above = normal.cdf(math.log(high)) if math.isfinite(high) else 1.0
    probability = below + share * (above - below)
    if not below < probability < above or not 0.0 < probability < 1.0:
        nearest = low if math.log(max(low, 1e-300)) > mean else high
        return nearest if math.isfinite(nearest) else math.exp(mean)
    return min(max(math.exp(normal.inv_cdf(probability)), low), high)
