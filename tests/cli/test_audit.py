"""The command audit: findings and exit codes, for files and for typed figures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.running import TRIAL, run

if TYPE_CHECKING:
    from pathlib import Path

CETEG = ("audit", "--hr", "0.60", "--ci", "0.35", "1.03", "--p", "0.0492")


def test_the_ratio_has_the_name_that_it_has_elsewhere() -> None:
    written = run(*CETEG).stdout
    assert run("audit", "--hazard-ratio", *CETEG[2:]).stdout == written


def test_a_trial_with_a_witness(small: Path) -> None:
    result = run("audit", small)
    assert result.exit_code == 0, result.output
    assert "SMALL, os" in result.stdout
    assert "61 synthetic patients print all 8 figures, which proves them" in result.stdout
    assert "1 of 1 analysis proved compatible" in result.stdout


def test_a_trial_without_looking_for_patients(small: Path) -> None:
    result = run("audit", small, "--no-patients")
    assert result.exit_code == 0
    assert "none sought. No check says impossible; that proves nothing." in result.stdout
    assert "not sought" in result.stdout.splitlines()[-4]


def test_an_impossible_trial_is_exit_code_1_and_no_patients_are_sought(tmp_path: Path) -> None:
    path = tmp_path / "impossible.toml"
    path.write_text(TRIAL.replace("events = 24", "events = 34"), "utf-8")
    result = run("audit", path)
    assert result.exit_code == 1
    assert "impossible  events within patients, control" in result.stdout
    assert "none sought: a check says impossible." in result.stdout
    assert "1 of 1 analysis impossible" in result.stdout


@pytest.mark.slow
def test_a_check_tells_in_short_what_an_audit_finds(tmp_path: Path) -> None:
    path = tmp_path / "impossible.toml"
    path.write_text(TRIAL.replace("events = 24", "events = 34"), "utf-8")
    result = run("check", path)
    assert result.exit_code == 1
    told = " ".join(result.stdout.split())
    assert "audit impossible: events within patients (control)" in told
    assert "survkit audit says more." in told


def test_a_faulty_file_is_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "faulty.toml"
    path.write_text(TRIAL.replace("n = 30", "n = 0"), "utf-8")
    result = run("audit", path)
    assert result.exit_code == 2
    assert "must be a whole number, 1 or more" in result.stderr


def test_figures_typed_at_the_prompt() -> None:
    result = run(*CETEG)
    assert result.exit_code == 0
    assert result.stdout.startswith("note  p-value against interval, experimental vs reference\n")
    for word in ("printed", "required", "implied", "No check says impossible"):
        assert word in result.stdout
    of_wald = run(*CETEG, "--test", "wald")
    assert of_wald.exit_code == 1
    assert of_wald.stdout.startswith("impossible  p-value against interval")


def test_exchanged_limits_are_a_finding() -> None:
    result = run("audit", "--hr", "0.60", "--ci", "1.03", "0.35")
    assert result.exit_code == 1
    assert "impossible  interval in order" in result.stdout


def test_all_typed_figures_arrive() -> None:
    result = run(
        *("audit", "--hr", ".60", "--ci", "0.40", "0.90", "--level", "95", "--p", "<.05"),
        *("--sided", "2", "--reduction", "38%", "--n", "100", "90", "--events", "60", "70"),
        *("--total-n", "191", "--total-events", "130", "--medians", "12.0", "NR"),
        *("--survival", "6:49:60", "--survival", "12:50:61", "--at-risk", "18:100:91", "--json"),
    )
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["format"] == "survkit-audit/1"
    assert document["impossible"] is True
    (analysis,) = document["analyses"]
    assert analysis["analysis"] == "typed"
    checks = {finding["check"] for finding in analysis["findings"]}
    assert {
        "totals of arms",
        "percentages fall",
        "numbers at risk fall",
        "reduction against ratio",
        "quantiles against percentages",
        "events against the curve",
    } <= checks


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--hr", "about 0.6"), "--hr: a printed figure must be digits"),
        (("--hr", "-0.6"), "--hr: hazard ratio must not be negative"),
        (("--n", "10.5", "10"), "--n: patients must be a whole number"),
        (("--survival", "12:50"), "--survival: must be TIME:EXPERIMENTAL:REFERENCE"),
        (("--survival", "soon:50:40"), "--survival: the time must be a number"),
        (("--at-risk", "6:9:9", "--at-risk", "6:8:8"), "--at-risk: the figure must be given once"),
        (("radiant-3", "--hr", "0.6"), "figures must be typed without trials, got radiant-3"),
        (("--hr", "0.6", "--test", "t-test"), "--test must be log-rank or wald, got 't-test'"),
        (("--hr", "0.6", "--level", "0.95"), "--level must be a percentage between 50 and 100"),
    ],
)
def test_what_cannot_be_read(arguments: tuple[str, ...], words: str) -> None:
    result = run("audit", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_json_of_a_trial(small: Path) -> None:
    document = json.loads(run("audit", small, "--json").stdout)
    (analysis,) = document["analyses"]
    assert document["impossible"] is False
    assert (analysis["trial"], analysis["analysis"]) == ("small", "os")
    assert analysis["findings"] == []
    assert analysis["witness"]["proves"] is True
    assert analysis["witness"]["patients"] == 61


@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_screen(width: int) -> None:
    result = run(*CETEG, "--events", "10", "12", env={"COLUMNS": str(width)})
    assert max(map(len, result.stdout.splitlines())) <= width
