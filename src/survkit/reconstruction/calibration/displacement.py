"""One step of the calibration: the shortest joint displacement of all knots that should help."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.kernels import restricted_means
from survkit.reconstruction.calibration.aims import fit_contrast, members_of_arm
from survkit.reconstruction.calibration.sensitivity import probe_moves
from survkit.reconstruction.constraints.families.areas import area_residuals
from survkit.reconstruction.constraints.families.contrast import contrast_residuals

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.calibration.aims import Aims
    from survkit.reconstruction.constraints.families.areas import AreaConstraint
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint
    from survkit.reconstruction.placement.timeline import Timeline

__all__ = ["displace_knots"]

_PROBE = 0.25
"""Displacement by which the effect of a knot is measured, in gaps between knots."""
_LONGEST_STEP = 0.35
"""Largest displacement in one step, in gaps, so that knots never pass each other."""
_LENGTHS = (1.0, 0.7, 0.45, 0.25, 0.12, 1.4)
"""Multiples of a step that are tried; the best is taken."""
_ENOUGH = 0.05
"""Share of the loss at which no other length of a step is tried."""
_WELL_INSIDE = 0.5
"""Share of a window within which a figure has its place where a curve was drawn, too."""
_MOST_BOUNDS = 6
_RIDGE = 1e-4
_MOST_RIDGE = 1e3
"""Size of the others, in its own, up to which a residual is held back as much as they are."""


def displace_knots(
    aims: Aims, arms: tuple[Timeline, ...], reach: float, loss: float
) -> tuple[tuple[Timeline, ...], float]:
    """
    Move all knots by the shortest displacement that should help; say what is missed then.

    The effect of each knot is measured by moves of a length that scales with `reach`. The arms stay
    as they are if no length of the step leaves less than `loss`, what they miss now.
    """
    units = [arm.units for arm in arms]
    effects = _measure_effects(aims, arms, units, _PROBE * reach)
    if not np.all(np.isfinite(effects.changes)):
        return arms, loss  # arms without events have no ratio that moves could change
    if any(arm.drawn for arm in arms):
        effects = effects.beyond(_WELL_INSIDE)
    move = _shortest_move(effects, *_room(arms, units))
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


class _Effects(NamedTuple):
    """The residuals as they are, and how each knot of each arm changes them, per unit."""

    residuals: Floats
    changes: Floats

    def beyond(self, share: float) -> _Effects:
        """Ask for no more than a share of each window; what is within it is held where it is."""
        far = np.maximum(np.abs(self.residuals) - share, 0.0)
        return self._replace(residuals=np.sign(self.residuals) * far)


def _measure_effects(
    aims: Aims, arms: tuple[Timeline, ...], units: list[Floats], probe: float
) -> _Effects:
    moved = [arm.moved(probe * unit) for arm, unit in zip(arms, units, strict=True)]
    found = [_effects_on_contrast(contrast, arms, moved) for contrast in aims.contrasts]
    found += [_effects_on_area(area, arms, moved) for area in aims.areas]
    return _Effects(
        residuals=np.concatenate([effects.residuals for effects in found]),
        changes=np.concatenate([effects.changes for effects in found]) / probe,
    )


def _effects_on_contrast(
    contrast: ContrastConstraint, arms: tuple[Timeline, ...], moved: list[Floats]
) -> _Effects:
    fit = fit_contrast(contrast, arms)
    told = fit.by(contrast.estimator)
    values = (told.cox.log_hazard_ratio, told.cox.standard_error, fit.log_rank.z)
    now = contrast_residuals(contrast, *(np.array([value]) for value in values))[:, 0]
    blocks = [np.zeros((now.size, arm.times.size)) for arm in arms]
    for arm in contrast.arms:
        probes = probe_moves(
            fit,
            members_of_arm(contrast, arms, arm),
            members_of_arm(contrast, arms, contrast.other(arm)),
            moved[arm] if contrast.members is None else moved[arm][:, contrast.members[arm]],
            reference_moves=arm == contrast.reference,
            estimator=contrast.estimator,
        )
        residuals = contrast_residuals(contrast, probes.log_ratio, probes.error, probes.z)
        with np.errstate(invalid="ignore"):
            blocks[arm] = residuals[:, 1:] - residuals[:, :1]
    return _Effects(now, np.concatenate(blocks, axis=1))


def _effects_on_area(
    area: AreaConstraint, arms: tuple[Timeline, ...], moved: list[Floats]
) -> _Effects:
    means, variances = {}, {}
    for index, _ in area.arms:
        times = arms[index].clock.times(moved[index])
        means[index], variances[index] = restricted_means(times, arms[index].event, area.horizon)
    mean = sum(sign * means[index][0] for index, sign in area.arms)
    variance = sum(variances[index][0] for index, _ in area.arms)
    blocks = {}
    for index, sign in area.arms:
        residuals = area_residuals(
            area,
            mean + sign * (means[index] - means[index][0]),
            np.sqrt(variance + variances[index] - variances[index][0]),
        )
        now = residuals[:, 0]
        blocks[index] = residuals[:, 1:] - residuals[:, :1]
    still = [np.zeros((now.size, arm.times.size)) for arm in arms]
    changes = [blocks.get(index, none) for index, none in enumerate(still)]
    return _Effects(now, np.concatenate(changes, axis=1))


def _shortest_move(effects: _Effects, low: Floats, high: Floats) -> Floats:
    """Shortest displacement within bounds that should undo the residuals."""
    residuals, changes = effects
    move = np.zeros(changes.shape[1])
    free = high > low
    for _ in range(_MOST_BOUNDS):
        rest = residuals + changes[:, ~free] @ move[~free]
        active = changes[:, free]
        system = active @ active.T
        system += np.diag(_ridge(np.diag(system)))
        move[free] = -active.T @ np.linalg.solve(system, rest)
        outside = free & ((move < low) | (move > high))
        if not outside.any():
            break
        move = np.clip(move, low, high)
        free &= ~outside
    return np.clip(move, low, high)


def _ridge(sizes: Floats) -> Floats:
    """Return what holds each residual's part of a step back: as the others, within its size."""
    usual = np.full(sizes.size, sizes.sum() / sizes.size)
    ridge: Floats = _RIDGE * np.minimum(usual, _MOST_RIDGE * sizes) + 1e-12
    return ridge


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
