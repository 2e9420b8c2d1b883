"""Room for sub-groups: what the figures of groups ask of the whole that they divide.

Groups that share nobody and are together the whole tell of it what it does not print itself. These
aims are no figures: where the whole's own figures leave no room for them, they are dropped.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.interval import Interval
from survkit.kernels import fit_two_arms, survival_at, tabulate_arm
from survkit.reconstruction.constraints.families.survival import SurvivalConstraint
from survkit.reconstruction.constraints.families.wald import WaldFigure, allowed_range
from survkit.reconstruction.constraints.sample import arm_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints
    from survkit.reconstruction.constraints.families.contrast import ContrastConstraint

__all__ = ["leave_room"]

_LOST_INFORMATION = 0.4
"""
What a division into two groups takes from the information, 1 / SE²: the median over 100 real trials
divided at random (80 % of them between 0.1 and 1.2); twice that for three groups.
"""
_WELL_INSIDE = 0.8
"""Share of a printed ratio's rounding, or of a range of errors, in which an aim is comfortable."""
_ROOM = 0.003
"""Relative room about such an aim."""
_NARROWEST = 0.2
"""Share of a hazard ratio's rounding that is aimed at, at least."""
_NEARLY = 0.95
"""Share of each arm's patients that groups need to be taken for the whole."""
_NO_ERROR = 1e-6
"""Stands for a standard error of zero."""
_PATIENTS_APART = 4
"""How many patients the whole's curve may be away from that of its groups."""


def leave_room(
    whole: AnalysisConstraints,
    factors: Sequence[Sequence[AnalysisConstraints]],
    patients: Sequence[Sequence[pd.DataFrame]],
) -> AnalysisConstraints:
    """
    Aim an analysis' curves, hazard ratios and errors at what its sub-groups leave possible.

    Groups that share nobody and are together the whole have together nearly the whole's
    information: 1 / SE² is the sum of theirs and a little more, and the log hazard ratio their
    mean, weighted by it, as in a model stratified by group. Its curve is the mean of theirs.
    """
    pairs = [pair for pair in zip(factors, patients, strict=True) if _are_the_whole(whole, pair[0])]
    arms = whole.arms
    for groups, members in pairs:
        arms = tuple(_as_mixture(arm, groups, members) for arm in arms)
    contrasts = tuple(
        _with_room(contrast, [_pooled(contrast, whole, *pair) for pair in pairs])
        for contrast in whole.contrasts
    )
    return replace(whole, arms=arms, contrasts=contrasts)


def _are_the_whole(whole: AnalysisConstraints, groups: Sequence[AnalysisConstraints]) -> bool:
    """Tell whether groups have all patients of each arm, or nearly all."""
    together = {arm.id: 0 for arm in whole.arms}
    for arm in (arm for group in groups for arm in group.arms):
        together[arm.id] += arm.n
    return all(together[arm.id] >= _NEARLY * arm.n for arm in whole.arms)


def _as_mixture(
    arm: ArmConstraints, groups: Sequence[AnalysisConstraints], patients: Sequence[pd.DataFrame]
) -> ArmConstraints:
    """Aim an arm's curve at that of its groups together, at the times of the groups' medians."""
    parts = [part for group in groups for part in group.arms if part.id == arm.id]
    printed = {point.time for point in arm.survival}
    windows = [one.window for part in parts for one in part.of_events if one.window.reached]
    times = {round(window.middle, 9) for window in windows} - printed
    half = _PATIENTS_APART / arm.n
    members = [group[group["arm"] == arm.id] for group in patients]
    curves = [tabulate_arm(group["time"], group["event"]) for group in members]
    aims = []
    for time in sorted(times):
        shares = [float(survival_at(curve, [time])[0]) for curve in curves]
        share = float(np.average(shares, weights=[part.n for part in parts]))
        aims.append(_aim(arm, time, Interval(share - half, share + half)))
    survival = sorted((*arm.survival, *aims), key=lambda point: point.time)
    return replace(arm, survival=tuple(survival))


