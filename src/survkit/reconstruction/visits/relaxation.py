"""Counts as fractions of patients, moved as little as needed until the figures are nearly met.

What single patients can do by many small moves is done here in one: the shortest joint change of
all counts, by iterated linearisation, that keeps the numbers at risk and the events. Whole patients
follow by rounding what has been counted up to each slot.
"""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.visits.counts import Counts

if TYPE_CHECKING:
    from survkit.reconstruction.targets import ContrastTargets
    from survkit.reconstruction.visits.grid import Grid

__all__ = ["relax_counts"]

Floats = NDArray[np.float64]
Ticks = NDArray[np.int64]

_MOST_STEPS = 12
_LENGTHS = (1.0, 0.6, 0.3, 0.1)
"""Multiples of a step that are tried; the best is taken."""
_LARGEST_SHARE = 0.7
"""Share of a count that one step may take away."""
_PROBE = 1e-3
"""Patients by which the effect of a count is measured."""
_LEAST = 0.02
_FIRM = 1e3
"""Weight of the numbers at risk and the events, in units of the figures."""
_STAYING = 1e-6
_PHASES = tuple(product((0.5, 0.3, 0.7, 0.1, 0.9), repeat=2))
"""From which part of a patient on events, and censorings, are rounded up."""


def relax_counts(
    contrasts: tuple[ContrastTargets, ...], grid: Grid, counts: Counts, loose: float, ridge: float
) -> list[Counts]:
    """
    Bring counts near to the printed figures.

    Parameters
    ----------
    contrasts : tuple of ContrastTargets
        The comparisons that count.
    grid : Grid
        The slots.
    counts : Counts
        The patients on the grid.
    loose : float
        How far an empty slot may move as well, in patients, squared.
    ridge : float
        How little of a figure is not worth moving one more patient for, in half rounding windows.

    Returns
    -------
    list of Counts
        The counts in whole patients, rounded in different ways; as many patients as before between
        any two printed numbers at risk, and as many events of each arm.
    """
    start = np.stack((counts.events, counts.censored)).astype(np.float64)
    movable = np.flatnonzero(np.stack((grid.eventful, grid.open)).ravel())
    sums = _sums(grid)[:, movable]
    point, missed = start.ravel(), math.inf
    wanted = sums @ point[movable]
    for _ in range(_MOST_STEPS):
        probes = np.repeat(point[None], movable.size + 1, axis=0)
        probes[np.arange(movable.size), movable] += _PROBE
        residuals = _residuals(contrasts, grid, probes.reshape(-1, *start.shape))
        effect = (residuals[:-1] - residuals[-1]).T / _PROBE
        off = sums @ point[movable] - wanted
        move = _shortest(effect, residuals[-1], sums, off, point[movable] + loose, ridge)
        trials = np.repeat(point[None], len(_LENGTHS), axis=0)
        moved = np.maximum(np.outer(_LENGTHS, move), -_LARGEST_SHARE * point[movable])
        trials[:, movable] = np.maximum(trials[:, movable] + moved, _LEAST)
        rest = _residuals(contrasts, grid, trials.reshape(-1, *start.shape))
        found = ((rest**2).sum(axis=1) + _off(trials[:, movable], sums, wanted)).round(6)
        best = int(found.argmin())
        if found[best] >= missed:
            break
        point, missed = trials[best], float(found[best])
    return [_whole(point.reshape(start.shape), counts, grid, *phases) for phases in _PHASES]


def _shortest(
    effect: Floats, missed: Floats, sums: Floats, off: Floats, loose: Floats, ridge: float
) -> Floats:
    """Shortest move that undoes what is missed, where large counts move more easily."""
    system = np.concatenate((effect, _FIRM * sums))
    gram = (system * loose) @ system.T
    gram[np.diag_indices(gram.shape[0])] += ridge
    return -loose * (system.T @ np.linalg.solve(gram, np.concatenate((missed, _FIRM * off))))


def _off(trials: Floats, sums: Floats, wanted: Floats) -> Floats:
    """Measure how far trials are from the numbers that must stay, in patients, squared."""
    off: Floats = ((trials @ sums.T - wanted) ** 2).sum(axis=1)
    return off


def _sums(grid: Grid) -> Floats:
    """Rows that add up what must stay: who leaves in each stretch, and the events of each arm."""
    arms, size = grid.region.shape
    rows = []
    for arm in range(arms):
        for region in np.unique(grid.region[arm]):
            row = np.zeros((2, arms, size))
            row[:, arm] = grid.region[arm] == region
            rows.append(row.ravel())
        row = np.zeros((2, arms, size))
        row[0, arm] = 1.0
        rows.append(row.ravel())
    return np.stack(rows)


