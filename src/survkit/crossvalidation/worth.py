"""What each figure buys: how much wider bands of survival are without it, or narrower with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from survkit.crossvalidation.forecast import forecast_survival
from survkit.crossvalidation.omission import list_omissions
from survkit.crossvalidation.outlook import look_from
from survkit.interval import Interval
from survkit.quantity import FigureKey
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.population.priors import find_prior
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survkit.arrays import Floats
    from survkit.crossvalidation.forecast import Forecast
    from survkit.crossvalidation.outlook import Outlook
    from survkit.trial import Analysis

__all__ = ["Worth", "weigh_figures"]

_SHARES = np.linspace(0.05, 0.95, 19)
"""Where bands are measured, as shares of an arm's follow-up."""
_LEVEL_Z = 1.645
"""Normal quantile of bands of 90 %."""
_QUARTERS = (0.25, 0.5, 0.75)
_HALF_A_UNIT = {"patients": 0.5, "percent": 0.5, "ratio": 0.005, "rate": 0.05, "time": 0.05}
"""Half the rounding of a figure that is not printed, as papers have it, in its unit."""
_ANYWHERE = Interval(49.0, 51.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """
    What one figure, with its interval where it is printed, buys.

    Parameters
    ----------
    key : FigureKey
        The figure.
    printed : bool
        Whether it is an input figure; else it is what it would buy if it were found.
    without, width : float
        Mean width of the 90 % bands of survival over both arms and their follow-up, in percentage
        points: without it, and with it and all input figures.
    """

    key: FigureKey
    printed: bool
    without: float
    width: float

    @property
    def bought(self) -> float:
        """By how many percentage points bands are narrower with it."""
        return self.without - self.width


def weigh_figures(analysis: Analysis) -> tuple[Worth, ...]:
    """
    Say by how much each figure narrows the bands of survival, printed or not.

    Bands are those of the population stage, about its mode and with the noise of samples, as in
    `crossvalidate`; ensembles of whole patients have similar ones. What is not printed need not be
    known: how much a figure tells depends on what it is, and hardly on its value.

    Parameters
    ----------
    analysis : Analysis
        A published analysis; its input figures count.

    Returns
    -------
    tuple of Worth
        The input figures, what buys most first; then those that a paper might print besides, in the
        same order.

    Raises
    ------
    ReconstructionError
        If figures contradict each other beyond all bounds.

    Examples
    --------
    >>> import survkit
    >>> found = survkit.weigh_figures(survkit.load_trial("radiant-3").analyses[0])
    >>> all(one.without > one.width for one in found if not one.printed)
    True
    """
    asked = as_analysis(analysis, "weigh_figures")
    prior = find_prior(asked.prior)
    inputs = {figure.key for figure in asked.figures if figure.role == "input"}
    with within_arithmetic(asked):
        everything = look_from(asked, frozenset(), prior)
        width = _mean_width(everything)
        printed = [
            Worth(
                key=omission.estimates[0],
                printed=True,
                without=_mean_width(look_from(asked, omission.keys & inputs, prior)),
                width=width,
            )
            for omission in list_omissions(asked)
            if omission.reported and omission.keys & inputs
        ]
        others = [
            Worth(key=key, printed=False, without=width, width=narrowed)
            for key, narrowed in _narrowed(everything, inputs)
        ]
    return (*_ranked(printed), *_ranked(others))


def _ranked(worth: list[Worth]) -> list[Worth]:
    return sorted(worth, key=lambda one: -one.bought)


def _mean_width(outlook: Outlook) -> float:
    """Return the mean width of the bands, in percentage points."""
    points = _points(outlook)
    spread = outlook.posterior.spread([one.gradients for one in points])
    return _width(points, np.diag(spread))


def _points(outlook: Outlook) -> list[Forecast]:
    """Forecast the curves of all arms over their follow-up."""
    return [
        forecast_survival(arm, float(share * arm.end), _ANYWHERE, 0.0, "log-log")
        for arm in outlook.arms.values()
        for share in _SHARES
    ]


def _width(points: Sequence[Forecast], variance: Floats) -> float:
    """Return the mean width of bands, given the variances of log cumulative hazards."""
    values = np.array([one.value for one in points])
    away = _LEVEL_Z * np.sqrt(np.maximum(variance, 0.0))
    ends = [np.exp(-np.exp(np.minimum(values + way * away, 5.0))) for way in (-1.0, 1.0)]
    return 100.0 * float((ends[0] - ends[1]).mean())


def _narrowed(outlook: Outlook, known: set[FigureKey]) -> Iterator[tuple[FigureKey, float]]:
    """Yield figures that are not printed, and how wide bands are if each is known besides."""
    points = _points(outlook)
    candidates = [
        (key, forecast)
        for key in _candidates(outlook)
        if key not in known and (forecast := _as_if_printed(outlook, key)) is not None
    ]
    gradients = [one.gradients for one in (*points, *(forecast for _, forecast in candidates))]
    spread = outlook.posterior.spread(gradients)
    for place, (key, forecast) in enumerate(candidates, len(points)):
        shared = spread[: len(points), place]
        total = float(spread[place, place]) + forecast.noise**2
        variance = np.diag(spread)[: len(points)] - shared**2 / max(total, 1e-12)
        yield key, _width(points, variance)


def _candidates(outlook: Outlook) -> Iterator[FigureKey]:
    """List what papers print."""
    for name, arm in outlook.arms.items():
        for quantity in ("events", "median", "lower_quartile", "upper_quartile"):
            yield FigureKey(quantity, name)
        for share in _QUARTERS:
            time = _round_time(share * arm.end)
            for quantity in ("survival", "at_risk"):
                yield FigureKey(quantity, name, time)
    for contrast in outlook.analysis.contrasts:
        yield FigureKey("hazard_ratio", contrast.subject)


def _round_time(time: float) -> Decimal:
    """Round a time as papers choose them: whole from ten on."""
    return Decimal(f"{time:.0f}" if time >= 10.0 else f"{time:.2g}")


def _as_if_printed(outlook: Outlook, key: FigureKey) -> Forecast | None:
    """Forecast a figure as if it were printed as expected; None for a time that is not reached."""
    found = outlook.forecast(key, Interval(49.5, 50.5))
    if found is None:
        return None
    for _ in range(2):  # a quantile is taken where it is printed, which must first be found
        expected = found.shown(found.value)
        half = _HALF_A_UNIT[key.definition.unit]
        if not math.isfinite(expected) or expected <= 2.0 * half:
            return None
        found = outlook.forecast(key, Interval(expected - half, expected + half))
        if found is None:
            return None
    return found
