from __future__ import annotations

from typing import TYPE_CHECKING

from survkit.scene import compose_kaplan_meier
from survkit.scene.tables import count_at_risk, list_headlines

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction


def test_patients_with_a_time_of_at_least_t_are_at_risk(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    ipd = result.reconstruction.ipd
    shortest = float(ipd.loc[ipd["arm"] == "placebo", "time"].min())
    times = (0.0, shortest, shortest + 1e-6)
    rows = {row.arm.id: row for row in count_at_risk(result, times)}
    assert rows["placebo"].counts == (203, 203, 202)
    assert rows["everolimus"].counts[0] == 207


def test_printed_numbers_stand_beside_those_that_differ(three_arms: AnalysisReproduction) -> None:
    scene = compose_kaplan_meier(three_arms)
    (low,) = (row for row in scene.at_risk if row.arm.id == "low")
    at_8, at_16 = scene.time.ticks.index(8.0), scene.time.ticks.index(16.0)
    assert (low.printed[0], low.texts[0]) == ("", "40")
    assert (low.printed[at_8], low.texts[at_8]) == ("", "25")
    assert (low.printed[at_16], low.texts[at_16]) == ("1", f"{low.counts[at_16]} [1]")
    assert scene.risk_heading == "Number at risk [printed, where it differs]"


def test_every_tick_has_its_numbers(invented: Reproduction, record_1: Reproduction) -> None:
    for result in (*invented.analyses, *record_1.analyses):
        scene = compose_kaplan_meier(result)
        for row in scene.at_risk:
            assert len(row.counts) == len(row.printed) == len(scene.time.ticks)
            assert list(row.counts) == sorted(row.counts, reverse=True)


def test_medians_and_ratios_stand_beside_refitted_ones(radiant_3: Reproduction) -> None:
    result = radiant_3.analyses[0]
    everolimus, placebo, ratio = list_headlines(result)
    assert (everolimus.label, everolimus.events) == ("everolimus: median", "109 / 207")
    assert everolimus.printed == everolimus.refitted == "11.0 (8.4–13.9)"
    assert placebo.arm is not None
    assert placebo.arm.look == 1
    assert (ratio.label, ratio.printed) == ("hazard ratio (95 % CI)", "0.35 (0.27–0.45)")
    assert compose_kaplan_meier(result).subtitle == "14 of 14 inputs and 2 of 9 checks reproduced"


def test_several_contrasts_are_named(three_arms: AnalysisReproduction) -> None:
    labels = [line.label for line in list_headlines(three_arms)]
    assert "HR high vs control" in labels
    assert not any("high vs low" in label for label in labels), "prints no hazard ratio"
