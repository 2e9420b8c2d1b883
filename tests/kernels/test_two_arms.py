"""Comparisons of two arms in ticks: those of event tables, with ties of one arm and with strata."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import (
    ArmTimes,
    fit_two_arm_cox,
    fit_two_arms,
    tabulate_two_arms,
    two_arm_log_rank,
)
from tests.kernels.arms import sides, values
from tests.tolerances import EXACT


def by_tables(reference: ArmTimes, experimental: ArmTimes) -> tuple[float, float, float]:
    time = np.concatenate((reference.time, experimental.time))
    event = np.concatenate((reference.event, experimental.event))
    treated = np.repeat([False, True], [reference.time.size, experimental.time.size])
    strata = np.zeros(time.size, dtype=int)
    if reference.stratum is not None and experimental.stratum is not None:
        strata = np.concatenate((reference.stratum, experimental.stratum))
    tables = [
        tabulate_two_arms(time[inside], event[inside], treated[inside])
        for inside in (strata == stratum for stratum in np.unique(strata))
    ]
    cox = fit_two_arm_cox(*tables)
    return cox.log_hazard_ratio, cox.standard_error, two_arm_log_rank(*tables).z


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("strata", [1, 3])
def test_a_comparison_is_that_of_event_tables(*, tied: bool, strata: int) -> None:
    for seed in range(10):
        arms = sides(seed, tied=tied, strata=strata)
        assert values(fit_two_arms(*arms)) == pytest.approx(by_tables(*arms), abs=EXACT)
