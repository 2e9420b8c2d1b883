"""A hazard ratio with intervals at two levels: read, met, refitted, at visits and in sub-groups."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from survkit.comparison import Verdict
from survkit.reproduction import Reproduction, reproduce
from survkit.trial import figure_ids, trial_from_document

_ANALYSIS = """
[[analysis]]
id = "{id}"
endpoint = "OS"
time_unit = "month"
source = "paper"
{more}

[[analysis.arm]]
id = "control"
n = {n}
median = 10.1

[[analysis.arm]]
id = "drug"
n = {n}
median = 13.9

[[analysis.contrast]]
experimental = "drug"
reference = "control"

[analysis.contrast.hazard_ratio]
value = {ratio}
ci = {ci}
further_ci = [{{ lower = {lower}, upper = {upper}, level = 99.5 }}]
"""
_HEAD = """
spec_version = 1
id = "made-up"
name = "Made up"
sources = { paper = { citation = "Made up for a test" } }
"""
_WHOLE = {"n": 200, "ratio": "0.74", "ci": "[0.59, 0.94]", "lower": "0.53", "upper": "1.04"}
_GROUP = {"n": 120, "ratio": "0.74", "ci": "[0.54, 1.01]", "lower": "0.47", "upper": "1.15"}


def reproduced(*analyses: str) -> Reproduction:
    text = _HEAD + "".join(analyses)
    return reproduce(trial_from_document(tomllib.loads(text, parse_float=Decimal)))


@pytest.mark.parametrize("more", ["", "assessment_every = 2"])
def test_both_intervals_are_met(more: str) -> None:
    result = reproduced(_ANALYSIS.format(id="all", more=more, **_WHOLE)).analyses[0]
    assert {one.verdict for one in result.comparisons} == {Verdict.REPRODUCED}
    levels = [one.figure.level for one in result.comparisons if one.figure.key.is_limit]
    assert levels == [95.0, 95.0, 99.5, 99.5]
    assert figure_ids(result.analysis)[-2:] == (
        "hazard_ratio_lower[99.5%]",
        "hazard_ratio_upper[99.5%]",
    )


def test_a_sub_group_made_of_its_parent_meets_both() -> None:
    whole = _ANALYSIS.format(id="all", more="", **_WHOLE)
    group = _ANALYSIS.format(id="old", more='subgroup = "old"\nof = "all"\nby = "age"', **_GROUP)
    parent, part = reproduced(whole, group).analyses
    assert parent.reproduced
    assert part.reproduced
    assert part.reconstruction.within == "all"


@pytest.mark.slow
def test_the_first_interval_alone_tells_less_of_the_ratio() -> None:
    """0.5 to 0.6 at 99.5 % is no error that 0.59 to 0.94 at 95 % has."""
    figures = _WHOLE | {"lower": "0.70", "upper": "0.78"}
    result = reproduced(_ANALYSIS.format(id="all", more="", **figures)).analyses[0]
    assert not result.reproduced
    assert "intervals of one error" in [finding.check for finding in result.findings]
