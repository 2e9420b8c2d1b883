"""The hidden chain of the noisy decoder: survival at each node, forwards and backwards."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from survkit.reconstruction.curves.drop_counts import Clicks, count_drops
from survkit.reconstruction.curves.forward_backward import Moves, run_backwards, run_forwards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Counts, Floats
    from survkit.reconstruction.curves.axis import Axis
    from survkit.reconstruction.curves.drop_counts import DropCounts

__all__ = ["Smoothed", "smooth_curve"]

_HALF = 20
_BINS = 2 * _HALF + 1
_FINEST = 2.5e-4
_OUTLIER = 0.03
"""Standard deviation of points that are far off."""
_MOST_AT_ONCE = 40
_MANY = 25.0
"""Gaps with more events than this are counted in larger units than one event."""
_NEGLIGIBLE = 1e-6
_PER_STEP = 0.6
"""Smallest standard deviation of what is printed, in steps of the grid."""
_HALF_DIGIT = 5e-4
"""Points this near to 0 or 1 may have been cut off there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smoothed:
    """
    What all points together say of the curve.

    Parameters
    ----------
    survival : ndarray of float, shape (j + 1,)
        Posterior mean at each node, falling.
    variance : ndarray of float, shape (j + 1,)
        Posterior variance at each node.
    events : ndarray of float, shape (j,)
        Expected events of each gap, its right node included.
    doubt : ndarray of float, shape (j,)
        Posterior variance of these events.
    foot : ndarray of float, shape (j,)
        Share of them at the right node itself.
    clicks : Clicks
        How points came about, estimated anew.
    log_likelihood : float
        Of all points, under the clicks that went in.
    """

    survival: Floats
    variance: Floats
    events: Floats
    doubt: Floats
    foot: Floats
    clicks: Clicks
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Grid:
    """Values of survival at each node: equal steps, the finest times a power of two."""

    lowest: Counts
    step: Floats

    @property
    def values(self) -> Floats:
        return (self.lowest[:, None] + np.arange(_BINS)) * self.step[:, None]


def smooth_curve(
    axis: Axis,
    start: Floats,
    at_risk: Floats,
    hazard: Floats,
    ideas: Sequence[Clicks],
    reach: Floats,
) -> Smoothed:
    """
    Weigh all falling curves whose drops are whole events.

    Survival at each node is a hidden state on a grid about a first curve; a gap multiplies it by
    1 - d / r, with d events at random and r patients at risk as given. One run forwards and one
    backwards give its distribution at every node (Rabiner, 1989).

    Parameters
    ----------
    axis : Axis
        Nodes and points.
    start : ndarray of float, shape (j + 1,)
        Curve about which the grid is laid.
    at_risk : ndarray of float, shape (j + 1,)
        Patients at risk just after each node.
    hazard : ndarray of float, shape (j,)
        Events per time and patient in each gap.
    ideas : sequence of Clicks
        How points may have come about; the likelihood chooses.
    reach : ndarray of float, shape (j + 1,)
        How far the grid reaches to either side of that curve.

    Returns
    -------
    Smoothed
        The curve, the events and the clicks that they suggest.
    """
    risk = np.maximum(at_risk[:-1], 1.0)
    expected = hazard * risk * axis.width
    mean = expected.sum() / max(axis.width.sum(), 1e-300)
    clicked = np.isfinite(axis.survival[1:])
    unit = np.ceil(np.maximum(risk * (1.0 - start[1:] / start[:-1]) / _MANY, 1.0))
    grid = _lay_grid(start, reach)
    density = hazard * risk / mean
    counts = [count_drops(expected / unit, density, clicked, idea, _MOST_AT_ONCE) for idea in ideas]
    moves = _moves(grid, risk / unit, np.max([count.probability for count in counts], axis=0))
    densities = [_densities(axis, grid, idea) for idea in ideas]
    runs = [
        run_forwards(moves, count.probability, near)
        for count, (near, _) in zip(counts, densities, strict=True)
    ]
    best = max(range(len(runs)), key=lambda k: runs[k].log_likelihood)
    (near, outlying), forward = densities[best], runs[best].weight
    back = run_backwards(moves, counts[best].probability, near, forward)
    posterior = forward * back.weight
    posterior = np.where(posterior.sum(axis=1, keepdims=True) > 0.0, posterior, forward)
    posterior /= posterior.sum(axis=1, keepdims=True)
    known = back.chance.sum(axis=1, keepdims=True) > 0.0
    chance = np.where(known, back.chance, counts[best].probability)
    smoothed = _summarise(axis, grid, counts[best], posterior, chance, ideas[best], outlying / near)
    return replace(
        smoothed,
        events=smoothed.events * unit,
        doubt=smoothed.doubt * unit**2,
        log_likelihood=runs[best].log_likelihood,
    )


def _lay_grid(start: Floats, reach: Floats) -> _Grid:
    """Lay equal steps about the curve; neighbouring nodes mostly share their steps."""
    power = np.ceil(np.log2(np.maximum(reach / _HALF / _FINEST, 1.0)))
    step = np.minimum(_FINEST * 2.0**power, 1.0 / 64.0)
    top = np.round(1.0 / step).astype(np.int64)
    lowest = np.clip(np.round(start / step).astype(np.int64) - _HALF, 0, top - _BINS + 1)
    lowest[0] = top[0] - _BINS + 1
    return _Grid(lowest, step)


