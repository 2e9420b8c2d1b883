"""What members of an ensemble measure, quantity by quantity, and between which values they lie."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.ensembles.bands import check_level, interval
from survkit.ensembles.curves import tabulate_members
from survkit.kernels import (
    EventTable,
    fit_two_arm_cox,
    quantile_time,
    restricted_mean,
    survival_at,
    tabulate_two_arms,
)
from survkit.quantity import QUANTILES, FigureKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Floats
    from survkit.ensembles.drawing import Member
    from survkit.trial import Analysis, Contrast

__all__ = ["Measured", "measure_members", "summarise"]

_QUARTERS = (1.0, 2.0, 3.0)
_OF_FOLLOW_UP = 0.75
"""Where restricted means end, as a share of the follow-up that half of the members reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One quantity, member by member."""

    key: FigureKey  # which one; that of the figure, where it is printed
    values: Floats  # shape (members,); not a number where a member is not followed so long
    printed: str  # the digits where it is an input figure, else empty


def measure_members(analysis: Analysis, members: Sequence[Member]) -> list[Measured]:
    """
    Measure all members: survival at quarters of the follow-up, quantiles, means and ratios.

    Arms come first, then what compares two of them.
    """
    arms = {arm.id: tabulate_members(members, arm.id) for arm in analysis.arms}
    ends = {arm: _ends(members, arm) for arm in arms}
    horizon = round_down(_OF_FOLLOW_UP * float(np.median(np.min(list(ends.values()), axis=0))))
    found = [one for arm in arms for one in _arm(arm, arms[arm], ends[arm], horizon)]
    for contrast in analysis.contrasts:
        pair = contrast.experimental, contrast.reference
        areas = [_means(arms[arm], ends[arm], horizon) for arm in pair]
        key = FigureKey("rmst_difference", contrast.subject, _decimal(horizon))
        found += [
            (FigureKey("hazard_ratio", contrast.subject), _ratios(members, contrast)),
            (key, areas[0] - areas[1]),
        ]
    printed = {
        figure.key: str(figure.printed) for figure in analysis.figures if figure.role == "input"
    }
    return [Measured(key=key, values=values, printed=printed.get(key, "")) for key, values in found]


def summarise(measured: Sequence[Measured], level: float) -> pd.DataFrame:
    """
    Say between which values a share of the members lies.

    Parameters
    ----------
    measured : sequence of Measured
        Quantities, member by member.
    level : float
        The share, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        See `Ensemble.intervals`.

    Raises
    ------
    SurvkitError
        If `level` is not between 0 and 1.
    """
    check_level(level)
    rows = []
    for one in measured:
        lower, middle, upper = interval(one.values, level)
        time = math.nan if one.key.time is None else float(one.key.time)
        rows.append((one.key.quantity, one.key.subject, time, lower, middle, upper, one.printed))
    columns = ["quantity", "subject", "time", "lower", "median", "upper", "printed"]
    return pd.DataFrame(rows, columns=columns)


def round_down(time: float) -> float:
    """
    Take two digits of a time.

    Parameters
    ----------
    time : float
        A positive time.

    Returns
    -------
    float
        The time or less.

    Examples
    --------
    >>> round_down(18.7), round_down(123.4), round_down(0.567)
    (18.0, 120.0, 0.56)
    """
    power = math.floor(math.log10(time)) - 1
    return float(Decimal(math.floor(time / 10.0**power)).scaleb(power))


def _arm(
    arm: str, tables: Sequence[EventTable], ends: Floats, horizon: float
) -> Iterator[tuple[FigureKey, Floats]]:
    """Yield what one arm shows."""
    for quarter in _QUARTERS:
        time = round_down(quarter / len(_QUARTERS) * horizon)
        shares = np.array([float(survival_at(table, [time])[0]) for table in tables])
        known = (time <= ends) | (shares == 0.0)
        yield FigureKey("survival", arm, _decimal(time)), np.where(known, shares, np.nan)
    for quantity, share in QUANTILES.items():
        quantiles = np.array([quantile_time(table, share) for table in tables])
        yield FigureKey(quantity, arm), quantiles
    yield FigureKey("rmst", arm, _decimal(horizon)), _means(tables, ends, horizon)


def _means(tables: Sequence[EventTable], ends: Floats, horizon: float) -> Floats:
    areas = np.array([restricted_mean(table, horizon).mean for table in tables])
    empty = np.array([float(survival_at(table, [horizon])[0]) == 0.0 for table in tables])
    return np.where((horizon <= ends) | empty, areas, np.nan)


def _ratios(members: Sequence[Member], contrast: Contrast) -> Floats:
    """Hazard ratios, stratified where the patients have strata; Efron's ties."""
    return np.array([_ratio(member.reconstruction.ipd, contrast) for member in members])


def _ratio(ipd: pd.DataFrame, contrast: Contrast) -> float:
    compared = ipd[ipd["arm"].isin([contrast.reference, contrast.experimental])]
    parts = (
        [part for _, part in compared.groupby("stratum", observed=True)]
        if "stratum" in compared
        else [compared]
    )
    tables = [
        tabulate_two_arms(
            part["time"].to_numpy(),
            part["event"].to_numpy() == 1,
            (part["arm"] == contrast.experimental).to_numpy(),
        )
        for part in parts
    ]
    return fit_two_arm_cox(*tables).hazard_ratio


def _ends(members: Sequence[Member], arm: str) -> Floats:
    """Return the last time of an arm, member by member."""
    frames = [member.reconstruction.ipd for member in members]
    return np.array([float(ipd.loc[ipd["arm"] == arm, "time"].max()) for ipd in frames])


def _decimal(time: float) -> Decimal:
    return Decimal(f"{time:g}")