def _residuals(contrasts: tuple[ContrastTargets, ...], grid: Grid, points: Floats) -> Floats:
    """Measure figures against the middle of what is printed, in half rounding windows."""
    events, leaving = points[:, 0], points.sum(axis=1)
    at_risk = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1]
    staying = np.maximum(at_risk - events, _STAYING)
    hazard = np.cumsum(np.log(np.maximum(at_risk, _STAYING) / staying), axis=-1)
    spread = np.cumsum(events / (np.maximum(at_risk, _STAYING) * staying), axis=-1)
    rows = [
        questions.distance(
            questions.read(hazard[:, arm, questions.slot].T, spread[:, arm, questions.slot].T)
        )
        for arm, questions in enumerate(grid.questions)
    ]
    for contrast in contrasts:
        pair = [contrast.reference, contrast.experimental]
        rows.append(_comparison(contrast, events[:, pair], at_risk[:, pair]))
    return np.concatenate(rows).T


def _comparison(contrast: ContrastTargets, events: Floats, at_risk: Floats) -> Floats:
    """Measure a contrast; ties share the middle of their risk set, which is nearly Efron's way."""
    together = events.sum(axis=1)
    middle = np.maximum(at_risk - 0.5 * events, _STAYING)
    rows = []
    if contrast.log_ratio is not None:
        ratio = np.exp(contrast.log_ratio)
        share = ratio * middle[:, 1] / (middle[:, 0] + ratio * middle[:, 1])
        score = (events[:, 1] - together * share).sum(axis=1)
        information = np.maximum((together * share * (1.0 - share)).sum(axis=1), _STAYING)
        rows.append(score / information / contrast.rounding)
        if contrast.standard_error is not None:
            error = 1.0 / np.sqrt(information)
            errors = contrast.standard_error
            nearest = np.clip(error, errors.lower, errors.upper)
            rows.append(contrast.z * (error - nearest) / contrast.rounding)
    if contrast.log_rank is not None:
        total = np.maximum(at_risk.sum(axis=1), _STAYING)
        chance = at_risk[:, 1] / total
        left = np.clip((total - together) / np.maximum(total - 1.0, _STAYING), 0.0, 1.0)
        variance = (together * chance * (1.0 - chance) * left).sum(axis=1)
        z = (events[:, 1] - together * chance).sum(axis=1) / np.sqrt(np.maximum(variance, 1e-9))
        window = contrast.log_rank
        half = 0.5 * window.half if window.bounded else 0.0
        nearest = np.clip(z, window.lower + half, window.upper - half)
        rows.append((z - nearest) / (window.half if window.bounded else 0.05))
    return np.stack(rows) if rows else np.zeros((0, events.shape[0]))


def _whole(point: Floats, counts: Counts, grid: Grid, early: float, leaving_early: float) -> Counts:
    """Round what has been counted up to each slot, so that the numbers at risk stay."""
    events, censored = counts.events.copy(), counts.censored.copy()
    for arm in range(events.shape[0]):
        many = np.cumsum(point[0, arm] * (events[arm].sum() / point[0, arm].sum()))
        rounded = np.diff(np.floor(many.round(9) + early).astype(np.int64), prepend=0)
        for region in np.unique(grid.region[arm]):
            own = grid.region[arm] == region
            leaving = int((counts.events[arm] + counts.censored[arm])[own].sum())
            events[arm, own] = _within(rounded[own], leaving)
            rest = leaving - int(events[arm, own].sum())
            weight = np.where(grid.open[arm, own], point[1, arm, own], 0.0)
            until = np.cumsum(weight) / max(float(weight.sum()), _STAYING) * rest
            censored[arm, own] = np.diff(
                np.floor(until.round(9) + leaving_early).astype(np.int64), prepend=0
            )
        events[arm], censored[arm] = _balanced(
            events[arm], censored[arm], int(counts.events[arm].sum())
        )
    return Counts(events=events, censored=censored)


def _within(events: Ticks, most: int) -> Ticks:
    """Drop the last events where a stretch has more than leave in it."""
    until = np.minimum(np.cumsum(events), most)
    return np.diff(until, prepend=0)


def _balanced(events: Ticks, censored: Ticks, wanted: int) -> tuple[Ticks, Ticks]:
    """Turn censorings into events, or events into censorings, until all are there."""
    for _ in range(abs(wanted - int(events.sum()))):
        missing = wanted > events.sum()
        slot = int(np.where(events > 0, censored if missing else events, 0).argmax())
        step = 1 if missing else -1
        events[slot] += step
        censored[slot] -= step
    return events, censored
