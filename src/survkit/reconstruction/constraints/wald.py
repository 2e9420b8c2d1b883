"""The estimates and standard errors that print like an estimate and its Wald limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survkit.interval import Window

__all__ = ["allowed_estimates", "most_comfortable"]

Floats = NDArray[np.float64]

_TRIAL_ERRORS = 40
_USUAL_ERROR = 0.2
"""Standard error of a log hazard ratio where a single limit is printed; a place to begin."""


def most_comfortable(
    estimate: Window | None, lower: Window | None, upper: Window | None, z: float
) -> tuple[float | None, Window | None]:
    """
    Estimate farthest from every edge of the rounding windows, and the standard errors.

    For a trial standard error each figure confines the estimate to an interval. The estimate is the
    middle of the widest overlap; the standard errors are those that leave at least a fifth of that
    overlap, or the one nearest to leaving any where the printed figures do not fit each other.

    Parameters
    ----------
    estimate, lower, upper : Window or None
        What is printed, on the scale on which the limits are symmetric: the logarithms of a hazard
        ratio and its limits.
    z : float
        Normal quantile of the interval.

    Returns
    -------
    float or None
        Estimate, None where neither it nor a limit is printed.
    Window or None
        Standard errors of it, None where fewer than two of the three figures are printed.
    """
    windows = (lower, estimate, upper)
    known = [(own, side) for own, side in zip(windows, (-1, 0, 1), strict=True) if own is not None]
    if len(known) < 2:
        guess = [own.middle - side * z * _USUAL_ERROR for own, side in known]
        return (guess[0] if guess else None), None
    (low, below), (high, above) = known[0], known[-1]
    span = z * (above - below)
    widest = (high.upper - low.lower) / span
    narrowest = max(high.lower - low.upper, 0.0) / span
    trials = np.linspace(narrowest, widest, _TRIAL_ERRORS + 1)
    floor, ceiling = allowed_estimates(estimate, lower, upper, z * trials)
    overlap = np.round(ceiling - floor, 12)
    best = int(overlap.argmax())
    good = trials[overlap > 0.35 * overlap[best]]
    if not good.size:
        good = trials[best : best + 1]
    middle = 0.5 * float(floor[best] + ceiling[best])
    return middle, Window(float(good[0]), float(good[-1]))


def allowed_estimates(
    estimate: Window | None, lower: Window | None, upper: Window | None, half: Floats
) -> tuple[Floats, Floats]:
    """
    Estimates that print as asked when the interval has a given width.

    Parameters
    ----------
    estimate, lower, upper : Window or None
        What is printed, on the scale on which the limits are symmetric.
    half : ndarray of float
        Half the width of the interval.

    Returns
    -------
    tuple of ndarray of float
        Smallest and largest estimate; crossed where no one fits all figures.
    """
    shifted = [
        (window, shift)
        for window, shift in ((estimate, 0.0 * half), (lower, half), (upper, -half))
        if window is not None
    ]
    floors = np.stack([window.lower + shift for window, shift in shifted])
    ceilings = np.stack([window.upper + shift for window, shift in shifted])
    return floors.max(axis=0), ceilings.min(axis=0)
