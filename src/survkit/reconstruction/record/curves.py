"""Drawn curves held against the patients: how far the points are from the patients' curve."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.kernels import survival_at, tabulate_arm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from survkit.arrays import Flags, Floats
    from survkit.digitized import DigitizedCurve
    from survkit.trial import Analysis
    from survkit.trial.stated import Role

__all__ = ["CurveMatch", "curve_digest", "match_curves", "residuals_of"]

_NEAR_EXACT = 1e-4
_FAR = 3.0
"""Standard deviations beyond which a point is far from the patients' curve."""
_FEW = 0.05
"""Share of the points that may be that far from a curve that is followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveMatch:
    """
    One drawn curve and how near the patients come to it.

    A point's residual is its distance from the values that the patients' curve takes as near to its
    time as times can be read, 0.4 % of the axis; 0.01 % where points are exact.

    Parameters
    ----------
    arm : str
        The arm's id.
    number : int
        Position of the curve among those of its arm, from 0.
    role : {"input", "check"}
        Whether it shaped the patients or was kept out.
    source : str
        Id of the source that shows it.
    points : int
        How many points it has.
    mean, largest : float
        Mean and largest absolute residual, as survival probabilities.
    largest_at : float
        Time of the largest one, in the analysis' unit.
    precision : float
        Standard deviation of a point, stated or estimated, as a probability.
    followed : bool
        Whether the mean is within the precision, and at most one point in twenty is more than three
        times as far away.
    """

    arm: str
    number: int
    role: Role
    source: str
    points: int
    mean: float
    largest: float
    largest_at: float
    precision: float
    followed: bool


def match_curves(
    analysis: Analysis, patients: Mapping[str, tuple[Floats, Flags]], noise: Mapping[str, float]
) -> Iterator[CurveMatch]:
    """
    Hold every curve of an analysis against patients.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    patients : mapping of str to tuple of ndarray, each of shape (n,)
        Times and events by arm id.
    noise : mapping of str to float
        Estimated standard deviation of the points of input curves, by arm id.

    Yields
    ------
    CurveMatch
        One per curve, arm by arm.
    """
    for arm in analysis.arms:
        for number, curve in enumerate(arm.curves):
            points = curve.digitized
            residuals = np.abs(residuals_of(points, *patients[arm.id]))
            precision = _precision(points, noise.get(arm.id) if curve is arm.curve else None)
            far = float(np.mean(residuals > _FAR * precision))
            worst = int(residuals.argmax())
            yield CurveMatch(
                arm=arm.id,
                number=number,
                role=curve.role,
                source=curve.source or analysis.source,
                points=residuals.size,
                mean=float(residuals.mean()),
                largest=float(residuals[worst]),
                largest_at=points.times[worst],
                precision=precision,
                followed=bool(residuals.mean() <= precision and far <= _FEW),
            )


def residuals_of(curve: DigitizedCurve, time: Floats, event: Flags) -> Floats:
    """
    Measure how far the points of a curve lie above the patients' curve.

    Parameters
    ----------
    curve : DigitizedCurve
        Its points.
    time : ndarray of float, shape (n,)
        Times of the patients.
    event : ndarray of bool, shape (n,)
        Who has the event.

    Returns
    -------
    ndarray of float, shape (k,)
        Distances, negative for points below; 0 where the patients' curve passes through the point
        as near to its time as times can be read.
    """
    from survkit.reconstruction.curves.axis import NEAR  # loads scipy, which few need

    at = np.asarray(curve.times)
    reach = (_NEAR_EXACT if curve.taken == "exact" else NEAR) * float(at[-1])
    table = tabulate_arm(time, event)
    low, high = (survival_at(table, np.maximum(at + by, 0.0)) for by in (reach, -reach))
    points = np.asarray(curve.survival)
    return np.asarray(points - np.clip(points, low, high))


def _precision(curve: DigitizedCurve, noise: float | None) -> float:
    from survkit.reconstruction.curves.axis import guess_noise

    if curve.precision is not None:
        return curve.precision
    if noise is None:
        noise = 0.0 if curve.taken == "exact" else guess_noise(np.asarray(curve.survival))
    return max(noise, curve.rounding or 0.0)


def curve_digest(curve: DigitizedCurve) -> str:
    """Digest what of a curve shapes patients: SHA-256 in hexadecimal."""
    told = (curve.times, curve.survival, curve.marks, curve.taken, curve.precision)
    return hashlib.sha256(repr(told).encode()).hexdigest()
