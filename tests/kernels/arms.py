"""Two arms made at random, in the order of leaving, with or without ties and strata."""

from __future__ import annotations

import numpy as np

from survkit.kernels import ArmTimes, TwoArmFit


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
        arms.append(ArmTimes(time=ticks, event=event, stratum=stratum))
    return arms[0], arms[1]


def values(fit: TwoArmFit) -> tuple[float, float, float]:
    return fit.cox.log_hazard_ratio, fit.cox.standard_error, fit.log_rank.z
