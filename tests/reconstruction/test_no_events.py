"""Ratios beside an arm without events, printed from known patients as papers print them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from survkit.consistency import Severity, audit
from survkit.reconstruction.patients import reconstruct_analysis
from tests.reconstruction.documents import analysis, arm
from tests.reconstruction.printing import Patients
from tests.reconstruction.reprinting import missed_figures, print_like

ZERO = {"value": Decimal("0.00"), "ci": [Decimal("0.00"), "NE"]}
NONE = {"value": "NE", "ci": ["NE", "NE"]}


def patients(seed: int, n: int, events: int) -> Patients:
    generator = np.random.default_rng(seed)
    time = np.sort(np.round(generator.uniform(6.0, 40.0, n), 3))
    event = np.zeros(n, dtype=bool)
    event[generator.choice(n // 2, events, replace=False)] = True
    return Patients(time=time, event=event)


def template(ratio: dict[str, Any], n: int, **keys: Any) -> Any:
    stated = {"experimental": "new", "reference": "old", "hazard_ratio": ratio}
    stated |= {"p_value": {"value": Decimal("0.010")}} | keys
    return analysis(arm("old", n, 5, end="40.0"), arm("new", n, 0, end="40.0"), stated)


@pytest.mark.parametrize("ratio", [ZERO, NONE], ids=["zero", "not-estimable"])
@pytest.mark.parametrize(("seed", "n", "events"), [(1, 40, 4), (2, 60, 7), (3, 150, 12)])
def test_a_ratio_beside_an_arm_without_events_is_met(
    ratio: dict[str, Any], seed: int, n: int, events: int
) -> None:
    both = patients(seed, n, events), patients(seed + 9, n, 0)
    printed = print_like(template(ratio, n), both)
    assert missed_figures(printed) == []
    assert not [one for one in audit(printed) if one.severity is Severity.IMPOSSIBLE]


@pytest.mark.parametrize("ratio", [NONE, {"value": "NE", "ci": [Decimal("0.00"), "NE"]}])
def test_a_reference_arm_without_events(ratio: dict[str, Any]) -> None:
    printed = print_like(template(ratio, 60), (patients(4, 60, 0), patients(5, 60, 8)))
    assert missed_figures(printed) == []


def test_a_ratio_of_zero_without_upper_limit_tells_that_nobody_had_the_event() -> None:
    stated = {"experimental": "new", "reference": "old", "hazard_ratio": ZERO}
    printed = analysis(arm("old", 50, 6), arm("new", 50), stated)
    made = reconstruct_analysis(printed)
    assert made.met
    assert not made.ipd.loc[made.ipd["arm"] == "new", "event"].any()
