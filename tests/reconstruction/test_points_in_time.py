"""Incidences, differences of survival and their p-values, printed from known patients."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survkit.consistency import Severity, audit
from survkit.printed import Printed
from survkit.quantity import FigureKey
from survkit.reconstruction.constraints.read import read_constraints
from survkit.refit import refit_ipd
from survkit.trial import as_survival
from tests.reconstruction.documents import analysis, arm, contrast
from tests.reconstruction.printing import random_patients
from tests.reconstruction.reprinting import missed_figures, print_like

CI = {"ci": [Decimal("1.0"), Decimal("2.0")]}
TIMES = (6, 12, 24)


def points(*times: int, **more: Any) -> list[dict[str, Any]]:
    return [{"time": time, "percent": Decimal("50.0")} | more for time in times]


@pytest.mark.parametrize("scale", ["log-log", "plain"])
@pytest.mark.parametrize(("seed", "n"), [(1, 40), (2, 120)])
def test_incidences_are_met_as_printed(scale: str, seed: int, n: int) -> None:
    stated = arm("all", n, 10, "12.0", ("8.0", "16.0"), "50.0") | {
        "incidence": points(*TIMES, **CI)
    }
    printed = print_like(analysis(stated, median_interval=scale), [random_patients(seed, n)])
    shown = [one.percent.value for one in printed.arms[0].incidence]
    assert shown == sorted(shown)
    assert missed_figures(printed) == []
    assert not [one for one in audit(printed) if one.severity is Severity.IMPOSSIBLE]


def difference(**keys: Any) -> dict[str, Any]:
    at = [{"time": time, "value": Decimal("5.0")} | CI for time in (12, 24)]
    p_values = [{"time": 12, "value": Decimal("0.10")}]
    stated = contrast("0.75", ("0.50", "0.99"))
    return stated | {"survival_difference": at, "survival_p_value": p_values} | keys


@pytest.mark.parametrize(("seed", "n"), [(4, 60), (5, 150), (6, 300)])
def test_lifelines_prints_the_same_differences_of_survival(seed: int, n: int) -> None:
    arms = [arm(name, n) for name in ("old", "new")]
    patients = random_patients(seed, n), random_patients(seed + 70, n, 28.0)
    printed = print_like(analysis(*arms, difference()), patients)
    ipd = pd.DataFrame(
        {
            "time": np.concatenate([one.time for one in patients]),
            "event": np.concatenate([one.event for one in patients]).astype(int),
            "arm": np.repeat(["old", "new"], n),
        }
    )
    estimates = refit_ipd(ipd, printed).estimates
    for figure, estimate in zip(printed.figures, estimates, strict=True):
        assert figure.printed.admits(estimate.value), figure.key
    roles = {one.role for one in printed.figures if one.key.quantity.startswith("survival")}
    assert roles == {"check"}


def test_a_difference_gives_the_percentage_of_the_other_arm() -> None:
    arms = [arm(name, 100) for name in ("old", "new")]
    arms[0]["survival"] = points(12)
    at = [{"time": 12, "value": Decimal("8.0"), "role": "input"}]
    stated = {"experimental": "new", "reference": "old", "survival_difference": at}
    printed = analysis(*arms, stated)
    (asked,) = read_constraints(printed).arms[1].survival
    assert asked.value is not None
    assert asked.value.middle == pytest.approx(0.58)
    assert missed_figures(printed) == []


def test_an_incidence_is_what_survival_leaves() -> None:
    stated = arm("all", 100) | {"incidence": points(12, ci=[Decimal("41.5"), Decimal("60.0")])}
    estimate, lower, upper = map(as_survival, analysis(stated).figures[1:])
    assert estimate.key == FigureKey("survival", "all", Decimal(12))
    assert [str(one.printed) for one in (estimate, lower, upper)] == ["50.0", "58.5", "40.0"]
    assert (lower.key.side, upper.key.side) == ("upper", "lower")
    rare = replace(estimate, key=replace(estimate.key, quantity="incidence"))
    assert str(as_survival(replace(rare, printed=Printed.parse("<2"))).printed) == ">98"
