"""Leave one out: each printed figure, forecast from the others, and how surprising it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betainc, stdtrit

from survkit.crossvalidation.omission import Omission, list_omissions, windows_of
from survkit.crossvalidation.outlook import Outlook, look_from
from survkit.reconstruction.bounds import within_arithmetic
from survkit.reconstruction.population.priors import find_prior
from survkit.typed import as_analysis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from survkit.interval import Interval
    from survkit.quantity import FigureKey
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis, Figure

__all__ = ["CrossValidation", "Prediction", "Surprise", "crossvalidate"]

_FREEDOM = 6.0
"""Degrees of freedom of forecast errors: real trials are farther off than a Gaussian prior has it,
now and then."""
_LEVEL = 0.9
"""Share of figures that bands hold."""
_COLUMNS = ("subject", "quantity", "time", "printed", "lower", "middle", "upper", "probability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """
    A printed figure beside what all figures but it and its interval say of it.

    Parameters
    ----------
    figure : Figure
        The printed figure.
    lower, middle, upper : float
        Between lower and upper it lies with a probability of 90 %, in the printed unit; infinite
        for a time that is not reached.
    probability : float
        How often a figure would be at least so far off.
    """

    figure: Figure
    lower: float
    middle: float
    upper: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """
    How far figures that were left out together are from what the others say.

    Parameters
    ----------
    subject : str
        Arm id, arms compared, or empty for the whole analysis.
    predictions : tuple of Prediction
        The figures, each with what all figures but these say of it.
    probability : float
        How often they would be at least so far off, taken together.
    tried : int
        How many usual slips were tried as an explanation.
    slip : str
        The slip that would explain them best, in words; empty where none was tried.
    odds : float
        How many times likelier they are under that slip, were it as usual as none.
    unusual : bool
        Whether the other figures are far from all that is expected of trials, so that they tell
        little.
    """

    subject: str
    predictions: tuple[Prediction, ...]
    probability: float
    tried: int
    slip: str
    odds: float
    unusual: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """
    The figures of an analysis, each forecast from the others.

    Parameters
    ----------
    analysis : Analysis
        What was looked at.
    prior : str
        Name of the prior on populations.
    predictions : tuple of Prediction
        One per figure that can be forecast, the most surprising first.
    surprises : tuple of Surprise
        What was left out together, the most surprising first.
    """

    analysis: Analysis
    prior: str
    predictions: tuple[Prediction, ...]
    surprises: tuple[Surprise, ...]

    def to_frame(self) -> pd.DataFrame:
        """
        List the predictions, the most surprising first.

        Returns
        -------
        pandas.DataFrame
            Columns ``subject``, ``quantity``, ``time`` (the analysis' unit), ``printed`` (the
            digits), ``lower``, ``middle``, ``upper`` (where 90 % of such figures lie, in the
            printed unit) and ``probability``.
        """
        rows = [
            (
                one.figure.key.subject,
                one.figure.key.name,
                None if one.figure.key.time is None else float(one.figure.key.time),
                str(one.figure.printed),
                one.lower,
                one.middle,
                one.upper,
                one.probability,
            )
            for one in self.predictions
        ]
        return pd.DataFrame(rows, columns=list(_COLUMNS))


def crossvalidate(analysis: Analysis, *, prior: PopulationPrior | None = None) -> CrossValidation:
    """
    Forecast each printed figure from the others, and say how surprising it is.

    A figure is left out with its interval; what the others say of the population under the prior,
    and the noise of samples of the arms' sizes, tell between which values it should lie. Checks
    are taken as inputs: all figures tell of all others.

    Parameters
    ----------
    analysis : Analysis
        A published analysis.
    prior : PopulationPrior, optional
        What is expected of populations; that of the file, or the usual one, if left out.

    Returns
    -------
    CrossValidation
        Forecasts and surprises. A surprise is no error: it says that figures are unusual together.

    Raises
    ------
    ReconstructionError
        If figures contradict each other beyond all bounds.

    Examples
    --------
    >>> import survkit
    >>> found = survkit.crossvalidate(survkit.load_trial("radiant-3").analyses[0])
    >>> all(one.probability > 0.01 for one in found.predictions)
    True
    """
    asked = as_analysis(analysis, "crossvalidate")
    inputs = asked.with_inputs_only()
    chosen = find_prior(asked.prior) if prior is None else prior
    figures = {figure.key: figure for figure in inputs.figures}
    predictions: list[Prediction] = []
    surprises: list[Surprise] = []
    with within_arithmetic(asked):
        for omission in list_omissions(inputs):
            outlook = look_from(inputs, omission.keys, chosen)
            predictions += _predict(outlook, omission.reported, figures)
            surprises += _surprise(outlook, omission, figures)
    return CrossValidation(
        analysis=asked,
        prior=chosen.name,
        predictions=tuple(sorted(predictions, key=lambda one: one.probability)),
        surprises=tuple(sorted(surprises, key=lambda one: one.probability)),
    )


def _predict(
    outlook: Outlook, keys: Iterable[FigureKey], figures: Mapping[FigureKey, Figure]
) -> Iterator[Prediction]:
    """Yield what is said of each of some figures that are left out."""
    windows = windows_of(outlook.analysis)
    forecasts = [(key, outlook.forecast(key, windows[key])) for key in keys]
    known = [(key, one) for key, one in forecasts if one is not None]
    spread = outlook.posterior.spread([one.gradients for _, one in known]) if known else None
    for place, (key, one) in enumerate(known):
        variance = 0.0 if spread is None else max(float(spread[place, place]), 0.0)
        sd = math.hypot(math.sqrt(variance), one.noise)
        reach = float(stdtrit(_FREEDOM, 0.5 * (1.0 + _LEVEL))) * sd
        lower, upper = sorted((one.shown(one.value - reach), one.shown(one.value + reach)))
        yield Prediction(
            figure=figures[key],
            lower=lower,
            middle=one.shown(one.value),
            upper=upper,
            probability=_beyond((one.distance / sd) ** 2, 1),
        )


def _surprise(
    outlook: Outlook, omission: Omission, figures: Mapping[FigureKey, Figure]
) -> Iterator[Surprise]:
    """Yield how far off what is left out is, and which slip would explain it."""
    windows = windows_of(outlook.analysis)
    found = _weigh(outlook, {key: windows[key] for key in omission.estimates})
    if found is None:
        return
    squared, density = found
    odds = {"": 0.0}
    for slip, supposed in omission.slips.items():
        weighed = _weigh(outlook, supposed)
        if weighed is not None:
            odds[slip] = math.exp(min(weighed[1] - density, 700.0))
    slip = max(odds, key=lambda name: odds[name])
    yield Surprise(
        subject=omission.subject,
        predictions=tuple(_predict(outlook, omission.estimates, figures)),
        probability=_beyond(squared, len(omission.estimates)),
        tried=len(omission.slips),
        slip=slip,
        odds=odds[slip],
        unusual=outlook.posterior.widened > 1.0,
    )


def _weigh(outlook: Outlook, windows: Mapping[FigureKey, Interval]) -> tuple[float, float] | None:
    """Return the squared distance of figures from their forecast, and the log of their density."""
    forecasts = [outlook.forecast(key, window) for key, window in windows.items()]
    known = [one for one in forecasts if one is not None]
    if len(known) < len(windows):
        return None
    spread = outlook.posterior.spread([one.gradients for one in known])
    spread[np.diag_indices(len(known))] += [one.noise**2 for one in known]
    off = np.array([one.distance for one in known])
    squared = float(off @ np.linalg.solve(spread, off))
    if not math.isfinite(squared):
        return None
    _, log_volume = np.linalg.slogdet(spread)
    tails = -0.5 * (_FREEDOM + off.size) * math.log1p(max(squared, 0.0) / _FREEDOM)
    return max(squared, 0.0), tails - 0.5 * float(log_volume)


def _beyond(squared: float, figures: int) -> float:
    """Return how often a squared distance of so many figures is at least so large."""
    return float(betainc(0.5 * _FREEDOM, 0.5 * figures, _FREEDOM / (_FREEDOM + squared)))
