"""Events at time 0, told by a percentage printed for it, of known patients."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.reconstruction.patients import reconstruct_analysis
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.printing import Patients, random_patients
from tests.reconstruction.reprinting import missed_figures, print_like


def with_deaths(patients: Patients, deaths: int) -> Patients:
    """Let the first patients have the event at time 0."""
    time, event = patients.time.copy(), patients.event.copy()
    time[:deaths], event[:deaths] = 0.0, True
    return replace(patients, time=time, event=event)


def printed_arm(name: str, n: int, *, limits: bool, table: bool) -> dict[str, Any]:
    stated = arm(name, n, 10, "12.0", ("8.0", "16.0"), "50.0")
    ci = {"ci": [Decimal("40.0"), Decimal("60.0")]} if limits else {}
    stated["survival"] = [{"time": time, "percent": Decimal("50.0")} | ci for time in (0, 6, 12)]
    stated["at_risk"] = [{"time": time, "n": 10} for time in (0, 6, 12)] if table else []
    return stated


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["log-log", "log", "plain"])
@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize(("seed", "n", "deaths"), [(1, 40, 1), (2, 87, 2), (3, 200, 9)])
def test_events_at_time_0_are_met(scale: str, table: bool, seed: int, n: int, deaths: int) -> None:
    patients = with_deaths(random_patients(seed, n), deaths)
    template = analysis(printed_arm("all", n, limits=True, table=table), median_interval=scale)
    printed = print_like(template, [patients])
    assert missed_figures(printed) == []
    time = reconstruct_analysis(printed).ipd["time"].to_numpy()
    assert int(np.count_nonzero(time == 0.0)) == deaths


@pytest.mark.parametrize("deaths", [(2, 0), (3, 4)])
def test_two_arms_with_events_at_time_0(deaths: tuple[int, int]) -> None:
    both = [
        with_deaths(random_patients(seed, 120, scale), dead)
        for seed, scale, dead in zip((5, 6), (20.0, 28.0), deaths, strict=True)
    ]
    arms = [printed_arm(name, 120, limits=False, table=False) for name in ("old", "new")]
    template = analysis(*arms, contrast("0.75", ("0.50", "0.99")))
    assert missed_figures(print_like(template, both)) == []
