"""The standard normal distribution's quantiles, as intervals and tests ask for them."""

from __future__ import annotations

import math
from statistics import NormalDist

__all__ = ["normal_quantile", "two_sided_quantile"]


def normal_quantile(probability: float) -> float:
    """
    Quantile of the standard normal distribution.

    Parameters
    ----------
    probability : float
        A probability.

    Returns
    -------
    float
        The quantile; infinite for 0 and below, and for 1 and above.
    """
    if 0.0 < probability < 1.0:
        return NormalDist().inv_cdf(probability)
    return math.inf if probability >= 1.0 else -math.inf


def two_sided_quantile(level: float) -> float:
    """
    Quantile behind a two-sided confidence level.

    Parameters
    ----------
    level : float
        Confidence level in percent.

    Returns
    -------
    float
        The quantile, 1.96 for 95.
    """
    return NormalDist().inv_cdf(0.5 + level / 200.0)
