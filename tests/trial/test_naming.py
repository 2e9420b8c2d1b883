"""Names of figures: unique, stable, and the analysis found in its file."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest

from survkit.trial import Analysis, figure_ids, line_of_analysis, load_trial, trial_from_document
from survkit.trial import shipped_trials as shipped
from tests.cli.running import SHIPPED, TRIAL

ANALYSES = [
    pytest.param(analysis, id=f"{trial.id}-{analysis.id}")
    for trial in map(load_trial, shipped())
    for analysis in trial.analyses
]


@pytest.mark.parametrize("analysis", ANALYSES)
def test_names_are_unique_and_have_no_blanks(analysis: Analysis) -> None:
    names = figure_ids(analysis)
    assert len(set(names)) == len(names) == len(analysis.figures)
    assert not any(" " in name or "::" in name for name in names)


def test_reprints_are_named_after_their_source() -> None:
    names = figure_ids(load_trial("radiant-3").analyses[0])
    assert "everolimus.survival[18]" in names
    assert "everolimus.survival[18]@mtor-review" in names
    assert "p_value@mtor-review" in names


def test_several_contrasts_are_told_apart() -> None:
    third = """
[[analysis.arm]]
id = "late"
n = 29

[[analysis.contrast]]
experimental = "late"
reference = "control"
hazard_ratio = 0.70
"""
    trial = trial_from_document(tomllib.loads(TRIAL + third, parse_float=Decimal))
    names = figure_ids(trial.analyses[0])
    assert names[-2:] == ("active-vs-control.hazard_ratio", "late-vs-control.hazard_ratio")


@pytest.mark.parametrize("name", shipped())
def test_every_analysis_is_found_in_its_file(name: str) -> None:
    text = (SHIPPED / f"{name}.toml").read_text("utf-8")
    lines = text.splitlines()
    for analysis in load_trial(name).analyses:
        assert lines[line_of_analysis(text, analysis.id) - 1] == f'id = "{analysis.id}"'
    assert line_of_analysis(text, "none-such") == 1
