"""Bands of survival curves: where the members of an ensemble lie, time by time and as wholes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from survkit.ensembles.curves import ArmCurves
from survkit.errors import SurvkitError, WrongArgumentError
from survkit.typed import as_instances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats

__all__ = [
    "WHOLE_SPREAD",
    "band_curves",
    "check_level",
    "interval",
    "reach_of_steps",
    "reach_of_whole",
    "spread_at",
]

_SPREADS = {0.5: 1.0, 0.8: 1.02, 0.9: 1.02, 0.95: 1.12}
"""
By how much bands are wider about their middle than the members lie apart, level by level.

Real curves are now and then farther from the middle than draws of a Gaussian prior. The means of
what the sets of four folds in five asked for, all figures together, five times over; see
`benchmarks/bench_bands.py` and docs/ensembles.md for what they hold.
"""
_STEPS = {0.5: 0.0, 0.8: 0.06, 0.9: 0.5}
"""
By how many patients bands reach further on either side, level by level.

A curve is made of steps, and members may agree to a fraction of one. The real curve is among them
then as often as anywhere else, but not as near: when it is away, then by up to half a patient.
"""
WHOLE_SPREAD = 1.45
"""The same for bands of whole curves, at 90 %: visits make real curves fall at once."""
_NARROWEST = 1.0
"""Of a band of whole curves at any time, as a share of the pointwise band's mean: where a printed
figure holds the curve, events that happen together still move it, beside the figure's time."""
_HALF_A_PATIENT = 0.5
"""A curve is made of steps: whole curves reach half of one on either side, in patients."""
_ROUNDING = 1e-9
"""Survival that is the same but for the order in which numbers were multiplied."""


def check_level(level: float) -> None:
    """Refuse a level that is no share between 0 and 1."""
    if not 0.0 < level < 1.0:
        msg = f"the level must be between 0 and 1, such as 0.9, got {level:g}"
        raise SurvkitError(msg)


def spread_at(level: float) -> float:
    """Return by how much bands of a level are wider than the members lie apart."""
    return float(np.interp(level, list(_SPREADS), list(_SPREADS.values())))


def reach_of_steps(level: float, n: int) -> float:
    """
    Say how far bands reach beyond the quantiles of the members.

    Parameters
    ----------
    level : float
        The share that the band holds.
    n : int
        Patients of the arm.

    Returns
    -------
    float
        A share of the patients.
    """
    return float(np.interp(level, list(_STEPS), list(_STEPS.values()))) / n + _ROUNDING


def interval(values: Floats, level: float, *, spread: float = 1.0) -> Floats:
    """
    Take the middle and the ends between which a share of drawn numbers lies.

    Parameters
    ----------
    values : ndarray of float, shape (members,)
        The numbers; what is not a number is left out.
    level : float
        The share, between 0 and 1.
    spread : float
        By how much the ends are moved away from the middle.

    Returns
    -------
    ndarray of float, shape (3,)
        Lower end, median, upper end. Ends are quantiles at (m + 1) p, as few draws need them; not a
        number where there is no number at all.
    """
    known = values[~np.isnan(values)]
    if known.size == 0:
        return np.full(3, np.nan)
    tail = 0.5 * (1.0 - level)
    lower, middle, upper = (_quantile(known, share) for share in (tail, 0.5, 1.0 - tail))
    if np.isfinite([lower, middle]).all():
        lower = middle - spread * (middle - lower)
    if np.isfinite([middle, upper]).all():
        upper = middle + spread * (upper - middle)
    return np.array([lower, middle, upper])


def band_curves(curves: Sequence[ArmCurves], level: float = 0.9) -> pd.DataFrame:
    """
    Lay bands around the curves of an ensemble.

    Parameters
    ----------
    curves : sequence of ArmCurves
        The curves of every arm.
    level : float
        Share of what is drawn that the bands hold, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per arm and time: ``arm``, ``time`` (the analysis' unit), ``lower``, ``median`` and
        ``upper`` (survival; the share lies between at each time), ``whole_lower`` and
        ``whole_upper`` (the share of whole curves lies between at all times) and ``members`` (how
        many are followed so long).

    Raises
    ------
    SurvkitError
        If `level` is not between 0 and 1.

    References
    ----------
    .. [1] Myllymaki, M. et al., "Global envelope tests for spatial processes", J. R. Stat. Soc. B
       79 (2017), 381: envelopes of directional quantiles.
    """
    if not as_instances(curves, ArmCurves, "band_curves", "curves of arms"):
        msg = "band_curves: curves of one arm or more must be given, got none"
        raise WrongArgumentError(msg)
    check_level(level)
    return pd.concat([_band(one, level) for one in curves], ignore_index=True)


def _quantile(values: Floats, share: float) -> float:
    """Return a quantile at (m + 1) p; one of the numbers where some are infinite."""
    if np.isfinite(values).all():
        return float(np.quantile(values, share, method="weibull"))
    return float(np.quantile(values, share, method="inverted_cdf"))


def reach_of_whole(curves: ArmCurves, level: float) -> Floats:
    """
    Say how far whole curves reach away from the middle, before any spread.

    Parameters
    ----------
    curves : ArmCurves
        The curves of one arm.
    level : float
        The share of curves that stay within it at all times.

    Returns
    -------
    ndarray of float, shape (3, m)
        The middle, how far down and how far up it reaches.
    """
    lower, middle, upper = np.stack([interval(column, level) for column in curves.survival.T]).T
    followed = curves.survival[~np.isnan(curves.survival).all(axis=1)]
    if followed.size == 0:  # nobody is, to any of the times
        return np.full((3, curves.time.size), np.nan)
    below, above = _at_least(middle - lower, curves.n), _at_least(upper - middle, curves.n)
    away = followed - middle
    farthest = np.nanmax(np.where(away < 0.0, -away / below, away / above), axis=1)
    factor = max(_quantile(farthest, level), 1.0)
    return np.stack([middle, factor * below, factor * above])


def _at_least(distance: Floats, n: int) -> Floats:
    """Widen what is too narrow for steps of one patient, or for some events at once."""
    floor = max(_HALF_A_PATIENT / n, _NARROWEST * float(np.nanmean(distance)))
    return np.maximum(distance, floor)


def _band(curves: ArmCurves, level: float) -> pd.DataFrame:
    spread = spread_at(level)
    columns = [interval(column, level, spread=spread) for column in curves.survival.T]
    lower, middle, upper = np.stack(columns).T
    _, below, above = WHOLE_SPREAD * reach_of_whole(curves, level)
    further = reach_of_steps(level, curves.n)
    return pd.DataFrame(
        {
            "arm": curves.arm,
            "time": curves.time,
            "lower": np.clip(lower - further, 0.0, 1.0),
            "median": middle,
            "upper": np.clip(upper + further, 0.0, 1.0),
            "whole_lower": np.clip(middle - below, 0.0, 1.0),
            "whole_upper": np.clip(middle + above, 0.0, 1.0),
            "members": (~np.isnan(curves.survival)).sum(axis=0),
        }
    )
