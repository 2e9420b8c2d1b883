"""Stage 4, calibration: move the knots until the hazard ratios and their intervals print as asked.

Moving knots changes how the arms' times interleave, and with it the hazard ratio and its standard
error; the figures of each arm stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.exchange import exchange_neighbours
from survkit.reconstruction.probing import probe_moves
from survkit.reconstruction.standing import Side, Standing, compare, excess_of
from survkit.reconstruction.targets import ContrastTargets, allowed_log_ratios
from survkit.reconstruction.timeline import Timeline, tie

__all__ = ["Calibration", "calibrate", "calibrate_with_ties"]

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def calibrate(contrasts: Sequence[ContrastTargets], arms: Sequence[Timeline]) -> Calibration:
    """
    Bring the contrasts' figures to their printed values.

    Each step measures how every knot moves the log hazard ratios and their standard errors, and
    takes the shortest joint displacement that should bring all of them to the middle of what is
    printed. Neighbours of two arms then change places for the last digit.

    Parameters
    ----------
    contrasts : sequence of ContrastTargets
        The printed figures.
    arms : sequence of Timeline
        The arms.

    Returns
    -------
    Calibration
        The times that come closest.
    """
    return _settle(_aimed(contrasts), tuple(arms))


def calibrate_with_ties(contrasts: Sequence[ContrastTargets], untied: Calibration) -> Calibration:
    """
    Tie events where a hazard ratio and a log-rank test do not go together without.

    Parameters
    ----------
    contrasts : sequence of ContrastTargets
        The printed figures.
    untied : Calibration
        What came closest without ties.

    Returns
    -------
    Calibration
        The times that come closest, tied or not.
    """
    best = untied
    for contrast in _aimed(contrasts):
        if best.loss > 0.0 and contrast.log_rank is not None:
            best = _with_ties(_aimed(contrasts), contrast, best)
    return best


def _aimed(contrasts: Sequence[ContrastTargets]) -> list[ContrastTargets]:
    return [contrast for contrast in contrasts if contrast.log_ratio is not None]


def _settle(contrasts: list[ContrastTargets], arms: tuple[Timeline, ...]) -> Calibration:
    """Move knots, then exchange neighbours."""
    reach, loss = 1.0, _loss(contrasts, arms)
    for _ in range(_MOST_STEPS):
        if reach <= _SHORTEST_REACH or loss == 0.0:
            break
        arms = _step(contrasts, arms, reach)
        before, loss = loss, _loss(contrasts, arms)
        reach *= 1.0 if loss < _WORTHWHILE * before else 0.4
    arms = _exchange(contrasts, arms)
    return Calibration(arms=arms, loss=_loss(contrasts, arms))


def _exchange(contrasts: list[ContrastTargets], arms: tuple[Timeline, ...]) -> tuple[Timeline, ...]:
    """Settle each contrast by exchanging neighbours; none changes the figures of another."""
    for contrast in (own for own in contrasts if own.members is None):
        for _ in range(_MOST_ROUNDS):
            standing = _stand(contrast, arms)
            if not np.isfinite(standing.cox.standard_error) or excess_of(contrast, standing) == 0.0:
                break
            arms = exchange_neighbours(contrast, standing, arms)
    return arms


def _with_ties(
    contrasts: list[ContrastTargets], contrast: ContrastTargets, untied: Calibration
) -> Calibration:
    """
    Tie runs of events, from short to long, until test and ratio go together.

    Ties in the experimental arm lower its observed minus expected events, ties in the reference
    arm raise them; the hazard ratio is brought to its place first, without regard for the test.
    """
    log_rank = contrast.log_rank
    without = [replace(own, log_rank=None) if own is contrast else own for own in contrasts]
    best, base = untied, _settle(without, untied.arms)
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
        best = min(best, _settle(contrasts, tied), key=lambda found: found.loss)
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


def _merit(contrasts: list[ContrastTargets], standings: list[Standing]) -> float:
    """Squared distance from what is printed; rounded, so that machines agree on what is better."""
    pairs = zip(contrasts, standings, strict=True)
    return round(sum(excess_of(contrast, standing) for contrast, standing in pairs), 9)


def _loss(contrasts: list[ContrastTargets], arms: tuple[Timeline, ...]) -> float:
    return _merit(contrasts, [_stand(contrast, arms) for contrast in contrasts])


def _stand(contrast: ContrastTargets, arms: tuple[Timeline, ...]) -> Standing:
    return compare(
        _side(contrast, arms, contrast.reference), _side(contrast, arms, contrast.experimental)
    )


def _side(contrast: ContrastTargets, arms: tuple[Timeline, ...], index: int) -> Side:
    side = arms[index].side
    return side if contrast.members is None else side.only(contrast.members[index])


def _residuals(contrast: ContrastTargets, log_ratio: Floats, error: Floats, z: Floats) -> Floats:
    """
    Log ratios and standard errors against those that print as asked, scaled by rounding.

    The standard error and the log-rank statistic aim at the nearest that will do, the log ratio at
    the middle of what the windows leave for the standard error at hand.
    """
    unit = contrast.rounding
    floor, ceiling = allowed_log_ratios(
        contrast.ratio, contrast.lower, contrast.upper, contrast.z * error
    )
    rows = [(log_ratio - 0.5 * (floor + ceiling)) / unit]
    if contrast.standard_error is not None:
        nearest = contrast.standard_error.nearest_to(error)
        rows.append(contrast.z * (error - nearest) / unit)
    for test, statistic in ((contrast.log_rank, z), (contrast.wald, log_ratio / error)):
        if test is not None:
            half = test.half if test.bounded else _OPEN_UNIT
            rows.append((statistic - test.nearest_to(statistic, share=0.5)) / half)
    return np.stack(rows)


def _step(
    contrasts: list[ContrastTargets], arms: tuple[Timeline, ...], reach: float
) -> tuple[Timeline, ...]:
    """Move all knots by the shortest displacement that should help; the same arms if none does."""
    standings = [_stand(contrast, arms) for contrast in contrasts]
    units = [arm.units for arm in arms]
    now, effect = _effects(contrasts, arms, standings, units, _PROBE * reach)
    move = _shortest_move(effect, now, *_room(arms, units))
    parts = np.split(move, np.cumsum([arm.times.size for arm in arms])[:-1])
    best, before = arms, _merit(contrasts, standings)
    least = before
    for length in _LENGTHS:
        trial = tuple(
            arm.at(arm.times + length * part * unit)
            for arm, part, unit in zip(arms, parts, units, strict=True)
        )
        loss = _loss(contrasts, trial)
        if loss < least:
            best, least = trial, loss
        if least <= _ENOUGH * before:
            break
    return best


def _effects(
    contrasts: list[ContrastTargets],
    arms: tuple[Timeline, ...],
    standings: list[Standing],
    units: list[Floats],
    probe: float,
) -> tuple[Floats, Floats]:
    """Return the residuals as they are, and how each knot of each arm changes them."""
    now, effects = [], []
    moved = [arm.moved(probe * unit) for arm, unit in zip(arms, units, strict=True)]
    for contrast, standing in zip(contrasts, standings, strict=True):
        cox, log_rank = standing.cox, standing.log_rank
        values = (cox.log_hazard_ratio, cox.standard_error, log_rank.z)
        now.append(_residuals(contrast, *(np.array([value]) for value in values))[:, 0])
        pair = (contrast.reference, contrast.experimental)
        blocks = [np.zeros((now[-1].size, arm.times.size)) for arm in arms]
        for own, other in (pair, pair[::-1]):
            found = probe_moves(
                standing,
                _side(contrast, arms, own),
                _side(contrast, arms, other),
                moved[own] if contrast.members is None else moved[own][:, contrast.members[own]],
                own_is_reference=own == contrast.reference,
            )
            residuals = _residuals(contrast, found.log_ratio, found.error, found.z)
            blocks[own] = (residuals[:, 1:] - residuals[:, :1]) / probe
        effects.append(np.concatenate(blocks, axis=1))
    return np.concatenate(now), np.concatenate(effects)


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
    pairs = list(zip(arms, units, strict=True))
    low = [np.maximum(-_LONGEST_STEP, (arm.knots.lower - arm.times) / unit) for arm, unit in pairs]
    high = [np.minimum(_LONGEST_STEP, (arm.knots.upper - arm.times) / unit) for arm, unit in pairs]
    return np.concatenate(low), np.concatenate(high)
