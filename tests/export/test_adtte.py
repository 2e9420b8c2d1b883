"""The analysis data set: its columns, its rules, and the same answer from every file."""

from __future__ import annotations

import io
import json
import math
import re
import shlex
import shutil
import struct
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from survkit.export import (
    adtte_csv,
    adtte_faults,
    dataset_json,
    tabulate_adtte,
    transport_bytes,
)
from survkit.export.adtte_rules import RULES
from survkit.export.transport import ibm_double
from survkit.refit import refit_ipd
from tests.cli.running import run
from tests.tolerances import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from survkit.export import Adtte
    from survkit.reconstruction import Reconstruction
    from survkit.trial import Trial

DOCS = Path(__file__).parents[2] / "docs"
FOREIGN = 'quit(status = !requireNamespace("foreign", quietly = TRUE))'


def read_csv(adtte: Adtte) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(adtte_csv(adtte)), keep_default_na=False)


def read_json(adtte: Adtte) -> pd.DataFrame:
    document = json.loads(dataset_json(adtte))
    names = [column["name"] for column in document["columns"]]
    return pd.DataFrame(document["rows"], columns=names)


def read_transport(adtte: Adtte) -> pd.DataFrame:
    content = io.BytesIO(transport_bytes(adtte))
    frame = pd.read_sas(content, format="xport", encoding="ascii")
    return frame.round({"CNSR": 0})  # pandas reads zero as 5.4e-79


READERS = {"csv": read_csv, "json": read_json, "xpt": read_transport}
READER = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


@pytest.fixture(scope="module")
def adtte(patients: Reconstruction, trial: Trial) -> Adtte:
    return tabulate_adtte(patients, trial)


@READER
def test_a_file_read_back_obeys_every_rule(
    adtte: Adtte, read: Callable[[Adtte], pd.DataFrame]
) -> None:
    frame = read(adtte)
    assert adtte_faults(frame) == ()
    assert list(frame.columns) == [own.name for own in adtte.variables]
    pd.testing.assert_frame_equal(frame, adtte.frame, check_dtype=False, check_exact=True)


@READER
def test_lifelines_finds_the_same_hazard_ratio_in_the_file(
    adtte: Adtte, patients: Reconstruction, read: Callable[[Adtte], pd.DataFrame]
) -> None:
    frame = read(adtte)
    frame["event"] = 1 - frame["CNSR"]
    frame["active"] = (frame["TRTP"] == "active").astype(float)
    cox = CoxPHFitter().fit(
        frame[["AVAL", "event", "active"]], "AVAL", "event", fit_options={"precision": 1e-16}
    )
    estimates = refit_ipd(patients.ipd, patients.analysis).estimates
    (expected,) = (
        estimate.value
        for figure, estimate in zip(patients.analysis.figures, estimates, strict=True)
        if figure.key.name == "hazard_ratio"
    )
    assert cox.hazard_ratios_["active"] == pytest.approx(expected, rel=ENGINE)


def test_censoring_is_the_inverse_of_the_event(adtte: Adtte, patients: Reconstruction) -> None:
    assert (adtte.frame["CNSR"].to_numpy() == 1 - patients.ipd["event"].to_numpy()).all()
    assert adtte.frame["TRTPN"].tolist() == [1] * 30 + [2] * 31
    assert set(adtte.frame["TRTP"][:30]) == {"control"}


def test_strata_and_accents(stratified: Reconstruction, stratified_trial: Trial) -> None:
    adtte = tabulate_adtte(stratified, stratified_trial)
    assert "STRATUM" in adtte.frame
    assert adtte.frame["PARAM"][0] == "OS, Comité central (months)"
    assert read_json(adtte)["PARAM"][0] == "OS, Comité central (months)"
    assert read_transport(adtte)["PARAM"][0] == "OS, Comite central (months)"
    assert adtte_faults(read_transport(adtte)) == ()


@pytest.mark.parametrize(
    ("endpoint", "code"), [("PFS", "PFS"), ("Overall survival", "OVERALLS"), ("2nd PFS", "P2NDPFS")]
)
def test_a_parameter_code_can_name_a_variable(
    patients: Reconstruction, trial: Trial, endpoint: str, code: str
) -> None:
    from dataclasses import replace

    analysis = patients.analysis.model_copy(update={"endpoint": endpoint})
    adtte = tabulate_adtte(replace(patients, analysis=analysis), trial)
    assert set(adtte.frame["PARAMCD"]) == {code}


