"""Levels whose heights a file leaves out, as whole patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats

__all__ = ["AtRisk", "share_out_falls"]

AtRisk = tuple[tuple[float, ...], tuple[float, ...]]
"""Times of a table, ascending, and numbers at risk there."""

_WHOLE = 0.3
"""How far a fall may be from a whole number of patients."""
_AROUND = 12
"""Steps on either side among which the lowest is taken for one patient, where no table tells."""


def share_out_falls(
    time: Floats, survival: Floats, lost: Sequence[int], at_risk: AtRisk | None
) -> tuple[Floats, tuple[int, ...]]:
    """
    Share the fall across each lost level out among its two steps, in whole patients.

    Parameters
    ----------
    time, survival : ndarray of float, shape (k,)
        A curve that falls, the heights of lost levels standing for anything.
    lost : sequence of int
        Levels whose heights are not in the file; the levels beside them are.
    at_risk : tuple of times and numbers at risk, or None
        The arm's row of the table.

    Returns
    -------
    ndarray of float, shape (k,)
        Survival. Of an odd number of patients the earlier step has one more; where no whole number
        explains a fall, each step has half of it.
    tuple of int
        Levels that remain open, because no whole number explains the fall across them.
    """
    settled, still_open = survival.copy(), []
    for level in lost:
        if not 0 < level < len(survival) - 1:
            still_open.append(level)
            continue
        before, after = survival[level - 1], survival[level + 1]
        fall = 1.0 - after / before if before > 0 else 0.0
        patients = fall * _left(time, survival, lost, level, at_risk)
        whole = round(patients)
        sure = whole >= 2 and abs(patients - whole) <= _WHOLE
        share = (whole + 1) // 2 / whole if sure else 0.5
        settled[level] = before - share * (before - after)
        if not sure:
            still_open.append(level)
    return settled, tuple(still_open)


def _left(
    time: Floats, survival: Floats, lost: Sequence[int], level: int, at_risk: AtRisk | None
) -> float:
    """Return about how many patients are at risk where a lost level begins."""
    if at_risk is not None and len(at_risk[0]) > 1:
        times, counts = (np.asarray(side, dtype=float) for side in at_risk)
        levels = survival[np.maximum(np.searchsorted(time, times, side="left") - 1, 0)]
        known = levels > 0
        per_share = np.interp(time[level], times[known], counts[known] / levels[known])
        return float(per_share * survival[level - 1])
    sure = [
        1.0 - survival[other] / survival[other - 1]
        for other in range(max(level - _AROUND, 1), min(level + _AROUND, len(survival)))
        if not {other, other - 1} & set(lost) and survival[other - 1] > survival[other]
    ]
    return 1.0 / min(sure) if sure else 0.0
