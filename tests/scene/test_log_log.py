from __future__ import annotations

import math
from typing import TYPE_CHECKING

from survkit.scene import compose_log_log

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_curves_are_log_minus_log_survival(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    scene = compose_log_log(result)
    assert scene is not None
    for curve in scene.curves:
        steps = result.refit.curves[curve.arm.id].steps["survival"]
        assert list(curve.levels) == sorted(curve.levels)
        share = float(steps.loc[curve.times[5]])
        assert math.isclose(curve.levels[5], math.log(-math.log(share)))
        assert scene.time.low <= curve.times[0] < curve.times[-1] <= scene.time.high
        assert scene.level.low < curve.levels[0] < curve.levels[-1] < scene.level.high


def test_one_arm_has_no_diagnostic(one_arm: AnalysisReproduction) -> None:
    assert compose_log_log(one_arm) is None
