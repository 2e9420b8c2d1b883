"""Follow-up that is not printed, as in trials with such medians, events, tables and dates."""

from __future__ import annotations

import math
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from survkit.reconstruction.population.follow_up import (
    expected_total_events,
    follow_up_end,
    medians_behind_percentages,
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
_END, _MEDIAN, _EVENTS, _FOLLOW_UP = map(DURATIONS.index, ("end", "median", "events", "follow_up"))
_UNUSUAL = 9.0
"""Squared distance of what is known from the trials' mean beyond which nothing was learned."""
_UNUSUAL_WIDENS = 2.0
_WIDENED_WHERE_CUT = 2.0
"""
By how much less what is usual counts where a curve is known to be cut off, as standard deviation.
"""
_LEAST_SD = 1e-6
_HALF = 0.5
"""Share that curves come down to at their medians."""
_STANDARD = NormalDist()


class _Known(NamedTuple):
    """Numbers that tell of follow-up, by their place in `DURATIONS`, and what they are in words."""

    values: dict[int, float]
    words: list[str]
    reached: bool


class _Expected(NamedTuple):
    """The longest follow-up, in time units: its log is normal, but between two bounds."""

    mean: float
    sd: float
    low: float
    high: float

    def quantile(self, share: float) -> float:
        """Return a quantile of it."""
        first = (math.log(self.low) - self.mean) / self.sd if self.low > 0.0 else -math.inf
        last = (math.log(self.high) - self.mean) / self.sd
        if first > 0.0:  # a tail: probabilities have digits near zero, and not near one
            found = -_quantile_between(-last, -first, 1.0 - share)
        else:
            found = _quantile_between(first, last, share)
        return min(max(math.exp(self.mean + self.sd * found), self.low), self.high)


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
    mean, sd, off = taught.given(_END, known.values, kind)
    unusual = off > _UNUSUAL * max(len(known.values), 1)
    sd = max(sd * (_UNUSUAL_WIDENS if unusual else 1.0), _LEAST_SD)
    expected = _Expected(mean - math.log(constraints.months), sd, *_bounds(constraints))
    words = known.words
    if constraints.potential is not None and math.isfinite(constraints.potential.upper):
        expected = _with_dates(expected, constraints.potential.upper)
        words = ["enrolment and cut-off", *words]
    last = _last_before_unreached(constraints)
    if last > 0.0:
        expected = _ending_soon_after(expected, last, shapes.after_last_reached)
        words = [*words, "what is not reached"]
    if constraints.last_printed_time > 0.0:
        words = [*words, "the last time that is printed"]
    lower, upper = map(expected.quantile, _IN_FOUR_OF_FIVE)
    return FollowUp(
        end=expected.quantile(probability),
        lower=lower,
        upper=upper,
        basis=", ".join(words),
        unusual=unusual,
    )


def _with_dates(expected: _Expected, longest: float) -> _Expected:
    """Take in how long the first patient can have been followed."""
    share, spread = _OF_LONGEST_POSSIBLE
    weight = expected.sd**2 / (expected.sd**2 + spread**2)
    mean = expected.mean + weight * (math.log(share * longest) - expected.mean)
    return expected._replace(mean=mean, sd=expected.sd * math.sqrt(1.0 - weight))


def _ending_soon_after(expected: _Expected, last: float, excess: float) -> _Expected:
    """
    Take in that a curve or its limit had not come down to one half when follow-up ended.

    The log of the follow-up over the last time that was reached is exponential; a normal density
    times an exponential one is a normal one again, moved.
    """
    sd = _WIDENED_WHERE_CUT * expected.sd
    mean = expected.mean - sd**2 / excess
    return expected._replace(mean=mean, sd=sd, low=max(expected.low, last))


def _last_before_unreached(constraints: AnalysisConstraints) -> float:
    """Return the latest of the medians and limits of arms in which another is not reached."""
    times = [0.0]
    for arm in constraints.arms:
        halves = [one.window for one in arm.of_events if one.share == _HALF]
        if not all(window.reached for window in halves):
            times += [window.middle for window in halves if window.reached]
    return max(times)


def _what_is_known(constraints: AnalysisConstraints) -> _Known:
    """Gather medians, events and median follow-up, where they are printed."""
    values: dict[int, float] = {}
    words: list[str] = []
    medians = [
        arm.median.middle
        for arm in constraints.arms
        if arm.median and arm.median.reached and arm.median.middle > 0.0
    ]
    extrapolated = [] if medians else medians_behind_percentages(constraints)
    if medians or extrapolated:
        values[_MEDIAN] = _mean_log(medians or extrapolated) + math.log(constraints.months)
        words.append("medians" if medians else "percentages")
    events = expected_total_events(constraints)
    if events is not None:
        values[_EVENTS] = log_minus_log(events / sum(arm.n for arm in constraints.arms))
        words.append("events")
    followed = [
        quantile.window.middle
        for arm in constraints.arms
        for quantile in arm.of_follow_up
        if quantile.window.reached and quantile.window.middle > 0.0
    ]
    if followed:
        values[_FOLLOW_UP] = _mean_log(followed) + math.log(constraints.months)
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


def _quantile_between(first: float, last: float, share: float) -> float:
    """Return a quantile of a standard normal variable between bounds."""
    below, above = _share_below(first), _share_below(last)
    probability = below + share * (above - below)
    if not below < probability < above:
        nearest = first if first > 0.0 else last
        return nearest if math.isfinite(nearest) else 0.0
    return _STANDARD.inv_cdf(probability)


def _share_below(value: float) -> float:
    """Return the probability that a standard normal variable is below a value."""
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
