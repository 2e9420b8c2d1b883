"""Hazard ratios from the sums of the log-rank test, without a model that is fitted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from survkit.arrays import Floats

__all__ = ["Estimator", "LogRankSums", "LogRatio", "ratio_by_sums"]

Estimator = Literal["cox", "peto", "pike"]

_NO_VARIANCE = 1e-12


class LogRatio(NamedTuple):
    """Log hazard ratios, experimental over reference, and their standard errors."""

    log_ratio: Floats
    error: Floats


class LogRankSums(NamedTuple):
    """What the log-rank test adds up, each a number or an array of one shape."""

    difference: Floats | float  # observed minus expected events of the experimental arm
    variance: Floats | float  # its hypergeometric variance
    observed: Floats | float = math.nan  # events of the experimental arm
    total: Floats | float = math.nan  # events of both arms


def ratio_by_sums(estimator: Estimator, sums: LogRankSums) -> LogRatio:
    r"""
    Estimate a log hazard ratio from observed and expected events.

    Peto's estimate is :math:`(O - E) / V` with the error :math:`1 / \sqrt V`; Pike's is
    :math:`\log(O_1 / E_1) - \log(O_0 / E_0)` with the error :math:`\sqrt{1 / E_1 + 1 / E_0}`.

    Parameters
    ----------
    estimator : {"peto", "pike"}
        Which estimate.
    sums : LogRankSums
        Observed and expected events; Pike's estimate needs all four.

    Returns
    -------
    LogRatio
        Log ratio and error; infinite or NaN where there is none.

    References
    ----------
    .. [1] Yusuf, S., Peto, R. et al., "Beta blockade during and after myocardial infarction", Prog
       Cardiovasc Dis 27 (1985), 335-371.
    .. [2] Berry, G., Kitchin, R. M., Mock, P. A., "A comparison of two simple hazard ratio
       estimators based on the logrank test", Stat Med 10 (1991), 749-755.

    Examples
    --------
    >>> found = ratio_by_sums("peto", LogRankSums(-4.0, 8.0))
    >>> float(found.log_ratio), round(float(found.error), 4)
    (-0.5, 0.3536)
    """
    gap = np.asarray(sums.difference, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        if estimator == "peto":
            spread = np.maximum(np.asarray(sums.variance, dtype=np.float64), _NO_VARIANCE)
            return LogRatio(gap / spread, 1.0 / np.sqrt(spread))
        had = np.asarray(sums.observed, dtype=np.float64)
        expected = had - gap
        others = np.asarray(sums.total, dtype=np.float64) - had
        return LogRatio(
            np.log(had / expected) - np.log(others / (others + gap)),
            np.sqrt(1.0 / expected + 1.0 / (others + gap)),
        )
