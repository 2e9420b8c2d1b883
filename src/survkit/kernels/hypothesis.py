"""What a test of two arms asks of its statistic: sides, direction and margin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from survkit.interval import Interval
from survkit.kernels.normal import normal_quantile

__all__ = ["Alternative", "Hypothesis"]

Alternative = Literal["less", "greater"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """
    Against what a printed p-value was computed.

    Parameters
    ----------
    alternative : {"less", "greater"}
        Whether a one-sided test looks for a ratio, experimental over reference, less or greater
        than the margin.
    sided : {1, 2}
        One-sided or two-sided.
    log_margin : float
        The ratio that the test starts from, on the log scale: 0 for a test of no difference, NaN
        for a test of non-inferiority whose margin nobody states.
    assumed : bool
        Whether the direction of a one-sided test is not stated, but taken from other figures.

    Examples
    --------
    >>> against_worse = Hypothesis(alternative="greater", sided=1)
    >>> round(against_worse.p_value(1.96), 3)
    0.025
    """

    alternative: Alternative = "less"
    sided: Literal[1, 2] = 2
    log_margin: float = 0.0
    assumed: bool = False

    @property
    def known(self) -> bool:
        """Whether a p-value can be computed at all."""
        return not math.isnan(self.log_margin)

    def wald(self, log_ratio: float, error: float) -> float:
        """
        Return the Wald statistic of a ratio against the margin.

        Parameters
        ----------
        log_ratio : float
            Log hazard ratio, experimental over reference.
        error : float
            Its standard error.

        Returns
        -------
        float
            (log ratio - log margin) / standard error, negative where the ratio is below the margin.
        """
        return (log_ratio - self.log_margin) / error if error else math.nan

    def p_value(self, z: float) -> float:
        """
        Return the p-value of a statistic.

        Parameters
        ----------
        z : float
            Standard normal statistic, negative where the ratio is below the margin.

        Returns
        -------
        float
            The probability.
        """
        if self.sided == 2:
            return math.erfc(abs(z) / math.sqrt(2.0))
        toward = z if self.alternative == "less" else -z
        return 0.5 * math.erfc(-toward / math.sqrt(2.0))

    def statistics(self, low: float, high: float, *, below: bool) -> Interval:
        """
        Invert a range of p-values.

        Parameters
        ----------
        low, high : float
            The smallest and the largest p-value.
        below : bool
            On which side of the margin the ratio is, which a two-sided test does not tell.

        Returns
        -------
        Interval
            Standard normal statistics, negative where the ratio is below the margin.
        """
        low, high = min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)
        if self.sided == 1:
            below, share = self.alternative == "less", 1.0
        else:
            share = 0.5
        found = Interval(normal_quantile(share * low), normal_quantile(share * high))
        return found if below else Interval(-found.upper, -found.lower)
