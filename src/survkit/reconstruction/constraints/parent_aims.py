"""Room for sub-groups: what the figures of groups ask of the whole that they divide.

Groups that share nobody and are together the whole tell of it what it does not print itself. These
aims are no figures: where the whole's own figures leave no room for them, they are dropped.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from survkit.interval import Window
from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.constraints.contrast import Side, compare
from survkit.reconstruction.constraints.targets import SurvivalTarget
from survkit.reconstruction.constraints.wald import allowed_estimates

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from survkit.reconstruction.constraints.targets import ArmTargets, ContrastTargets, Targets

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
    whole: Targets, factors: Sequence[Sequence[Targets]], patients: Sequence[Sequence[pd.DataFrame]]
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
    factors : sequence of sequence of Targets
        Sub-groups, by one factor each.
    patients : sequence of sequence of pandas.DataFrame
        Patients who print what each group alone prints, columns ``time``, ``event`` and ``arm``.

    Returns
    -------
    Targets
        The analysis with narrower aims, as far as its own figures allow them.
    """
    pairs = [pair for pair in zip(factors, patients, strict=True) if _are_the_whole(whole, pair[0])]
    arms = whole.arms
    for groups, own in pairs:
        arms = tuple(_as_mixture(arm, groups, own) for arm in arms)
    contrasts = tuple(
        _with_room(own, [_pooled(own, whole, *pair) for pair in pairs]) for own in whole.contrasts
    )
    return replace(whole, arms=arms, contrasts=contrasts)


def _are_the_whole(whole: Targets, groups: Sequence[Targets]) -> bool:
    """Tell whether groups have all patients of each arm, or nearly all."""
    together = {arm.id: 0 for arm in whole.arms}
    for arm in (arm for own in groups for arm in own.arms):
        together[arm.id] += arm.n
    return all(together[arm.id] >= _NEARLY * arm.n for arm in whole.arms)


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
        share = float(np.average(shares, weights=[own.n for own in parts]))
        aims.append(_aim(arm, time, Window(share - half, share + half)))
    survival = sorted((*arm.survival, *aims), key=lambda point: point.time)
    return replace(arm, survival=tuple(survival))


def _of(arm: str, patients: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    return [own[own["arm"] == arm] for own in patients]


def _aim(arm: ArmTargets, time: float, value: Window) -> SurvivalTarget:
    return SurvivalTarget(
        time=time, value=value, lower=None, upper=None, z=arm.z, transform=arm.transform
    )


class _Pooled(NamedTuple):
    """What groups by one factor allow together: information, 1 / SE², and log hazard ratio."""

    information: Window
    log_ratio: Window


def _pooled(
    contrast: ContrastTargets,
    whole: Targets,
    groups: Sequence[Targets],
    patients: Sequence[pd.DataFrame],
) -> _Pooled | None:
    """Pool what groups allow; None where one of them does not print its hazard ratio."""
    pair = [whole.arms[side].id for side in (contrast.reference, contrast.experimental)]
    low, high, ratios = [], [], []
    for group, own in zip(groups, patients, strict=True):
        found = [one for one in group.contrasts if one.subject == contrast.subject]
        if not found or found[0].standard_error is None:
            return None
        error = found[0].standard_error
        # a small error may ask for more than the events of a group can give
        most = compare(*(_side(own, arm) for arm in pair)).cox.standard_error ** -2.0
        low.append(error.upper**-2.0)
        high.append(max(low[-1], min(max(error.lower, _NO_ERROR) ** -2.0, most)))
        ratios.append(_allowed(found[0], (0.5 * (low[-1] + high[-1])) ** -0.5))
    lost = _LOST_INFORMATION * (len(groups) - 1)
    weights = np.add(low, high)
    return _Pooled(
        information=Window(sum(low) + lost, sum(high) + lost),
        log_ratio=Window(*np.average(ratios, axis=0, weights=weights).tolist()),
    )


def _allowed(contrast: ContrastTargets, error: float) -> tuple[float, float]:
    """Return the smallest and largest log hazard ratio that an error lets print as asked."""
    half = np.array([contrast.z * error])
    floor, ceiling = allowed_estimates(*contrast.logs, half)
    return float(floor[0]), float(ceiling[0])


def _side(patients: pd.DataFrame, arm: str) -> Side:
    own = patients[patients["arm"] == arm]
    return Side(ticks=own["time"].to_numpy(), event=own["event"].to_numpy() == 1)


def _with_room(contrast: ContrastTargets, factors: Sequence[_Pooled | None]) -> ContrastTargets:
    """Aim a hazard ratio and its error at the middle of what all factors allow."""
    own = _error_range(contrast)
    pooled = [factor for factor in factors if factor is not None]
    if own is None or not pooled:
        return contrast
    common = _common([one.information for one in pooled])
    # a division loses much information where it has to, and hardly ever gains any
    information = max(common.middle, common.lower)
    aim = own.nearest(information**-0.5, share=_WELL_INSIDE)
    room = Window(aim * (1.0 - _ROOM), aim * (1.0 + _ROOM))
    return replace(
        contrast,
        standard_error=room,
        room=room,
        ratio=_narrowed(contrast.ratio, _common([one.log_ratio for one in pooled])),
    )


def _common(windows: Sequence[Window]) -> Window:
    """Return what windows have in common; turned about where they have nothing."""
    return Window(max(own.lower for own in windows), min(own.upper for own in windows))


def _narrowed(printed: Window | None, log_ratio: Window) -> Window | None:
    """Return the part of a printed hazard ratio's rounding about what its groups allow."""
    if printed is None:
        return None
    inside = Window(*(printed.nearest(end, share=_WELL_INSIDE) for end in (0.0, math.inf)))
    allowed = _common([inside, Window(math.exp(log_ratio.lower), math.exp(log_ratio.upper))])
    half = max(allowed.half, _NARROWEST * printed.half)
    middle = min(max(allowed.middle, inside.lower + half), inside.upper - half)
    return Window(middle - half, middle + half)


def _error_range(contrast: ContrastTargets) -> Window | None:
    """Return the standard errors that the printed limits of a hazard ratio allow."""
    if contrast.lower is None or contrast.upper is None:
        return None
    low, high = contrast.lower.log(), contrast.upper.log()
    narrowest, widest = (high.lower - low.upper, high.upper - low.lower)
    return Window(max(narrowest, 1e-6) / (2.0 * contrast.z), widest / (2.0 * contrast.z))
