"""Kaplan-Meier estimates of an event table: steps, limits, quantiles; incidences by cause."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.arrays import Floats, sums_before
from survkit.kernels.event_table import tabulate_arm
from survkit.kernels.greenwood import log_limit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from survkit.kernels.event_table import EventTable
    from survkit.kernels.greenwood import Transform

__all__ = [
    "QuantileInterval",
    "greenwood_variance",
    "incidence_at",
    "quantile_interval",
    "quantile_time",
    "summed_survival",
    "survival_at",
    "survival_limits",
    "survival_steps",
]

_ROUNDING = 1e-12
"""Room for the rounding of a running product that meets a quantile's share exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileInterval:
    """Confidence limits of a median or of another quantile of time."""

    lower: float  # lower limit, in the time unit of the data; infinite where it is not reached
    upper: float  # upper limit, likewise


def survival_steps(table: EventTable) -> Floats:
    """
    Kaplan-Meier estimate just after each event time.

    Parameters
    ----------
    table : EventTable
        Event times with k rows.

    Returns
    -------
    ndarray of float, shape (k,)
        Survival probabilities, falling.

    References
    ----------
    .. [1] Kaplan, E. L., Meier, P., "Nonparametric estimation from incomplete observations",
       J Am Stat Assoc 53 (1958), 457-481.
    """
    return np.cumprod(1.0 - table.events / table.at_risk, dtype=np.float64)


def summed_survival(at_risk: ArrayLike, events: ArrayLike) -> Floats:
    """
    Kaplan-Meier estimate as lifelines computes it: logarithms of the steps, added.

    Where the curve meets a share exactly, their rounding decides whether lifelines sees the share
    reached there or at the next event.

    Parameters
    ----------
    at_risk : array-like of int, shape (..., k)
        Patients at risk just before each time, at least 1.
    events : array-like of int, shape (..., k)
        Events at each time.

    Returns
    -------
    ndarray of float, shape (..., k)
        Survival probabilities, falling.
    """
    at_risk, events = np.asarray(at_risk), np.asarray(events)
    with np.errstate(divide="ignore"):
        drops = np.log(at_risk - events) - np.log(at_risk)
    return np.exp(np.cumsum(drops, axis=-1, dtype=np.float64))


def greenwood_variance(table: EventTable) -> Floats:
    r"""
    Greenwood's sum :math:`\sum d / (r (r - d))` after each event time.

    Parameters
    ----------
    table : EventTable
        Event times with k rows.

    Returns
    -------
    ndarray of float, shape (k,)
        Variance of the log survival estimate; infinite once everybody at risk has had the event.

    References
    ----------
    .. [1] Greenwood, M., "The natural duration of cancer", Rep Public Health Med Subj 33 (1926).
    """
    survivors = table.at_risk - table.events
    with np.errstate(divide="ignore"):
        return np.cumsum(table.events / (table.at_risk * survivors))


def survival_at(table: EventTable, times: ArrayLike) -> Floats:
    """
    Kaplan-Meier estimate at given times, right-continuous.

    Parameters
    ----------
    table : EventTable
        Event times.
    times : array-like of float, shape (m,)
        Points in time; an event at such a time has happened.

    Returns
    -------
    ndarray of float, shape (m,)
        Survival probabilities.

    Examples
    --------
    >>> from survkit.kernels import tabulate_arm
    >>> survival_at(tabulate_arm([1, 2, 3, 4], [1, 1, 0, 1]), [0.5, 2.0, 3.9]).tolist()
    [1.0, 0.5, 0.5]
    """
    steps = np.concatenate(([1.0], survival_steps(table)))
    return steps[np.searchsorted(table.time, np.asarray(times, dtype=np.float64), side="right")]


def survival_limits(
    table: EventTable, *, z: float, transform: Transform = "log-log"
) -> tuple[Floats, Floats]:
    r"""
    Pointwise confidence limits of the survival curve after each event time.

    Parameters
    ----------
    table : EventTable
        Event times with k rows.
    z : float
        Normal quantile, 1.96 for 95 % limits.
    transform : {"log-log", "log", "plain"}
        Scale on which the interval is symmetric; log-log gives
        :math:`S^{\exp(\pm z \sqrt V / \log S)}`.

    Returns
    -------
    tuple of ndarray of float, each of shape (k,)
        Lower and upper limits; NaN once the curve has reached zero.

    References
    ----------
    .. [1] Kalbfleisch, J. D., Prentice, R. L., "The Statistical Analysis of Failure Time Data",
       2nd ed. (2002), section 1.4.
    """
    survival = survival_steps(table)
    root = np.sqrt(greenwood_variance(table))
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = -np.log(survival)
        lower, upper = (np.exp(log_limit(hazard, root, side, transform)) for side in (-z, z))
    ended = survival <= 0.0
    lower[ended] = upper[ended] = np.nan
    return np.maximum(lower, 0.0), np.minimum(upper, 1.0)


