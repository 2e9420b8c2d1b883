"""Stage 4, calibration: move the knots until the hazard ratios and their intervals print as asked.

Moving knots changes how the arms' times interleave, and with it the hazard ratio and its standard
error; the figures of each arm stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.exchange import exchange_neighbours
from survkit.reconstruction.placement import Clock, Knots, place_patients
from survkit.reconstruction.standing import Standing, compare_untied, excess_of
from survkit.reconstruction.targets import ContrastTargets, Targets, allowed_log_ratios

if TYPE_CHECKING:
    from survkit.reconstruction.history import History

__all__ = ["Calibration", "calibrate"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_STEPS = 10
_PROBE = 0.25
"""Displacement by which the effect of a knot is measured, in gaps between knots."""
_LONGEST_STEP = 0.35
"""Largest displacement in one step, in gaps, so that knots never pass each other."""
_LENGTHS = (1.0, 0.7, 0.45, 0.25, 0.12, 1.4)
"""Multiples of a step that are tried; the best is taken."""
_MOST_BOUNDS = 6
_SHORTEST_REACH = 0.1
"""Scale of the probes below which moving knots is too coarse to help."""
_SHORTEST_UNIT = 1e-9
_OPEN_UNIT = 0.05
"""Unit of a log-rank statistic whose p-value is printed as a threshold."""
_MOST_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """
    The calibrated arms.

    Parameters
    ----------
    ticks : tuple of ndarray of int
        Times of each arm's patients, in ticks, in the order of leaving.
    loss : float
        How far the contrasts' figures are missed, in half rounding windows; 0 where all are met.
    """

    ticks: tuple[Ticks, ...]
    loss: float


@dataclass(slots=True)
class _Arm:
    """One arm on the move."""

    knots: Knots
    times: Floats
    event: Flags
    ticks: Ticks


def calibrate(
    targets: Targets,
    histories: list[History],
    knots: list[tuple[Knots, Floats]],
    clock: Clock,
) -> Calibration:
    """
    Bring the contrasts' figures to their printed values.

    Each step measures how every knot moves the log hazard ratios and their standard errors, and
    takes the shortest joint displacement that should bring all of them to the middle of what is
    printed.

    Parameters
    ----------
    targets : Targets
        The printed figures.
    histories : list of History
        The arms' patients in order.
    knots : list of tuple
        The arms' knots and the times these begin at.
    clock : Clock
        The grid of times.

    Returns
    -------
    Calibration
        The times that come closest.
    """
    arms = [
        _Arm(own, times, history.event, place_patients(own, times, clock, index))
        for index, ((own, times), history) in enumerate(zip(knots, histories, strict=True))
    ]
    contrasts = [contrast for contrast in targets.contrasts if contrast.log_ratio is not None]
    reach = 1.0
    for _ in range(_MOST_STEPS):
        if reach <= _SHORTEST_REACH or _loss(arms, contrasts) == 0.0:
            break
        standings = [_stand(arms[c.reference], arms[c.experimental]) for c in contrasts]
        if not _step(arms, contrasts, standings, clock, reach):
            reach *= 0.4
    _exchange(arms, contrasts, clock)
    return Calibration(ticks=tuple(arm.ticks for arm in arms), loss=_loss(arms, contrasts))


def _exchange(arms: list[_Arm], contrasts: list[ContrastTargets], clock: Clock) -> None:
    """Settle each contrast by exchanging neighbours; none changes the figures of another."""
    bounds = [arm.knots.patient_bounds(clock) for arm in arms]
    for contrast in contrasts:
        for _ in range(_MOST_ROUNDS):
            standing = _stand(arms[contrast.reference], arms[contrast.experimental])
            if not np.isfinite(standing.cox.standard_error) or excess_of(contrast, standing) == 0.0:
                break
            moved = exchange_neighbours(
                contrast, standing, [arm.ticks for arm in arms], [arm.event for arm in arms], bounds
            )
            for arm, ticks in zip(arms, moved, strict=True):
                arm.ticks = ticks


def _merit(contrasts: list[ContrastTargets], standings: list[Standing]) -> float:
    """Squared distance from what is printed; rounded, so that machines agree on what is better."""
    pairs = zip(contrasts, standings, strict=True)
    return round(sum(excess_of(contrast, standing) for contrast, standing in pairs), 9)


def _loss(arms: list[_Arm], contrasts: list[ContrastTargets]) -> float:
    standings = [_stand(arms[c.reference], arms[c.experimental]) for c in contrasts]
    return _merit(contrasts, standings)


def _stand(reference: _Arm, experimental: _Arm) -> Standing:
    return compare_untied(
        (reference.ticks, reference.event), (experimental.ticks, experimental.event)
    )


def _residuals(contrasts: list[ContrastTargets], standings: list[Standing]) -> Floats:
    """
    Log ratios and standard errors against those that print as asked, scaled by rounding.

    The standard error and the log-rank statistic aim at the nearest that will do, the log ratio at
    the middle of what the windows leave for the standard error at hand.
    """
    rows: list[float] = []
    for contrast, standing in zip(contrasts, standings, strict=True):
        fit, unit = standing.cox, contrast.rounding
        floor, ceiling = allowed_log_ratios(
            contrast.ratio, contrast.lower, contrast.upper, contrast.z * fit.standard_error
        )
        rows.append((fit.log_hazard_ratio - 0.5 * (floor + ceiling)) / unit)
        if contrast.standard_error is not None:
            nearest = contrast.standard_error.nearest(fit.standard_error)
            rows.append(contrast.z * (fit.standard_error - nearest) / unit)
        if contrast.log_rank is not None:
            z = standing.log_rank.z
            half = contrast.log_rank.half if contrast.log_rank.bounded else _OPEN_UNIT
            rows.append((z - contrast.log_rank.nearest(z, share=0.5)) / half)
    return np.array(rows)


def _step(
    arms: list[_Arm],
    contrasts: list[ContrastTargets],
    standings: list[Standing],
    clock: Clock,
    reach: float,
) -> bool:
    """Move all knots by the shortest displacement that should help; tell whether it does."""
    now = _residuals(contrasts, standings)
    units = [_units(arm) for arm in arms]
    probe = _PROBE * reach
    effect = np.stack(
        [
            (
                _probe(arms, index, knot, probe * units[index][knot], contrasts, standings, clock)
                - now
            )
            / probe
            for index, arm in enumerate(arms)
            for knot in range(arm.times.size)
        ],
        axis=1,
    )
    low, high = _room(arms, units)
    move = _shortest_move(effect, now, low, high)
    starts = [arm.times for arm in arms]
    best = _merit(contrasts, standings), 0.0
    for length in _LENGTHS:
        _displace(arms, starts, units, length * move, clock)
        standings = [_stand(arms[c.reference], arms[c.experimental]) for c in contrasts]
        best = min(best, (_merit(contrasts, standings), length))
        if best[0] == 0.0:
            break
    _displace(arms, starts, units, best[1] * move, clock)
    return best[1] > 0.0


def _displace(
    arms: list[_Arm], starts: list[Floats], units: list[Floats], move: Floats, clock: Clock
) -> None:
    first = 0
    for index, (arm, start, unit) in enumerate(zip(arms, starts, units, strict=True)):
        own = move[first : first + start.size] * unit
        first += start.size
        arm.times = np.clip(start + own, arm.knots.lower, arm.knots.upper)
        arm.ticks = place_patients(arm.knots, arm.times, clock, index)


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


def _units(arm: _Arm) -> Floats:
    """Scale of each knot's moves: the distance to its nearer neighbour, or its window's half."""
    before = np.diff(arm.times, prepend=0.0)
    after = np.append(before[1:], before[-1])
    gaps = np.minimum(before, after)
    units: Floats = np.minimum(gaps, 0.5 * (arm.knots.upper - arm.knots.lower))
    return np.maximum(units, _SHORTEST_UNIT)


def _room(arms: list[_Arm], units: list[Floats]) -> tuple[Floats, Floats]:
    """How far each knot may go down and up in one step, in its units."""
    low = [
        np.maximum(-_LONGEST_STEP, (arm.knots.lower - arm.times) / unit)
        for arm, unit in zip(arms, units, strict=True)
    ]
    high = [
        np.minimum(_LONGEST_STEP, (arm.knots.upper - arm.times) / unit)
        for arm, unit in zip(arms, units, strict=True)
    ]
    return np.concatenate(low), np.concatenate(high)


def _probe(
    arms: list[_Arm],
    index: int,
    knot: int,
    shift: float,
    contrasts: list[ContrastTargets],
    standings: list[Standing],
    clock: Clock,
) -> Floats:
    """Residuals with one knot moved."""
    arm = arms[index]
    moved = arm.times.copy()
    moved[knot] += shift
    trial = _Arm(arm.knots, moved, arm.event, place_patients(arm.knots, moved, clock, index))
    compared = [
        _stand(
            trial if contrast.reference == index else arms[contrast.reference],
            trial if contrast.experimental == index else arms[contrast.experimental],
        )
        if index in (contrast.reference, contrast.experimental)
        else standing
        for contrast, standing in zip(contrasts, standings, strict=True)
    ]
    return _residuals(contrasts, compared)
