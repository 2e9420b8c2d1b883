"""Real data sets as tables of patients, and estimates by the name of their figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.refit import Estimate, Refit, refit_ipd
from tests.reference.real_data import load_cohort

if TYPE_CHECKING:
    from survkit.trial import Analysis

__all__ = ["by_figure", "estimate", "real_patients"]


def real_patients(name: str, *, strata: bool = False) -> pd.DataFrame:
    """
    Make a table of patients of a real data set.

    Parameters
    ----------
    name : str
        Name of the data set.
    strata : bool
        Whether the patients have strata.

    Returns
    -------
    pandas.DataFrame
        Columns ``time``, ``event``, ``arm`` and perhaps ``stratum``.
    """
    cohort = load_cohort(name)
    arm = np.where(cohort.experimental, "experimental", "reference")
    ipd = pd.DataFrame({"time": cohort.time, "event": cohort.event.astype(int), "arm": arm})
    return ipd.assign(stratum=cohort.stratum) if strata else ipd


def by_figure(refit: Refit, analysis: Analysis) -> dict[str, Estimate]:
    """
    Look estimates up by the name of their figure.

    Parameters
    ----------
    refit : Refit
        The estimates.
    analysis : Analysis
        The figures.

    Returns
    -------
    dict of str to Estimate
        Estimates by the figure's key in words.
    """
    names = [str(figure.key) for figure in analysis.figures]
    return dict(zip(names, refit.estimates, strict=True))


def estimate(ipd: pd.DataFrame, analysis: Analysis, figure: str) -> Estimate:
    """
    Estimate one figure.

    Parameters
    ----------
    ipd : pandas.DataFrame
        The patients.
    analysis : Analysis
        The figures.
    figure : str
        The figure's key in words.

    Returns
    -------
    Estimate
        What the referee says.
    """
    return by_figure(refit_ipd(ipd, analysis), analysis)[figure]
