"""Printed p-values: the test statistics behind them, and which way they point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.interval import Interval
from survkit.quantity import FigureKey
from survkit.trial import hypothesis_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survkit.trial import Analysis, Contrast, Figure

__all__ = [
    "AT_A_GUESS",
    "USUAL_EVENT_SHARE",
    "error_behind",
    "find_statistic",
    "guess_log_ratio",
    "is_better",
]

AT_A_GUESS = 0.1
"""Half the range, on the log scale, of a hazard ratio that a p-value alone tells."""
_BEYOND = 0.2
"""How far beyond a threshold a statistic is guessed to be."""
USUAL_EVENT_SHARE = 0.6
"""Share of patients with an event where nothing printed tells."""
_TELLING = 0.5
"""Statistic from which on the rounding of ratio and p-value leaves the error to tell."""
_NEARLY = 0.03
_LEVELS = ("median", "lower_quartile", "upper_quartile", "survival", "rmst")
"""Quantities that are larger where patients do better, those that tell most first."""


def find_statistic(
    analysis: Analysis,
    contrast: Contrast,
    inputs: Mapping[FigureKey, Figure],
    *,
    better: bool,
) -> Interval | None:
    """
    Find the statistics whose p-value prints as asked.

    Parameters
    ----------
    analysis : Analysis
        The analysis.
    contrast : Contrast
        The comparison.
    inputs : mapping of FigureKey to Figure
        The input figures.
    better : bool
        Whether the experimental arm does better, which a two-sided p-value does not tell.

    Returns
    -------
    Interval or None
        Standard normal statistics, negative where the hazard ratio is below 1, or below the margin;
        None where no p-value is printed, its margin is not, or the test has not the strata of the
        model.
    """
    figure = inputs.get(FigureKey("p_value", contrast.subject))
    test, hypothesis = contrast.p_value, hypothesis_of(analysis.arms, contrast)
    if figure is None or test is None or test.stratified != bool(analysis.stratification):
        return None
    if not hypothesis.known:
        return None
    below = hypothesis.alternative == "less" if hypothesis.log_margin else better
    return hypothesis.statistics(figure.printed.lower, figure.printed.upper, below=below)


def is_better(contrast: Contrast, inputs: Mapping[FigureKey, Figure]) -> bool:
    """
    Tell whether the experimental arm does better, from the figures of both arms.

    The first quantity decides of which the arms print different values; without one, it does.
    """
    signs = [
        figure.printed.value
        for key, figure in inputs.items()
        if (key.name, key.subject) == ("rmst_difference", contrast.subject)
    ]
    for quantity in _LEVELS:
        for key, figure in inputs.items():
            if (key.name, key.subject) == (quantity, contrast.experimental):
                other = inputs.get(FigureKey(quantity, contrast.reference, key.time))
                if other is not None and other.printed.value != figure.printed.value:
                    signs.append(figure.printed.value - other.printed.value)
    return not signs or signs[0] >= 0.0


def guess_log_ratio(
    statistic: Interval, analysis: Analysis, contrast: Contrast, inputs: Mapping[FigureKey, Figure]
) -> float:
    """
    Guess the log hazard ratio behind a statistic, as the events have it (Schoenfeld 1981).

    Parameters
    ----------
    statistic : Interval
        Standard normal statistics.
    analysis : Analysis
        The analysis.
    contrast : Contrast
        The comparison.
    inputs : mapping of FigureKey to Figure
        The input figures.

    Returns
    -------
    float
        The margin, and the statistic over the root of d p (1 - p), with d events and shares p and
        1 - p.
    """
    sizes, events = [], []
    for arm in (contrast.reference, contrast.experimental):
        n = analysis.arm(arm).n.printed.value
        figure = inputs.get(FigureKey("events", arm))
        sizes.append(n)
        events.append(USUAL_EVENT_SHARE * n if figure is None else figure.printed.value)
    share = sizes[0] / sum(sizes)
    information = max(sum(events), 1.0) * share * (1.0 - share)
    if statistic.bounded:
        z = statistic.middle
    elif math.isfinite(statistic.upper):
        z = statistic.upper - _BEYOND
    else:
        z = statistic.lower + _BEYOND if math.isfinite(statistic.lower) else 0.0
    return hypothesis_of(analysis.arms, contrast).log_margin + z / math.sqrt(information)


def error_behind(distance: float, rounding: float, statistic: Interval) -> Interval | None:
    """
    Find the standard errors of a log hazard ratio that go with a statistic.

    Parameters
    ----------
    distance : float
        The log hazard ratio, less the margin that was tested.
    rounding : float
        Half its rounding window.
    statistic : Interval
        Standard normal statistics.

    Returns
    -------
    Interval or None
        Their ratio, and as much to both sides as rounding leaves, and a little: a log-rank test is
        not quite the model's. None where the ratio is too near to the margin to tell.
    """
    if not statistic.bounded or distance * statistic.middle <= 0.0:
        return None
    if abs(statistic.middle) < _TELLING:
        return None
    error = distance / statistic.middle
    room = _NEARLY + rounding / abs(distance) + statistic.half / abs(statistic.middle)
    return Interval(max(1.0 - room, _NEARLY) * error, (1.0 + room) * error)