def _moves(grid: _Grid, risk: Floats, probability: Floats) -> Moves:
    """List the jumps that land on the next grid, and between which of its values."""
    events = np.arange(probability.shape[1])
    values = grid.values
    left = 1.0 - events / np.maximum(risk[:, None], events)
    highest = values[:-1, -1:] * left / grid.step[1:, None] - grid.lowest[1:, None]
    lowest = values[:-1, :1] * left / grid.step[1:, None] - grid.lowest[1:, None]
    usable = (highest >= 0) & (lowest < _BINS) & (events <= np.floor(risk[:, None] + 0.5))
    gap, count = np.nonzero(usable & (probability > _NEGLIGIBLE))
    slope = grid.step[gap] * left[gap, count] / grid.step[gap + 1]
    offset = grid.lowest[gap] * slope - grid.lowest[gap + 1]
    landing = slope[:, None] * np.arange(_BINS)
    landing += offset[:, None]
    np.clip(landing, -1.0, _BINS, out=landing)
    below = np.floor(landing)
    landing -= below
    target = np.empty((gap.size, 2, _BINS), dtype=np.intp)
    share = np.empty((gap.size, 2, _BINS))
    target[:, 0] = below
    target += 1
    target[:, 1] = target[:, 0] + 1
    share[:, 1] = landing
    np.subtract(1.0, landing, out=share[:, 0])
    return Moves(gap=gap, events=count, target=target, share=share)


def _densities(axis: Axis, grid: _Grid, clicks: Clicks) -> tuple[Floats, Floats]:
    """Density of each node's point under each value, and its part that is far off."""
    density = np.ones((axis.time.size, _BINS))
    outlying = np.zeros_like(density)
    at = np.flatnonzero(np.isfinite(axis.survival))
    point = axis.survival[at][:, None]
    values = grid.values[at]
    near = np.exp(-0.5 * ((point - values) / clicks.noise) ** 2)
    cut_off = ndtr((values - (1.0 - _HALF_DIGIT)) / clicks.noise) / 2.0
    near = np.where(point >= 1.0 - _HALF_DIGIT, cut_off, near)
    cut_off = ndtr((_HALF_DIGIT - values) / clicks.noise) / 2.0
    near = np.where(point <= _HALF_DIGIT, cut_off, near)
    far = np.exp(-0.5 * ((point - values) / _OUTLIER) ** 2) / _OUTLIER
    outlying[at] = clicks.outlier * far
    density[at] = (1.0 - clicks.outlier) * near / clicks.noise + outlying[at] + 1e-200
    at = np.flatnonzero(np.isfinite(axis.printed))
    width = np.maximum(axis.half[at], _PER_STEP * grid.step[at])[:, None]
    off = (axis.printed[at][:, None] - grid.values[at]) / width
    density[at] = np.exp(-0.5 * off**2) + 1e-200
    return density, outlying


def _summarise(
    axis: Axis,
    grid: _Grid,
    counts: DropCounts,
    posterior: Floats,
    chance: Floats,
    clicks: Clicks,
    far_off: Floats,
) -> Smoothed:
    """Moments of the distributions, and the clicks that they suggest."""
    values = grid.values
    mean = np.sum(posterior * values, axis=1)
    number = np.arange(chance.shape[1])
    events = chance @ number
    at_foot = np.sum(chance * counts.at_foot, axis=1)
    feet = float(np.sum(chance * counts.has_foot))
    at = np.flatnonzero(np.isfinite(axis.survival))
    squares = np.sum(posterior[at] * (axis.survival[at][:, None] - values[at]) ** 2, axis=1)
    squares = np.minimum(squares, 9.0 * clicks.noise**2)
    per_drop = (at_foot.sum() + 20.0) / (feet + 20.0)
    foot = feet / max(feet + float(events.sum() - at_foot.sum()) / per_drop, _NEGLIGIBLE)
    noise = np.sqrt((squares.sum() + 8.0 * axis.noise**2) / (at.size + 8.0))
    outlier = float(np.mean(np.sum(posterior[at] * far_off[at], axis=1)))
    return Smoothed(
        survival=np.minimum.accumulate(mean),
        variance=np.sum(posterior * (values - mean[:, None]) ** 2, axis=1),
        events=events,
        doubt=np.maximum(chance @ number**2 - events**2, 0.0),
        foot=np.where(events > _NEGLIGIBLE, at_foot / np.maximum(events, _NEGLIGIBLE), 0.0),
        clicks=Clicks(
            foot=float(np.clip(foot, 0.02, 0.995)),
            per_drop=float(np.clip(per_drop, 1.0, 12.0)),
            noise=float(np.clip(noise, _HALF_DIGIT, 0.05)),
            outlier=float(np.clip(outlier, 2e-3, 0.05)),
        ),
        log_likelihood=math.nan,
    )
