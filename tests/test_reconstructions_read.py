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
UNVERIFIED = Path(__file__).parent / "unverified.toml"


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


def test_what_nobody_has_read_is_marked_and_nothing_else(trial: Trial) -> None:
    listed = tomllib.loads(UNVERIFIED.read_text("utf-8")).get(trial.id, {})
    found: dict[str, list[str]] = {}
    for analysis in trial.analyses:
        for figure in analysis.figures:
            if not figure.verified:
                found.setdefault(analysis.id, []).append(str(figure.printed))
    assert {name: sorted(figures) for name, figures in found.items()} == listed


def test_the_list_of_what_nobody_has_read_is_about_shipped_trials() -> None:
    assert set(tomllib.loads(UNVERIFIED.read_text("utf-8"))) <= set(shipped_trials())


def test_a_subgroup_names_its_parent_or_says_why_not(trial: Trial) -> None:
    for analysis in trial.analyses:
        assert not analysis.of or analysis.subgroup
        assert not analysis.subgroup or analysis.of or analysis.note or analysis.differences


def test_one_sided_p_values_say_where_that_is_known_from(trial: Trial) -> None:
    for analysis in trial.analyses:
        for contrast in analysis.contrasts:
            p_value = contrast.p_value
            if p_value is not None and p_value.sided == 1:
                told = " ".join(filter(None, (p_value.note, analysis.differences, analysis.note)))
                assert re.search("one-sided|boundary", told), (trial.id, analysis.id)


@pytest.mark.parametrize(
    ("trial", "analysis", "sizes", "ratio"),
    [
        # the same trial at two cut-offs, by two assessors, in two models: never mixed
        ("record-1", "pfs-central-interim", ["138", "272"], "0.30"),
        ("record-1", "pfs-central", ["139", "277"], "0.33"),
        ("record-1", "pfs-investigator", ["139", "277"], "0.32"),
        ("radiant-3", "pfs-investigator", ["203", "207"], "0.35"),
        ("radiant-3", "pfs-central", ["203", "207"], "0.38"),
        ("radiant-3", "pfs-adjudicated", ["203", "207"], "0.34"),
        ("bolero-2", "pfs-investigator-interim", ["239", "485"], "0.43"),
        ("bolero-2", "pfs-investigator-update", ["239", "485"], "0.44"),
        ("bolero-2", "pfs-investigator", ["239", "485"], "0.45"),
        ("viale-a", "os-primary", ["145", "286"], "0.66"),
        ("viale-a", "os-primary-figure", ["145", "286"], "0.64"),
        ("viale-a", "os-final", ["145", "286"], "0.58"),
        ("viale-c", "os-primary", ["68", "143"], "0.75"),
        ("viale-c", "os-update", ["68", "143"], "0.70"),
        ("eortc-26981", "os-2005", ["286", "287"], "0.63"),
        ("eortc-26981", "os-2009", ["286", "287"], "0.6"),
        ("ef-14", "os", ["229", "466"], "0.63"),  # 299 in one place is a misprint
    ],
)
def test_analyses_of_one_trial_are_not_mixed(
    trial: str, analysis: str, sizes: list[str], ratio: str
) -> None:
    found = load_trial(trial).analysis(analysis)
    assert [str(arm.n.printed) for arm in found.arms] == sizes
    assert [str(each.hazard_ratio.printed) for each in found.contrasts if each.hazard_ratio] == [
        ratio
    ]


def test_subgroups_go_with_the_ratio_of_their_own_figure() -> None:
    parents = {each.of for each in load_trial("viale-a").analyses if each.subgroup}
    assert parents == {"os-primary-figure"}


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
