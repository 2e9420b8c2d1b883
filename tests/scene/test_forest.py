from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from survkit.scene import compose_forest
from survkit.scene.ratios import pair_ratios

if TYPE_CHECKING:
    from survkit.reproduction import AnalysisReproduction, Reproduction
    from survkit.scene import ForestScene


def composed(*results: AnalysisReproduction) -> ForestScene:
    scene = compose_forest(results)
    assert scene is not None
    return scene


def test_printed_and_refitted_ratios(record_1: Reproduction) -> None:
    pairs = composed(*record_1.analyses).pairs
    assert [pair.printed.value for pair in pairs] == [0.33, 0.32, 0.32]
    assert [(pair.printed.lower, pair.printed.upper) for pair in pairs][2] == (0.19, 0.54)
    estimates = [
        comparison.estimate
        for one in record_1.analyses
        for comparison in one.comparisons
        if comparison.figure.key.name == "hazard_ratio"
    ]
    assert [pair.refitted.value for pair in pairs] == estimates


def test_sub_groups_follow_their_analysis(record_1: Reproduction) -> None:
    parent, *children = record_1.analyses
    rows = [(row.label, row.depth) for row in composed(*children, parent).rows]
    assert rows == [
        ("PFS, blinded independent central review", 0),
        ("one prior VEGFR-TKI", 1),
        ("two prior VEGFR-TKIs", 1),
    ]


def test_a_sub_group_alone_says_what_it_is_part_of(record_1: Reproduction) -> None:
    (row,) = composed(record_1.analyses[1]).rows
    assert row.label.startswith("PFS, one prior VEGFR-TKI")


def test_several_contrasts_stand_under_a_heading(three_arms: AnalysisReproduction) -> None:
    heading, *rows = composed(three_arms).rows
    assert (heading.label, heading.pair) == ("OS", None)
    assert [(row.label, row.depth) for row in rows][1] == ("high vs control", 1)
    assert len(rows) == 2, "a contrast without a printed hazard ratio has no row"


def test_analyses_with_the_same_name_are_told_apart(three_arms: AnalysisReproduction) -> None:
    analysis = three_arms.analysis.model_copy(update={"id": "again"})
    rows = composed(three_arms, replace(three_arms, analysis=analysis)).rows
    assert [row.label for row in rows if not row.depth] == ["OS (three)", "OS (again)"]


def test_an_interval_that_is_not_printed_is_none(three_arms: AnalysisReproduction) -> None:
    shaping, check = pair_ratios(three_arms)
    assert (shaping.shaped, check.shaped) == (True, False)
    assert math.isnan(check.printed.lower)
    assert math.isnan(check.printed.upper)


def test_the_axis_holds_every_interval_and_one(record_1: Reproduction) -> None:
    axis = composed(*record_1.analyses).ratio
    assert axis.low < 0.19
    assert axis.high > 1.0
    assert 1.0 in axis.ticks
    assert axis.logarithmic


def test_the_legend_explains_what_occurs_and_nothing_else(
    radiant_3: Reproduction, three_arms: AnalysisReproduction
) -> None:
    assert [kind for kind, _ in composed(*radiant_3.analyses).legend] == ["input", "refitted"]
    assert [kind for kind, _ in composed(three_arms).legend] == ["input", "check", "refitted"]


def test_sides_name_the_arms(radiant_3: Reproduction) -> None:
    scene = composed(*radiant_3.analyses)
    assert scene.sides == ("favours everolimus", "favours placebo")
    assert scene.interval == "95 % CI"


def test_no_arm_is_favoured_where_the_event_may_be_good(invented: Reproduction) -> None:
    assert composed(*invented.analyses).sides == (
        "lower hazard: experimental arm",
        "lower hazard: reference arm",
    )


def test_without_a_hazard_ratio_there_is_no_scene(one_arm: AnalysisReproduction) -> None:
    assert compose_forest([one_arm]) is None
