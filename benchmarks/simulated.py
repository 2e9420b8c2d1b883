"""Simulated trials of many shapes, and what a journal would print of them.

Every figure is computed from the simulated patients by survkit's kernels and rounded: whatever an
audit calls impossible here is a false alarm.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from survkit.reconstruction.record.measurement import measure_figures
from survkit.trial import Analysis, trial_from_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.trial import Figure

__all__ = ["simulate_analysis", "trial_document"]

Document = dict[str, Any]
Arms = tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]

UNTIED = "untied"
"""A clock so fine that nobody shares a time; others round times to whole visits."""


def simulate_analysis(number: int) -> tuple[Document, Analysis]:
    """Simulate one trial, by its number, and print its figures."""
    generator = np.random.default_rng(number)
    arms = _patients(generator)
    plan = _plan(generator, arms)
    blank = trial_from_document(trial_document(plan)).analyses[0]
    times, events, strata = arms
    known = strata if plan["stratified_by"] else None
    values = measure_figures(blank, times, events, blank.figures, known)
    found = {
        figure.key: (figure, value) for figure, value in zip(blank.figures, values, strict=True)
    }
    _fill(plan, found, generator)
    return plan, trial_from_document(trial_document(plan)).analyses[0]


def trial_document(analysis: Document) -> Document:
    """Wrap one analysis as the document of a trial."""
    return {
        "spec_version": 1,
        "id": "simulated",
        "name": "SIMULATED",
        "sources": {"simulation": {"citation": "benchmarks/simulated.py"}},
        "analysis": [analysis],
    }


def _patients(generator: np.random.Generator) -> Arms:
    """Draw two arms: shapes, effects, sizes, censoring, clock and strata at random."""
    sizes = np.exp(generator.uniform(math.log(12), math.log(900), 1)).astype(int)
    sizes = [int(sizes[0]), int(max(8, sizes[0] * generator.choice([0.5, 1.0, 1.0, 2.0])))]
    scale, shape = generator.uniform(3.0, 30.0), generator.choice([0.6, 1.0, 1.0, 1.6, 3.0])
    effect = math.exp(generator.normal(-0.3, 0.45))
    kind = generator.choice(["proportional", "late", "early", "crossing", "cured"])
    accrual, follow_up = generator.uniform(0.0, 30.0), generator.uniform(0.3, 3.0) * scale
    dropout = generator.choice([0.0, 0.0, 0.01, 0.05])
    clock = generator.choice([0.0, 0.0, 0.01, 0.25, 1.0])
    times, events, strata = [], [], []
    for arm, size in enumerate(sizes):
        stratum = generator.integers(0, 2, size)
        unit = generator.exponential(1.0, size) / np.exp(0.5 * stratum)
        time = _event_times(unit, arm, kind, effect, (scale, shape), generator)
        leave = follow_up + generator.uniform(0.0, max(accrual, 1e-9), size)
        if dropout:
            leave = np.minimum(leave, generator.exponential(1.0 / dropout, size))
        event = time <= leave
        seen = np.minimum(time, leave)
        seen = np.ceil(seen / clock) * clock if clock else seen
        times.append(np.maximum(seen, 1e-6))
        events.append(event)
        strata.append(stratum)
    return times, events, strata


def _event_times(
    exponential: np.ndarray,
    arm: int,
    kind: str,
    effect: float,
    baseline: tuple[float, float],
    generator: np.random.Generator,
) -> np.ndarray:
    """Turn unit exponentials into event times under one kind of effect."""
    scale, shape = baseline
    if not arm:
        return scale * exponential ** (1.0 / shape)
    change = 0.4
    early, late = {
        "late": (1.0, effect),
        "early": (effect, 1.0),
        "crossing": (1.0 / effect, effect),
    }.get(kind, (effect, effect))
    bent = np.where(
        exponential < early * change,
        exponential / early,
        change + (exponential - early * change) / late,
    )
    time = scale * bent ** (1.0 / shape)
    if kind == "cured":
        time = np.where(generator.random(exponential.size) < 0.3, 1e6, time)
    return time


def _plan(generator: np.random.Generator, arms: Arms) -> Document:
    """Say which figures are printed, with placeholders for their values."""
    times, _, _ = arms
    end = float(min(own.max() for own in times))
    marks = [Decimal(repr(round(end * share, 1))) for share in (0.2, 0.5, 0.8)]
    marks = sorted({mark for mark in marks if 0 < mark < Decimal(repr(end))})
    level = int(generator.choice([95, 95, 95, 90, 99]))
    stratified = bool(generator.random() < 0.25)
    scale = str(generator.choice(["log-log", "log-log", "log", "plain"]))
    survival_scale = str(generator.choice([scale, scale, "log-log"]))
    return {
        "id": "all",
        "endpoint": "OS",
        "time_unit": "month",
        "source": "simulation",
        "ties": str(generator.choice(["efron", "breslow"])),
        "median_interval": scale,
        "survival_interval": survival_scale,
        "stratified_by": ["a factor"] if stratified else [],
        "total_n": 1,
        "total_events": 1,
        "arm": [_arm(name, marks, level, generator) for name in ("reference", "experimental")],
        "contrast": [_contrast(marks, level, stratified, generator)],
    }


def _arm(name: str, marks: list[Decimal], level: int, generator: np.random.Generator) -> Document:
    limits = {"lower": 1, "upper": 1, "level": level}
    arm: Document = {
        "id": name,
        "n": 1,
        "events": 1,
        "median": {"value": 1, "ci": dict(limits)},
        "max_follow_up": 1,
        "survival": [{"time": mark, "percent": 1, "ci": dict(limits)} for mark in marks],
        "at_risk": [{"time": mark, "n": 1} for mark in (Decimal(0), *marks)],
    }
    if generator.random() < 0.3:
        arm["lower_quartile"] = {"value": 1, "ci": dict(limits)}
        arm["upper_quartile"] = {"value": 1, "ci": dict(limits)}
    if generator.random() < 0.3:
        arm["median_follow_up"] = {"value": 1, "ci": dict(limits)}
    arm["rmst"] = [{"time": mark, "value": 1, "ci": dict(limits)} for mark in marks[1:]]
    return arm


def _contrast(
    marks: list[Decimal], level: int, stratified: bool, generator: np.random.Generator
) -> Document:
    return {
        "experimental": "experimental",
        "reference": "reference",
        "hazard_ratio": {"value": 1, "ci": {"lower": 1, "upper": 1, "level": level}},
        "risk_reduction": 1,
        "p_value": {
            "value": 1,
            "test": str(generator.choice(["log-rank", "log-rank", "wald"])),
            "sided": int(generator.choice([1, 2, 2])),
            "stratified": bool(stratified and generator.random() < 0.7),
        },
        "rmst_difference": [{"time": mark, "value": 1} for mark in marks[1:]],
    }


def _fill(
    plan: Document, found: dict[Any, tuple[Figure, float]], generator: np.random.Generator
) -> None:
    """Replace every placeholder by what is printed; take away what cannot be."""
    places = {
        "time": int(generator.choice([0, 1, 1, 2])),
        "percent": int(generator.choice([0, 1])),
        "ratio": int(generator.choice([1, 2, 2, 2, 3])),
        "probability": int(generator.choice([2, 3, 4])),
        "patients": 0,
    }

    def put(
        owner: Document, name: str, quantity: str, subject: str, time: Decimal | None = None
    ) -> None:
        figure, value = next(
            own
            for key, own in found.items()
            if (key.name, key.subject, key.time) == (quantity, subject, time)
        )
        owner[name] = _print(value, places[figure.key.definition.unit], figure.key.definition.unit)

    for quantity in ("total_n", "total_events"):
        put(plan, quantity, quantity, "")
    for arm in plan["arm"]:
        _fill_arm(arm, put)
    contrast = plan["contrast"][0]
    subject = "experimental vs reference"
    _estimate(contrast, "hazard_ratio", subject, put, "value")
    if not _usable(contrast["hazard_ratio"]):
        del contrast["hazard_ratio"], contrast["risk_reduction"]
    else:
        put(contrast, "risk_reduction", "risk_reduction", subject)
    put(contrast["p_value"], "value", "p_value", subject)
    if contrast["p_value"]["value"] is None:
        del contrast["p_value"]
    for entry in contrast["rmst_difference"]:
        put(entry, "value", "rmst_difference", subject, entry["time"])


def _fill_arm(arm: Document, put: Callable[..., None]) -> None:
    name = arm["id"]
    for quantity in ("n", "events", "max_follow_up"):
        put(arm, quantity, quantity, name)
    for quantity in {"median", "lower_quartile", "upper_quartile", "median_follow_up"} & set(arm):
        _estimate(arm, quantity, name, put, "value")
        if arm[quantity]["value"] == 0:
            del arm[quantity]
    for key, value in (("survival", "percent"), ("rmst", "value")):
        for entry in arm[key]:
            _estimate({key: entry}, key, name, put, value, entry["time"])
    for entry in arm["at_risk"]:
        put(entry, "n", "at_risk", name, entry["time"])
    arm["rmst"] = [entry for entry in arm["rmst"] if entry["value"]]
    if not arm["max_follow_up"]:
        del arm["max_follow_up"]


def _estimate(
    owner: Document,
    quantity: str,
    subject: str,
    put: Callable[..., None],
    name: str,
    time: Decimal | None = None,
) -> None:
    """Fill an estimate and its limits; an interval that cannot be printed is taken away."""
    entry = owner[quantity]
    put(entry, name, quantity, subject, time)
    if "ci" not in entry:
        return
    for side in ("lower", "upper"):
        put(entry["ci"], side, f"{quantity}_{side}", subject, time)
    limits = (entry["ci"]["lower"], entry["ci"]["upper"])
    zero_time = quantity in {
        "median",
        "lower_quartile",
        "upper_quartile",
        "rmst",
        "median_follow_up",
    }
    if None in limits or (
        zero_time and any(isinstance(end, Decimal) and end <= 0 for end in limits)
    ):
        del entry["ci"]


def _usable(ratio: Document) -> bool:
    printed = [ratio["value"], *(ratio["ci"][side] for side in ("lower", "upper") if "ci" in ratio)]
    return all(isinstance(each, Decimal) and each > 0 for each in printed) and "ci" in ratio


def _print(value: float, places: int, unit: str) -> Decimal | str | int | None:
    """Print a value the way a journal does; None for what is no number."""
    if math.isnan(value):
        return None
    if math.isinf(value) or abs(value) > 1e8:
        return "not reached" if unit == "time" else None
    if unit == "patients":
        return int(value)
    if unit == "probability" and value < 10.0**-places:
        return f"<{Decimal(1).scaleb(-places)}"
    return Decimal(repr(float(value))).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN
    )
