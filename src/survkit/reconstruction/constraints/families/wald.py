"""An estimate with its limits, all of the form estimate + z · standard error.

Hazard ratios on the log scale and areas under curves are printed so. Each printed number leaves a
window for one such sum; together they leave a polygon of estimates and errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from survkit.interval import Interval
from survkit.kernels.violation import CONTRAST, violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survkit.arrays import Floats

__all__ = ["WaldFigure", "allowed_estimates", "allowed_range", "most_comfortable", "wald_violation"]

_TRIAL_ERRORS = 40
_USUAL_ERROR = 0.2
"""Standard error of a log hazard ratio where a single limit is printed; a place to begin."""
_GOOD = 0.35
"""Share of the widest choice of estimates that a standard error must leave to be aimed at."""


@dataclass(frozen=True, slots=True)
class WaldFigure:
    """One printed number of the form estimate + z · standard error."""

    window: Interval  # the values that print like it
    z: float  # 0 for the estimate, negative for a lower limit, positive for an upper one


def most_comfortable(figures: Sequence[WaldFigure]) -> tuple[float | None, Interval | None]:
    """
    Find the estimate farthest from every edge of the rounding windows, and the standard errors.

    Parameters
    ----------
    figures : sequence of WaldFigure
        An estimate, limits, or both.

    Returns
    -------
    float or None
        The estimate; a guess where a single figure is printed, None where none is.
    Interval or None
        Standard errors that leave a good choice of estimates; None where no width is printed.
    """
    if len(figures) < 2:
        guess = [figure.window.middle - figure.z * _USUAL_ERROR for figure in figures]
        return (guess[0] if guess else None), None
    ordered = sorted(figures, key=lambda figure: figure.z)
    low, high = ordered[0], ordered[-1]
    span = high.z - low.z
    widest = (high.window.upper - low.window.lower) / span
    narrowest = max(high.window.lower - low.window.upper, 0.0) / span
    trials = np.linspace(narrowest, widest, _TRIAL_ERRORS + 1)
    floor, ceiling = allowed_estimates(figures, trials)
    overlap = np.round(ceiling - floor, 12)
    best = int(overlap.argmax())
    good = trials[overlap > _GOOD * overlap[best]]
    if not good.size:
        good = trials[best : best + 1]
    middle = 0.5 * float(floor[best] + ceiling[best])
    return middle, Interval(float(good[0]), float(good[-1]))


def allowed_estimates(figures: Sequence[WaldFigure], error: Floats) -> tuple[Floats, Floats]:
    """
    Return the estimates that print as asked, for given standard errors.

    Parameters
    ----------
    figures : sequence of WaldFigure
        The printed figures, at least one.
    error : ndarray of float, shape (k,)
        Standard errors.

    Returns
    -------
    tuple of ndarray of float, each of shape (k,)
        Smallest and largest estimate; the wrong way round where there is none.
    """
    floors = np.stack([figure.window.lower - figure.z * error for figure in figures])
    ceilings = np.stack([figure.window.upper - figure.z * error for figure in figures])
    return floors.max(axis=0), ceilings.min(axis=0)


def allowed_range(figures: Sequence[WaldFigure], error: float) -> Interval:
    """Return the estimates that print as asked, for one standard error."""
    floor, ceiling = allowed_estimates(figures, np.array([error]))
    return Interval(float(floor[0]), float(ceiling[0]))


def wald_violation(figures: Sequence[WaldFigure], estimate: Floats, error: Floats) -> Floats:
    """
    Measure how far figures are missed.

    Parameters
    ----------
    figures : sequence of WaldFigure
        The printed figures.
    estimate, error : ndarray of float, shape (k,)
        Estimates and their standard errors.

    Returns
    -------
    ndarray of float, shape (k,)
        Sums of squares, in half rounding windows.
    """
    missed: Floats = np.zeros(np.shape(estimate))
    for figure in figures:
        missed = missed + violation(figure.window, estimate + figure.z * error, CONTRAST) ** 2
    return missed
