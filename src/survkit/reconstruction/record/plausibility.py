"""How usual a curve is among those of real trials, and in which stretch it is least so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import quantile_time, tabulate_arm
from survkit.reconstruction.constraints.sample import arm_times
from survkit.reconstruction.population.shapes import (
    CENTRED,
    MONTHS,
    USUAL_LOG_MONTHS,
    describe_trial,
    shipped_shapes,
)

if TYPE_CHECKING:
    from survkit.arrays import Flags, Floats
    from survkit.kernels import ArmTimes
    from survkit.reconstruction.population.shapes import Curves, Shapes
    from survkit.reconstruction.record.reconstruction import Reconstruction
    from survkit.trial import Analysis

__all__ = ["ArmPlausibility", "Stretches", "judge_shapes", "score_arm"]

_FEWEST = 4.0
"""Events expected of a stretch, at least, for its hazard to be judged."""
_MOST_STRETCHES = 6.0
_FINENESS = 80
_DIGITS = 9
_UNUSUAL = 5.0
"""Percentile below which a shape is called unusual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPlausibility:
    """
    How usual the curve of one arm is among those of real trials of its kind.

    Parameters
    ----------
    arm : str
        Id of the arm.
    percentile : float
        Percentage of real trials with a shape at least as unusual; small where it is hard to
        believe. None of the printed figures is doubted by it.
    start, stop : float
        The most unusual stretch of the arm's follow-up, in time units.
    events : int
        Events in it.
    expected : float
        Events that usual hazards would give the patients at risk there.
    """

    arm: str
    percentile: float
    start: float
    stop: float
    events: int
    expected: float

    @property
    def unusual(self) -> bool:
        """Whether fewer than one in twenty real trials have such a shape."""
        return self.percentile < _UNUSUAL

    def sentence(self, unit: str) -> str:
        """
        Say it in words.

        Parameters
        ----------
        unit : str
            The analysis' unit of time.

        Returns
        -------
        str
            One sentence.
        """
        share = f"{self.percentile:.0f} %" if self.percentile >= 1.0 else "fewer than 1 %"
        events = "event" if self.events == 1 else "events"
        return (
            f"arm {self.arm}: {share} of real trials have a shape at least as unusual; "
            f"the most unusual stretch is {self.start:.1f} to {self.stop:.1f} {unit}s, "
            f"{self.events} {events} where {self.expected:.1f} would be usual"
        )


def judge_shapes(found: Reconstruction) -> tuple[ArmPlausibility, ...]:
    """
    Hold the curves of a reconstruction against those of real trials.

    Parameters
    ----------
    found : Reconstruction
        The patients.

    Returns
    -------
    tuple of ArmPlausibility
        One per arm with enough events to judge, in the file's order.
    """
    shapes = shipped_shapes()
    judged = [
        _judge(arm.id, found.analysis, _patients(found, arm.id), shapes)
        for arm in found.analysis.arms
    ]
    return tuple(one for one in judged if one is not None)


def _patients(found: Reconstruction, arm: str) -> ArmTimes:
    return arm_times(found.ipd[found.ipd["arm"] == arm])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """
    An arm's hazards, stretch by stretch, against those of real trials.

    Parameters
    ----------
    score : float
        How unusual they are together, as a nearly normal score.
    worst : tuple of float
        The most unusual stretch, in time units.
    events, expected : float
        Its events, and those that usual hazards would give.
    trial : ndarray of float
        Description of the trial.
    """

    score: float
    worst: tuple[float, float]
    events: float
    expected: float
    trial: Floats


def _judge(
    arm: str, analysis: Analysis, patients: ArmTimes, shapes: Shapes
) -> ArmPlausibility | None:
    n = len(analysis.arms) * patients.time.size
    found = score_arm(patients, analysis.endpoint, MONTHS[analysis.time_unit], n, shapes)
    if found is None:
        return None
    return ArmPlausibility(
        arm=arm,
        percentile=shapes.percentile(found.score, found.trial),
        start=found.worst[0],
        stop=found.worst[1],
        events=int(found.events),
        expected=found.expected,
    )


