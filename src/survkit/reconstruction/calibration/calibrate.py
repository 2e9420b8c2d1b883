"""Stage 4, calibration: move the knots until hazard ratios and restricted means print as asked.

Moving knots changes how the arms' times interleave, and with it the hazard ratio and its standard
error, and it changes the areas under the curves; the other figures of each arm stay as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.calibration.neighbours import exchange_neighbours
from survkit.reconstruction.calibration.sensitivity import probe_moves
from survkit.reconstruction.constraints.areas import area_excess, area_residuals, measure_areas
from survkit.reconstruction.constraints.contrast import Side, Standing, compare, excess_of
from survkit.reconstruction.constraints.wald import allowed_estimates
from survkit.reconstruction.placement.timeline import Timeline, tie

__all__ = ["Calibration", "calibrate", "calibrate_with_ties"]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.reconstruction.constraints.targets import AreaTarget, ContrastTargets, Targets

Floats = NDArray[np.float64]

_MOST_STEPS = 10
_PROBE = 0.25
"""Displacement by which the effect of a knot is measured, in gaps between knots."""
_LONGEST_STEP = 0.35
"""Largest displacement in one step, in gaps, so that knots never pass each other."""
_LENGTHS = (1.0, 0.7, 0.45, 0.25, 0.12, 1.4)
"""Multiples of a step that are tried; the best is taken."""
_WORTHWHILE = 0.8
"""Share of the loss that a step has to leave behind it, so that the next is as long."""
_ENOUGH = 0.05
"""Share of the loss at which no other length of a step is tried."""
_MOST_BOUNDS = 6
_SHORTEST_REACH = 0.1
"""Scale of the probes below which moving knots is too coarse to help."""
_OPEN_UNIT = 0.05
"""Unit of a log-rank statistic whose p-value is printed as a threshold."""
_MOST_ROUNDS = 6
_RUNS = (2, 3, 4, 6, 9, 14, 25)
"""Lengths of the runs of events that may share a time."""
_NEARLY = 0.05
"""Loss without the test above which ties are no remedy."""
_SHARES = 6
"""Halvings of the share of runs that is tied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """
    The calibrated arms.

    Parameters
    ----------
    arms : tuple of Timeline
        The arms with their times.
    loss : float
        How far the contrasts' figures are missed, in half rounding windows; 0 where all are met.
    """

    arms: tuple[Timeline, ...]
    loss: float


@dataclass(frozen=True, slots=True)
class _Aims:
    """What the times are to bring about: hazard ratios, tests and areas."""

    contrasts: tuple[ContrastTargets, ...]
    areas: tuple[AreaTarget, ...]

    @classmethod
    def of(cls, targets: Targets) -> _Aims:
        """Gather what depends on the times of an analysis."""
        aimed = tuple(own for own in targets.contrasts if own.log_ratio is not None)
        return cls(aimed, targets.areas)

    def without_test(self, contrast: ContrastTargets) -> _Aims:
        """Leave out the log-rank test of a contrast, and the contrast if nothing else is asked."""
        rest = [replace(own, log_rank=None) if own is contrast else own for own in self.contrasts]
        asks = [own for own in rest if own.log_rank or own.wald or any(own.logs)]
        return replace(self, contrasts=tuple(asks))

    def missed(self, arms: Sequence[Timeline]) -> float:
        """Squared distance from what is printed; rounded, so that machines agree on the better."""
        missed = sum(excess_of(own, _stand(own, arms)) for own in self.contrasts)
        if self.areas:
            sides = [(arm.clock.times(arm.ticks), arm.event) for arm in arms]
            missed += sum(area_excess(own, sides) for own in self.areas)
        return round(missed, 9)


def calibrate(targets: Targets, arms: Sequence[Timeline]) -> Calibration:
    """
    Bring hazard ratios, tests and restricted means to their printed values.

    Each step measures how every knot moves the log hazard ratios, their standard errors and the
    areas, and takes the shortest joint displacement that should bring all of them to the middle of
    what is printed. Neighbours of two arms then change places for the last digit of a ratio.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    arms : sequence of Timeline
        The arms.

    Returns
    -------
    Calibration
        The times that come closest.
    """
    return _settle(_Aims.of(targets), tuple(arms))


def calibrate_with_ties(targets: Targets, untied: Calibration) -> Calibration:
    """
    Tie events where a hazard ratio and a log-rank test do not go together without.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    untied : Calibration
        What came closest without ties.

    Returns
    -------
    Calibration
        The times that come closest, tied or not.
    """
    best = untied
    aims = _Aims.of(targets)
    for contrast in aims.contrasts:
        if best.loss > 0.0 and contrast.log_rank is not None:
            best = _with_ties(aims, contrast, best)
    return best


