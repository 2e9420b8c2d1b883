"""``survkit reconstruct --incidence``: one arm of two competing causes, typed at the prompt."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survkit.digitized import read_curves
from survkit.kernels import incidence_at
from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

RELAPSE = "time,cif\n0,0\n2,0.25\n7,0.5\n"
DEATH = "time,cif\n0,0\n5,0.25\n7,0.25\n"
RISK = "time,n\n0,4\n5,2\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "relapse.csv").write_text(RELAPSE)
    (tmp_path / "death.csv").write_text(DEATH)
    (tmp_path / "both.csv").write_text(
        "relapse,,death,\nX,Y,X,Y\n0,0,0,0\n2,0.25,5,0.25\n7,0.5,7,0.25\n"
    )
    (tmp_path / "risk.csv").write_text(RISK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def patients(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), comment="#")


@pytest.mark.parametrize("named", [("relapse.csv", "death.csv"), ("both.csv",)])
def test_causes_come_in_the_order_of_the_curves(files: Path, named: tuple[str, ...]) -> None:
    typed = [word for name in named for word in ("--incidence", name)]
    result = run("reconstruct", *typed, "--n", "4", "--events", "2", "--events", "1")
    assert result.exit_code == 0
    table = patients(result.stdout)
    assert list(table.columns) == ["subject", "time", "event", "arm"]
    assert table["event"].value_counts().to_dict() == {1: 2, 2: 1, 0: 1}
    header = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert header[0].startswith("# SYNTHETIC patients: made from drawn incidences")
    assert "event: 1 relapse, 2 death, 0 censored" in header[2]
    assert (files / named[0]).exists()


def test_the_refitted_incidences_are_those_it_tells_of(files: Path) -> None:
    output = files / "patients.csv"
    curves = ("--incidence", "relapse.csv", "--incidence", "death.csv")
    result = run("reconstruct", *curves, "--risk", "risk.csv", "--arm", "new, all", "-o", output)
    assert (result.exit_code, result.stdout) == (0, "")
    table = patients(output.read_text())
    assert set(table["arm"]) == {"new, all"}
    for cause, name in ((1, "relapse"), (2, "death")):
        (drawn,) = read_curves(files / f"{name}.csv", incidence=True)
        refitted = incidence_at(table["time"], table["event"], cause, drawn.times)
        apart = np.abs(refitted - (1.0 - np.array(drawn.survival)))
        said = f"estimate is {apart.mean():.4f} from its points in the mean, {apart.max():.4f}"
        assert said in result.stderr
    assert (table["time"] >= 5).sum() == 2
    assert "cumulative incidence, as stated" in result.stderr


def test_what_is_missed_is_told(files: Path) -> None:
    (files / "risk.csv").write_text("time,n\n0,4\n1,1\n")
    curves = ("--incidence", "relapse.csv", "--incidence", "death.csv")
    result = run("reconstruct", *curves, "--risk", "risk.csv", "--events", "0", "--events", "3")
    assert result.exit_code == 0
    table = patients(result.stdout)
    at_risk = int((table["time"] >= 1).sum())
    assert (f"missed: {at_risk} at risk at 1, not 1" in result.stderr) == (at_risk != 1)
    for cause, total in ((1, 0), (2, 3)):
        events = int((table["event"] == cause).sum())
        missed = f"missed: events of cause {cause}: {events}, not {total}" in result.stderr
        assert missed == (events != total)


TWO = ["--incidence", "relapse.csv", "--incidence", "death.csv"]


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        (
            TWO[:2],
            ["--incidence must name two curves of one arm, a cause each, in one file or two"],
        ),
        ([*TWO, "--incidence", "death.csv"], ["--incidence must name two curves of one arm"]),
        ([*TWO[:2], "--incidence", "none.csv"], ["none.csv: the path must lead to a file"]),
        (TWO, ["arm 1: the number of patients must be given"]),
        (
            [*TWO, "--n", "4", "--n", "5", "--events", "2"],
            ["--n must be given once with --incidence", "--events must be given twice with --inc"],
        ),
        (
            [*TWO, "--n", "4", "--method", "guyot", "--curve", "death.csv"],
            ["--curve must be given without --incidence", "--method must be given with --curve"],
        ),
        ([*TWO, "--analysis", "os"], ["--analysis must be given with a trial file"]),
        (
            [*TWO[:2], "--incidence", "high.csv", "--n", "4"],
            ["arm 1: two incidences of one arm must not exceed 1 in sum"],
        ),
    ],
)
def test_what_does_not_fit_is_a_sentence_each(
    files: Path, typed: list[str], faults: list[str]
) -> None:
    (files / "high.csv").write_text("time,cif\n0,0\n2,0.6\n3,0.9\n")
    result = run("reconstruct", *typed)
    assert (result.exit_code, result.stdout) == (2, "")
    told = result.stderr.splitlines()[-len(faults) :]
    for line, fault in zip(told, faults, strict=True):
        assert line.startswith(fault)


def test_a_trial_beside_incidences_is_refused(files: Path) -> None:
    result = run("reconstruct", "radiant-3", "--incidence", files / "both.csv")
    assert result.exit_code == 2
    assert "--incidence and its options must be given without a trial" in result.stderr


def test_names_run_nothing(files: Path) -> None:
    name = "=cmd|' /C calc'!A0\x1b[2J"
    result = run("reconstruct", "--incidence", "both.csv", "--n", "4", "--arm", name)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout + result.stderr
    assert not patients(result.stdout)["arm"].str.startswith("=").any()
    assert (files / "both.csv").exists()


@settings(max_examples=6, deadline=None)
@given(st.data())
def test_a_damaged_file_is_a_sentence_or_patients(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    text = bytearray(RELAPSE.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(
            st.sampled_from(b"09.,;-\n\x00e%")
        )
    (folder / "relapse.csv").write_bytes(bytes(text))
    (folder / "death.csv").write_text(DEATH)
    curves = ("--incidence", folder / "relapse.csv", "--incidence", folder / "death.csv")
    result = run("reconstruct", *curves, "--n", "4")
    assert result.exit_code in {0, 2}
    assert "Traceback" not in result.stderr
    if result.exit_code == 0:
        assert len(patients(result.stdout)) == 4
    else:
        assert result.stdout == ""
        assert result.stderr.strip()
