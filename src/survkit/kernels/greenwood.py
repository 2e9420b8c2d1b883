"""Greenwood's sum and the limits of a survival curve, on the scale of the cumulative hazard.

With the cumulative hazard H = -log S and the root of Greenwood's sum, a limit is one expression on
each scale; it rises with z, which is negative for the lower limit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Counts, Floats

__all__ = [
    "AT_ZERO",
    "Transform",
    "confidence_limit",
    "event_terms",
    "follow_curve",
    "log_limit",
    "root_behind_limit",
    "single_event_terms",
]

Transform = Literal["log-log", "log", "plain"]

AT_ZERO = 40.0
"""Cumulative hazard of a curve that has reached zero, where no limits are computed."""
_TO_ZERO = 50.0
"""Cumulative hazard that stands for a curve at zero."""
_NO_HAZARD = 1e-300


def single_event_terms(at_risk: Floats) -> tuple[Floats, Floats]:
    """
    Compute what single events add to the cumulative hazard, and to Greenwood's sum.

    Parameters
    ----------
    at_risk : ndarray of float
        Numbers at risk, each at one event.

    Returns
    -------
    tuple of ndarray of float
        -log(1 - 1 / r) and 1 / (r (r - 1)), in the same shape; 50 to both where nobody stays.
    """
    with np.errstate(divide="ignore"):
        hazard = np.minimum(-np.log1p(-1.0 / at_risk), _TO_ZERO)
        variance = np.minimum(1.0 / (at_risk * (at_risk - 1.0)), _TO_ZERO)
    return hazard, variance


def event_terms(events: Counts | Floats, at_risk: Counts | Floats) -> Floats:
    """
    Compute what tied events add to the cumulative hazard, and to Greenwood's sum.

    Parameters
    ----------
    events, at_risk : ndarray
        Events and patients at risk at each time.

    Returns
    -------
    ndarray of float, shape (2, ...)
        -log(1 - d / r) and d / (r (r - d)); 50 to both where nobody stays.
    """
    staying = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(events > 0, -np.log1p(-events / at_risk), 0.0)
        variance = np.where(events > 0, events / (at_risk * staying.astype(np.float64)), 0.0)
    terms: Floats = np.minimum(np.stack((hazard, variance)), _TO_ZERO)
    return terms


def log_limit(hazard: Floats, root: Floats, z: float | Floats, transform: Transform) -> Floats:
    """
    Logarithm of a confidence limit, whether or not the curve has reached zero.

    Parameters
    ----------
    hazard : ndarray of float
        Cumulative hazard, positive.
    root : ndarray of float
        Root of Greenwood's sum.
    z : float or ndarray of float
        Normal quantile, negative for the lower limit.
    transform : {"log-log", "log", "plain"}
        Scale on which the limits are symmetric.

    Returns
    -------
    ndarray of float
        The logarithms.
    """
    if transform == "log-log":
        with np.errstate(over="ignore"):
            return -hazard * np.exp(-z * root / hazard)
    if transform == "log":
        return -hazard + z * root
    return -hazard + np.log(np.maximum(1.0 + z * root, _NO_HAZARD))


def confidence_limit(
    hazard: Floats, root: Floats, z: float | Floats, transform: Transform
) -> Floats:
    """
    Confidence limit of a survival curve; see `log_limit`.

    Parameters
    ----------
    hazard : ndarray of float
        Cumulative hazard, positive.
    root : ndarray of float
        Root of Greenwood's sum.
    z : float or ndarray of float
        Normal quantile, negative for the lower limit.
    transform : {"log-log", "log", "plain"}
        Scale on which the limits are symmetric.

    Returns
    -------
    ndarray of float
        The limit; NaN where the curve has reached zero.
    """
    limit = np.exp(log_limit(hazard, root, z, transform))
    return np.where(hazard < AT_ZERO, limit, np.nan)


def follow_curve(hazard: Floats, variance: Floats, z: float, transform: Transform) -> Floats:
    """
    Follow a survival curve, or a limit of it, from event to event.

    Parameters
    ----------
    hazard, variance : ndarray of float, shape (d,)
        What each event adds to the cumulative hazard and to Greenwood's sum.
    z : float
        0 for the curve itself, negative for its lower limit.
    transform : {"log-log", "log", "plain"}
        Scale on which the limits are symmetric.

    Returns
    -------
    ndarray of float, shape (d,)
        The curve just after each event.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        cumulative = np.cumsum(hazard)
        if z == 0.0:
            return np.exp(-cumulative)
        return confidence_limit(cumulative, np.sqrt(np.cumsum(variance)), z, transform)


def root_behind_limit(hazard: float, limit: float, z: float, transform: Transform) -> float:
    """
    Root of Greenwood's sum at which a confidence limit has a value: the inverse of `log_limit`.

    Parameters
    ----------
    hazard : float
        Cumulative hazard, positive.
    limit : float
        The limit, a probability between 0 and 1.
    z : float
        Normal quantile, negative for the lower limit.
    transform : {"log-log", "log", "plain"}
        Scale on which the limits are symmetric.

    Returns
    -------
    float
        The root; negative where the limit lies on the other side of the curve.
    """
    if transform == "log-log":
        return -hazard * math.log(-math.log(limit) / hazard) / z
    if transform == "log":
        return (math.log(limit) + hazard) / z
    return (limit * math.exp(hazard) - 1.0) / z
