"""How long patients can be followed: the share not censored yet, from curve and table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.reconstruction.curves.observed import ObservedArm

__all__ = ["FollowUp", "estimate_follow_up"]

_FASTER = (0.5, 4.0)
"""By what factor the rate of leaving may change from one piece of follow-up to the next."""
_FEW = 0.25
"""Share of those at the last risk time below which nobody is taken to be cut off by the axis."""
_GRID = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """
    Share of patients not censored yet, as numbers at risk over survival tell it.

    Parameters
    ----------
    time : ndarray of float, shape (g,)
        A fine grid from 0 to the end of the curve.
    gone : ndarray of float, shape (g,)
        Share censored by then, rising; what is missing to 1 at the end stays to the end.
    natural : bool
        Whether follow-up ends with the curve; else the axis may have cut it off.
    """

    time: Floats
    gone: Floats
    natural: bool

    def gone_by(self, at: Floats | float) -> Floats:
        """
        Return the share censored by some times.

        Parameters
        ----------
        at : ndarray of float or float
            Times.

        Returns
        -------
        ndarray of float
            Shares from 0 to 1.
        """
        return np.asarray(np.interp(at, self.time, self.gone))

    def spread(self, start: float, stop: float, number: int) -> Floats:
        """
        Return when patients leave between two times, as the share censored rises.

        Parameters
        ----------
        start, stop : float
            The times.
        number : int
            Patients.

        Returns
        -------
        ndarray of float, shape (number,)
            Their times, rising.
        """
        inside = (self.time > start) & (self.time < stop)
        time = np.concatenate(([start], self.time[inside], [stop]))
        # a little of time itself keeps levels apart on which nobody is said to leave
        rise = np.maximum.accumulate(self.gone_by(time)) + 1e-6 * time / max(self.time[-1], 1e-300)
        quantile = (np.arange(number) + 0.5) / max(number, 1)
        return np.asarray(np.interp(rise[0] + quantile * (rise[-1] - rise[0]), rise, time))


def estimate_follow_up(arm: ObservedArm) -> FollowUp:
    """
    Estimate the share not censored yet: numbers at risk over survival, smooth in between.

    After the last risk time the rate of leaving goes on as it changed before it; where no table
    tells, nobody leaves before the end. Monotone cubic interpolation: Fritsch and Butland (1984).
    """
    end = max(float(arm.curve.time[-1]), arm.end or 0.0)
    grid = np.linspace(0.0, end, _GRID)
    known, left = _at_rows(arm, end)
    if known.size < 2:
        return FollowUp(time=grid, gone=np.zeros(_GRID), natural=False)
    stay = _staying(known, left, end)
    natural = stay < _FEW
    if known[-1] < end:
        known = np.append(known, end)
        left = np.append(left, 0.0 if natural else left[-1] * stay)
    share = PchipInterpolator(known, left, extrapolate=True)(np.clip(grid, 0.0, known[-1]))
    return FollowUp(time=grid, gone=np.maximum.accumulate(1.0 - share), natural=natural)


def _at_rows(arm: ObservedArm, end: float) -> tuple[Floats, Floats]:
    """Return risk times within follow-up and the share not censored before each."""
    if arm.table is None:
        return np.zeros(1), np.ones(1)
    inside = (arm.table.time > 0) & (arm.table.time <= end)
    inside &= (arm.table.time < end) | (arm.table.upper > 0)
    time = arm.table.time[inside]
    count = (arm.table.lower[inside] + arm.table.upper[inside]) / 2.0
    before = np.searchsorted(arm.curve.time, time, side="left") - 1
    survival = np.where(before >= 0, arm.curve.survival[np.maximum(before, 0)], 1.0)
    share = np.where(survival > 0, count / arm.n / np.where(survival > 0, survival, 1.0), 0.0)
    share = np.minimum.accumulate(np.append(1.0, np.minimum(share, 1.0)))
    return np.append(0.0, time), share


def _staying(known: Floats, left: Floats, end: float) -> float:
    """Return the share of those at the last risk time who are still there at the end."""
    if left[-1] <= 0 or known.size < 3:
        return 1.0
    rates = -np.diff(np.log(left[-3:])) / np.diff(known[-3:])
    faster = float(np.clip(rates[1] / max(rates[0], 1e-9), *_FASTER))
    return float(np.exp(-rates[1] * faster * (end - known[-1])))
