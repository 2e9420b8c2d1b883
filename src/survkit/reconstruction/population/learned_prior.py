"""The learned prior: hazards as real trials have them, over time in medians and in follow-ups."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels.cells import expect_cells
from survkit.reconstruction.population.follow_up import (
    arm_ends,
    expected_total_events,
    passes_half,
)
from survkit.reconstruction.population.prior import Prior, log_hazards_relative
from survkit.reconstruction.population.shapes import (
    DURATIONS,
    USUAL_LOG_MONTHS,
    describe_trial,
    log_minus_log,
)

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints
    from survkit.reconstruction.population.prior import PriorFactory
    from survkit.reconstruction.population.shapes import Pair, Shapes

__all__ = ["learned_prior"]

_MOST_LEAVING = 4.0
"""Cumulative hazard of censoring in one cell beyond which nobody is left anyway."""
_AT_THE_END = 1e-6
"""Relative distance from an arm's end at which a cell is its last, in which everybody leaves."""
_FEWEST = 0.1
"""Expected events of a cell by which the noise of a sample is bounded."""
_GUESSED_RATIO = 0.3
"""Standard deviation of a log hazard ratio that is guessed from the arms' events."""
_GUESSED_SCALE = 0.3
"""Standard deviation of the log hazard's level where percentages give the scale, not a median."""
_USUAL_SDS = 2.0
"""Standard deviations within which the share of patients with an event is nothing unusual."""
_END, _MEDIAN, _EVENTS = map(DURATIONS.index, ("end", "median", "events"))


def learned_prior(shapes: Shapes) -> PriorFactory:
    """
    Make priors of the shapes that trials taught.

    Parameters
    ----------
    shapes : Shapes
        What trials taught.

    Returns
    -------
    callable
        From printed figures, cell edges and time scale to the prior.
    """
    return partial(_prior, shapes)


class _Scale(NamedTuple):
    """The unit of time that shapes are described in, and which of them apply."""

    unit: float
    pair: Pair
    trial: Floats
    level: float
    level_sd: float


def _scale(shapes: Shapes, constraints: AnalysisConstraints, end: float, scale: float) -> _Scale:
    """Choose the unit: the middle median where one is printed or passed, else the follow-up."""
    patients = sum(arm.n for arm in constraints.arms)
    unit, sd = _middle_median(constraints), 0.0
    if unit is None and not passes_half(constraints):
        trial = describe_trial(
            constraints.endpoint,
            log_months=math.log(end * constraints.months) - USUAL_LOG_MONTHS[1],
            n=patients,
        )
        return _Scale(end, shapes.not_reached, trial, _rarer(shapes, constraints), 0.0)
    if unit is None:
        unit, sd = _expected_median(shapes, constraints, end, scale)
    trial = describe_trial(
        constraints.endpoint,
        log_follow_up=math.log(end / unit),
        log_months=math.log(unit * constraints.months) - USUAL_LOG_MONTHS[0],
        n=patients,
    )
    return _Scale(unit, shapes.reached, trial, 0.0, sd)


def _rarer(shapes: Shapes, constraints: AnalysisConstraints) -> float:
    """
    Return by how much log hazards are beyond the usual where most patients have no event.

    Shapes are those of trials in which some have one. Where far fewer do, the hazards are lower
    from first to last: it is not that arms are followed in ways that no trial's are.
    """
    events = expected_total_events(constraints)
    if events is None:
        return 0.0
    usual = describe_trial(constraints.endpoint)[:3] @ shapes.follow_up_not_reached.mean[:, _EVENTS]
    sd = math.sqrt(float(shapes.follow_up_not_reached.covariance[_EVENTS, _EVENTS]))
    off = _level((events + 0.5) / (sum(arm.n for arm in constraints.arms) + 1.0)) - float(usual)
    return off - min(max(off, -_USUAL_SDS * sd), _USUAL_SDS * sd)


