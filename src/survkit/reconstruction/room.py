"""Room for sub-groups: what the figures of groups ask of the whole that they divide.

Groups that share nobody and are together the whole tell of it what it does not print itself. These
aims are no figures: where the whole's own figures leave no room for them, they are dropped.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.targets import SurvivalTarget
from survkit.reconstruction.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.reconstruction.targets import ArmTargets, ContrastTargets, Targets

__all__ = ["leave_room"]

_LOST_INFORMATION = 0.4
"""
What a division into two groups takes from the information, 1 / SE²: the median over 100 real trials
divided at random (80 % of them between 0.1 and 1.2); twice that for three groups.
"""
_WELL_INSIDE = 0.8
"""Share of a range of standard errors in which an aim is comfortable."""
_ROOM = 0.003
"""Relative room about such an aim."""
_PATIENTS_APART = 0.8
"""How many patients the whole's curve may be away from that of its groups."""


def leave_room(
    whole: Targets, groups: Sequence[Targets], patients: Sequence[pd.DataFrame]
) -> Targets:
    """
    Aim an analysis' curves, hazard ratios and errors at what its sub-groups leave possible.

    Groups that share nobody and are together the whole have together nearly the whole's
    information: 1 / SE² is the sum of theirs and a little more, and the log hazard ratio their
    mean, weighted by it, as in a model stratified by group. Its curve is the mean of theirs.

    Parameters
    ----------
    whole : Targets
        The analysis.
    groups : sequence of Targets
        Sub-groups by one factor.
    patients : sequence of pandas.DataFrame
        Patients who print what each group alone prints, columns ``time``, ``event`` and ``arm``.

    Returns
    -------
    Targets
        The analysis with narrower aims, as far as its own figures allow them.
    """
    if sum(arm.n for own in groups for arm in own.arms) < sum(arm.n for arm in whole.arms):
        return whole
    return replace(
        whole,
        arms=tuple(_as_mixture(arm, groups, patients) for arm in whole.arms),
        contrasts=tuple(_with_room(own, groups) for own in whole.contrasts),
    )


def _as_mixture(
    arm: ArmTargets, groups: Sequence[Targets], patients: Sequence[pd.DataFrame]
) -> ArmTargets:
    """Aim an arm's curve at that of its groups together, at the times of the groups' medians."""
    parts = [own for group in groups for own in group.arms if own.id == arm.id]
    printed = {point.time for point in arm.survival}
    windows = [own.window for part in parts for own in part.of_events if own.window.reached]
    times = {round(window.middle, 9) for window in windows} - printed
    half = _PATIENTS_APART / arm.n
    curves = [tabulate_arm(own["time"], own["event"]) for own in _of(arm.id, patients)]
    aims = []
    for time in sorted(times):
        shares = [float(survival_at(curve, [time])[0]) for curve in curves]
        share = sum(own.n * own_share for own, own_share in zip(parts, shares, strict=True)) / arm.n
        aims.append(_aim(arm, time, Window(share - half, share + half)))
    survival = sorted((*arm.survival, *aims), key=lambda point: point.time)
    return replace(arm, survival=tuple(survival))


def _of(arm: str, patients: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    return [own[own["arm"] == arm] for own in patients]


def _aim(arm: ArmTargets, time: float, value: Window) -> SurvivalTarget:
    return SurvivalTarget(
        time=time, value=value, lower=None, upper=None, z=arm.z, transform=arm.transform
    )


def _with_room(contrast: ContrastTargets, groups: Sequence[Targets]) -> ContrastTargets:
    found = [own for group in groups for own in group.contrasts if own.subject == contrast.subject]
    errors = [own.standard_error for own in found if own.standard_error is not None]
    own = _error_range(contrast)
    if own is None or len(errors) < len(groups):
        return contrast
    lost = _LOST_INFORMATION * (len(groups) - 1)
    aim = (sum(error.middle**-2.0 for error in errors) + lost) ** -0.5
    aim = own.nearest(aim, share=_WELL_INSIDE)
    room = Window(aim * (1.0 - _ROOM), aim * (1.0 + _ROOM))
    return replace(contrast, standard_error=room, room=room, ratio=_mean_ratio(contrast, found))


def _mean_ratio(contrast: ContrastTargets, groups: list[ContrastTargets]) -> Window | None:
    """Return the part of a printed hazard ratio that the mean of its groups' lies in."""
    pairs = [
        (group.ratio.log(), group.standard_error.middle**-2.0)
        for group in groups
        if group.ratio is not None and group.standard_error is not None
    ]
    if contrast.ratio is None or len(pairs) < len(groups):
        return contrast.ratio
    total = sum(weight for _, weight in pairs)
    low = math.exp(sum(window.lower * weight for window, weight in pairs) / total)
    high = math.exp(sum(window.upper * weight for window, weight in pairs) / total)
    low, high = max(low, contrast.ratio.lower), min(high, contrast.ratio.upper)
    return Window(low, high) if low < high else contrast.ratio


def _error_range(contrast: ContrastTargets) -> Window | None:
    """Return the standard errors that the printed limits of a hazard ratio allow."""
    if contrast.lower is None or contrast.upper is None:
        return None
    low, high = contrast.lower.log(), contrast.upper.log()
    narrowest, widest = (high.lower - low.upper, high.upper - low.lower)
    return Window(max(narrowest, 1e-6) / (2.0 * contrast.z), widest / (2.0 * contrast.z))
