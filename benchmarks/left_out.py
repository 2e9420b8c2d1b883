"""Planted errors against figures that are forecast from the others: before and after."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from development import document, names
from folds import learned_apart
from planted import PLANTS

from survkit.consistency import audit_sheet, lay_out
from survkit.crossvalidation import find_surprises
from survkit.errors import TrialFileError
from survkit.trial import trial_from_document

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from survkit.consistency import Sheet
    from survkit.quantity import FigureKey
    from survkit.reconstruction.population.prior import PopulationPrior
    from survkit.trial import Analysis

__all__ = ["FIGURES", "KINDS", "Caught", "catch"]

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


@dataclass
class Caught:
    """Sheets of one kind: how many the bounds call out, and with what is left out in turn."""

    sheets: int = 0
    before: int = 0
    after: int = 0


def catch(data: Path, figures: str, *, every: int) -> dict[str, Caught]:
    """Plant the seven kinds of errors, one at a time, with priors of other publications."""
    priors = learned_apart(data)
    found = {kind: Caught() for kind in (TRUE, *KINDS)}
    for number, name in enumerate(names(data)):
        stated = document(data, name, figures)
        true = trial_from_document(stated, origin=name).analyses[0]
        _judge(true, priors[name], found[TRUE])
        for place, kind in enumerate(KINDS if number % every == 0 else ()):
            generator = np.random.default_rng(1_000 * place + number)
            spoilt = PLANTS[kind](lay_out(true), generator)
            if spoilt is None:
                continue
            try:
                analysis = trial_from_document(_written(stated, spoilt), origin=name).analyses[0]
            except TrialFileError:  # the reader refuses it, before any audit
                found[kind].sheets += 1
                found[kind].before += 1
                found[kind].after += 1
                continue
            _judge(analysis, priors[name], found[kind])
    return found


def _judge(analysis: Analysis, prior: PopulationPrior, caught: Caught) -> None:
    severities = {finding.severity.value for finding in audit_sheet(lay_out(analysis))}
    alarmed = not severities.isdisjoint(_ALARMS)
    caught.sheets += 1
    caught.before += alarmed
    # the audit forecasts nothing from figures that are impossible
    caught.after += alarmed or bool(find_surprises(analysis, prior=prior))


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
