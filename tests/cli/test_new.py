"""The command new: a commented file that reads and can be checked, or nothing."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from survkit.cli.application import application
from survkit.cli.draft import read_arm
from survkit.errors import OutputError, SurvkitError
from survkit.trial import Trial, load_trial, trial_from_document
from tests.cli.running import run

if TYPE_CHECKING:
    from click.testing import Result

if sys.platform != "win32":
    import fcntl
    import termios

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


def asked(monkeypatch: pytest.MonkeyPatch, *lines: str, options: tuple[str, ...] = ()) -> Result:
    """Answer the questions of a terminal, line by line, up to the end of the input."""
    monkeypatch.setattr("survkit.cli.commands.new._at_terminal", lambda: True)
    answers = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(application, ["new", *options], input=answers, prog_name="survkit")


WORDS = ("demo-3", "", "", "A paper", "", "", "OS", "")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("Demo 3", "demo-3"), "id must be lower-case letters, digits and hyphens"),
        (("taken", "demo-3"), "taken.toml: the new trial file must not exist yet"),
        (("demo-3", "a\x1bb", ""), "name must be text without control characters, got U+001B"),
        (("demo-3", "", "x" * 501, ""), "condition must be text of at most 500 characters"),
        (("demo-3", "", "", "  ", "A paper"), "citation must be text that is not empty"),
        ((*WORDS[:4], "DOI 1", ""), 'doi must be a DOI such as "10.1056/NEJMoa1009290"'),
        ((*WORDS[:5], "PMID 1", ""), 'pmid must be digits, got "PMID 1"'),
        ((*WORDS[:7], "decade", "week"), 'time_unit must be "day", "week", "month" or "year"'),
        ((*WORDS, "", "a:10"), "--arm: the arm must be id:n"),
        ((*WORDS, "a:10:20", "a:10"), "events must be no more than the 10 patients"),
        ((*WORDS, "a:0", "a:10"), "n must be a whole number, 1 or more, got 0"),
        ((*WORDS, "a b:10", "a:10"), "id must be lower-case letters, digits and hyphens"),
        ((*WORDS, "a:10:5:0", "a:10"), 'median must be a positive number or "not reached"'),
        ((*WORDS, "a:10", "a:12", "b:12"), "id must be unique among the arms"),
        ((*WORDS, "a:10", "b:12", "", "0.5 (0.9-0.4)"), "ci must be the lower limit, then"),
    ],
)
def test_an_answer_that_will_not_do_is_asked_for_again_at_once(
    lines: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("taken.toml").write_text("mine", "utf-8")
    result = asked(monkeypatch, *lines)
    question, said = result.stderr.split(sentence)
    assert question.rstrip(": \n").rpartition(":")[2] in said  # the same question once more
    assert result.exit_code == 2
    assert result.stderr.count("what was answered is kept by: survkit new demo-3") == 1


def test_what_was_answered_goes_on_where_the_input_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    result = asked(monkeypatch, "demo-3", "", "it's a disease", "-A paper-")
    kept = result.stderr.splitlines()[-1].removeprefix("what was answered is kept by: ")
    words = shlex.split(kept)
    assert words == [
        *("survkit", "new", "demo-3", "--name", "DEMO-3", "--condition", "it's a disease"),
        "--citation=-A paper-",
    ]
    done = asked(monkeypatch, "", "", "OS", "", "a:10", "", options=tuple(words[2:]))
    assert done.exit_code == 0, done.output
    trial = load_trial("demo-3.toml")
    assert trial.condition == "it's a disease"
    assert trial.sources["paper"].citation == "-A paper-"


def test_options_that_will_not_do_are_refused_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = asked(monkeypatch, options=("demo-3", "--time-unit", "decade", "--doi", "1"))
    assert result.exit_code == 2
    doi, unit = result.stderr.splitlines()
    assert doi.startswith("doi must be a DOI")
    assert unit.startswith("time_unit must be")


def test_answers_that_cannot_be_written_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        msg = "demo-3.toml: the output must be writable, got: no space"
        raise OutputError(msg)

    monkeypatch.setattr("survkit.cli.files.write_file", full)
    result = asked(monkeypatch, *WORDS, "a:10", "b:12", "", "0.5 (0.4-0.9)")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith(
        "--arm a:10 --arm b:12 --hazard-ratio '0.5 (0.4-0.9)'"
    )


def own_terminal() -> None:
    """Make standard input the terminal whose keys are heard; tests in the background hear none."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_ctrl_c_at_a_terminal_keeps_what_was_answered(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "survkit.cli", "new"],
        **dict.fromkeys(("stdin", "stdout", "stderr"), theirs),
        start_new_session=True,
        preexec_fn=own_terminal,  # noqa: PLW1509 - one thread alone forks here
    )
    os.close(theirs)
    said = b""
    for question, answer in (
        (b"Id of", b"demo-3\n"),
        (b"Name of", b"\xff\n"),
        (b"control", b"N\n"),
        (b"Condition", b"\x03"),
        (b"--name N", b""),
    ):
        while question not in said:
            said += os.read(ours, 10_000)
        os.write(ours, answer)
    assert process.wait(timeout=60) == 130
    os.close(ours)
    assert b"survkit: interrupted" in said
    assert b"what was answered is kept by: survkit new demo-3 --name N" in said
    assert list(tmp_path.iterdir()) == []


def test_questions_without_answers_leave_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("survkit.cli.commands.new._at_terminal", lambda: True)
    result = CliRunner().invoke(application, ["new"], input="demo-3\n", prog_name="survkit")
    assert result.exit_code == 2
    assert "the questions must be answered" in result.stderr
    assert list(tmp_path.iterdir()) == []
