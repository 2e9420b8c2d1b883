"""Every shipped trial file reads, and every figure in it says where it comes from."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from survkit.quantity import QUANTITIES
from survkit.trial import Trial, load_trial, shipped_trials, trial_from_document

SHIPPED = Path(__file__).parents[1] / "reconstructions"


@pytest.fixture(params=shipped_trials())
def trial(request: pytest.FixtureRequest) -> Trial:
    return load_trial(request.param)


def text_of(trial: Trial) -> str:
    """The file of a trial."""
    return (SHIPPED / trial.origin).read_text("utf-8")


def test_the_file_is_named_after_the_trial(trial: Trial) -> None:
    assert trial.origin == f"{trial.id}.toml"


def test_every_figure_has_a_known_source(trial: Trial) -> None:
    for analysis in trial.analyses:
        for figure in analysis.figures:
            assert figure.source in trial.sources, figure.key
            assert figure.key.quantity in QUANTITIES


def test_every_source_prints_something(trial: Trial) -> None:
    used = {figure.source for analysis in trial.analyses for figure in analysis.figures}
    assert used == set(trial.sources)


def test_the_digits_survive_the_round_trip(trial: Trial) -> None:
    text = text_of(trial)
    for analysis in trial.analyses:
        for figure in analysis.figures:
            digits = re.escape(str(figure.printed))
            assert re.search(rf"(?<![\d.]){digits}(?![\d.])", text), figure.key


def test_as_many_figures_come_out_as_numbers_went_in(trial: Trial) -> None:
    keys = {"value", "percent", "n", "lower", "upper", "events", "median", "hazard_ratio"}
    keys |= {"total_n", "total_events", "p_value", "max_follow_up"}

    def count(node: object, key: str = "") -> int:
        if isinstance(node, dict):
            return sum(count(value, name) for name, value in node.items())
        if isinstance(node, list):
            return sum(count(value, "value" if key == "ci" else "") for value in node)
        return key in keys

    document = tomllib.loads(text_of(trial), parse_float=Decimal)
    assert count(document) == sum(len(analysis.figures) for analysis in trial.analyses)


def test_inputs_say_each_thing_once(trial: Trial) -> None:
    for analysis in trial.analyses:
        inputs = [figure.key for figure in analysis.figures if figure.role == "input"]
        assert len(set(inputs)) == len(inputs)


def test_every_analysis_says_how_the_refit_differs(trial: Trial) -> None:
    for analysis in trial.analyses:
        assert analysis.differences


def test_record_1_is_the_final_analysis_and_two_subgroups() -> None:
    trial = load_trial("record-1")
    assert [analysis.id for analysis in trial.analyses] == [
        "pfs-central",
        "pfs-one-prior-tki",
        "pfs-two-prior-tki",
    ]
    assert [analysis.of for analysis in trial.analyses] == [None, "pfs-central", "pfs-central"]


def test_what_only_the_review_prints_is_a_check_with_the_review_as_source() -> None:
    figures = load_trial("radiant-3").analysis("pfs-investigator").figures
    printed = {
        f"{figure.key}: {figure.printed}": figure.role
        for figure in figures
        if figure.source == "mtor-review"
    }
    assert printed == {
        "everolimus: survival at 18: 34.2": "check",
        "everolimus vs placebo: p-value: <0.0001": "check",
    }


def test_the_example_of_the_format_reads() -> None:
    text = (SHIPPED / "README.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    trial = trial_from_document(tomllib.loads(example[1], parse_float=Decimal))
    assert trial.analysis("pfs-central").contrast("drug vs placebo").hazard_ratio is not None
