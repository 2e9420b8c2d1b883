"""Counts as fractions of patients, moved as little as needed until the figures are nearly met.

What single patients can do by many small moves is done here in one: the shortest joint change of
all counts, by iterated linearisation, that keeps the numbers at risk and the events. `profiles`
makes whole patients of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, Ticks, sums_from
from survkit.kernels import experimental_share, log_rank_terms
from survkit.kernels.violation import CONTRAST

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.visits.problem import Counts, Grid

__all__ = ["relax_counts"]

_MOST_STEPS = 60
_LENGTHS = (1.0, 0.6, 0.3, 0.1)
"""Multiples of a step that are tried; the best is taken."""
_LARGEST_FALL = 3.0
"""Powers of e by which one step may divide a count."""
_WORTHWHILE = 0.999
"""Share of the loss that a step has to leave behind it; else the next is shorter."""
_ENOUGH = 0.05
_FIRMEST, _LOOSEST = 1e-3, 1e6
"""Least and largest of what is not worth moving for, which follows the success of the steps."""
_PROBE = 1e-3
"""Patients by which the effect of a count is measured."""
_MOST_NUMBERS = 4_000_000
"""Numbers of patients that are probed at a time; schedules of thousands of visits have more."""
_LEAST = 1e-3
_FIRM = 1e3
"""Weight of the numbers at risk and the events, in units of the figures."""
_STAYING = 1e-6
_NO_VARIANCE = 1e-9
_AIM = 0.5
"""Share of a test statistic's window that is aimed at."""
_DIGITS = 6
"""Digits of the fractions, so that machines agree on them."""