def _aim(arm: ArmConstraints, time: float, value: Interval) -> SurvivalConstraint:
    return SurvivalConstraint(
        time=time, value=value, lower=None, upper=None, z=arm.z, transform=arm.transform
    )


class _Pooled(NamedTuple):
    """What groups by one factor allow together: information, 1 / SE², and log hazard ratio."""

    information: Interval
    log_ratio: Interval


def _pooled(
    contrast: ContrastConstraint,
    whole: AnalysisConstraints,
    groups: Sequence[AnalysisConstraints],
    patients: Sequence[pd.DataFrame],
) -> _Pooled | None:
    """Pool what groups allow; None where one of them does not print its hazard ratio."""
    pair = [whole.arms[arm].id for arm in contrast.arms]
    low, high, ratios = [], [], []
    for group, members in zip(groups, patients, strict=True):
        found = [one for one in group.contrasts if one.subject == contrast.subject]
        if not found or found[0].standard_error is None:
            return None
        error = found[0].standard_error
        # a small error may ask for more than the events of a group can give
        fit = fit_two_arms(*(arm_times(members[members["arm"] == arm]) for arm in pair))
        most = fit.cox.standard_error**-2.0
        low.append(error.upper**-2.0)
        high.append(max(low[-1], min(max(error.lower, _NO_ERROR) ** -2.0, most)))
        allowed = allowed_range(found[0].figures, (0.5 * (low[-1] + high[-1])) ** -0.5)
        ratios.append((allowed.lower, allowed.upper))
    lost = _LOST_INFORMATION * (len(groups) - 1)
    weights = np.add(low, high)
    return _Pooled(
        information=Interval(sum(low) + lost, sum(high) + lost),
        log_ratio=Interval(*np.average(ratios, axis=0, weights=weights).tolist()),
    )


def _with_room(
    contrast: ContrastConstraint, factors: Sequence[_Pooled | None]
) -> ContrastConstraint:
    """Aim a hazard ratio and its error at the middle of what all factors allow."""
    errors = _error_range(contrast)
    pooled = [factor for factor in factors if factor is not None]
    if errors is None or not pooled:
        return contrast
    common = reduce(Interval.intersect, (one.information for one in pooled))
    # a division loses much information where it has to, and hardly ever gains any
    information = max(common.middle, common.lower)
    aim = errors.clip(information**-0.5, share=_WELL_INSIDE)
    room = Interval(aim * (1.0 - _ROOM), aim * (1.0 + _ROOM))
    log_ratio = reduce(Interval.intersect, (one.log_ratio for one in pooled))
    figures = tuple(
        WaldFigure(_narrowed(one.window, log_ratio), 0.0) if one.z == 0.0 else one
        for one in contrast.figures
    )
    return replace(contrast, standard_error=room, room=room, figures=figures)


def _narrowed(printed: Interval, log_ratio: Interval) -> Interval:
    """Return the part of a printed hazard ratio's rounding about what its groups allow."""
    ratio, allowed = (
        Interval(math.exp(window.lower), math.exp(window.upper)) for window in (printed, log_ratio)
    )
    inside = Interval(*(ratio.clip(end, share=_WELL_INSIDE) for end in (0.0, math.inf)))
    common = inside.intersect(allowed)
    half = max(common.half, _NARROWEST * ratio.half)
    middle = min(max(common.middle, inside.lower + half), inside.upper - half)
    return Interval(middle - half, middle + half).log()


def _error_range(contrast: ContrastConstraint) -> Interval | None:
    """Return the standard errors that the printed limits of a hazard ratio allow."""
    figures = sorted(contrast.figures, key=lambda figure: figure.z)
    if not figures or figures[0].z >= 0.0 or figures[-1].z <= 0.0:
        return None
    low, high = figures[0].window, figures[-1].window
    span = figures[-1].z - figures[0].z
    return Interval(max(high.lower - low.upper, _NO_ERROR) / span, (high.upper - low.lower) / span)
