"""The other formats: CSV, Parquet, the R script, scikit-survival's array, and the command."""

from __future__ import annotations

import importlib.util
import io
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from survkit.errors import SurvkitError
from survkit.export import (
    FORMATS,
    SYNTHETIC,
    csv_text,
    export_patients,
    r_script,
    structured_outcome,
)
from survkit.refit import refit_ipd
from tests.cli.running import TRIAL, run
from tests.tolerances import ENGINE

if TYPE_CHECKING:
    from pathlib import Path

    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

SURVIVAL = 'quit(status = !requireNamespace("survival", quietly = TRUE))'


def ratio_of(patients: Reconstruction) -> float:
    estimates = refit_ipd(patients.ipd, patients.analysis).estimates
    (found,) = (
        estimate.value
        for figure, estimate in zip(patients.analysis.figures, estimates, strict=True)
        if figure.key.name == "hazard_ratio"
    )
    return found


def test_csv_keeps_strata_with_any_name(
    stratified: Reconstruction, stratified_trial: Trial
) -> None:
    text = csv_text(stratified, stratified_trial)
    frame = pd.read_csv(io.StringIO(text), comment="#", index_col="subject")
    assert list(frame.columns) == ["time", "event", "arm", "stratum"]
    assert frame["stratum"].tolist() == stratified.ipd["stratum"].tolist()


def test_parquet_gives_back_the_patients_and_what_they_are(
    patients: Reconstruction, trial: Trial
) -> None:
    content = export_patients(patients, trial, "parquet")
    frame = pd.read_parquet(io.BytesIO(content))
    pd.testing.assert_frame_equal(frame, patients.ipd)
    assert frame.attrs["synthetic"] == SYNTHETIC
    assert SYNTHETIC.encode() in content


def test_parquet_says_what_to_install(
    patients: Reconstruction, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SurvkitError, match=r"needs pyarrow: .*survkit\[parquet\]"):
        export_patients(patients, trial, "parquet")


def test_the_structured_array_of_scikit_survival(patients: Reconstruction) -> None:
    outcome = structured_outcome(patients.ipd)
    assert outcome.dtype.names == ("event", "time")  # the event first, as its functions require
    assert outcome["event"].dtype == np.bool_
    assert outcome["event"].sum() == 44
    assert outcome["time"].tolist() == patients.ipd["time"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("stratify", [False, True], ids=["plain", "stratified"])
def test_the_r_script_finds_the_same_hazard_ratio(
    request: pytest.FixtureRequest, tmp_path: Path, *, stratify: bool
) -> None:
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", SURVIVAL], check=False).returncode:
        pytest.skip("needs Rscript and R's package survival")
    patients = request.getfixturevalue("stratified" if stratify else "patients")
    trial = request.getfixturevalue("stratified_trial" if stratify else "trial")
    (tmp_path / "small-os.csv").write_text(csv_text(patients, trial), "utf-8")
    (tmp_path / "an.R").write_text(r_script(patients, trial), "utf-8")
    command = [program, "--vanilla", "an.R"]
    done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.startswith("SYNTHETIC patients")
    (ratio,) = re.findall(r"active vs control: hazard ratio (\S+) ", done.stdout)
    assert float(ratio) == pytest.approx(ratio_of(patients), abs=10 * ENGINE / 2)
    assert re.search(r"arm=control +30 +24 ", done.stdout)


def test_no_placeholder_is_left_in_the_r_script(patients: Reconstruction, trial: Trial) -> None:
    script = r_script(patients, trial)
    assert "@" not in script
    assert script.startswith(f"# {SYNTHETIC}\n")
    assert "#   active vs control: hazard ratio: 0.60 (input, paper)" in script


@pytest.mark.parametrize("name", FORMATS)
def test_the_command_writes_every_format_and_the_same_bytes(name: str, tmp_path: Path) -> None:
    trial = tmp_path / "small.toml"
    trial.write_text(TRIAL, "utf-8")
    files = [tmp_path / f"{again}{FORMATS[name].ending}" for again in "ab"]
    for file in files:
        result = run("export", trial, "--format", name, "-o", file)
        assert (result.exit_code, result.output) == (0, "")
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"SYNTHETIC" in files[0].read_bytes()


def test_the_ending_tells_the_format_and_the_pipe_gets_csv(tmp_path: Path) -> None:
    trial = tmp_path / "small.toml"
    trial.write_text(TRIAL, "utf-8")
    for ending, begins in (
        ("xpt", b"HEADER RECORD"),
        ("json", b'{\n  "datasetJSON'),
        ("R", b"# S"),
    ):
        assert run("export", trial, "-o", tmp_path / f"a.{ending}").exit_code == 0
        assert (tmp_path / f"a.{ending}").read_bytes().startswith(begins)
    assert run("export", trial).stdout == run("reconstruct", trial).stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--format", "sas"), "--format must be one of csv, parquet, .*, got 'sas'"),
        (("-o", "a.doc"), "a.doc: its ending tells no format; name one with --format: csv, "),
    ],
)
def test_an_unknown_format(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    trial = tmp_path / "small.toml"
    trial.write_text(TRIAL, "utf-8")
    result = run("export", trial, *arguments)
    assert result.exit_code == 2
    assert re.fullmatch(sentence + ".*\n", result.stderr)
