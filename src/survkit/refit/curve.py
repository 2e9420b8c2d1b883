"""A Kaplan-Meier curve by lifelines: its limits on three scales, its quantiles, its areas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from survkit.kernels import DENSITY_STEP, two_sided_quantile

if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Curve", "KaplanMeierRefit", "RestrictedMean"]

_ON_SHARE = 1e-9
_ROUNDING = 1e-12
"""Room for lifelines' rounding: it adds up logarithms, and 3/4 becomes 0.7500000000000001."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One arm's Kaplan-Meier curve."""

    # index ``time``, in the analysis' unit, starting at 0; columns ``survival``, ``lower`` and
    # ``upper``, probabilities, with 95 % log-log limits
    steps: pd.DataFrame
    median: float  # the median, infinite where it is not reached


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """A mean of the time to event, counted up to a horizon, or a difference of two such means."""

    mean: float  # area under the curve, or between two curves, in time units
    standard_error: float  # its standard error, in the same unit

    def limit(self, level: float, side: Literal["lower", "upper"]) -> float:
        """Symmetric confidence limit."""
        half = two_sided_quantile(level) * self.standard_error
        return self.mean + (half if side == "upper" else -half)


class KaplanMeierRefit:
    """
    Kaplan-Meier fits of the same patients, one per confidence level.

    Parameters
    ----------
    time : pandas.Series
        Follow-up times.
    event : pandas.Series
        1 for an event, 0 for a censored patient.
    """

    def __init__(self, time: pd.Series, event: pd.Series) -> None:
        self._time, self._event = time, event
        self._fits: dict[float, KaplanMeierFitter] = {}

    @property
    def curve(self) -> Curve:
        """The curve with 95 % limits as lifelines draws it."""
        fitter = self._fit()
        steps = pd.concat([fitter.survival_function_, fitter.confidence_interval_], axis=1)
        return Curve(
            steps=steps.set_axis(["survival", "lower", "upper"], axis=1).rename_axis("time"),
            median=self.median,
        )

    @property
    def median(self) -> float:
        """The median as lifelines reports it, infinite where it is not reached."""
        return float(self._fit().median_survival_time_)

    @property
    def end(self) -> float:
        """Where the curve ends: the last time, infinite once the curve has reached zero."""
        return math.inf if float(self._survival.iloc[-1]) == 0.0 else float(self._time.max())

    def survival(self, time: float) -> float:
        """
        Read the curve at a point in time.

        Parameters
        ----------
        time : float
            The point in time; an event then has happened.

        Returns
        -------
        float
            Survival probability.
        """
        return float(self._fit().predict(time))

    def survival_error(self, time: float) -> float:
        """Return Greenwood's error of the curve at a point in time, a probability."""
        variance = float(self._greenwood_terms().loc[:time].sum())
        return self.survival(time) * math.sqrt(variance)

    def survival_limit(
        self, time: float, level: float, scale: str, side: Literal["lower", "upper"]
    ) -> float:
        """
        Read a limit of the curve at a point in time.

        Parameters
        ----------
        time : float
            The point in time.
        level : float
            Confidence level in percent.
        scale : {"log-log", "log", "plain"}
            Scale on which the interval is symmetric.
        side : {"lower", "upper"}
            Which limit.

        Returns
        -------
        float
            A probability; NaN once the curve has reached zero.
        """
        limits = self._limits(level, scale)[side]
        return float(limits.iloc[int(limits.index.searchsorted(time, side="right")) - 1])

    def quantile(self, share: float) -> float:
        """
        Find the first time at which the curve is at or below a share.

        Parameters
        ----------
        share : float
            Survival probability, 0.75 for the lower quartile of the time to event.

        Returns
        -------
        float
            The time, infinite where it is not reached.
        """
        return _first_at_most(share, self._survival)

    def quantile_limit(
        self, share: float, level: float, scale: str, side: Literal["lower", "upper"]
    ) -> float:
        """Find the first time at which a limit of the curve is at or below a share."""
        return _first_at_most(share, self._limits(level, scale)[side])

    def rest(self, share: float) -> tuple[float, float, bool] | None:
        """Find where the curve rests exactly on a share; see `kernels.rest_on`."""
        survival = self._survival
        on = np.flatnonzero(np.abs(survival.to_numpy() - share) <= _ON_SHARE)
        if not on.size:
            return None
        lower = survival.index[survival < share - _ON_SHARE]
        begin = float(survival.index[on[0]])
        return (begin, float(lower[0]), True) if lower.size else (begin, self.last, False)

    @property
    def last(self) -> float:
        """When the last patient leaves."""
        return float(self._time.max())

    def error_of_quantile(self, share: float) -> float:
        """Return the standard error of a quantile of time; see `kernels.error_of_quantile`."""
        survival = self._survival
        at = survival.index[survival <= share + _ON_SHARE]
        after = survival.index[survival <= share - DENSITY_STEP + _ON_SHARE]
        high = survival[survival >= share + DENSITY_STEP - _ON_SHARE]
        if not at.size or not after.size or not high.size or survival[at[0]] <= 0.0:
            return math.inf
        # the curve's steps are its events; lifelines lists censorings, too
        before = float(high.index[high <= high.iloc[-1] + _ON_SHARE][0])
        variance = float(self._greenwood_terms().loc[: at[0]].sum())
        spread = (after[0] - before) / (high.iloc[-1] - survival[after[0]])
        return float(survival[at[0]] * math.sqrt(variance) * spread)

    def restricted_mean(self, horizon: float) -> RestrictedMean:
        r"""
        Area under the curve up to a horizon.

        The area is that of lifelines. Its variance is not: up to lifelines 0.30.3 at least, what
        `restricted_mean_survival_time` returns as such is the variance of one patient's time, not
        that of the estimate. The error is Greenwood's instead, from lifelines' event table:
        :math:`\sum_i A_i^2 d_i / (r_i (r_i - d_i))`, with :math:`A_i` the area from the event
        time to the horizon.

        Parameters
        ----------
        horizon : float
            End of the area, in time units; must be positive.

        Returns
        -------
        RestrictedMean
            Mean and standard error.

        References
        ----------
        .. [1] Klein, J. P., Moeschberger, M. L., "Survival Analysis", 2nd ed. (2003), section 4.5.
        """
        fitter = self._fit()
        steps = self._survival.loc[:horizon]
        areas = steps * np.diff(np.append(steps.index, horizon))
        ahead = areas[::-1].cumsum()[::-1]
        variance = (ahead**2 * self._greenwood_terms().loc[:horizon]).sum()
        return RestrictedMean(
            mean=float(restricted_mean_survival_time(fitter, t=horizon)),
            standard_error=math.sqrt(variance),
        )

    @property
    def _survival(self) -> pd.Series:
        """The curve just after each time."""
        survival: pd.Series = self._fit().survival_function_.iloc[:, 0]
        return survival

    def _fit(self, level: float = 95.0) -> KaplanMeierFitter:
        if level not in self._fits:
            fitter = KaplanMeierFitter(alpha=1.0 - level / 100.0)
            self._fits[level] = fitter.fit(self._time, self._event)
        return self._fits[level]

    def _limits(self, level: float, scale: str) -> pd.DataFrame:
        """
        Return both limits of the curve, columns ``lower`` and ``upper``.

        lifelines computes log-log limits only; on the other scales they come from its curve and
        its event table. A curve at zero has no limits, as in R and SAS: Greenwood's variance is
        infinite there, and lifelines' limits of zero are none.
        """
        survival = self._survival
        if scale == "log-log":
            limits: pd.DataFrame = self._fit(level).confidence_interval_
            limits = limits.set_axis(["lower", "upper"], axis=1)
        else:
            half = two_sided_quantile(level) * np.sqrt(self._greenwood_terms().cumsum())
            away = {"lower": -half, "upper": half}
            limits = pd.DataFrame(
                {
                    side: survival * (np.exp(shift) if scale == "log" else 1.0 + shift)
                    for side, shift in away.items()
                }
            )
        return limits[survival > 0.0].clip(0.0, 1.0).reindex(survival.index)

    def _greenwood_terms(self) -> pd.Series:
        """Return each time's part of Greenwood's sum; zero after the last patient's event."""
        table: pd.DataFrame = self._fit().event_table
        survivors = table["at_risk"] - table["observed"]
        return (table["observed"] / (table["at_risk"] * survivors)).where(survivors > 0, 0.0)


def _first_at_most(share: float, values: pd.Series) -> float:
    """Return the first time whose value is at or below a share; NaN values never are."""
    below = values.index[values <= share + _ROUNDING]
    return float(below[0]) if below.size else math.inf