def _settle(aims: _Aims, arms: tuple[Timeline, ...]) -> Calibration:
    """Move knots, then exchange neighbours."""
    reach, loss = 1.0, aims.missed(arms)
    for _ in range(_MOST_STEPS):
        if reach <= _SHORTEST_REACH or loss == 0.0:
            break
        before = loss
        arms, loss = _step(aims, arms, reach, loss)
        reach *= 1.0 if loss < _WORTHWHILE * before else 0.4
    arms = _exchange(aims.contrasts, arms)
    return Calibration(arms=arms, loss=aims.missed(arms))


def _exchange(
    contrasts: tuple[ContrastTargets, ...], arms: tuple[Timeline, ...]
) -> tuple[Timeline, ...]:
    """Settle each contrast by exchanging neighbours; none changes the figures of another."""
    for contrast in (own for own in contrasts if own.members is None):
        for _ in range(_MOST_ROUNDS):
            standing = _stand(contrast, arms)
            if not np.isfinite(standing.cox.standard_error) or excess_of(contrast, standing) == 0.0:
                break
            arms = exchange_neighbours(contrast, standing, arms)
    return arms


def _with_ties(aims: _Aims, contrast: ContrastTargets, untied: Calibration) -> Calibration:
    """
    Tie runs of events, from short to long, until test and ratio go together.

    Ties in the experimental arm lower its observed minus expected events, ties in the reference
    arm raise them; the hazard ratio is brought to its place first, without regard for the test.
    """
    log_rank = contrast.log_rank
    best, base = untied, _settle(aims.without_test(contrast), untied.arms)
    z = _stand(contrast, base.arms).log_rank.z
    if log_rank is None or base.loss > _NEARLY or not np.isfinite(z):
        return best
    wanted = log_rank.nearest(z, share=0.5)
    index = contrast.experimental if z > wanted else contrast.reference
    for size in _RUNS:
        share = _share_of_runs(contrast, base.arms, index, size, wanted)
        if share is None and size < _RUNS[-1]:
            continue  # runs of this length are too short for the test
        share = 1.0 if share is None else share
        tied = _replaced(base.arms, tie(base.arms[index], size, share))
        best = min(best, _settle(aims, tied), key=lambda found: found.loss)
        if best.loss == 0.0:
            break
    return best


def _share_of_runs(
    contrast: ContrastTargets, arms: tuple[Timeline, ...], index: int, size: int, wanted: float
) -> float | None:
    """Return the share of runs whose ties bring the log-rank statistic to a value, if any does."""
    rising = index == contrast.reference

    def short(share: float) -> bool:
        tied = _replaced(arms, tie(arms[index], size, share))
        return (round(_stand(contrast, tied).log_rank.z, 9) < wanted) == rising

    if short(1.0):
        return None
    low, high = 0.0, 1.0
    for _ in range(_SHARES):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if short(middle) else (low, middle)
    return high


def _replaced(arms: tuple[Timeline, ...], changed: Timeline) -> tuple[Timeline, ...]:
    return tuple(changed if arm.index == changed.index else arm for arm in arms)


def _stand(contrast: ContrastTargets, arms: Sequence[Timeline]) -> Standing:
    return compare(
        _side(contrast, arms, contrast.reference), _side(contrast, arms, contrast.experimental)
    )


def _side(contrast: ContrastTargets, arms: Sequence[Timeline], index: int) -> Side:
    side = arms[index].side
    return side if contrast.members is None else side.only(contrast.members[index])


def _residuals(contrast: ContrastTargets, log_ratio: Floats, error: Floats, z: Floats) -> Floats:
    """
    Log ratios and standard errors against those that print as asked, scaled by rounding.

    The standard error and the log-rank statistic aim at the nearest that will do, the log ratio at
    the middle of what the windows leave for the standard error at hand.
    """
    unit, rows = contrast.rounding, []
    if any(own is not None for own in contrast.logs):
        floor, ceiling = allowed_estimates(*contrast.logs, contrast.z * error)
        rows.append((log_ratio - 0.5 * (floor + ceiling)) / unit)
    if contrast.standard_error is not None:
        nearest = contrast.standard_error.nearest_to(error)
        rows.append(contrast.z * (error - nearest) / unit)
    for test, statistic in ((contrast.log_rank, z), (contrast.wald, log_ratio / error)):
        if test is not None:
            half = test.half if test.bounded else _OPEN_UNIT
            rows.append((statistic - test.nearest_to(statistic, share=0.5)) / half)
    return np.stack(rows)


