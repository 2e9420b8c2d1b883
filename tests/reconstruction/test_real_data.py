"""Real patients, printed as a journal would, reconstructed: every digit holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from survkit.comparison import Verdict
from survkit.kernels import (
    fit_two_arm_cox,
    quantile_interval,
    quantile_time,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
    survival_limits,
    tabulate_arm,
    tabulate_two_arms,
)
from survkit.printed import Printed
from survkit.reproduction import reproduce_analysis
from survkit.trial import load_trial
from tests.reconstruction.documents import analysis, digits
from tests.reference.real_data import SETS, load_cohort

if TYPE_CHECKING:
    from survkit.trial import Analysis

Z = 1.959963984540054


def printed(value: float, like: str) -> Any:
    return digits(Printed.parse(like).render(value))


def print_arm(name: str, time: np.ndarray, event: np.ndarray, unit: str) -> dict[str, Any]:
    """Print everything a paper may say of an arm."""
    table = tabulate_arm(time, event)
    interval = quantile_interval(table, 0.5, z=Z)
    stated: dict[str, Any] = {
        "id": name,
        "n": int(time.size),
        "events": int(event.sum()),
        "median": {
            "value": printed(quantile_time(table, 0.5), unit),
            "ci": [printed(interval.lower, unit), printed(interval.upper, unit)],
        },
        "max_follow_up": printed(float(time.max()), unit),
    }
    marks = [float(f"{share * time.max():.2g}") for share in (0.2, 0.4, 0.6, 0.8)]
    stated["at_risk"] = [
        {"time": digits(f"{mark:g}"), "n": int((time >= mark).sum())} for mark in marks
    ]
    limits = survival_limits(table, z=Z)
    stated["survival"] = []
    for mark in marks[:3]:
        row = int(np.searchsorted(table.time, mark, side="right")) - 1
        survival = float(survival_at(table, [mark])[0])
        if row >= 0 and 0.0 < survival < 1.0:
            ci = [printed(100.0 * float(limit[row]), "0.0") for limit in limits]
            point = {"percent": printed(100.0 * survival, "0.0"), "ci": ci}
            stated["survival"].append({"time": digits(f"{mark:g}")} | point)
    return stated


def print_trial(name: str) -> Analysis:
    data = load_cohort(name)
    arms = [data.experimental == side for side in (False, True)]
    unit = "0.0" if data.time.max() < 1000 else "0"
    fit = fit_two_arm_cox(tabulate_two_arms(data.time, data.event, data.experimental))
    ratio = {
        "value": printed(fit.hazard_ratio, "0.00"),
        "ci": [printed(limit, "0.00") for limit in fit.limits(Z)],
    }
    return analysis(
        *(
            print_arm(label, data.time[own], data.event[own], unit)
            for label, own in zip(("old", "new"), arms, strict=True)
        ),
        {"experimental": "new", "reference": "old", "hazard_ratio": ratio},
    )


FINE = ("gbsg2", "kidney_transplant", "lung", "lymphoma", "rossi")
"""Data sets whose times are fine enough that few patients share one."""

COARSE = ("g3", "larynx", "leukemia", "psychiatric_patients")
"""Data sets of few or tied times: ties carry part of their hazard ratios, and we place none."""


def missed(asked: Analysis) -> list[str]:
    return [
        f"{c.figure.key}: {c.figure.printed}, {c.estimate}"
        for c in reproduce_analysis(asked).inputs
        if c.verdict is not Verdict.REPRODUCED
    ]


@pytest.mark.parametrize("name", FINE)
def test_every_printed_digit_of_real_patients_holds(name: str) -> None:
    asked = print_trial(name)
    assert len(asked.figures) > 35
    assert not missed(asked)


@pytest.mark.parametrize("name", COARSE)
def test_every_printed_digit_of_the_arms_holds_where_times_are_coarse(name: str) -> None:
    asked = print_trial(name)
    assert not missed(asked.model_copy(update={"contrasts": ()}))


def print_further(name: str) -> Analysis:
    """Print quartiles, median follow-up and restricted means instead of percentages."""
    data = load_cohort(name)
    sides = [data.experimental == side for side in (False, True)]
    unit = "0.0" if data.time.max() < 100 else "0"
    horizon = float(f"{0.7 * min(data.time[own].max() for own in sides):.2g}")
    tables = [tabulate_arm(data.time[own], data.event[own]) for own in sides]
    difference = restricted_mean_difference(*tables, horizon)

    def entry(value: float, limits: tuple[float, float]) -> dict[str, Any]:
        return {"value": printed(value, unit), "ci": [printed(own, unit) for own in limits]}

    arms = []
    for label, own, table in zip(("old", "new"), sides, tables, strict=True):
        stated = print_arm(label, data.time[own], data.event[own], unit)
        del stated["survival"], stated["at_risk"]
        for quantity, share in (("lower_quartile", 0.75), ("upper_quartile", 0.25)):
            limits = quantile_interval(table, share, z=Z)
            stated[quantity] = entry(quantile_time(table, share), (limits.lower, limits.upper))
        reverse = tabulate_arm(data.time[own], ~data.event[own])
        stated["median_follow_up"] = printed(quantile_time(reverse, 0.5), unit)
        area = restricted_mean(table, horizon)
        stated["rmst"] = [{"time": digits(f"{horizon:g}"), "value": printed(area.mean, unit)}]
        arms.append(stated)
    stated = {"experimental": "new", "reference": "old"}
    stated["rmst_difference"] = [
        {"time": digits(f"{horizon:g}"), **entry(difference.mean, difference.limits(Z))}
    ]
    return analysis(*arms, stated)


@pytest.mark.slow
@pytest.mark.parametrize("name", FINE)
def test_quartiles_follow_up_and_restricted_means_hold_as_well(name: str) -> None:
    asked = print_further(name)
    assert len(asked.figures) >= 29
    assert not missed(asked)


def test_sets_are_those_that_lifelines_ships() -> None:
    # dd is recorded in whole years and waltons in whole days, with up to 20 events at one time
    assert set(FINE) | set(COARSE) | {"dd", "waltons"} == set(SETS)


def test_radiant_3_holds_with_its_18_month_percentages_as_inputs() -> None:
    trial = load_trial("radiant-3")
    arms = tuple(
        stated.model_copy(
            update={
                "survival": tuple(
                    point.model_copy(update={"role": "input"}) for point in stated.survival
                )
            }
        )
        for stated in trial.analyses[0].arms
    )
    asked = trial.analyses[0].model_copy(update={"arms": arms})
    assert sum(figure.key.name == "survival" for figure in asked.figures) == 3
    assert not missed(asked)
