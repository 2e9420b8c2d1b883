"""Greenwood's terms, the limits of a curve, and their inverse."""

from __future__ import annotations

import numpy as np

from survkit.kernels import (
    confidence_limit,
    survival_limits,
    survival_steps,
    tabulate_arm,
    two_sided_quantile,
)
from tests.tolerances import EXACT

Z = two_sided_quantile(95.0)


def test_limits_are_those_of_event_tables() -> None:
    generator = np.random.default_rng(2)
    table = tabulate_arm(generator.permutation(80) + 1.0, generator.random(80) < 0.6)
    hazard = -np.log(survival_steps(table))[:-1]
    root = np.sqrt(np.cumsum(table.events / (table.at_risk * (table.at_risk - 1.0))))[:-1]
    for transform in ("log-log", "log", "plain"):
        limits = survival_limits(table, z=Z, transform=transform)
        for side, limit in zip((-Z, Z), limits, strict=True):
            found = np.clip(confidence_limit(hazard, root, side, transform), 0.0, 1.0)
            np.testing.assert_allclose(found, limit[:-1], atol=EXACT)
