"""How usual a curve is: hazards of real trials are, a plateau beside a cliff is not."""

from __future__ import annotations

import numpy as np
import pytest

from survkit.kernels import ArmTimes
from survkit.reconstruction import reconstruct_analysis
from survkit.reconstruction.population.shapes import shipped_shapes
from survkit.reconstruction.record.plausibility import judge_shapes, score_arm
from tests.reconstruction.documents import analysis, arm

SHARES = (np.arange(200) + 0.5) / 200


def scored(times: np.ndarray, end: float) -> float:
    patients = ArmTimes(time=np.minimum(times, end), event=times < end)
    found = score_arm(patients, "OS", 1.0, 400, shipped_shapes())
    assert found is not None
    return found.score


def test_a_plateau_after_a_cliff_is_less_usual_than_a_falling_hazard() -> None:
    exponential = scored(-10.0 * np.log(SHARES), 30.0)
    plateau = scored(np.where(SHARES < 0.55, 5.0 + SHARES, 100.0), 60.0)
    assert plateau > exponential + 3.0


def test_the_unit_of_time_does_not_matter() -> None:
    times = -10.0 * np.log(SHARES)
    patients = ArmTimes(time=times, event=times > 0.0)
    days = ArmTimes(time=times * 30.4375, event=times > 0.0)
    months = score_arm(patients, "OS", 1.0, 400, shipped_shapes())
    found = score_arm(days, "OS", 1.0 / 30.4375, 400, shipped_shapes())
    assert months is not None
    assert found is not None
    assert found.score == pytest.approx(months.score, abs=1e-6)


def test_a_reconstruction_is_judged_arm_by_arm_in_words() -> None:
    asked = analysis(arm("old", 200, 150, "10.0", end="30"), arm("new", 200, 3, end="30"))
    found = judge_shapes(reconstruct_analysis(asked))
    assert found[0].arm == "old"
    assert 5.0 < found[0].percentile <= 100.0
    assert not found[0].unusual
    assert found[0].sentence("month").startswith("arm old: ")
    assert 0.0 <= found[0].start < found[0].stop <= 30.1


def test_a_shape_beyond_all_real_ones_has_no_percentile_left() -> None:
    shapes = shipped_shapes()
    trial = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert shapes.percentile(100.0, trial) == 0.0
    assert shapes.percentile(-100.0, trial) == 100.0
