"""Restricted mean survival time from an event table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Flags, Floats, sums_from
from survkit.kernels.kaplan_meier import survival_steps

if TYPE_CHECKING:
    from survkit.kernels.event_table import EventTable

__all__ = ["Rmst", "restricted_mean", "restricted_mean_difference", "restricted_means"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rmst:
    """A restricted mean survival time, or a difference of two."""

    # area under the curve up to the horizon, in the time unit of the data; for a difference, the
    # area between two curves, positive where the experimental arm does better
    mean: float
    standard_error: float  # its standard error, in the same unit

    def limits(self, z: float) -> tuple[float, float]:
        """
        Symmetric limits of the mean.

        Parameters
        ----------
        z : float
            Normal quantile, 1.96 for a 95 % interval.

        Returns
        -------
        tuple of float
            Lower and upper limit, in the time unit of the data.
        """
        half = z * self.standard_error
        return self.mean - half, self.mean + half


def restricted_mean(table: EventTable, horizon: float) -> Rmst:
    r"""
    Area under the Kaplan-Meier steps up to a horizon, integrated exactly.

    The variance is :math:`\sum_i A_i^2 d_i / (r_i (r_i - d_i))`, with :math:`A_i` the area from the
    event time to the horizon.

    Parameters
    ----------
    table : EventTable
        Event times.
    horizon : float
        End of the area, in the time unit of the data.

    Returns
    -------
    Rmst
        Mean and standard error.

    Raises
    ------
    ValueError
        If `horizon` is not positive and finite.

    References
    ----------
    .. [1] Klein, J. P., Moeschberger, M. L., "Survival Analysis", 2nd ed. (2003), section 4.5.
    """
    if not (math.isfinite(horizon) and horizon > 0):
        msg = f"horizon must be positive and finite, got {horizon!r}"
        raise ValueError(msg)
    inside = table.time <= horizon
    time, events, at_risk = table.time[inside], table.events[inside], table.at_risk[inside]
    steps = np.concatenate(([1.0], survival_steps(table)[inside]))
    areas = steps * np.diff(np.concatenate(([0.0], time, [horizon])))
    after = sums_from(areas)[1:]
    survivors = at_risk - events
    terms = np.divide(
        after**2 * events,
        at_risk * survivors,
        out=np.zeros(time.size),
        where=survivors > 0,  # after the last patient the area ahead is zero, and so is the term
    )
    return Rmst(mean=float(areas.sum()), standard_error=float(np.sqrt(terms.sum())))


def restricted_mean_difference(
    reference: EventTable, experimental: EventTable, horizon: float
) -> Rmst:
    """
    Area between two Kaplan-Meier curves up to a horizon.

    Parameters
    ----------
    reference, experimental : EventTable
        Event times of both arms.
    horizon : float
        End of the area, in the time unit of the data.

    Returns
    -------
    Rmst
        Experimental minus reference mean, and its standard error, that of independent means.

    References
    ----------
    .. [1] Uno, H., et al., "Moving beyond the hazard ratio in quantifying the between-group
       difference in survival analysis", J Clin Oncol 32 (2014), 2380-2385.
    """
    without, treated = (restricted_mean(table, horizon) for table in (reference, experimental))
    return Rmst(
        mean=treated.mean - without.mean,
        standard_error=math.hypot(treated.standard_error, without.standard_error),
    )


def restricted_means(times: Floats, event: Flags, horizon: float) -> tuple[Floats, Floats]:
    """
    Restricted means of many sets of times of the same patients, with their variances.

    Numbered in the order of leaving, patients fix the heights of their curve; their times fix the
    widths, and the area is linear in them.

    Parameters
    ----------
    times : ndarray of float, shape (k, n)
        Times of an arm's patients, rising along each row, in time units.
    event : ndarray of bool, shape (n,)
        Who has the event.
    horizon : float
        Where the area ends.

    Returns
    -------
    ndarray of float, shape (k,)
        Areas under the curve.
    ndarray of float, shape (k,)
        Their variances.
    """
    at_risk = event.size - np.arange(event.size, dtype=np.float64)
    after = np.cumprod(np.where(event, 1.0 - 1.0 / at_risk, 1.0))
    before = np.concatenate(([1.0], after[:-1]))
    until = np.minimum(times, horizon)
    so_far = np.cumsum(np.diff(until, axis=1, prepend=0.0) * before, axis=1)
    area = so_far[:, -1] + after[-1] * (horizon - until[:, -1])
    spread = np.where(
        event & (at_risk > 1.0), 1.0 / np.maximum(at_risk * (at_risk - 1.0), 1.0), 0.0
    )
    variance = ((area[:, None] - so_far) ** 2 * spread).sum(axis=1)
    return area, variance
