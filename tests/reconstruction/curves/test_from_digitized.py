"""From a figure, or from a file of points, to patients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from survkit import digitize_panel, read_drawing, reconstruct_curve
from survkit.digitized import DigitizedCurve, RiskTable
from survkit.reconstruction.curves import CurveError
from tests.drawings.leukemia import draw, leukemia

if TYPE_CHECKING:
    from pathlib import Path


def test_a_drawn_trial_comes_back_patient_by_patient(tmp_path: Path) -> None:
    arms = leukemia()
    draw(arms, tmp_path / "figure.svg")
    (panel,) = read_drawing(tmp_path / "figure.svg")
    read = digitize_panel(panel)
    assert [arm.curve.name for arm in read] == list(arms)
    for arm, real in zip(read, arms.values(), strict=True):
        assert arm.risk_table is not None
        decoded = reconstruct_curve(arm.curve, risk_table=arm.risk_table)
        assert decoded.decoder == "exact"
        patients = decoded.patients
        assert len(patients) == len(real)
        for event in (1, 0):
            made = patients.loc[patients["event"] == event, "time"].to_numpy()
            known = np.sort(real.loc[real["event"] == event, "time"].to_numpy(float))
            # weeks are whole; the drawing has a hundredth of a point, 0.0005 weeks here
            np.testing.assert_allclose(made, known, atol=0.01)


def curve(**stated: object) -> DigitizedCurve:
    return DigitizedCurve(times=(2.0, 5.0), survival=(0.75, 0.5), **stated)  # type: ignore[arg-type]


def test_patients_are_those_at_risk_at_time_0() -> None:
    table = RiskTable(times=(0.0, 4.0), counts=(4, 3), lower=(4, 3), upper=(4, 3), total_events=2)
    decoded = reconstruct_curve(curve(taken="exact"), risk_table=table, end=6.0)
    assert decoded.time.tolist() == [2.0, 5.0, 6.0, 6.0]
    assert decoded.patients["event"].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({}, "the number of patients must be given: no number at risk at time 0 tells it"),
        ({"n": 4, "method": "magic"}, "the method must be one of automatic, exact, noisy, guyot"),
        ({"n": 0}, "n must be a whole number of patients"),
    ],
)
def test_what_cannot_be_decoded_is_refused(stated: dict[str, object], sentence: str) -> None:
    with pytest.raises(CurveError, match=re.escape(sentence)):
        reconstruct_curve(curve(), **stated)  # type: ignore[arg-type]
