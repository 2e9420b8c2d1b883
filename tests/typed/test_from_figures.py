"""A statistician's first hour: figures in one call, and every slip answered in a sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import survkit
from survkit.cli.typed.arms import read_typed_trial
from survkit.errors import SurvkitError, WrongArgumentError
from tests.cli.running import run

ARMS: dict[str, Any] = {
    "placebo": {"n": 30, "events": 24, "median": "6.0"},
    "Active 10 mg": {"n": "31", "events": 20, "median": "9.1 months"},
}


def typed(**changes: Any) -> survkit.Analysis:
    return survkit.from_figures(**{"arms": ARMS, "hazard_ratio": "0·60", **changes})


def test_the_analysis_is_that_of_a_file() -> None:
    analysis = typed(p_value="P<.2", endpoint="OS")
    assert [arm.id for arm in analysis.arms] == ["placebo", "active-10-mg"]
    assert analysis.arms[1].name == "Active 10 mg"
    (contrast,) = analysis.contrasts
    assert contrast.subject == "active-10-mg vs placebo"
    printed = {figure.key.label: str(figure.printed) for figure in analysis.figures}
    assert (printed["hazard ratio"], printed["p-value"]) == ("0.60", "<0.2")


def test_it_goes_wherever_an_analysis_goes() -> None:
    analysis = typed()
    assert len(survkit.reconstruct(analysis)) == 61
    assert survkit.audit(analysis) == ()
    result = survkit.reproduce(analysis)
    assert result.reproduced
    assert result.trial.name == "typed figures"
    assert survkit.reproduce_analysis(analysis).reproduced
    assert survkit.plot_kaplan_meier(analysis).get_title(loc="left")
    for given in (result, [analysis], list(result.analyses)):
        assert len(survkit.plot_forest(given).get_yticks()) <= 1


def test_an_analysis_that_stands_alone_is_reproduced() -> None:
    changed = typed().supposing("placebo", {12: 20})
    assert changed.trial is None
    assert len(survkit.reproduce(changed).analyses) == 1
    assert changed.trial is None


def test_figures_in_time_tables_and_several_contrasts() -> None:
    analysis = survkit.from_figures(
        arms={
            "a": {"n": 50, "survival": {12: "26% (20-33)"}, "at_risk": {"6": 30}},
            "b": {"n": 50, "rmst": {Decimal(12): {"value": "8.40", "role": "check"}}},
            "c": {"n": 50, "median": {"value": "10.3 (6.7-NR)", "verified": False}},
        },
        hazard_ratio={"b vs a": "0.8 (99% CI, 0.5 to 1.2)", "c vs a": "0.7"},
        total_events=100,
    )
    assert [contrast.subject for contrast in analysis.contrasts] == ["b vs a", "c vs a"]
    roles = {figure.key.name: figure.role for figure in analysis.figures}
    assert roles["rmst"] == "check"
    assert {figure.level for figure in analysis.figures if figure.key.is_limit} == {95.0, 99.0}
    assert len(analysis.figures) == 16


def test_figures_of_all_arms_and_rates() -> None:
    analysis = survkit.from_figures(
        arms={"a": {"n": 50, "event_rate": "12.5"}, "b": {"n": 50}},
        overall_median_follow_up="20.5 (18.0-22.1)",
        overall_p_value="<.001",
    )
    found = {figure.key.name: (str(figure.printed), figure.role) for figure in analysis.figures}
    assert found["event_rate"] == ("12.5", "check")
    assert found["overall_median_follow_up_upper"] == ("22.1", "check")
    assert found["overall_p_value"] == ("<0.001", "check")


def test_counts_with_their_share_and_limits_in_quotes() -> None:
    analysis = survkit.from_figures(
        arms={
            "a": {"n": "203 (49.5%)", "events": "165 (81%)", "survival": {12: "0.35%"}},
            "b": {"n": 207, "median": {"value": "11.0", "ci": ["8.4", "NR"]}},
        },
    )
    found = {str(figure.key): str(figure.printed) for figure in analysis.figures}
    assert list(found.values()) == ["203", "165", "0.35", "207", "11.0", "8.4", "not reached"]


@pytest.mark.parametrize("typed", ["survival[12]=45%", "survival 12 = 45%", "survival at 12=45%"])
def test_a_point_in_time_is_typed_as_it_is_said(typed: str) -> None:
    arms = [f"a: n=30, {typed}, median=6.0", "b: n=31"]
    trial = read_typed_trial(arms, {"hazard_ratio": "0.6"}, time_unit="month", endpoint="OS")
    found = {figure.key.quantity: figure for figure in trial.analyses[0].figures}
    assert (str(found["survival"].printed), found["survival"].key.time) == ("45", 12)
    assert str(found["median"].printed) == "6.0"


SLIPS: list[tuple[dict[str, Any], str]] = [
    ({"arms": {"a": {"n": 10, "medain": "3"}}, "hazard_ratio": None}, "did you mean 'median'?"),
    ({"hazard_ration": "0.3"}, "'hazard_ration' is not known; did you mean 'hazard_ratio'?"),
    ({"arms": {"a": {"n": 10, "median": 4.6}}}, 'must be text, such as "4.6"'),
    ({"arms": {"a": {"n": "ten"}}}, "must be a figure as printed"),
    ({"arms": {"a": 10}}, "arms['a']: must be a mapping, such as dict(n=203), got 10"),
    ({"arms": [1, 2]}, "arms: must be a mapping of names to figures"),
    ({"arms": {}}, "to figures, such as {"),
    ({"arms": {"a": {}}, "hazard_ratio": None}, "arms['a'].n: n must be given"),
    (
        {"arms": {"a": {"n": -3}}, "hazard_ratio": None},
        "n must be a whole number, 1 or more, got -3",
    ),
    ({"arms": {"a": {"n": True}}}, "got True"),
    ({"arms": {"a": {"n": "two"}}}, 'such as "203", got'),
    ({"p_value": "NS"}, 'such as "<0.001", got'),
    ({"hazard_ratio": "0.35, p<0.001"}, 'such as "0.35 (0.27-0.45)", got'),
    (
        {"arms": {"a": {"n": 10, "survival": {12: "0.35 (0.28-0.42)"}}}},
        'must be in percent, such as "26 (20-33)", or "0.35%" if that is meant',
    ),
    ({"arms": {"a": {"n": 10, "survival": [(12, "35")]}}}, "must be a mapping of times to"),
    (
        {"arms": {"a": {"n": 10, "median": {"value": "4.6", "ci": [3.1, 5.4]}}}},
        "a float has lost its printed digits, got 3.1",
    ),
    ({"arms": {"a": {"n": 10, "median": [3, 4]}}}, "got a list"),
    ({"arms": {"a": {"n": 10, "median": "4.6 weeks"}}}, "must be in months, got '4.6 weeks'"),
    ({"arms": {"a": {"n": 10, "survival": 50}}}, "must be a mapping of times to figures"),
    (
        {"arms": {"a": {"n": 10, "survival": {"x": "50"}}}, "hazard_ratio": None},
        "time must be a number, 0 or more",
    ),
    (
        {"arms": {"a": {"n": 9}, "A": {"n": 9}}, "hazard_ratio": None},
        "must be unique among the arms",
    ),
    ({"arms": {"a": {"n": 9}}}, "must name its arms where there are not two"),
    ({"hazard_ratio": {"b vs placebo": "0.6"}}, "'b' is not known"),
    ({"hazard_ratio": "0.6 (0.9-0.4)"}, "must be the lower limit, then the upper limit"),
    ({"hazard_ratio": "about 0.6"}, "got 'about 0.6'"),
    ({"p_value": "1.5"}, "p_value must be a number from 0 to 1"),
    ({"time_unit": "fortnight"}, 'time_unit must be "day", "week", "month" or "year"'),
    ({"endpoint": 3}, "endpoint must be text, got 3"),
    ({"name": "a\x1b[2J"}, "name must be text without control characters"),
]


@pytest.mark.parametrize(("changes", "words"), SLIPS, ids=[words[:30] for _, words in SLIPS])
def test_a_slip_is_one_sentence(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SurvkitError) as caught:
        typed(**changes)
    sentences = str(caught.value).splitlines()
    assert any(words in sentence for sentence in sentences), sentences
    assert all(sentence.startswith("from_figures: ") for sentence in sentences)


def test_all_slips_come_at_once() -> None:
    with pytest.raises(SurvkitError) as caught:
        typed(arms={"a": {"n": "x", "evnts": 3}, "b": {"n": 1.5}}, sided=1)
    assert len(str(caught.value).splitlines()) == 4


FUNCTIONS = (
    survkit.reconstruct,
    survkit.reproduce,
    survkit.reproduce_analysis,
    survkit.audit,
    survkit.plot_kaplan_meier,
    survkit.plot_forest,
)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize(
    "given", ["radiant-3", 3, None, {"n": 3}, Path("radiant-3.toml")], ids=repr
)
def test_a_wrong_argument_is_one_sentence(function: Any, given: object) -> None:
    with pytest.raises(WrongArgumentError) as caught:
        function(given)
    (sentence,) = str(caught.value).splitlines()
    assert sentence.startswith(f"{function.__name__}: ")
    assert "must be given, such as load_trial('radiant-3" in sentence
    assert isinstance(caught.value, TypeError)


EXPORTS = {
    "csv": lambda given: survkit.export.csv_text(given, given),
    "r": lambda given: survkit.export.r_script(given, given),
    "parquet": lambda given: survkit.export.parquet_bytes(given, given),
    "adtte": lambda given: survkit.export.tabulate_adtte(given, given),
    "any": lambda given: survkit.export.export_patients(given, given, "csv"),
    "adtte-csv": survkit.export.adtte_csv,
    "adtte-json": survkit.export.dataset_json,
    "adtte-xpt": survkit.export.transport_bytes,
    "structured": survkit.export.structured_outcome,
    "panel": survkit.digitize_panel,
}


@pytest.mark.parametrize("given", [None, "radiant-3", 5, [], pd.DataFrame({"a": [1]})])
@pytest.mark.parametrize("function", EXPORTS.values(), ids=list(EXPORTS))
def test_what_is_no_result_is_one_sentence(function: Any, given: object) -> None:
    with pytest.raises(WrongArgumentError) as caught:
        function(given)
    assert "must" in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("given", [None, 5, [], {}, pd.DataFrame({"a": [1]})])
@pytest.mark.parametrize(
    "function", [survkit.read_drawing, survkit.read_curves, survkit.read_risk_tables]
)
def test_what_is_no_path_of_a_figure_is_one_sentence(function: Any, given: object) -> None:
    with pytest.raises(WrongArgumentError, match=f"got a {type(given).__name__}"):
        function(given)


def test_a_trial_with_several_analyses_is_no_analysis() -> None:
    trial = survkit.load_trial("record-1")
    with pytest.raises(WrongArgumentError, match=r"such as trial.analysis\('pfs-central'\)"):
        survkit.reconstruct(trial)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [3, None, {}])
def test_what_is_no_path_is_one_sentence(given: Any) -> None:
    for function in (survkit.load_trial, survkit.read_trial):
        with pytest.raises(WrongArgumentError, match="must be"):
            function(given)


def test_a_misspelt_name_is_answered() -> None:
    with pytest.raises(AttributeError, match="did you mean 'reconstruct'"):
        survkit.reconstuct  # noqa: B018


def test_the_command_line_takes_figures_without_a_file(tmp_path: Path) -> None:
    output = tmp_path / "patients.csv"
    arms = ("--arm", "placebo: n=30, events=24, median=6·0")
    arms += ("--arm", "active: n=31, events=20, median=9.1, survival[12]=45%")
    done = run("reconstruct", *arms, "--hazard-ratio", "0.60", "-o", output)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert output.read_text("utf-8").count("placebo") == 30


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "a trial, a trial file, --curve, --incidence or --arm, got none of them"),
        (("--hazard-ratio", "0.6"), "must come with --arm for each arm"),
        (("radiant-3", "--arm", "a: n=3"), "must be given without a trial, got radiant-3"),
        (("--arm", "a n=3"), "--arm: the arm must be its name and its figures"),
        (("--arm", "a: n"), "--arm: every figure must be NAME=VALUE"),
        (("--arm", "a: n=3", "--arm", "a: n=3"), "got 'a' twice"),
        (("--arm", "a: n=3, medain=4"), "did you mean 'median'?"),
        (("--arm", "a: n=7,0900"), "n must be a whole number"),
    ],
)
def test_slips_at_the_prompt(arguments: tuple[str, ...], words: str) -> None:
    done = run("reconstruct", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "median", "longest"),
    [
        ("17 (range 0-28)", "17", "28"),
        ("17.0 months [range, 0.2 to 28.3]", "17.0", "28.3"),
        ("17, range: 0–28.3 months", "17", "28.3"),
    ],
)
def test_a_range_of_follow_up_is_no_interval(typed: str, median: str, longest: str) -> None:
    arms = {"old": {"n": 100, "median_follow_up": typed}, "new": {"n": 90}}
    analysis = survkit.from_figures(arms=arms)
    figures = (one for one in analysis.figures if one.key.subject == "old")
    found = {figure.key.name: str(figure.printed) for figure in figures}
    assert found == {"n": "100", "median_follow_up": median, "max_follow_up": longest}
    whole = survkit.from_figures(arms={"old": {"n": 100}}, overall_median_follow_up=typed)
    assert whole.follow_up is not None
    assert str(whole.follow_up.max) == longest


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("median_follow_up", "17 (0-28)", 'or typed as "17 (range 0-28)", got'),
        ("median_follow_up", "17 (IQR 12-20)", "a range is no confidence interval"),
        ("median_follow_up", "17 (range 28-0)", "a range is no confidence interval"),
        ("median_follow_up", "17 weeks (range 0-28)", "must be in months"),
        ("median", "4.6 (range 0-28)", "a range is no confidence interval"),
    ],
)
def test_what_is_no_interval_is_refused(key: str, typed: str, sentence: str) -> None:
    with pytest.raises(SurvkitError, match=re.escape(sentence)):
        survkit.from_figures(arms={"old": {"n": 100, key: typed}})


def test_counts_with_their_words_and_times_with_their_unit_are_read() -> None:
    arms = {
        "old": {"n": "1,024 patients", "events": "165 events (16%)", "survival": {"12 mo": "84%"}},
        "new": {"n": "1 024 pts.", "survival": {"12": "90%"}},
    }
    figures = survkit.from_figures(arms=arms).figures
    assert [(one.key.label, str(one.printed)) for one in figures] == [
        ("patients", "1024"),
        ("events", "165"),
        ("survival at 12", "84"),
        ("patients", "1024"),
        ("survival at 12", "90"),
    ]


@pytest.mark.parametrize(
    "figure",
    [
        {"median": "20 months (3 weeks to 60 months)"},
        {"median": "20 (3 months to 60 weeks)"},
        {"median": "20 months (3-60) weeks"},
        {"survival": {"1 year": "84%"}},
    ],
)
def test_units_of_time_are_not_mixed(figure: dict[str, Any]) -> None:
    with pytest.raises(SurvkitError, match="must be in months, got"):
        survkit.from_figures(arms={"old": {"n": 100} | figure})
