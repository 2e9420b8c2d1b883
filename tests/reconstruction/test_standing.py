"""Comparisons of two arms in ticks: what the kernels find, with ties of one arm and with strata."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import (
    ArmTimes,
    TwoArmFit,
    fit_two_arm_cox,
    tabulate_two_arms,
    two_arm_log_rank,
)
from survkit.reconstruction.calibration.sensitivity import probe_moves
from survkit.reconstruction.constraints.families.contrast import compare
from tests.tolerances import EXACT


def sides(seed: int, *, tied: bool = False, strata: int = 1) -> tuple[ArmTimes, ArmTimes]:
    generator = np.random.default_rng(seed)
    order = generator.permutation(200)
    arms = []
    for places, share in ((order[:100], 0.7), (order[100:], 0.6)):
        ticks = 10 * (np.sort(places) + 1)
        event = generator.random(100) < share
        if tied:
            pairs = np.flatnonzero(event[:-1] & event[1:])[::3]
            ticks[pairs] = ticks[pairs + 1]
        stratum = generator.integers(0, strata, 100) if strata > 1 else None
        arms.append(ArmTimes(ticks=ticks, event=event, stratum=stratum))
    return arms[0], arms[1]


def by_kernels(reference: ArmTimes, experimental: ArmTimes) -> tuple[float, float, float]:
    time = np.concatenate((reference.ticks, experimental.ticks))
    event = np.concatenate((reference.event, experimental.event))
    treated = np.repeat([False, True], [reference.ticks.size, experimental.ticks.size])
    strata = np.zeros(time.size, dtype=int)
    if reference.stratum is not None and experimental.stratum is not None:
        strata = np.concatenate((reference.stratum, experimental.stratum))
    tables = [
        tabulate_two_arms(time[own], event[own], treated[own])
        for own in (strata == stratum for stratum in np.unique(strata))
    ]
    cox = fit_two_arm_cox(*tables)
    return cox.log_hazard_ratio, cox.standard_error, two_arm_log_rank(*tables).z


def values(standing: TwoArmFit) -> tuple[float, float, float]:
    cox = standing.cox
    return cox.log_hazard_ratio, cox.standard_error, standing.log_rank.z


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("strata", [1, 3])
def test_a_comparison_is_that_of_the_kernels(*, tied: bool, strata: int) -> None:
    for seed in range(10):
        arms = sides(seed, tied=tied, strata=strata)
        assert values(compare(*arms)) == pytest.approx(by_kernels(*arms), abs=EXACT)


@pytest.mark.parametrize("strata", [1, 3])
@pytest.mark.parametrize("mover", [0, 1])
def test_a_probe_is_the_comparison_after_the_move(mover: int, strata: int) -> None:
    arms = sides(1, tied=True, strata=strata)
    own, other = arms[mover], arms[1 - mover]
    moves = np.array([0, 14, 35])
    times = own.ticks + 0.123 + moves[:, None] * (own.ticks / own.ticks.max()) ** 2
    found = probe_moves(compare(*arms), own, other, times, own_is_reference=mover == 0)
    for row, ticks in enumerate(times):
        moved = ArmTimes(ticks=ticks, event=own.event, stratum=own.stratum)
        exact = values(compare(moved, other) if mover == 0 else compare(other, moved))
        probed = found.log_ratio[row], found.error[row], found.z[row]
        assert probed == pytest.approx(exact, abs=2e-3)
    nothing = found.log_ratio[0], found.error[0], found.z[0]
    assert nothing == pytest.approx(values(compare(*arms)), abs=1e-6)
