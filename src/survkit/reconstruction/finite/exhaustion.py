"""Arms so small that every order of their labels can be looked at, to see whether one will do.

Where none does, that is a proof, and no search needs to go to its end.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survkit.reconstruction.finite.windows import find_windows

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints, ArmConstraints

__all__ = ["cannot_be_met", "has_no_order"]

Flags = NDArray[np.bool_]

_MOST_ORDERS = 5_000
"""Orders of an arm that are looked at, in a hundredth of a second."""
_MOST_PATIENTS = 64
_TOUCHING = 1e-6
"""Time, as a share of the later one, by which windows may miss each other and still touch."""


def cannot_be_met(constraints: AnalysisConstraints) -> bool:
    """
    Tell whether some arm is so small that its figures are seen to exclude each other.

    Parameters
    ----------
    constraints : AnalysisConstraints
        The printed figures.

    Returns
    -------
    bool
        True where an arm has no order that meets its own figures; False proves nothing.
    """
    return any(map(has_no_order, constraints.arms))


def has_no_order(arm: ArmConstraints) -> bool:
    """
    Tell whether no order of events and censorings meets an arm's figures, where few exist.

    Limits of quantiles and the reverse curve are not asked for: patients who share a time pass by
    values that one after the other shows.
    """
    if any(point.time <= 0.0 for point in arm.survival) or arm.n > _MOST_PATIENTS:
        return False
    if arm.events is not None and not 0 <= arm.events <= arm.n:
        return True
    if (2**arm.n if arm.events is None else math.comb(arm.n, arm.events)) > _MOST_ORDERS:
        return False
    plain = tuple(one for one in arm.quantiles if one.z == 0.0 and not one.reverse)
    labels = _all_labels(arm.n, arm.events)
    windows = find_windows(labels, replace(arm, quantiles=plain), rests_held=False)
    lower = np.maximum.accumulate(windows.lower, axis=1)
    upper = np.minimum.accumulate(windows.upper[:, ::-1], axis=1)[:, ::-1]
    apart = (lower > upper + _TOUCHING * np.abs(lower)).any(axis=1)
    return not bool(((windows.fault == 0.0) & ~apart).any())


def _all_labels(n: int, events: int | None) -> Flags:
    """List every way in which patients leave by an event or not, a row each."""
    if events is None:
        number = np.arange(2**n)[:, None]
        every: Flags = (number >> np.arange(n)) % 2 == 1
        return every
    places = np.array(list(combinations(range(n), events)), dtype=np.int64)
    labels = np.zeros((places.shape[0], n), dtype=bool)
    labels[np.arange(places.shape[0])[:, None], places] = True
    return labels