def quantile_time(table: EventTable, share: float) -> float:
    """
    First time at which the survival curve is at or below a share.

    Parameters
    ----------
    table : EventTable
        Event times.
    share : float
        Survival probability: 0.75 asks for the lower quartile of the time to event, 0.5 for the
        median, 0.25 for the upper quartile.

    Returns
    -------
    float
        The quantile, in the time unit of the data; infinite where the curve stays above the share.

    Notes
    -----
    Where the curve rests exactly on the share, this is the left end of the rest; R and SAS print
    its middle.

    Examples
    --------
    >>> from survkit.kernels import tabulate_arm
    >>> table = tabulate_arm([1, 2, 3, 4], [1, 1, 0, 0])
    >>> quantile_time(table, 0.75), quantile_time(table, 0.5), quantile_time(table, 0.25)
    (1.0, 2.0, inf)
    """
    return _first_at_most(share, table.time, survival_steps(table))


def quantile_interval(
    table: EventTable, share: float, *, z: float, transform: Transform = "log-log"
) -> QuantileInterval:
    """
    Confidence limits of a quantile: the first times at which the curve's limits pass its share.

    Parameters
    ----------
    table : EventTable
        Event times.
    share : float
        Survival probability, 0.75 for the lower and 0.25 for the upper quartile.
    z : float
        Normal quantile, 1.96 for a 95 % interval.
    transform : {"log-log", "log", "plain"}
        Scale of the pointwise limits.

    Returns
    -------
    QuantileInterval
        Lower and upper limit; infinite where a limit of the curve stays above the share.

    References
    ----------
    .. [1] Brookmeyer, R., Crowley, J., "A confidence interval for the median survival time",
       Biometrics 38 (1982), 29-41.
    """
    lower, upper = survival_limits(table, z=z, transform=transform)
    return QuantileInterval(
        lower=_first_at_most(share, table.time, lower),
        upper=_first_at_most(share, table.time, upper),
    )


def incidence_at(time: ArrayLike, event: ArrayLike, cause: int, times: ArrayLike) -> Floats:
    r"""
    Cumulative incidence of a cause among others.

    :math:`F_k(t) = \sum_{t_i \le t} S(t_i-) \, d_{ki} / r_i`, with `S` the Kaplan-Meier curve of
    events of any cause; 1 - KM of events of cause `k` alone lies above it, as it lets those who
    left by another cause go on.

    Parameters
    ----------
    time : array_like of float, shape (n,)
        Times of the patients.
    event : array_like of int, shape (n,)
        0 where censored, else the number of the cause.
    cause : int
        The cause, 1 or more.
    times : array_like of float, shape (k,)
        Where to evaluate, in the same unit.

    Returns
    -------
    ndarray of float, shape (k,)
        Probability of an event of the cause by each of the times, that time included.

    References
    ----------
    .. [1] Aalen, O. O. and Johansen, S., Scand J Statist 5 (1978), 141-150.

    Examples
    --------
    >>> time, event = [1, 2, 3, 4], [1, 2, 0, 1]
    >>> incidence_at(time, event, 1, [1, 2, 4]).tolist()
    [0.25, 0.25, 0.75]
    >>> incidence_at(time, event, 2, [1, 2, 4]).tolist()
    [0.0, 0.25, 0.25]
    """
    codes = np.asarray(event)
    table = tabulate_arm(time, codes > 0)
    before = np.concatenate(([1.0], survival_steps(table)))[:-1]
    of_cause = np.asarray(time, dtype=np.float64)[codes == cause]
    events = np.bincount(np.searchsorted(table.time, of_cause), minlength=table.time.size)
    summed = sums_before(before * events / table.at_risk)
    return summed[np.searchsorted(table.time, np.asarray(times, dtype=np.float64), side="right")]


def _first_at_most(share: float, time: Floats, values: Floats) -> float:
    """Return the first time whose value is at or below a share; NaN values never are."""
    below = np.flatnonzero(values <= share + _ROUNDING)
    return float(time[below[0]]) if below.size else math.inf
