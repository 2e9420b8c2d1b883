"""Stage 4: what moving an arm is said to do to a contrast is what it does."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import ArmTimes, fit_two_arms
from survkit.reconstruction.calibration.sensitivity import probe_moves
from tests.kernels.arms import sides, values


@pytest.mark.parametrize("strata", [1, 3])
@pytest.mark.parametrize("mover", [0, 1])
def test_a_probe_is_the_comparison_after_the_move(mover: int, strata: int) -> None:
    arms = sides(1, tied=True, strata=strata)
    moving, resting = arms[mover], arms[1 - mover]
    moves = np.array([0, 14, 35])
    times = moving.time + 0.123 + moves[:, None] * (moving.time / moving.time.max()) ** 2
    found = probe_moves(fit_two_arms(*arms), moving, resting, times, reference_moves=mover == 0)
    for row, ticks in enumerate(times):
        moved = ArmTimes(time=ticks, event=moving.event, stratum=moving.stratum)
        exact = values(fit_two_arms(*((moved, resting) if mover == 0 else (resting, moved))))
        probed = found.log_ratio[row], found.error[row], found.z[row]
        assert probed == pytest.approx(exact, abs=2e-3)
    nothing = found.log_ratio[0], found.error[0], found.z[0]
    assert nothing == pytest.approx(values(fit_two_arms(*arms)), abs=1e-6)