def relax_counts(
    contrasts: tuple[ContrastConstraint, ...],
    grid: Grid,
    counts: Counts,
    loose: float,
    ridge: float,
) -> Floats:
    """
    Bring counts near to the printed figures.

    Parameters
    ----------
    contrasts : tuple of ContrastConstraint
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
    ndarray of float, shape (2, arms, k)
        Events at each slot and patients censored after it, as fractions of patients; nearly as many
        patients as before between any two printed numbers at risk, and events of each arm.
    """
    aim = _aim_at(contrasts, grid, counts)
    point = np.stack((counts.events, counts.censored)).astype(np.float64).ravel()
    point[aim.movable] = np.maximum(point[aim.movable], _LEAST)
    least = float(aim.missed(point[None])[0])
    residual, effect = aim.effects(point)
    for _ in range(_MOST_STEPS):
        movable = point[aim.movable]
        move = _shortest(effect, residual, aim.sums, aim.off(point), movable + loose, ridge)
        trials = np.repeat(point[None], len(_LENGTHS), axis=0)
        trials[:, aim.movable] = _moved(movable, np.outer(_LENGTHS, move))
        found = aim.missed(trials)
        best = int(found.argmin())
        if found[best] < _WORTHWHILE * least:
            point, least = trials[best], float(found[best])
            residual, effect = aim.effects(point)
            ridge = max(ridge / 3.0, _FIRMEST)
        else:
            ridge *= 5.0
        if least < _ENOUGH or ridge > _LOOSEST:
            break
    return point.reshape(2, *counts.events.shape).round(_DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aim:
    """What counts are moved for, and what they must keep."""

    contrasts: tuple[ContrastConstraint, ...]
    grid: Grid
    movable: Ticks
    sums: Floats
    wanted: Floats

    def residuals(self, points: Floats) -> Floats:
        """Measure figures against what is printed, in half rounding windows."""
        shape = (-1, 2, *self.grid.region.shape)
        return _residuals(self.contrasts, self.grid, points.reshape(shape))

    def off(self, points: Floats) -> Floats:
        """Tell how many patients too many there are where their number must stay."""
        off: Floats = points[..., self.movable] @ self.sums.T - self.wanted
        return off

    def missed(self, points: Floats) -> Floats:
        """Measure all that is missed; rounded, so that machines agree on what is better."""
        squares = (self.residuals(points) ** 2).sum(axis=1) + (self.off(points) ** 2).sum(axis=1)
        missed: Floats = squares.round(6)
        return missed

    def effects(self, point: Floats) -> tuple[Floats, Floats]:
        """Return the residuals, and what one more patient at each place adds to them."""
        rows = max(_MOST_NUMBERS // point.size, 1)  # that fit into memory at a time
        parts = [self._probed(point, part) for part in _batches(self.movable, rows)]
        start = parts[-1][-1]
        found = np.concatenate([part[:-1] for part in parts])
        return start, (found - start).T / _PROBE

    def _probed(self, point: Floats, places: Ticks) -> Floats:
        """Return the residuals with one more patient at each place, and last those without."""
        probes = np.repeat(point[None], places.size + 1, axis=0)
        probes[np.arange(places.size), places] += _PROBE
        return self.residuals(probes)


def _batches(places: Ticks, rows: int) -> list[Ticks]:
    """Split places; all are one batch where there are few, or none."""
    return [places[first : first + rows] for first in range(0, max(places.size, 1), rows)]


def _aim_at(contrasts: tuple[ContrastConstraint, ...], grid: Grid, counts: Counts) -> _Aim:
    movable = np.flatnonzero(np.stack((grid.eventful, grid.open)).ravel())
    sums = _sums(grid)[:, movable]
    start = np.stack((counts.events, counts.censored)).astype(np.float64).ravel()
    return _Aim(
        contrasts=contrasts,
        grid=grid,
        movable=movable,
        sums=sums,
        wanted=sums @ start[movable],
    )


def _moved(point: Floats, moves: Floats) -> Floats:
    """Add moves to counts; those that take away do so in proportion, so that no count gets to 0."""
    share = np.maximum(moves / point, -_LARGEST_FALL)
    return np.maximum(
        np.where(share < 0.0, point * np.exp(np.minimum(share, 0.0)), point + moves), _LEAST
    )


def _shortest(
    effect: Floats, missed: Floats, sums: Floats, off: Floats, loose: Floats, ridge: float
) -> Floats:
    """Shortest move that undoes what is missed, where large counts move more easily."""
    system = np.concatenate((effect, _FIRM * sums))
    gram = (system * loose) @ system.T
    gram[np.diag_indices(gram.shape[0])] += ridge
    return -loose * (system.T @ np.linalg.solve(gram, np.concatenate((missed, _FIRM * off))))


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


def _residuals(contrasts: tuple[ContrastConstraint, ...], grid: Grid, points: Floats) -> Floats:
    """Measure figures against the middle of what is printed, in half rounding windows."""
    events, leaving = points[:, 0], points.sum(axis=1)
    at_risk = sums_from(leaving)
    staying = np.maximum(at_risk - events, _STAYING)
    hazard = np.cumsum(np.log(np.maximum(at_risk, _STAYING) / staying), axis=-1)
    spread = np.cumsum(events / (np.maximum(at_risk, _STAYING) * staying), axis=-1)
    rows = [
        curve.distance(curve.read(hazard[:, arm, curve.slot].T, spread[:, arm, curve.slot].T))
        for arm, curve in enumerate(grid.curves)
    ]
    for contrast in contrasts:
        pair = list(contrast.arms)
        rows.append(_comparison(contrast, events[:, pair], at_risk[:, pair]))
    return np.concatenate(rows).T


def _comparison(contrast: ContrastConstraint, events: Floats, at_risk: Floats) -> Floats:
    """Measure a contrast; ties share the middle of their risk set, which is nearly Efron's way."""
    together = events.sum(axis=1)
    middle = np.maximum(at_risk - 0.5 * events, _STAYING)
    rows = []
    if contrast.log_ratio is not None:
        share = experimental_share(middle[:, 0], middle[:, 1], math.exp(contrast.log_ratio))
        score = (events[:, 1] - together * share).sum(axis=1)
        information = np.maximum((together * share * (1.0 - share)).sum(axis=1), _STAYING)
        rows.append(score / information / contrast.rounding)
        if contrast.standard_error is not None:
            error = 1.0 / np.sqrt(information)
            nearest = contrast.standard_error.clip_all(error)
            rows.append(contrast.z * (error - nearest) / contrast.rounding)
    if contrast.log_rank is not None:
        terms = log_rank_terms(np.moveaxis(events, 1, 0), np.moveaxis(at_risk, 1, 0))
        difference, variance = (term.sum(axis=1) for term in terms)
        z = difference / np.sqrt(np.maximum(variance, _NO_VARIANCE))
        window = contrast.log_rank
        unit = window.half if window.bounded else CONTRAST.open_unit
        rows.append((z - window.clip_all(z, share=_AIM)) / unit)
    return np.stack(rows) if rows else np.zeros((0, events.shape[0]))
