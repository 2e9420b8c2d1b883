"""The set: how far one quantity was found to go while every printed digit still holds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from survkit.comparison import Verdict, compare_figures
from survkit.consistency import Severity, audit
from survkit.ensembles.drawing import Draws, Member, prepare_draws
from survkit.ensembles.intervals import measure_members
from survkit.ensembles.supposition import suppose
from survkit.errors import ReconstructionError
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.population.priors import find_prior
from survkit.refit import refit_ipd
from survkit.running import map_in_order
from survkit.typed import as_analysis, as_instance, as_instances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survkit.ensembles.intervals import Measured
    from survkit.quantity import FigureKey
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Analysis

__all__ = ["Extreme", "find_extremes", "list_ends", "search_extremes", "tabulate_extremes"]

Side = Literal["lower", "upper"]
SIDES: tuple[Side, Side] = ("lower", "upper")

_SOUGHT = ("survival", "median", "rmst", "hazard_ratio")
_MOST_STEPS = 7
"""Suppositions that are tried for one end; each halves what is open."""
_FARTHEST_RATIO = 20.0
_RESOLUTION = {"percent": Decimal(1), "ratio": Decimal("0.01")}
_OF_TIME = 100
"""Steps that a time is sought in, over the time that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """
    The farthest that one quantity was found to go, and the data set that goes there.

    Parameters
    ----------
    key : FigureKey
        The quantity.
    side : {"lower", "upper"}
        Which end.
    value : float
        Where it lies in these patients, in the unit of print: percent, time units, a ratio.
    likeliest : float
        Where it lies in the likeliest data set.
    reconstruction : Reconstruction
        The synthetic patients, who print every input figure, lifelines being the referee.
    tried : int
        Suppositions for which patients were sought.
    """

    key: FigureKey
    side: Side
    value: float
    likeliest: float
    reconstruction: Reconstruction
    tried: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """One end of one quantity, as it travels to whoever seeks it."""

    analysis: Analysis
    prior: str
    example: Reconstruction
    key: FigureKey
    side: Side


def find_extremes(analysis: Analysis, *, workers: int | None = None) -> tuple[Extreme, ...]:
    """
    Seek how far what is not printed can go while every printed digit still holds.

    For survival at three times, medians and restricted means that are not printed, and a hazard
    ratio that is not: the quantity is supposed farther and farther out, by halving what is open,
    and the farthest data set that prints all input figures is kept.

    Parameters
    ----------
    analysis : Analysis
        A published analysis, taken by itself.
    workers : int, optional
        Processes side by side, as many as there are cores if left out.

    Returns
    -------
    tuple of Extreme
        Quantity by quantity, the lower end first. What was found: others may go farther.

    Raises
    ------
    SurvkitError
        If no patients are found that print every input figure, or if curves shape them.
    """
    draws = prepare_draws(as_analysis(analysis, "find_extremes"))
    return tuple(search_extremes(draws, workers=workers))


def search_extremes(draws: Draws, *, workers: int | None = None) -> Iterator[Extreme]:
    """
    Seek the ends one after the other, or side by side.

    Parameters
    ----------
    draws : Draws
        The analysis with its likeliest data set.
    workers : int, optional
        As for `survkit.running.map_in_order`.

    Returns
    -------
    iterator of Extreme
        Each as soon as it is there.
    """
    as_instance(draws, Draws, "search_extremes", "draws, as prepare_draws makes them")
    units = [
        _Unit(draws.analysis, draws.prior, draws.example, key, side)
        for key, side in list_ends(draws)
    ]
    return map(partial(_share, draws.analysis), map_in_order(_seek, units, workers=workers))


def list_ends(draws: Draws) -> list[tuple[FigureKey, Side]]:
    """List what is sought: both ends of each quantity that is not printed."""
    as_instance(draws, Draws, "list_ends", "draws, as prepare_draws makes them")
    return [
        (one.key, side)
        for one in _measure(draws.analysis, draws.example)
        if one.key.quantity in _SOUGHT and not one.printed and bool(np.isfinite(one.values).all())
        for side in SIDES
    ]


def _share(analysis: Analysis, found: Extreme) -> Extreme:
    return replace(found, reconstruction=replace(found.reconstruction, analysis=analysis))


