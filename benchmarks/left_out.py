"""Planted errors against figures that are forecast from the others: before and after.

The audit calls something unlikely at two limits. One is a promise: a probability over all that is
left out of an analysis, which needs no choice. How many times likelier figures must be under a slip
was chosen on these sets. So it is chosen anew for each fold from the sets of the other publications
alone, and what is caught with that is reported beside.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from development import document, names
from folds import fold_by_name, learned_apart
from planted import PLANTS

from survkit.consistency import audit_sheet, lay_out
from survkit.crossvalidation import crossvalidate, suspect
from survkit.crossvalidation.auditing import LIKELIER, RARE
from survkit.errors import ReconstructionError, TrialFileError
from survkit.trial import trial_from_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from survkit.consistency import Sheet
    from survkit.quantity import FigureKey
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

__all__ = ["FIGURES", "KINDS", "Caught", "catch", "count_caught"]

FIGURES = {
    "events": "n, medians, events, hazard ratio with interval, follow-up",
    "p-value": "+ intervals of medians, survival at three times, numbers at risk, p",
}
KINDS = (
    "medians exchanged",
    "hazard ratio upside down",
    "events exchanged",
    "events of the other arm",
    "number at risk, a fifth too many",
    "one-sided p as two-sided",
    "median of the other arm",
)
TRUE = "nothing planted"
_ALARMS = ("impossible", "unlikely")
_LIKELIER = (0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0)
"""Limits of odds that a fold may choose from."""


@dataclass(frozen=True)
class Judged:
    """One sheet, with an error planted or without: what bounds say of it, and what forecasts do."""

    figures: str  # what is printed, a key of FIGURES
    kind: str  # which error, or none
    fold: int  # where its publication is
    bounds: bool  # whether a bound calls it impossible or unlikely, or the reader refuses it
    # the least probability and the largest odds of anything that is left out
    probability: float = 1.0
    odds: float = 0.0

    def called(self, limits: tuple[float, float]) -> bool:
        """Tell whether forecasts call it unlikely, at limits of probability and odds."""
        return self.probability < limits[0] or self.odds > limits[1]


@dataclass(frozen=True)
class Caught:
    """Sheets of one kind: how many are called out by whom."""

    sheets: int
    before: int  # by the bounds alone
    after: int  # by these, or with what is left out in turn
    apart: int  # the same, at odds that the other publications chose


def catch(data: Path, *, every: int) -> list[Judged]:
    """Plant the seven kinds of errors, one at a time, with priors of other publications."""
    priors, folds = learned_apart(data), fold_by_name(data)
    return [
        _judge(stated, kind, figures, priors[name], folds[name])
        for figures in FIGURES
        for number, name in enumerate(names(data))
        for kind, stated in _stated(document(data, name, figures), number, every)
    ]


def count_caught(judged: Sequence[Judged]) -> dict[tuple[str, str], Caught]:
    """Count by what is printed and by the kind of error; what no set can have is left out."""
    limits = {fold: _choose_limits(judged, fold) for fold in {one.fold for one in judged}}
    found = {}
    for key in product(FIGURES, (TRUE, *KINDS)):
        sheets = [one for one in judged if (one.figures, one.kind) == key]
        if sheets:
            found[key] = Caught(
                sheets=len(sheets),
                before=sum(one.bounds for one in sheets),
                after=sum(one.bounds or one.called((RARE, LIKELIER)) for one in sheets),
                apart=sum(one.bounds or one.called(limits[one.fold]) for one in sheets),
            )
    return found


def _choose_limits(judged: Sequence[Judged], fold: int) -> tuple[float, float]:
    """Choose the least odds at which no true set of the other folds is called."""
    true = [one for one in judged if one.fold != fold and one.kind == TRUE]
    silent = [odds for odds in _LIKELIER if not any(one.called((RARE, odds)) for one in true)]
    return RARE, min(silent, default=max(_LIKELIER))


def _stated(true: dict[str, Any], number: int, every: int) -> list[tuple[str, dict[str, Any]]]:
    """List what is printed of one set: true, and with each error where that applies."""
    analysis = trial_from_document(true, origin="true").analyses[0]
    found = [(TRUE, true)]
    for place, kind in enumerate(KINDS if number % every == 0 else ()):
        generator = np.random.default_rng(1_000 * place + number)
        spoilt = PLANTS[kind](lay_out(analysis), generator)
        if spoilt is not None:
            found.append((kind, _written(true, spoilt)))
    return found


def _judge(
    stated: dict[str, Any], kind: str, figures: str, prior: PopulationPrior, fold: int
) -> Judged:
    try:
        analysis = trial_from_document(stated, origin=kind).analyses[0]
    except TrialFileError:  # the reader refuses it, before any audit
        return Judged(figures, kind, fold, bounds=True)
    severities = {finding.severity.value for finding in audit_sheet(lay_out(analysis))}
    alarmed = not severities.isdisjoint(_ALARMS)
    return Judged(figures, kind, fold, alarmed, *_forecast(analysis, prior))


def _forecast(analysis: Analysis, prior: PopulationPrior) -> tuple[float, float]:
    """Return the least probability and the largest odds of what is left out."""
    try:
        found = suspect(crossvalidate(analysis, prior=prior))
    except ReconstructionError:  # figures contradict each other beyond all bounds
        return 1.0, 0.0
    return (
        min((one.probability for one in found), default=1.0),
        max((one.odds for one in found), default=0.0),
    )


def _written(stated: dict[str, Any], sheet: Sheet) -> dict[str, Any]:
    """Write the figures of a sheet into the document that it was laid out from."""
    spoilt = copy.deepcopy(stated)
    (analysis,) = spoilt["analysis"]
    arms = {arm["id"]: arm for arm in analysis["arm"]}
    for key, figure in sheet.figures.items():
        owner = arms.get(key.subject, analysis["contrast"][0])
        _put(owner, key, figure.printed.number)
    return spoilt


def _put(owner: dict[str, Any], key: FigureKey, number: Decimal | None) -> None:
    """Put one number where a document of a development set has it; words stay as they are."""
    if number is None:
        return
    at = owner[key.quantity]
    if key.time is not None:
        at = next(one for one in at if one["time"] == key.time)
    value = {"survival": "percent", "at_risk": "n"}.get(key.quantity, "value")
    if key.is_limit:
        at["ci"][key.side == "upper"] = number
    elif isinstance(at, dict):
        at[value] = int(number) if value == "n" else number
    else:
        owner[key.quantity] = int(number) if key.quantity in {"n", "events"} else number
