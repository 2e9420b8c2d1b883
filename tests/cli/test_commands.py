"""Every command on good input: what it prints and what it writes."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from survkit.cli.drawing import ENDINGS
from survkit.trial import load_trial, shipped_trials
from tests.cli.running import SHIPPED, TRIAL, run

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    *("list", "show", "reconstruct", "export", "check", "audit", "plot", "report", "schema"),
    *("new", "envelope", "crossvalidate", "extremes"),
)
PART = ("eortc-26981", "--analysis", "pfs-mgmt-methylated")
"""A sub-group whose patients are some of its parent's, and are found soon."""

MISSED_CHECK = TRIAL.replace(
    'role = "check"',
    'role = "check", tolerance = { absolute = 0.1, reason = "made up" }',
).replace("percent = 25", "percent = 99")


def test_version() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"survkit \d+\.\d+\.\d+\S*\n", result.stdout)


def test_help_names_every_command_and_the_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for word in (*COMMANDS, "Exit codes: 0 reproduced"):
        assert word in result.stdout
    assert "..." not in result.stdout.replace("[ARGS]...", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_without_docstring_sections(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Parameters" not in result.stdout


def test_list_has_a_row_per_shipped_trial() -> None:
    result = run("list", env={"COLUMNS": "120"})
    assert result.exit_code == 0
    title, *rows = result.stdout.splitlines()
    assert title.split() == ["trial", "name", "analyses", "condition"]
    assert [row.split()[0] for row in rows] == list(shipped_trials())
    for row in rows:
        trial = load_trial(row.split()[0])
        assert re.search(rf"  {len(trial.analyses)}  {trial.condition}$", row)


@pytest.mark.parametrize("name", shipped_trials())
@pytest.mark.parametrize("width", [80, 100, 120])
def test_show_prints_every_figure_with_role_and_source(name: str, width: int) -> None:
    trial = load_trial(name)
    result = run("show", name, env={"COLUMNS": str(width)})
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= width
    figures = [figure for analysis in trial.analyses for figure in analysis.figures]
    rows = re.findall(
        r"  (\S+|not reached)  (input|check)  (yes|no) +(\S+)$", result.stdout, re.MULTILINE
    )
    assert rows == [
        (str(figure.printed), figure.role, "yes" if figure.verified else "no", figure.source)
        for figure in figures
    ]
    for source in trial.sources:
        assert f"  {source}" in result.stdout


def test_show_as_json() -> None:
    result = run("show", "radiant-3", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    trial = load_trial("radiant-3")
    assert document["format"] == "survkit-show/1"
    assert document["sha256"] == trial.digest
    assert set(document["sources"]) == set(trial.sources)
    for shown, analysis in zip(document["analyses"], trial.analyses, strict=True):
        assert [figure["printed"] for figure in shown["figures"]] == [
            str(figure.printed) for figure in analysis.figures
        ]


def test_reconstruct_prints_csv(small: Path) -> None:
    result = run("reconstruct", small)
    assert result.exit_code == 0
    assert result.stderr == ""
    header = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert header[0].startswith("# SYNTHETIC")
    assert "# trial: small (SMALL)" in header
    assert "# analysis: os (OS)" in header
    assert any(line.startswith("# made by: survkit ") for line in header)
    patients = pd.read_csv(io.StringIO(result.stdout), comment="#", dtype={"time": str})
    assert list(patients.columns) == ["subject", "time", "event", "arm"]
    assert patients.groupby("arm")["event"].agg(["size", "sum"]).loc["active"].tolist() == [31, 20]
    assert patients["time"].str.fullmatch(r"\d+\.\d+").all()
    places = patients["time"].str.partition(".")[2].str.len()
    assert (places == places.iloc[0]).all()


def test_reconstruct_into_a_file_prints_nothing_and_writes_the_same_bytes(
    small: Path, tmp_path: Path
) -> None:
    printed = run("reconstruct", small)
    output = tmp_path / "ipd.csv"
    result = run("reconstruct", small, "-o", output)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert output.read_bytes() == printed.stdout_bytes
    assert b"\r" not in output.read_bytes()


def test_an_analysis_can_be_chosen() -> None:
    result = run("reconstruct", *PART)
    assert result.exit_code == 0
    assert "# analysis: pfs-mgmt-methylated (PFS)" in result.stdout


def test_check_reproduces_and_says_so(small: Path) -> None:
    result = run("check", small)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "SMALL, os\nOS; times in months (mo)\n" in result.stdout
    inputs, checks = result.stdout.split("\nINPUT")[1].split("\nCHECK")
    assert "hazard ratio" in inputs
    assert "survival at 12 mo, %" in checks
    assert "paper ?" in checks
    assert "assumed  maximum follow-up is not printed" in checks
    assert re.search(r"^small  os +7/7 +[01]/1  reproduced$", checks, re.MULTILINE)
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("width", [80, 100, 120])
def test_check_fits_the_screen(small: Path, width: int) -> None:
    result = run("check", "radiant-2", small, env={"COLUMNS": str(width)})
    assert max(map(len, result.stdout.splitlines())) <= width
    assert result.stdout.count("Summary") == 1


def test_check_of_a_folder_takes_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b", "a"):
        text = TRIAL.replace('id = "small"', f'id = "{name}"')
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    result = run("check", tmp_path)
    assert result.exit_code == 0
    summary = result.stdout.split("Summary\n")[1].splitlines()
    assert [row.split()[0] for row in summary[1:3]] == ["a", "b"]
    assert "2 analyses reproduced" in result.stdout


def test_a_missed_check_with_a_tolerance_fails_the_run(tmp_path: Path) -> None:
    path = tmp_path / "missed.toml"
    path.write_text(MISSED_CHECK, "utf-8")
    result = run("check", path)
    assert result.exit_code == 1
    assert "1 of 1 analysis missed" in result.stdout
    document = json.loads(run("check", path, "--json").stdout)
    assert document["reproduced"] is False


def test_check_as_json(small: Path) -> None:
    result = run("check", small, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["format"] == "survkit-check/3"
    assert document["reproduced"] is True
    (trial,) = document["trials"]
    (analysis,) = trial["analyses"]
    assert (trial["id"], analysis["id"], analysis["verdict"]) == ("small", "os", "reproduced")
    assert set(analysis["provenance"]) == {"method", "spec_sha256", "ipd_sha256", "versions"}
    figures = {(each["subject"], each["quantity"]): each for each in analysis["figures"]}
    ratio = figures["active vs control", "hazard_ratio"]
    assert ratio["printed"] == ratio["refitted"] == "0.60"
    assert abs(ratio["difference"]) <= ratio["allowance"] == 0.005
    assert figures["control", "survival"]["verified"] is False
    assert figures["control", "survival"]["role"] == "check"


def test_json_has_null_for_what_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    text = TRIAL.replace("median = 9.1", 'median = "not reached"')
    path.write_text(text.replace("events = 20", "events = 9").replace("0.60", "0.30"), "utf-8")
    document = json.loads(run("check", path, "--json").stdout, parse_constant=pytest.fail)
    figures = document["trials"][0]["analyses"][0]["figures"]
    median = next(f for f in figures if (f["subject"], f["quantity"]) == ("active", "median"))
    assert (median["printed"], median["estimate"]) == ("not reached", None)


def test_one_arm_without_events_or_contrast(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    text = TRIAL.split('[[analysis.arm]]\nid = "active"')[0].replace("events = 24\n", "")
    path.write_text(text, "utf-8")
    result = run("check", path)
    assert result.exit_code == 0
    assert "hazards" not in result.stdout


def test_plots_of_a_check(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "for" / "plots"
    result = run("check", small, "--plots", folder)
    assert result.exit_code == 0
    assert result.stderr == f"2 plots in {folder}\n"
    assert sorted(path.name for path in folder.iterdir()) == ["small.png", "small_os.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "start"), [("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")]
)
def test_plot_takes_its_format_from_the_ending(
    small: Path, tmp_path: Path, name: str, start: bytes
) -> None:
    result = run("plot", small, "-o", tmp_path / name)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_plot_draws_one_analysis(tmp_path: Path) -> None:
    output = tmp_path / "a.svg"
    result = run("plot", *PART, "-o", output)
    assert result.exit_code == 0
    assert output.read_bytes().startswith(b"<?xml")


def test_plot_shows_what_is_asked_for(small: Path, tmp_path: Path) -> None:
    plain, asked = tmp_path / "plain.png", tmp_path / "asked.png"
    options = ("--counts", "--p-value", "--incidence", "--percent", "0:60")
    colours = ("--colour", "control=#777777", "--arms", "control,active")
    assert run("plot", small, "-o", plain).exit_code == 0
    result = run("plot", small, "-o", asked, *options, *colours)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert asked.read_bytes() != plain.read_bytes()


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--percent", "low", "--percent must be two percentages, as 0:40, got 'low'"),
        ("--percent", "60:40", "percent must be two rising percentages within 0 and 100"),
        ("--colour", "red", "--colour must be an arm and its colour, as placebo=#777777"),
        ("--colour", "control=red", "the colour of 'control' must be of the form #0072b2"),
        ("--arms", "aktive", "the arm must be one of control, active, got 'aktive' (did you"),
    ],
)
def test_plot_refuses_what_it_cannot_show(
    small: Path, tmp_path: Path, option: str, text: str, sentence: str
) -> None:
    result = run("plot", small, "-o", tmp_path / "a.png", option, text)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert not (tmp_path / "a.png").exists()


def test_the_endings_are_those_that_can_be_drawn() -> None:
    from survkit.plot import FORMATS

    assert tuple(f".{name}" for name in FORMATS) == ENDINGS


def test_shipped_trials_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("show", "radiant-3").stdout == run("show", SHIPPED / "radiant-3.toml").stdout


def test_one_analysis_of_a_trial_is_checked_alone() -> None:
    result = run("check", *PART)
    assert result.exit_code == 0
    summary = result.stdout.split("Summary\n")[1].splitlines()
    assert [row.split()[:2] for row in summary[1:3]] == [["eortc-26981", "pfs-mgmt-methylated"], []]


def test_a_limit_without_its_estimate_stands_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    ci = '{ lower = 3.1, upper = 9.4, role = "check" }'
    path.write_text(TRIAL.replace("6.0", f"{{ value = 6.0, ci = {ci} }}"), "utf-8")
    rows = run("check", path).stdout.split("CHECK")[1].splitlines()
    assert rows[1:3] == ["control", "  median, mo"]
    assert rows[3].startswith("    lower 95 % limit ")
