"""The command ``survkit envelope``: what it says, what it writes, and how it goes on."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from survkit.export import SYNTHETIC
from tests.cli.running import run

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED = ("envelope", "radiant-3", "--analysis", "pfs-investigator", "--workers", "1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ensembles") / "drawn"
    result = run(*ASKED, "--members", "5", "-o", str(place))
    assert result.exit_code == 0, result.stderr
    first, *_ = result.stdout.splitlines()
    assert first.startswith("pfs-investigator: 5 data sets to draw, ")
    assert "5 synthetic data sets print every input figure" in result.stdout
    assert "no confidence interval" in " ".join(result.stdout.split())
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_has_a_file_a_member_and_what_they_show_together(folder: Path) -> None:
    members = [f"members/member-{number:05d}.csv" for number in range(1, 6)]
    others = ["bands.csv", "bands.png", "ensemble.json", "intervals.csv"]
    assert sorted(contents(folder)) == sorted(others + members)


def test_every_file_says_that_it_is_synthetic(folder: Path) -> None:
    for name, content in contents(folder).items():
        said = b"Synthetic patients" if name.endswith(".png") else SYNTHETIC.encode()
        assert said in content, name


def test_members_and_bands_are_tables(folder: Path) -> None:
    for path in (folder / "members").iterdir():
        patients = pd.read_csv(path, comment="#")
        assert list(patients.columns) == ["subject", "time", "event", "arm"]
        assert len(patients) == 410
    bands = pd.read_csv(io.StringIO((folder / "bands.csv").read_text()), comment="#")
    assert (bands["lower"] <= bands["upper"]).all()


def test_a_run_goes_on_where_it_stopped(folder: Path) -> None:
    before = contents(folder)
    (folder / "members" / "member-00002.csv").unlink()
    spoilt = folder / "members" / "member-00004.csv"
    spoilt.write_bytes(spoilt.read_bytes()[:-200])
    kept = folder / "members" / "member-00003.csv"
    written = kept.stat().st_mtime_ns
    result = run(*ASKED, "--members", "5", "-o", str(folder))
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("pfs-investigator: 2 data sets to draw")
    assert contents(folder) == before
    assert kept.stat().st_mtime_ns == written


def test_a_run_with_nothing_to_draw_says_so(folder: Path) -> None:
    result = run(*ASKED, "--members", "5", "-o", str(folder))
    assert result.stdout.startswith("all members are there already\n")


def test_members_of_another_ensemble_are_refused(folder: Path) -> None:
    result = run(*ASKED, "--members", "5", "--seed", "2", "-o", str(folder))
    assert result.exit_code == 2
    assert "must have members of these figures, prior, seed and versions" in result.stderr


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    result = run(*ASKED, "--members", "2", "-o", str(tmp_path))
    assert result.exit_code == 2
    assert "got one with other files" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]


@pytest.mark.parametrize(
    "wrong", [("--level", "90"), ("--members", "1"), ("--seed", "-1"), ("--workers", "0")]
)
def test_numbers_out_of_range_are_refused_before_anything_is_made(
    wrong: tuple[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "new"
    result = run(*ASKED, *wrong, "-o", str(place))
    assert result.exit_code == 2
    assert not place.exists()


def test_the_document_says_what_the_members_belong_to(folder: Path) -> None:
    document = json.loads((folder / "ensemble.json").read_text())
    assert document["format"] == "survkit-ensemble/1"
    assert (document["trial"], document["analysis"]) == ("radiant-3", "pfs-investigator")
    assert document["seed"] == 1


def a_file(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    place.write_bytes(b"mine")


def a_folder(place: Path) -> None:
    place.unlink(missing_ok=True)
    place.mkdir()
    (place / "notes.txt").write_bytes(b"mine")


@pytest.mark.parametrize(
    ("place", "make", "sentence"),
    [
        (".", a_file, "the output must go into a folder, got a file"),
        ("members", a_file, "the output must go into a folder, got a file"),
        ("members/member-00003.csv", a_folder, "the output must be a file, got a folder"),
        ("ensemble.json", a_folder, "got one with other files"),
        ("ensemble.json", a_file, "must have members of these figures, prior, seed and versions"),
    ],
)
def test_a_folder_that_cannot_be_gone_on_with(
    folder: Path, tmp_path: Path, place: str, make: Callable[[Path], None], sentence: str
) -> None:
    drawn = tmp_path / "drawn"
    shutil.copytree(folder, drawn)
    make(drawn / place)
    before = {name: content for name, content in contents(drawn).items() if content == b"mine"}
    result = run(*ASKED, "--members", "5", "-o", str(drawn))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert before.items() <= contents(drawn).items()
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]


def test_a_member_that_cannot_be_read_and_a_folder_that_cannot_be_written_are_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = tmp_path / "drawn"
    shutil.copytree(folder, drawn)
    usual = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "member-00002.csv":
            raise PermissionError(13, "Permission denied")
        return usual(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", locked)
        result = run(*ASKED, "--members", "5", "-o", str(drawn))
    assert result.exit_code == 2
    assert "member-00002.csv: a folder that is gone on with must be readable" in result.stderr
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    result = run(*ASKED, "--members", "5", "-o", str(drawn))
    assert result.exit_code == 2
    assert "the folder must be writable, got a read-only one" in result.stderr
