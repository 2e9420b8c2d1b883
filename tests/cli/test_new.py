"""The command new: a commented file that reads and can be checked, or nothing."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from survkit.cli.application import application
from survkit.cli.draft import read_arm
from survkit.errors import SurvkitError
from survkit.trial import Trial, load_trial, trial_from_document
from tests.cli.running import run

FULL = (
    "new",
    "demo-3",
    *("--name", "DEMO-3", "--condition", 'a "quoted" disease'),
    *("--citation", "Nobody. J Nowhere 2020;1:1-2", "--doi", "10.1056/NEJMoa1", "--pmid", "12345"),
    *("--endpoint", "PFS", "--time-unit", "week"),
    *("--arm", "placebo:203:165:4.6", "--arm", "drug:207::11.0"),
    *("--hazard-ratio", "0.35 (0.27-0.45)"),
)
SHORT = ("new", "demo-3", "--citation", "C", "--endpoint", "OS", "--arm", "one:40:30:9.0")


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(*arguments: str) -> list[str]:
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()


def printed(trial: Trial) -> list[str]:
    return [f"{figure.key} {figure.printed}" for figure in trial.analyses[0].figures]


def test_the_options_are_in_the_file() -> None:
    result = run(*FULL)
    assert result.stdout == "demo-3.toml is written; survkit check demo-3.toml reproduces it\n"
    trial = load_trial("demo-3.toml")
    assert (trial.id, trial.name, trial.condition) == ("demo-3", "DEMO-3", 'a "quoted" disease')
    assert trial.sources["paper"].doi == "10.1056/NEJMoa1"
    assert trial.sources["paper"].pmid == "12345"
    assert (trial.analyses[0].id, trial.analyses[0].time_unit) == ("pfs", "week")
    assert printed(trial) == [
        "placebo: patients 203",
        "placebo: events 165",
        "placebo: median 4.6",
        "drug: patients 207",
        "drug: median 11.0",
        "drug vs placebo: hazard ratio 0.35",
        "drug vs placebo: hazard ratio, lower limit 0.27",
        "drug vs placebo: hazard ratio, upper limit 0.45",
    ]


def test_the_file_can_be_checked_at_once() -> None:
    assert run(*FULL).exit_code == 0
    assert run("check", "demo-3.toml").exit_code == 0


def test_the_least_that_is_needed() -> None:
    assert run(*SHORT).exit_code == 0
    trial = load_trial("demo-3.toml")
    assert (trial.name, trial.condition, trial.analyses[0].time_unit) == ("DEMO-3", None, "month")
    assert trial.analyses[0].contrasts == ()


def test_what_the_comments_propose_reads_too() -> None:
    assert run(*FULL).exit_code == 0
    text = Path("demo-3.toml").read_text("utf-8")
    free = [
        line.removeprefix("# ")
        if line.startswith(
            ("# survival", "# at_risk", "# p_value", "# diff", "# stratified", "# cut")
        )
        else line
        for line in text.splitlines()
    ]
    trial = trial_from_document(tomllib.loads("\n".join(free), parse_float=Decimal))
    assert len(trial.analyses[0].figures) == 13
    assert trial.analyses[0].differences


def test_more_events_than_patients_are_refused_at_once() -> None:
    with pytest.raises(SurvkitError, match="events must be no more than the 10 patients"):
        read_arm("a:10:20")


def test_several_arms_and_words_in_place_of_numbers() -> None:
    arms = ("--arm", "two:41:9:not reached", "--arm", "three:42")
    assert run(*SHORT, *arms).exit_code == 0
    analysis = load_trial("demo-3.toml").analyses[0]
    assert [arm.id for arm in analysis.arms] == ["one", "two", "three"]
    assert "two: median not reached" in printed(load_trial("demo-3.toml"))
    assert analysis.contrasts == ()


@pytest.mark.parametrize(
    "ratio", ["0.35 (0.27-0.45)", "0.35 [0.27, 0.45]", "0.35 0.27 to 0.45", "0.35 (0.27–0.45)"]
)
def test_intervals_as_papers_print_them(ratio: str) -> None:
    assert run(*FULL, "--hazard-ratio", ratio).exit_code == 0
    interval = load_trial("demo-3.toml").analyses[0].contrasts[0].hazard_ratio
    assert interval is not None
    assert interval.ci is not None
    assert (str(interval.ci.lower), str(interval.ci.upper)) == ("0.27", "0.45")


def test_letters_that_no_terminal_should_see_are_refused_before_anything_is_written() -> None:
    for name, code in (("DEL \x7f", "U+007F"), ("bytes \udc80", "U+DC80")):
        done = run(*FULL, "--name", name)
        assert done.exit_code == 2
        assert f"name must be text without control characters, got {code}" in done.stderr
    assert not list(Path.cwd().glob("*.toml"))


def test_an_existing_file_stays_as_it_is() -> None:
    Path("demo-3.toml").write_text("mine", "utf-8")
    assert refusal(*FULL) == ["demo-3.toml: the new trial file must not exist yet, got a file"]
    assert refusal("new", "-o", "demo-3.toml") == [
        "demo-3.toml: the new trial file must not exist yet, got a file"
    ]
    assert Path("demo-3.toml").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("new",), "ID must be given, got nothing"),
        (("new", "a"), "--citation must be given"),
        (("new", "a", "--citation", "c"), "--endpoint must be given"),
        (("new", "a", "--citation", "c", "--endpoint", "OS"), "--arm must be given for every arm"),
        ((*SHORT, "--arm", "two"), "--arm: the arm must be id:n"),
        ((*SHORT, "--arm", "two:many"), "--arm: the arm must be id:n"),
        ((*SHORT, "--arm", "two:040"), "--arm: the arm must be id:n"),
        ((*SHORT, "--arm", "two:40:30:9:1"), "--arm: the arm must be id:n"),
        ((*SHORT, "--hazard-ratio", "0.5"), "--hazard-ratio must come with two arms"),
        ((*FULL, "--hazard-ratio", "half"), "--hazard-ratio: it must be a hazard ratio"),
        ((*FULL, "--hazard-ratio", "0.5 (0.9-0.4)"), "demo-3.toml: analysis[0].contrast[0]"),
        ((*FULL, "--time-unit", "decade"), "demo-3.toml: analysis[0].time_unit"),
        ((*SHORT, "--arm", "one:40"), "demo-3.toml: analysis[0].arm[1].id"),
        ((*FULL, "-o", "nowhere/x.toml"), "nowhere/x.toml: the place of the output must be"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_no_file(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    assert refusal(*arguments)[0].startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_at_a_terminal_what_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survkit.cli.commands.new._at_terminal", lambda: True)
    lines = [
        *("demo-3", "", "a disease", "A paper", "", "", "OS", "year"),
        *("placebo", "placebo:203:165:4.6", "drug:207::11.0", ""),
        *("about a third", "0.35 (0.27-0.45)"),
    ]
    answers = "".join(f"{line}\n" for line in lines)
    result = CliRunner().invoke(application, ["new"], input=answers, prog_name="survkit")
    assert result.exit_code == 0, result.output
    assert "--arm: the arm must be id:n" in result.stderr
    assert "--hazard-ratio: it must be" in result.stderr
    trial = load_trial("demo-3.toml")
    assert (trial.name, trial.condition) == ("DEMO-3", "a disease")
    assert trial.analyses[0].time_unit == "year"
    assert len(printed(trial)) == 8


def test_questions_without_answers_leave_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("survkit.cli.commands.new._at_terminal", lambda: True)
    result = CliRunner().invoke(application, ["new"], input="demo-3\n", prog_name="survkit")
    assert result.exit_code == 2
    assert "the questions must be answered" in result.stderr
    assert list(tmp_path.iterdir()) == []
