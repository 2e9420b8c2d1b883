"""Small simulated trials, and what a journal would print of them: the patients exist.

Every figure is computed from the patients by survkit's kernels and rounded, so that all of it can
be met at once. `GROUPS` names the figures that are left out and kept together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.kernels import (
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    survival_at,
    tabulate_arm,
    tabulate_two_arms,
    two_arm_log_rank,
    two_sided_quantile,
)
from survkit.trial import Analysis, trial_from_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from survkit.kernels import CoxFit
    from survkit.quantity import FigureKey

__all__ = [
    "GROUPS",
    "Patients",
    "draw_patients",
    "left_out",
    "print_arm",
    "print_trial",
    "simulate",
    "subsets",
]

ARMS = ("reference", "experimental")
_Z = two_sided_quantile(95.0)
_MOST_DIGITS = 9
"""Digits that a printed number may have."""
_SHORTEST = 0.1
"""Shortest time of a patient, in months: a journal does not print a median of 0.0."""

_LARGEST = 8
"""Patients of an arm."""
_CLOCKS = (0.01, 0.01, 0.01, 1.0)
"""Accuracies of times, in months, in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """
    One arm's patients.

    Parameters
    ----------
    time : ndarray of float, shape (n,)
        Times in months.
    event : ndarray of bool, shape (n,)
        Who has the event.
    """

    time: np.ndarray
    event: np.ndarray


GROUPS: dict[str, Callable[[FigureKey], bool]] = {
    "events": lambda key: key.quantity == "events",
    "median": lambda key: key.quantity == "median" and not key.is_limit,
    "limits of the median": lambda key: key.quantity == "median" and key.is_limit,
    "survival": lambda key: key.quantity == "survival",
    "at risk": lambda key: key.quantity == "at_risk",
    "hazard ratio": lambda key: key.quantity == "hazard_ratio" and not key.is_limit,
    "limits of the ratio": lambda key: key.quantity == "hazard_ratio" and key.is_limit,
}
"""The groups of figures, each with what belongs to it."""


def left_out(analysis: Analysis, kept: Iterable[str]) -> frozenset[FigureKey]:
    """Return the figures of the groups that are not kept; the numbers of patients stay."""
    away = [GROUPS[name] for name in GROUPS if name not in set(kept)]
    return frozenset(
        figure.key for figure in analysis.figures if any(belongs(figure.key) for belongs in away)
    )


def draw_patients(
    generator: np.random.Generator, sizes: Sequence[int], clock: float
) -> list[Patients]:
    """Draw two arms with random hazards and follow-up, their times on a clock, in months."""
    scale, effect = generator.uniform(4.0, 20.0), math.exp(generator.normal(-0.3, 0.6))
    follow_up = scale * generator.uniform(0.6, 3.0)
    arms = []
    for hazard, size in zip((1.0, effect), sizes, strict=True):
        until_event = generator.exponential(scale / hazard, size)
        until_end = generator.uniform(0.3 * follow_up, follow_up, size)
        time = np.round(np.minimum(until_event, until_end) / clock) * clock
        arms.append(
            Patients(time=np.maximum(time, max(_SHORTEST, clock)), event=until_event <= until_end)
        )
    return arms


def simulate(seed: int, number: int) -> tuple[Analysis, bool]:
    """Simulate one trial, by its number; also say whether patients share a time."""
    generator = np.random.default_rng((seed, number))
    sizes = generator.integers(1, _LARGEST + 1, 2).tolist()
    arms = draw_patients(generator, sizes, _CLOCKS[number % len(_CLOCKS)])
    end = max(float(arm.time.max()) for arm in arms)
    marks = sorted({Decimal(max(1, round(share * end))) for share in (0.3, 0.7)})
    times = np.concatenate([arm.time for arm in arms])
    tied = np.unique(times.round(6)).size < times.size
    return print_trial(arms, marks, percent_places=int(generator.integers(0, 2))), tied