def _level(share: float) -> float:
    """Return the log of the cumulative hazard that gives a share of patients an event."""
    return math.log(-math.log1p(-share))


def _expected_median(
    shapes: Shapes, constraints: AnalysisConstraints, end: float, scale: float
) -> tuple[float, float]:
    """
    Return a median that is passed but not printed, and the sd of its logarithm.

    Percentages tell it; else it is as in trials that were followed as long, with as many events.
    """
    if any(point.value for arm in constraints.arms for point in arm.survival):
        return min(scale, end), _GUESSED_SCALE
    known = {_END: math.log(end * constraints.months)}
    events = expected_total_events(constraints)
    if events is not None:
        known[_EVENTS] = log_minus_log(events / sum(arm.n for arm in constraints.arms))
    kind = describe_trial(constraints.endpoint)[:3]
    log_months, sd, _ = shapes.follow_up.given(_MEDIAN, known, kind)
    return min(math.exp(log_months) / constraints.months, end), sd


def _middle_median(constraints: AnalysisConstraints) -> float | None:
    """Return the middle of the arms' medians, each carried there by its hazard ratio."""
    ratios = log_hazards_relative(constraints)
    reached = [
        (math.log(arm.median.middle), ratio or 0.0)
        for arm, ratio in zip(constraints.arms, ratios, strict=True)
        if arm.median and arm.median.reached and arm.median.middle > 0.0
    ]
    if not reached:
        return None
    if len(reached) == len(constraints.arms):
        return math.exp(sum(median for median, _ in reached) / len(reached))
    return math.exp(sum(median + ratio for median, ratio in reached) / len(reached))


def _prior(shapes: Shapes, constraints: AnalysisConstraints, edges: Floats, scale: float) -> Prior:
    """Lay the shapes over the cells, arm by arm, and add the noise of a sample."""
    arms, cells = len(constraints.arms), edges.size - 1
    mean = np.zeros((arms, 2, cells))
    blocks = np.zeros((arms, 2, cells, arms, 2, cells))
    known = _scale(shapes, constraints, float(edges[-1]), scale)
    _lay_events(shapes, constraints, edges, known, mean, blocks)
    _lay_leaving(shapes, constraints, edges, mean, blocks)
    noise = _noise(constraints, edges, mean, (known.pair.clumping, shapes.leaving.clumping))
    size = arms * 2 * cells
    covariance = blocks.reshape(size, size)
    covariance[np.diag_indices(size)] += noise.ravel()
    lowered = _lowered(noise)
    return Prior(mean=mean - lowered, covariance=covariance, noise=noise, lowered=lowered)


def _lay_events(
    shapes: Shapes,
    constraints: AnalysisConstraints,
    edges: Floats,
    known: _Scale,
    mean: Floats,
    blocks: Floats,
) -> None:
    """Lay the hazards of events: what arms share, what is between them, and their ratio."""
    at = 0.5 * (edges[1:] + edges[:-1]) / known.unit
    shared = known.pair.middle.mean_at(at, known.trial) + np.log(np.diff(edges) / known.unit)
    apart = known.pair.apart.mean_at(at, known.trial)
    levels, sds = _levels(shapes, constraints)
    signs = _signs(constraints)
    mean[:, 0] = shared + known.level + signs[:, None] * apart + levels[:, None]
    between = _between(len(constraints.arms))
    common = known.pair.middle.covariance_at(at) + known.level_sd**2
    departure = known.pair.apart.covariance_at(at)
    for one, other in np.ndindex(between.shape):
        level = between[one, other] * sds[one] * sds[other]
        blocks[one, 0, :, other, 0, :] = common + between[one, other] * departure + level