@pytest.mark.slow
def test_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "adtte.md").read_text("utf-8")
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for command in commands.splitlines():
        _, *arguments = shlex.split(command, comments=True)
        assert run(*arguments).exit_code == 0, command
    (lines,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    exec(lines, {})
    assert re.search(r"TRTPN +-1\.0\d +0\.35", capsys.readouterr().out)
    frames = [
        pd.read_csv("adtte.csv", keep_default_na=False),
        pd.read_sas("adtte.xpt", encoding="ascii").round({"CNSR": 0}),
    ]
    assert all(adtte_faults(frame) == () for frame in frames)


# ---------------------------------------------------------------- the rules


def _flipped(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(EVNTDESC="Event or censored")


BROKEN: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "required": lambda frame: frame.drop(columns="CNSR"),
    "names": lambda frame: frame.assign(LONGERNAME=1),
    "types": lambda frame: frame.assign(TRTPN="one", TRTP="control"),
    "populated": lambda frame: frame.assign(PARAM=np.where(frame.index == 3, None, "OS")),
    "parameter code": lambda frame: frame.assign(PARAMCD="overall survival"),
    "one to one": lambda frame: frame.assign(TRTPN=1),
    "keys": lambda frame: pd.concat([frame, frame.iloc[:1]], ignore_index=True),
    "censoring": lambda frame: frame.assign(CNSR=frame["CNSR"] - 1),
    "values": lambda frame: frame.assign(AVAL=-frame["AVAL"]),
    "descriptions": _flipped,
    "dates": lambda frame: frame.assign(ADT=20000),
    "marker": lambda frame: frame.assign(STUDYID="REAL-1"),
}


def test_every_rule_is_written_down_and_tried() -> None:
    rules = re.search(
        r"## The rules\n(.*?)\n## ", (DOCS / "adtte.md").read_text("utf-8"), re.DOTALL
    )
    assert rules
    rows = re.findall(r"^\| ([a-z ]+) \|", rules[1], re.MULTILINE)
    assert rows == ["rule", "required", *RULES]
    assert list(BROKEN) == rows[1:]


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_can_be_broken(adtte: Adtte, rule: str) -> None:
    faults = adtte_faults(BROKEN[rule](adtte.frame))
    assert any(fault.startswith(f"{rule}: ") for fault in faults)


# ---------------------------------------------------------------- Dataset-JSON

_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$"
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("datasetJSONCreationDateTime", "datasetJSONVersion", "itemGroupOID", "records"),
        *("name", "label", "columns"),
    ],
    "properties": {
        "datasetJSONCreationDateTime": {"type": "string", "pattern": _MOMENT},
        "datasetJSONVersion": {"type": "string", "pattern": r"^1\.1(\.(0|[1-9]\d*))?$"},
        "originator": {"type": "string"},
        "sourceSystem": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "version"],
            "properties": {"name": {"type": "string"}, "version": {"type": "string"}},
        },
        "studyOID": {"type": "string"},
        "itemGroupOID": {"type": "string"},
        "isReferenceData": {"type": "boolean"},
        "records": {"type": "integer", "minimum": 0},
        "name": {"type": "string"},
        "label": {"type": "string"},
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["itemOID", "name", "label", "dataType"],
                "properties": {
                    "itemOID": {"type": "string"},
                    "name": {"type": "string"},
                    "label": {"type": "string"},
                    "dataType": {"enum": ["string", "integer", "float", "double", "boolean"]},
                    "length": {"type": "integer", "minimum": 1},
                    "keySequence": {"type": "integer", "minimum": 1},
                },
            },
        },
        "rows": {"type": "array", "items": {"type": "array"}},
    },
}
"""The attributes of Dataset-JSON 1.1 that survkit writes, with the usage in its specification."""


def test_dataset_json_has_the_attributes_of_its_specification(adtte: Adtte) -> None:
    document = json.loads(dataset_json(adtte))
    jsonschema.Draft7Validator(SCHEMA).validate(document)
    assert document["records"] == len(document["rows"]) == len(adtte.frame)
    assert {len(row) for row in document["rows"]} == {len(document["columns"])}
    assert "SYNTHETIC" in document["label"]
    assert "SYNTHETIC" in document["originator"]


# ---------------------------------------------------------------- SAS transport


def value_of(double: bytes) -> float:
    """Read an IBM double, by its definition and with exact integers."""
    (bits,) = struct.unpack(">Q", double)
    sign = -1.0 if bits >> 63 else 1.0
    exponent = (bits >> 56 & 0x7F) - 64
    return sign * math.ldexp(float(bits & (1 << 56) - 1), 4 * exponent - 56)


@given(
    st.floats(min_value=-1e60, max_value=1e60, allow_subnormal=False).filter(
        lambda value: value == 0.0 or abs(value) > 1e-70
    )
)
def test_ibm_doubles_hold_numbers_exactly(value: float) -> None:
    double = ibm_double(value)
    assert value_of(double) == value
    assert value == 0.0 or double[1] >= 0x10  # normalised: the first hexadecimal digit is not 0


def test_ibm_doubles_as_published() -> None:
    # The examples of TS-140: 1 is 0x41 and 1/16, -1 has the sign bit.
    assert ibm_double(1.0).hex() == "4110000000000000"
    assert ibm_double(-1.0).hex() == "c110000000000000"
    assert ibm_double(100.0).hex() == "4264000000000000"
    assert ibm_double(0.0) == bytes(8)


def test_a_transport_file_says_that_it_is_synthetic_and_has_no_date(adtte: Adtte) -> None:
    content = transport_bytes(adtte)
    assert len(content) % 80 == 0
    assert content[:48] == b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
    assert b"SYNTHETIC patients, no real persons" in content[:800]
    assert content.count(b"01JAN60:00:00:00") == 4
    assert transport_bytes(adtte) == content


def test_r_reads_the_transport_file(adtte: Adtte, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None or subprocess.run([program, "-e", FOREIGN], check=False).returncode:
        pytest.skip("needs Rscript and R's package foreign")
    (tmp_path / "adtte.xpt").write_bytes(transport_bytes(adtte))
    code = 'write.csv(foreign::read.xport("adtte.xpt"), "back.csv", row.names = FALSE)'
    subprocess.run([program, "--vanilla", "-e", code], cwd=tmp_path, check=True)
    back = pd.read_csv(tmp_path / "back.csv", keep_default_na=False)
    assert adtte_faults(back) == ()
    pd.testing.assert_frame_equal(back, adtte.frame, check_dtype=False, rtol=1e-14)