def tabulate_extremes(extremes: tuple[Extreme, ...]) -> pd.DataFrame:
    """
    List the ends, a row per quantity.

    Parameters
    ----------
    extremes : tuple of Extreme
        What was found.

    Returns
    -------
    pandas.DataFrame
        Columns ``quantity``, ``subject``, ``time``, ``lower``, ``likeliest`` and ``upper``, in the
        unit of print.
    """
    as_instances(extremes, Extreme, "tabulate_extremes", "ends, as find_extremes finds them")
    rows: dict[FigureKey, dict[str, object]] = {}
    for one in extremes:
        time = math.nan if one.key.time is None else float(one.key.time)
        row = rows.setdefault(
            one.key,
            {
                "quantity": one.key.quantity,
                "subject": one.key.subject,
                "time": time,
                "lower": math.nan,
                "likeliest": one.likeliest,
                "upper": math.nan,
            },
        )
        row[one.side] = one.value
    columns = ["quantity", "subject", "time", "lower", "likeliest", "upper"]
    return pd.DataFrame(list(rows.values()), columns=columns)


def _measure(analysis: Analysis, made: Reconstruction) -> list[Measured]:
    member = Member(number=0, redrawn=0, reconstruction=made)
    return measure_members(analysis, [member])


def _value(unit: _Unit, made: Reconstruction) -> float:
    """Measure the quantity of a data set, in the unit of print."""
    asked = suppose(unit.analysis, unit.key, _PLACEHOLDER)
    pairs = zip(asked.figures, refit_ipd(made.ipd, asked).estimates, strict=True)
    return next(estimate.value for figure, estimate in pairs if figure.key == unit.key)


_PLACEHOLDER = Decimal(1)


def _seek(unit: _Unit) -> Extreme:
    """Halve what is open between what was found and what cannot be, or was not found."""
    best, tried = unit.example, 0
    likeliest = inner = _value(unit, best)
    outer = _bound(unit, likeliest)
    step = _resolution(unit, inner, outer)
    for _ in range(_MOST_STEPS):
        aim = _between(unit, inner, outer, step)
        if aim is None:
            break
        supposed = suppose(unit.analysis, unit.key, aim)
        found = None
        if not _impossible(supposed):
            tried += 1
            found = _reconstruct(unit, supposed)
        if found is None:
            outer = float(aim)
            continue
        best, inner = found, _value(unit, found)
    return Extreme(
        key=unit.key,
        side=unit.side,
        value=inner,
        likeliest=likeliest,
        reconstruction=best,
        tried=tried,
    )


def _impossible(supposed: Analysis) -> bool:
    """Tell whether input figures contradict each other; checks need not be printed."""
    return any(
        one.severity is Severity.IMPOSSIBLE and all(each.role == "input" for each in one.figures)
        for one in audit(supposed)
    )


def _reconstruct(unit: _Unit, supposed: Analysis) -> Reconstruction | None:
    """Make patients who print all input figures and what is supposed; None where none are found."""
    prior = replace(find_prior(unit.prior), replaceable=False)
    try:
        made = reconstruct_analysis(supposed, prior=prior)
    except ReconstructionError:
        return None
    compared = compare_figures(unit.analysis.figures, refit_ipd(made.ipd, unit.analysis).estimates)
    inputs = {one.verdict for one in compared if one.figure.role == "input"}
    return made if inputs == {Verdict.REPRODUCED} else None


def _bound(unit: _Unit, value: float) -> float:
    """Return where the quantity ends in any case."""
    unit_of_print = unit.key.definition.unit
    if unit_of_print == "percent":
        return 0.0 if unit.side == "lower" else 100.0
    if unit_of_print == "ratio":
        return value / _FARTHEST_RATIO if unit.side == "lower" else value * _FARTHEST_RATIO
    if unit.key.time is not None:  # a restricted mean
        return 0.0 if unit.side == "lower" else float(unit.key.time)
    latest = float(unit.example.ipd["time"].max())
    return 0.0 if unit.side == "lower" else latest


def _resolution(unit: _Unit, inner: float, outer: float) -> Decimal:
    """Return the step in which suppositions are made."""
    known = _RESOLUTION.get(unit.key.definition.unit)
    if known is not None:
        return known
    return Decimal(1).scaleb(math.floor(math.log10(max(abs(outer - inner), 1e-6) / _OF_TIME)) + 1)


def _between(unit: _Unit, inner: float, outer: float, step: Decimal) -> Decimal | None:
    """Return the middle of what is open, in steps; None where it is no longer open."""
    if unit.key.definition.unit == "ratio":
        middle = math.sqrt(inner * outer)
    else:
        middle = 0.5 * (inner + outer)
    aim = (Decimal(repr(middle)) / step).to_integral_value() * step
    open_to = abs(outer - inner) > float(step)
    return (
        aim.quantize(step) if open_to and aim > 0 and not math.isclose(float(aim), outer) else None
    )
