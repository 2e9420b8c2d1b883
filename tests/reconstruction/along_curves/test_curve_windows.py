"""A curve as windows for attempts that start from printed figures alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.interval import Interval
from survkit.kernels import survival_at, tabulate_arm
from survkit.reconstruction.along_curves.windows import with_curves
from survkit.reconstruction.constraints.families.survival import SurvivalConstraint
from survkit.reconstruction.constraints.read import read_constraints
from survkit.reconstruction.curves import DecodedHistory
from tests.reconstruction.documents import analysis, arm

if TYPE_CHECKING:
    from survkit.reconstruction.constraints.analysis import AnalysisConstraints


def constraints(n: int) -> AnalysisConstraints:
    return read_constraints(analysis(arm("one", n, n // 2)))


def history(seed: int, n: int, noise: float | None) -> DecodedHistory:
    generator = np.random.default_rng(seed)
    return DecodedHistory(
        time=np.sort(generator.uniform(0.5, 20.0, n)),
        event=generator.random(n) < 0.6,
        decoder="noisy",
        noise=noise,
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(10, 80), st.sampled_from([None, 0.003, 0.02]))
def test_the_decoded_curve_lies_within_all_windows(seed: int, n: int, noise: float | None) -> None:
    drawn = history(seed, n, noise)
    (arm,) = with_curves(constraints(n), [drawn]).arms
    curve = tabulate_arm(drawn.time, drawn.event)
    times = [point.time for point in arm.survival]
    assert times == sorted(times)
    assert len(times) <= 9
    for point in arm.survival:
        assert point.value is not None
        (share,) = survival_at(curve, [point.time])
        assert point.value.lower < share < point.value.upper
        assert point.value.lower > 0.0
        assert point.value.upper < 1.0
        assert point.value.half >= max(2.0 * (noise or 0.0), 1.0 / n) - 1e-12


def test_an_arm_without_a_curve_stays_as_it_is() -> None:
    asked = constraints(20)
    assert with_curves(asked, [None]) == asked


def test_a_curve_without_events_asks_for_nothing() -> None:
    level = replace(history(1, 20, None), event=np.zeros(20, dtype=bool))
    assert with_curves(constraints(20), [level]).arms[0].survival == ()


def test_printed_percentages_keep_windows_away() -> None:
    drawn = history(3, 60, 0.003)
    asked = constraints(60)
    free = with_curves(asked, [drawn]).arms[0].survival
    time = free[len(free) // 2].time
    printed = SurvivalConstraint(
        time=time,
        value=Interval(0.4, 0.6),
        lower=None,
        upper=None,
        z=1.96,
        transform="log-log",
    )
    stated = replace(asked, arms=(replace(asked.arms[0], survival=(printed,)),))
    (arm,) = with_curves(stated, [drawn]).arms
    assert printed in arm.survival
    others = [point.time for point in arm.survival if point is not printed]
    assert min(abs(other - time) for other in others) > 0.02 * drawn.time[-1]
    assert [time] == pytest.approx([point.time for point in arm.survival if point == printed])
