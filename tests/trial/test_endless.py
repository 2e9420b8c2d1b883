"""Files that would never end, or fill the memory, are refused in a sentence."""

from __future__ import annotations

import os
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from survkit.errors import TrialFileError
from survkit.trial import load_trial, read_trial, trial_from_document
from tests.cli.running import TRIAL, run


def document() -> Any:
    return tomllib.loads(TRIAL, parse_float=Decimal)


def fault(found: Any) -> str:
    with pytest.raises(TrialFileError) as caught:
        trial_from_document(found)
    assert len(str(caught.value)) < 400
    return caught.value.faults[0]


def file_fault(path: Path) -> str:
    with pytest.raises(TrialFileError) as caught:
        read_trial(path)
    assert len(str(caught.value)) < 400
    return str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_no_trial_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert "got a pipe or a device" in file_fault(pipe)
    assert run("check", tmp_path).exit_code == 2
    lock = tmp_path / "lock.json"
    os.mkfifo(lock)
    done = run("check", "radiant-3", "--lock", lock)
    assert done.exit_code == 2
    assert "the lock must be readable, got: no regular file" in done.stderr


def test_a_device_is_no_trial_file() -> None:
    for device in filter(Path.exists, (Path("/dev/zero"), Path("/dev/null"))):
        assert "got a pipe or a device" in file_fault(device)


def test_a_name_that_no_file_can_have() -> None:
    assert "got " in file_fault(Path("a\0b.toml"))
    with pytest.raises(Exception, match="a trial must be the id"):
        load_trial("a\0b")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("#" * 1_000_001, "at most 1,000,000 bytes"),
        ("a." * 20_000 + "a = 1", "a key must have a few dots"),
        ("[" + '"a".' * 20_000 + "a]", "a key must have a few dots"),
        ("a = " + "[" * 20_000, "the file must be TOML"),
        ("a = " + "{a = " * 20_000, "the file must be TOML"),
        (f"a = {'9' * 5000}", "the file must be TOML"),
        (f"a = 0x{'f' * 5000}", "a number that a journal could print, got one of 6021 digits"),
        ("a.b.c.d.e.f.g.h.i.j.k.l.m.n = 1", "must not be nested deeper than 12 levels"),
        (f"{'k' * 5000} = 1", "is not a known key"),
        (f"name = '{'n' * 5000}'", "at most 500 characters, got 5,000"),
        ("a = 1e999999999", "is not a known key"),
    ],
    ids=lambda text: text[:12],
)
def test_endless_content(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "endless.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(TrialFileError) as caught:
        read_trial(path)
    assert any(words in sentence for sentence in caught.value.faults)
    assert all(len(sentence) < 500 for sentence in caught.value.faults)


@pytest.mark.parametrize("n", [10**6, 10**8, 999_999_999])
def test_too_many_patients(n: int) -> None:
    found = document()
    found["analysis"][0]["arm"][0]["n"] = n
    assert f"must have at most 250,000 patients, got {n + 31:,}" in fault(found)


def test_too_many_arms_times_strata_and_visits() -> None:
    found = document()
    (analysis,) = found["analysis"]
    analysis["arm"] += [{"id": f"a{place}", "n": 1} for place in range(1000)]
    assert "must have at most 20 arms, got 1,002" in fault(found)

    found = document()
    rows = [{"time": time, "n": 1} for time in range(1000)]
    found["analysis"][0]["arm"][0]["at_risk"] = rows
    assert "must have at most 400 entries, got 1,000" in fault(found)

    found = document()
    levels = [{"id": "l0", "n": 30}, {"id": "l1", "n": 31}]
    factors = [{"factor": f"f{place}", "levels": levels} for place in range(12)]
    found["analysis"][0]["stratification"] = factors
    assert "must make at most 1,000 strata" in fault(found)

    for schedule in (Decimal("0.001"), {"value": Decimal("0.1"), "unit": "day"}):
        found = document()
        found["analysis"][0]["assessment_every"] = schedule
        assert "must make at most 2,000 visits" in fault(found)


@pytest.mark.parametrize("columns", ["9" * 5000, "-3", "x", "", "٣"])
def test_any_width_of_a_terminal(columns: str) -> None:
    done = run("list", env={"COLUMNS": columns})
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 120