def _lay_leaving(
    shapes: Shapes, constraints: AnalysisConstraints, edges: Floats, mean: Floats, blocks: Floats
) -> None:
    """Lay the hazards of censoring over each arm's follow-up, and what differs between arms."""
    leaving = shapes.leaving
    values = describe_trial(constraints.endpoint) @ leaving.middle.mean
    middles, widths = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    ends = arm_ends(constraints, float(edges[-1]))
    weights = [leaving.middle.weights(np.minimum(middles / end, 1.0)) for end in ends]
    for arm, end in enumerate(ends):
        hazards = weights[arm] @ values + np.log(widths / end)
        mean[arm, 1] = np.minimum(hazards, math.log(_MOST_LEAVING))
        mean[arm, 1, edges[1:] >= end * (1.0 - _AT_THE_END)] = math.log(_MOST_LEAVING)
    between = _between(len(ends))
    for one, other in np.ndindex(between.shape):
        covariance = leaving.middle.covariance + between[one, other] * leaving.apart.covariance
        blocks[one, 1, :, other, 1, :] = weights[one] @ covariance @ weights[other].T


def _levels(shapes: Shapes, constraints: AnalysisConstraints) -> tuple[Floats, Floats]:
    """
    Return each arm's log hazard against the arms' middle, and how uncertain a difference is.

    Where no ratio is printed it is guessed from events, as if the arms had been followed alike; or
    it is as in other trials.
    """
    printed = log_hazards_relative(constraints)
    guessed = [
        None if arm.events is None else _level((arm.events + 0.5) / (arm.n + 1.0))
        for arm in constraints.arms
    ]
    known = [level for level in guessed if level is not None]
    medians = any(arm.median and arm.median.reached for arm in constraints.arms)
    by_events = len(known) == len(printed) and not medians
    middle = sum(known) / len(known) if known else 0.0
    usual = shapes.log_ratio[0] * _signs(constraints)
    levels, sds = np.zeros(len(printed)), np.zeros(len(printed))
    for arm, (ratio, guess) in enumerate(zip(printed, guessed, strict=True)):
        if ratio is not None:
            levels[arm] = ratio
        elif guess is not None and by_events:
            levels[arm], sds[arm] = guess - middle, _GUESSED_RATIO
        else:
            levels[arm], sds[arm] = usual[arm], shapes.log_ratio[1]
    return levels, sds


def _between(arms: int) -> Floats:
    """Covariance over arms that gives each two of them a difference of variance one."""
    if arms == 1:
        return np.full((1, 1), 0.25)
    between: Floats = 0.5 * (np.eye(arms) - 1.0 / arms)
    return between


def _signs(constraints: AnalysisConstraints) -> Floats:
    """Return -1/2 for reference arms, +1/2 for those compared with them, 0 for others."""
    signs = np.zeros(len(constraints.arms))
    for contrast in constraints.contrasts:
        signs[contrast.reference], signs[contrast.experimental] = -0.5, 0.5
    return signs


def _noise(
    constraints: AnalysisConstraints, edges: Floats, mean: Floats, clumping: tuple[float, float]
) -> Floats:
    """Return the variance that each cell alone has as the noise of a sample of its size."""
    noise = np.empty_like(mean)
    for arm, asked in enumerate(constraints.arms):
        expected = expect_cells(asked.n, edges, mean[arm])
        leaving = expected.at_risk * np.exp(mean[arm, 1])
        for row, counts in enumerate((expected.events, leaving)):
            noise[arm, row] = np.log1p(clumping[row] / np.maximum(counts, _FEWEST))
    return noise


def _lowered(noise: Floats) -> Floats:
    """
    Return by how much the noise of a sample lowers the mean of each log hazard.

    It leaves the expected events of a cell as they are, so that the mean of their logarithm is
    lower by half its variance, and most where few are expected. Those of all cells of an arm
    together stay what they were: what is expected of a trial without noise is what trials taught.
    """
    lowered = 0.5 * noise
    expected = 1.0 / np.expm1(noise[:, 0])
    lowered[:, 0] -= ((expected * lowered[:, 0]).sum(axis=1) / expected.sum(axis=1))[:, None]
    return lowered
