"""The Cox model with one binary covariate, fitted from an event table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels.risk_sets import experimental_share, share_ties

if TYPE_CHECKING:
    from survkit.arrays import Floats
    from survkit.kernels.event_table import TwoArmTable
    from survkit.kernels.risk_sets import Ties

__all__ = ["CoxFit", "fit_two_arm_cox", "maximise_partial_likelihood"]

_CONVERGED = 1e-12
"""Newton stops once a step changes the log hazard ratio by less than this."""
_LONGEST_STEP = 2.0
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxFit:
    """A fitted two-arm Cox model."""

    # coefficient, experimental over reference; infinite where the likelihood has no maximum, NaN
    # where it is flat
    log_hazard_ratio: float
    standard_error: float  # inverse root of the information; NaN where the coefficient is no number
    log_likelihood: float  # partial log-likelihood at the maximum; NaN likewise

    @property
    def hazard_ratio(self) -> float:
        """Hazard of the experimental over the hazard of the reference arm."""
        return math.exp(self.log_hazard_ratio)

    def limits(self, z: float) -> tuple[float, float]:
        """
        Wald limits of the hazard ratio.

        Parameters
        ----------
        z : float
            Normal quantile, 1.96 for a 95 % interval.

        Returns
        -------
        tuple of float
            Lower and upper limit, experimental over reference.
        """
        half = z * self.standard_error
        return math.exp(self.log_hazard_ratio - half), math.exp(self.log_hazard_ratio + half)


def fit_two_arm_cox(*strata: TwoArmTable, ties: Ties = "efron") -> CoxFit:
    r"""
    Fit a Cox model whose only covariate is the arm.

    With :math:`r_0, r_1` the numbers at risk at each event and
    :math:`p = r_1 e^\beta / (r_0 + r_1 e^\beta)`, the score is :math:`d_1 - \sum p` and the
    information :math:`\sum p (1 - p)`; both are sums over events, and the score falls in beta, so
    that Newton's method with bounded steps cannot miss the root.

    Parameters
    ----------
    *strata : TwoArmTable
        Events and numbers at risk of both arms: one table, or one per stratum for the stratified
        model, in which nobody is at risk at the events of another stratum.
    ties : {"efron", "breslow"}
        How tied events share a risk set.

    Returns
    -------
    CoxFit
        The fit; infinite where all events fall to one side of every risk set, NaN where no risk
        set holds both arms.

    References
    ----------
    .. [1] Cox, D. R., "Regression models and life-tables", J R Stat Soc B 34 (1972), 187-220.
    .. [2] Efron, B., "The efficiency of Cox's likelihood function for censored data", J Am Stat
       Assoc 72 (1977), 557-565.
    .. [3] Breslow, N., "Covariance analysis of censored survival data", Biometrics 30
       (1974), 89-99.

    Examples
    --------
    The six patients of the validation vignette of R's survival package, Efron:

    >>> from survkit.kernels import tabulate_two_arms
    >>> table = tabulate_two_arms(
    ...     [9, 1, 1, 6, 6, 8], [1, 1, 0, 1, 1, 0], [False, True, True, True, False, False]
    ... )
    >>> round(fit_two_arm_cox(table).log_hazard_ratio, 9)
    1.676857486
    """
    parts = [share_ties(table.events, table.at_risk, ties) for table in strata]
    reference, experimental, _ = map(np.concatenate, zip(*parts, strict=True))
    observed = sum(int(table.events[1].sum()) for table in strata)
    return maximise_partial_likelihood(reference, experimental, observed)


def maximise_partial_likelihood(reference: Floats, experimental: Floats, observed: int) -> CoxFit:
    """
    Maximise a two-arm partial likelihood given as risk sets, one per event.

    Parameters
    ----------
    reference, experimental : ndarray of float, shape (d,)
        Patients of each arm at risk at each of the d events.
    observed : int
        How many of the events fell to the experimental arm.

    Returns
    -------
    CoxFit
        The fit; infinite where all events fall to one side of every risk set, NaN where no risk
        set holds both arms.
    """
    rising = observed >= np.count_nonzero(experimental > 0)
    falling = observed <= np.count_nonzero(reference <= 0)
    if rising or falling:
        limit = math.nan if rising and falling else math.inf if rising else -math.inf
        return CoxFit(log_hazard_ratio=limit, standard_error=math.nan, log_likelihood=math.nan)
    beta = 0.0
    for _ in range(_MOST_STEPS):
        share = experimental_share(reference, experimental, math.exp(beta))
        step = float((observed - share.sum()) / (share * (1.0 - share)).sum())
        beta += min(max(step, -_LONGEST_STEP), _LONGEST_STEP)
        if abs(step) < _CONVERGED:
            break
    share = experimental_share(reference, experimental, math.exp(beta))
    total = reference + experimental * math.exp(beta)
    return CoxFit(
        log_hazard_ratio=beta,
        standard_error=float(1.0 / np.sqrt((share * (1.0 - share)).sum())),
        log_likelihood=float(observed * beta - np.log(total).sum()),
    )
