"""``survkit reconstruct --curve``: arms typed at the prompt, several at once."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

ONE = "time,survival\n2,0.75\n5,0.5\n7,0.25\n"
OTHER = "t;S\n1,0;90,0\n3,5;80,0\n8,0;60,0\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "one.csv").write_text(ONE)
    (tmp_path / "other.csv").write_text(OTHER)
    (tmp_path / "risk.csv").write_text("Group,0,4\nnew,4,3\nold,10,8\n")
    return tmp_path


def patients(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), comment="#")


def test_two_arms_with_their_numbers_at_risk(files: Path) -> None:
    curves = ["--curve", files / "one.csv", "--curve", files / "other.csv"]
    beside = ["--risk", files / "risk.csv", "--arm", "new", "--arm", "old"]
    result = run("reconstruct", *curves, *beside, "--events", "3", "--events", "4")
    assert result.exit_code == 0
    table = patients(result.stdout)
    assert list(table.columns) == ["subject", "time", "event", "arm"]
    assert table.groupby("arm", sort=False)["event"].agg(["size", "sum"]).to_dict("index") == {
        "new": {"size": 4, "sum": 3},
        "old": {"size": 10, "sum": 4},
    }
    assert (table[(table["arm"] == "old") & (table["time"] >= 4)].shape[0]) == 8
    assert "old: other.csv: " in result.stderr
    assert "percent: values up to 90" in result.stderr
    assert "new: 4 patients, 3 events, decoder " in result.stderr


def test_a_named_method(files: Path) -> None:
    result = run("reconstruct", "--curve", files / "one.csv", "--n", "4", "--method", "guyot")
    assert result.exit_code == 0
    assert "decoders guyot" in result.stdout
    assert len(patients(result.stdout)) == 4


def test_output_goes_to_a_file(files: Path) -> None:
    output = files / "patients.csv"
    result = run("reconstruct", "--curve", files / "one.csv", "--n", "4", "-o", output)
    assert (result.exit_code, result.stdout) == (0, "")
    assert len(patients(output.read_text())) == 4


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (
            [],
            "reconstruct must be given a trial, a trial file, --curve, --incidence or --arm",
        ),
        (["--curve", "none.csv"], "none.csv: the path must lead to a file"),
        (["--curve", "one.csv"], "one: the number of patients must be given"),
        (
            ["--curve", "one.csv", "--n", "4", "--n", "5"],
            "--n must be given once, or not at all, got 2",
        ),
        (
            ["--curve", "one.csv", "--n", "4", "--method", "magic"],
            "--method must be one of automatic, exact, noisy, guyot, liu, got 'magic'",
        ),
        (["radiant-3", "--curve", "one.csv"], "--curve and its options must be given without"),
        (["--curve", "one.csv", "--analysis", "os"], "--analysis must be given with a trial file"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    files: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], fault: str
) -> None:
    monkeypatch.chdir(files)
    result = run("reconstruct", *typed)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith(fault)