def score_arm(
    patients: ArmTimes, endpoint: str, months: float, n: int, shapes: Shapes
) -> Stretches | None:
    """
    Score one arm: log hazards of its stretches against their mean and covariance in real trials.

    Parameters
    ----------
    patients : ArmTimes
        The arm.
    endpoint : str
        Endpoint as abbreviated in print.
    months : float
        Months in the unit of time.
    n : int
        Patients of all arms.
    shapes : Shapes
        What trials taught.

    Returns
    -------
    Stretches or None
        The score; None where events are too few to judge.
    """
    end = float(patients.time.max())
    median = quantile_time(tabulate_arm(patients.time, patients.event), 0.5)
    reached = math.isfinite(median) and median > 0.0
    unit = median if reached else end
    if unit <= 0.0:
        return None
    pair = shapes.reached if reached else shapes.not_reached
    trial = describe_trial(
        endpoint,
        log_follow_up=math.log(end / unit) if reached else CENTRED,
        log_months=math.log(unit * months) - USUAL_LOG_MONTHS[0 if reached else 1],
        n=n,
    )
    edges = np.linspace(0.0, end / unit, _FINENESS + 1)
    cells = _count(patients.time / unit, patients.event, edges)
    usual = np.exp(pair.middle.mean_at(0.5 * (edges[1:] + edges[:-1]), trial))
    stretches = _stretches(cells.exposure * usual)
    if not stretches:
        return None
    events, expected, places = _gather(cells, usual, edges, stretches)
    off = np.log((events + 0.5) / (expected + 0.5))
    covariance = _covariance(pair.middle, pair.apart, places) + np.diag(1.0 / (expected + 0.5))
    distance = float(off @ np.linalg.solve(covariance, off))
    worst = int(np.argmax(np.abs(off) / np.sqrt(np.diag(covariance))))
    first, last = stretches[worst]
    return Stretches(
        score=_standardised(distance, len(stretches)),
        worst=(float(edges[first] * unit), float(edges[last] * unit)),
        events=float(events[worst]),
        expected=float(expected[worst]),
        trial=trial,
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Exposure, in units of the scale, and events of an arm, cell by cell."""

    exposure: Floats
    events: Floats


def _count(relative: Floats, event: Flags, edges: Floats) -> _Cells:
    """Count in cells, times in units of the scale, alike whatever unit they were printed in."""
    relative, edges = relative.round(_DIGITS), edges.round(_DIGITS)
    inside = np.clip(relative[:, None], edges[:-1], edges[1:]) - edges[:-1]
    events = np.histogram(relative[event], edges)[0].astype(np.float64)
    return _Cells(inside.sum(axis=0), events)


def _stretches(expected: Floats) -> list[tuple[int, int]]:
    """Divide the cells so that each stretch has enough expected events; the rest joins the last."""
    stretches: list[tuple[int, int]] = []
    first, sum_so_far = 0, 0.0
    least = max(_FEWEST, float(expected.sum()) / _MOST_STRETCHES)
    for cell, value in enumerate(expected.tolist()):
        sum_so_far += value
        if round(sum_so_far - least, _DIGITS) >= 0.0:
            stretches.append((first, cell + 1))
            first, sum_so_far = cell + 1, 0.0
    if stretches and first < expected.size:
        stretches[-1] = (stretches[-1][0], expected.size)
    return stretches


def _gather(
    cells: _Cells, usual: Floats, edges: Floats, stretches: list[tuple[int, int]]
) -> tuple[Floats, Floats, Floats]:
    """Add up events and expected events of stretches, with the middle where these lie."""
    expected = cells.exposure * usual
    middles = 0.5 * (edges[1:] + edges[:-1])
    rows = [(cells.events[a:b].sum(), expected[a:b].sum()) for a, b in stretches]
    places = [
        float((expected[a:b] * middles[a:b]).sum() / expected[a:b].sum()) for a, b in stretches
    ]
    events, sums = np.array(rows).T
    return events, sums, np.array(places)


def _covariance(middle: Curves, apart: Curves, places: Floats) -> Floats:
    """Covariance of one arm's log hazards: the middle's, and half the difference."""
    covariance: Floats = middle.covariance_at(places) + 0.25 * apart.covariance_at(places)
    return covariance


def _standardised(distance: float, degrees: int) -> float:
    """Turn a chi-squared distance into a nearly normal score, by Wilson and Hilferty (1931)."""
    spread = 2.0 / (9.0 * degrees)
    score: float = ((distance / degrees) ** (1.0 / 3.0) - (1.0 - spread)) / math.sqrt(spread)
    return score