def subsets(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    """Yield every combination of the groups that have a figure in the analysis."""
    present = [
        name for name, holds in GROUPS.items() if any(holds(one.key) for one in analysis.figures)
    ]
    for many in range(len(present) + 1):
        yield from combinations(present, many)


def print_trial(
    arms: Sequence[Patients],
    marks: Sequence[Decimal] = (),
    *,
    percent_places: int = 0,
    follow_up: bool = False,
    p_value: bool = False,
) -> Analysis:
    """Print two arms; a ratio without an estimate is left out, as is its test then."""
    stated = [
        print_arm(name, patients, marks, percent_places=percent_places, follow_up=follow_up)
        for name, patients in zip(ARMS, arms, strict=True)
    ]
    contrast: dict[str, Any] = {"experimental": ARMS[1], "reference": ARMS[0]}
    table = tabulate_two_arms(
        np.concatenate([arm.time for arm in arms]),
        np.concatenate([arm.event for arm in arms]),
        np.repeat((False, True), [arm.time.size for arm in arms]),
    )
    ratio = _print_ratio(fit_two_arm_cox(table))
    if ratio is not None:
        contrast["hazard_ratio"] = ratio
        if p_value:
            p = two_arm_log_rank(table).p_value
            contrast["p_value"] = "<0.001" if p < 0.0005 else _rounded(p, 3)
    return trial_from_document(
        {
            "spec_version": 1,
            "id": "tiny",
            "name": "TINY",
            "sources": {"simulation": {"citation": "benchmarks/tiny_trials.py"}},
            "analysis": [
                {
                    "id": "all",
                    "endpoint": "OS",
                    "time_unit": "month",
                    "source": "simulation",
                    "arm": stated,
                    "contrast": [contrast],
                }
            ],
        }
    ).analyses[0]


def print_arm(
    name: str,
    patients: Patients,
    marks: Sequence[Decimal] = (),
    *,
    percent_places: int = 0,
    follow_up: bool = False,
) -> dict[str, Any]:
    """Print one arm: patients, events, median with limits, survival and at risk at some times."""
    table = tabulate_arm(patients.time, patients.event)
    interval = quantile_interval(table, 0.5, z=_Z)
    stated: dict[str, Any] = {
        "id": name,
        "n": int(patients.time.size),
        "events": int(patients.event.sum()),
        "median": {
            "value": _duration(quantile_time(table, 0.5)),
            "ci": [_duration(interval.lower), _duration(interval.upper)],
        },
    }
    if follow_up:
        stated["max_follow_up"] = _rounded(float(patients.time.max()), 1)
    if marks:
        curve = survival_at(table, [float(mark) for mark in marks]).tolist()
        stated["survival"] = [
            {"time": mark, "percent": _rounded(100.0 * share, percent_places)}
            for mark, share in zip(marks, curve, strict=True)
        ]
        stated["at_risk"] = [
            {"time": mark, "n": int((patients.time >= float(mark)).sum())} for mark in marks
        ]
    return stated


def _print_ratio(fit: CoxFit) -> dict[str, Any] | None:
    """Print a hazard ratio with its limits; None where it has no finite estimate."""
    if not math.isfinite(fit.log_hazard_ratio) or not fit.standard_error > 0.0:
        return None
    numbers = [_ratio(value) for value in (fit.hazard_ratio, *fit.limits(_Z))]
    if any(number.adjusted() >= _MOST_DIGITS for number in numbers):
        return None
    return {"value": numbers[0], "ci": numbers[1:]}


def _ratio(value: float) -> Decimal:
    """Print a ratio with two decimals, a very small one with as many as it needs."""
    places = 2
    while places < _MOST_DIGITS and not _rounded(value, places):
        places += 1
    return _rounded(value, places)


def _duration(months: float) -> Decimal | str:
    return _rounded(months, 1) if math.isfinite(months) else "not reached"


def _rounded(value: float, places: int) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places))
