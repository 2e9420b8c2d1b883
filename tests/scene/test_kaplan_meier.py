from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from survkit.scene import SYNTHETIC, compose_kaplan_meier

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_curves_are_the_steps_of_the_refit(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    for curve in compose_kaplan_meier(result).curves:
        steps = result.refit.curves[curve.arm.id].steps
        assert list(curve.times) == list(steps.index)
        for name in ("survival", "lower", "upper"):
            np.testing.assert_array_equal(getattr(curve, name), steps[name])


def test_arms_keep_their_order_and_names(three_arms: AnalysisReproduction) -> None:
    arms = [curve.arm for curve in compose_kaplan_meier(three_arms).curves]
    assert [(arm.id, arm.look) for arm in arms] == [("low", 0), ("high", 1), ("control", 2)]
    assert arms[0].name == "a drug with a rather long name, low dose"


def test_every_censored_patient_has_a_mark(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    ipd = result.reconstruction.ipd
    for curve in compose_kaplan_meier(result).curves:
        times = ipd.loc[(ipd["arm"] == curve.arm.id) & (ipd["event"] == 0), "time"]
        assert [time for time, _ in curve.censored] == sorted(set(times))


@pytest.mark.parametrize(("patients", "step"), [(900, 1), (1000, 1), (1001, 2), (3600, 4)])
def test_marks_thin_out_above_1000_patients(
    one_arm: AnalysisReproduction, patients: int, step: int
) -> None:
    times = np.linspace(1.0, 40.0, patients)
    ipd = pd.DataFrame({"time": times, "event": 0, "arm": "low"})
    crowd = replace(one_arm, reconstruction=replace(one_arm.reconstruction, ipd=ipd))
    scene = compose_kaplan_meier(crowd)
    marks = [time for time, _ in scene.curves[0].censored]
    assert marks == list(times[::-step][::-1])
    assert marks[-1] == 40.0, "the last mark tells how long the follow-up is"
    text = next(entry.text for entry in scene.legend if entry.mark == "censored")
    assert text == ("censored" if step == 1 else f"censored (one mark in {step})")


@pytest.mark.parametrize(
    ("endpoint", "label"),
    [
        ("OS", "OS (%)"),
        ("progression-free survival", "progression-free survival (%)"),
        ("TTP", "Without event: TTP (%)"),
        ("duration of response", "Without event: duration of response (%)"),
        ("time on treatment", "Without event: time on treatment (%)"),
    ],
)
def test_the_axis_names_those_without_the_event(
    one_arm: AnalysisReproduction, endpoint: str, label: str
) -> None:
    analysis = one_arm.analysis.model_copy(update={"endpoint": endpoint})
    assert compose_kaplan_meier(replace(one_arm, analysis=analysis)).share.label == label


def test_everything_lies_on_the_axes(invented: Reproduction, record_1: Reproduction) -> None:
    for result in (*invented.analyses, *record_1.analyses):
        scene = compose_kaplan_meier(result)
        last = max(curve.times[-1] for curve in scene.curves)
        seen = (last, *scene.time.ticks, *(target.last_time for target in scene.targets))
        assert scene.time.low == 0.0
        assert scene.time.high == max(seen)
        assert scene.time.ticks[-1] >= 0.96 * scene.time.high


def test_numbers_at_risk_beyond_the_last_patient_are_on_the_axis(
    three_arms: AnalysisReproduction,
) -> None:
    ipd = three_arms.reconstruction.ipd
    short = ipd.assign(time=ipd["time"].clip(upper=9.0))
    cut = replace(three_arms, reconstruction=replace(three_arms.reconstruction, ipd=short))
    scene = compose_kaplan_meier(cut)
    assert scene.time.ticks == (0.0, 8.0, 16.0)
    assert scene.time.high == 16.0


def test_titles_and_words(radiant_3: Reproduction, three_arms: AnalysisReproduction) -> None:
    scene = compose_kaplan_meier(radiant_3.analyses[0])
    assert (scene.title, scene.note) == ("PFS, investigator", SYNTHETIC)
    assert scene.time.label == "Time (months)"
    assert scene.words == (
        "Kaplan-Meier curves of PFS, synthetic patients: "
        "everolimus, median 11.0 months; placebo, median 4.6 months"
    )
    assert "high, median not reached" in compose_kaplan_meier(three_arms).words


def test_the_legend_explains_what_occurs_and_nothing_else(
    radiant_3: Reproduction, three_arms: AnalysisReproduction, one_arm: AnalysisReproduction
) -> None:
    texts = [entry.text for entry in compose_kaplan_meier(radiant_3.analyses[0]).legend]
    assert texts == [
        "printed median, used as input",
        "printed survival, kept out as check",
        "refitted median",
        "95 % limits",
        "censored",
    ]
    roles = {(entry.mark, entry.role) for entry in compose_kaplan_meier(three_arms).legend}
    assert {("survival", "input"), ("survival", "check")} < roles
    never = {"low": replace(one_arm.refit.curves["low"], median=math.inf)}
    without = replace(one_arm, refit=replace(one_arm.refit, curves=never))
    assert "median" not in {entry.mark for entry in compose_kaplan_meier(without).legend}