def _step(
    aims: _Aims, arms: tuple[Timeline, ...], reach: float, loss: float
) -> tuple[tuple[Timeline, ...], float]:
    """Move all knots by the shortest displacement that should help; the same arms if none does."""
    units = [arm.units for arm in arms]
    now, effect = _effects(aims, arms, units, _PROBE * reach)
    move = _shortest_move(effect, now, *_room(arms, units))
    parts = np.split(move, np.cumsum([arm.times.size for arm in arms])[:-1])
    best, least = arms, loss
    for length in _LENGTHS:
        trial = tuple(
            arm.at(arm.times + length * part * unit)
            for arm, part, unit in zip(arms, parts, units, strict=True)
        )
        missed = aims.missed(trial)
        if missed < least:
            best, least = trial, missed
        if least <= _ENOUGH * loss:
            break
    return best, least


def _effects(
    aims: _Aims, arms: tuple[Timeline, ...], units: list[Floats], probe: float
) -> tuple[Floats, Floats]:
    """Return the residuals as they are, and how each knot of each arm changes them."""
    moved = [arm.moved(probe * unit) for arm, unit in zip(arms, units, strict=True)]
    found = [_effects_on_ratio(own, arms, moved) for own in aims.contrasts]
    found += [_effects_on_area(own, arms, moved) for own in aims.areas]
    now = np.concatenate([residuals for residuals, _ in found])
    return now, np.concatenate([changes for _, changes in found]) / probe


def _effects_on_ratio(
    contrast: ContrastTargets, arms: tuple[Timeline, ...], moved: list[Floats]
) -> tuple[Floats, Floats]:
    """Return the residuals of a contrast, and how the probe of each knot changes them."""
    standing = _stand(contrast, arms)
    cox, log_rank = standing.cox, standing.log_rank
    values = (cox.log_hazard_ratio, cox.standard_error, log_rank.z)
    now = _residuals(contrast, *(np.array([value]) for value in values))[:, 0]
    pair = (contrast.reference, contrast.experimental)
    blocks = [np.zeros((now.size, arm.times.size)) for arm in arms]
    for own, other in (pair, pair[::-1]):
        found = probe_moves(
            standing,
            _side(contrast, arms, own),
            _side(contrast, arms, other),
            moved[own] if contrast.members is None else moved[own][:, contrast.members[own]],
            own_is_reference=own == contrast.reference,
        )
        residuals = _residuals(contrast, found.log_ratio, found.error, found.z)
        blocks[own] = residuals[:, 1:] - residuals[:, :1]
    return now, np.concatenate(blocks, axis=1)


def _effects_on_area(
    target: AreaTarget, arms: tuple[Timeline, ...], moved: list[Floats]
) -> tuple[Floats, Floats]:
    """Return the residuals of an area, and how the probe of each knot changes them."""
    parts = {
        index: measure_areas(
            arms[index].clock.times(moved[index]), arms[index].event, target.horizon
        )
        for index, _ in target.arms
    }
    area = sum(sign * parts[index][0][0] for index, sign in target.arms)
    variance = sum(parts[index][1][0] for index, _ in target.arms)
    blocks = {}
    for index, sign in target.arms:
        own_area, own_variance = parts[index]
        residuals = area_residuals(
            target,
            area + sign * (own_area - own_area[0]),
            np.sqrt(variance + own_variance - own_variance[0]),
        )
        now = residuals[:, 0]
        blocks[index] = residuals[:, 1:] - residuals[:, :1]
    still = [np.zeros((now.size, arm.times.size)) for arm in arms]
    return now, np.concatenate(
        [blocks.get(index, none) for index, none in enumerate(still)], axis=1
    )


def _shortest_move(effect: Floats, residual: Floats, low: Floats, high: Floats) -> Floats:
    """
    Shortest displacement within bounds that should undo the residuals.

    Knots that would leave their bounds are held there, and the rest is solved again.
    """
    move = np.zeros(effect.shape[1])
    free = high > low
    for _ in range(_MOST_BOUNDS):
        rest = residual + effect[:, ~free] @ move[~free]
        active = effect[:, free]
        system = active @ active.T
        system += np.eye(residual.size) * (1e-4 * np.trace(system) / residual.size + 1e-12)
        move[free] = -active.T @ np.linalg.solve(system, rest)
        outside = free & ((move < low) | (move > high))
        if not outside.any():
            break
        move = np.clip(move, low, high)
        free &= ~outside
    return np.clip(move, low, high)


def _room(arms: tuple[Timeline, ...], units: list[Floats]) -> tuple[Floats, Floats]:
    """How far each knot may go down and up in one step, in its units."""
    low, high = [], []
    for arm, unit in zip(arms, units, strict=True):
        before = 0.5 * arm.slack  # the knot before may take the other half
        after = np.append(before[1:], math.inf)
        down = np.minimum(before, arm.times - arm.knots.lower)
        up = np.minimum(after, arm.knots.upper - arm.times)
        low.append(-np.minimum(_LONGEST_STEP, down / unit))
        high.append(np.minimum(_LONGEST_STEP, up / unit))
    return np.concatenate(low), np.concatenate(high)
